"""Counts a week again from its csv, without a line of the program that counted first.

usage: recount.py WEEK.csv CUTOFF        CUTOFF as the csv writes moments: "2021-04-16 16:00:00.000"

What it goes by: the headings of docs/protocol.md, and the rules in words. A report that was received strictly before the
cut-off is on time, later it is late unless the office accepted it; a row without one is missing, or made up for. Prints
JSON; ends with 1 where the csv's own word on a row is another than the one counted here.
"""

import csv
import json
import sys

WORK = {
    "checked_week": "本周排查数",
    "found_week": "本周发现问题数",
    "fixed_week": "本周整改数",
    "checked_total": "累计排查数",
    "found_total": "累计发现问题数",
    "fixed_total": "累计整改数",
}
WORDS = {"on_time": "按时", "late": "迟报", "made_up": "补报", "missing": "未报"}
DUTIES = {"应报": "due", "协助": "assisting"}


def empty():
    reported = [*WORDS, "total", "zero", "offline", "edited"]
    return {
        "due": dict.fromkeys(reported, 0),
        "assisting": dict.fromkeys(reported, 0),
        "work": dict.fromkeys(WORK, 0),
    }


def state(row, marks, cutoff):
    received = row["收到时间"]
    if received:
        return "on_time" if received < cutoff or "认定按时" in marks else "late"
    return "made_up" if row["报送情况"] == "补报" else "missing"


def add(group, row, marks, found, cutoff):
    for key, heading in WORK.items():
        group["work"][key] += int(row[heading] or 0)
    duty = DUTIES.get(row["报送"])
    if duty is None:
        return
    counts = group[duty]
    counts[found] += 1
    counts["total"] += 1
    received, saved = row["收到时间"], row["本机保存时间"]
    counts["zero"] += "零报告" in marks
    counts["offline"] += bool(saved) and saved < cutoff <= received
    counts["edited"] += "报送后有修改" in marks


def main():
    path, cutoff = sys.argv[1:]
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    counted = {"rows": len(rows), "all": empty(), "units": {}, "actions": {}, "measures": {}}
    wrong = []
    for row in rows:
        marks = set(filter(None, row["报送标记"].split("、")))
        found = state(row, marks, cutoff)
        if WORDS[found] != row["报送情况"]:
            wrong.append(f"{row['行号']}: {row['报送情况']}, counted {WORDS[found]}")
        groups = [
            counted["all"],
            counted["units"].setdefault(row["责任单位"], empty()),
            counted["actions"].setdefault(row["专项行动"], empty()),
            counted["measures"].setdefault(row["重点任务"], empty()),
        ]
        for group in groups:
            add(group, row, marks, found, cutoff)
    if wrong:
        sys.exit("\n".join(wrong))
    json.dump(counted, sys.stdout, ensure_ascii=False)


main()
