//! What a writer of a campaign file is told.

use diaodu_plan::row::rows;

use super::*;
use crate::sample::{CAMPAIGN, campaign};

fn check_broken(old: &str, new: &str, expected: &[&str]) {
    assert!(CAMPAIGN.contains(old), "the sample does not hold {old}");
    let (campaign, misreads) = read(&CAMPAIGN.replacen(old, new, 1));
    assert_eq!(campaign, None);
    let told: Vec<String> = misreads
        .iter()
        .map(|m| format!("{}: {}", m.line, m.sentence(Language::Chinese)))
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn a_broken_file_is_told_line_by_line() {
    check_broken(
        "id = \"weidong-60\"",
        "id = \"Weidong 60\"",
        &["6: 编号“Weidong 60”只能用小写字母、数字和连字符，最多 40 个字符"],
    );
    check_broken(
        "office = \"u-gongjianban\"",
        "office = \"u-nobody\"",
        &["12: 没有编号为“u-nobody”的单位"],
    );
    check_broken(
        "start = 2021-04-06",
        "start = 2021-04-06\nsart = 1",
        &["10: 不认识“sart”，请检查拼写"],
    );
    check_broken(
        "kind = \"office\"",
        "kind = \"club\"\nactive = 3",
        &[
            "20: “club”不是单位类型，应为 office、department、institution、branch 或 street",
            "21: “active”应为：true 或 false",
        ],
    );
    check_broken("format = 1", "", &["1: 缺少“format”"]);
    check_broken(
        "format = 1",
        "format = 2",
        &["5: 不支持的文件格式版本，应为 format = 1"],
    );
    check_broken("name = \"区控尘办\"\n", "", &["22: 缺少“name”"]);
    check_broken(
        "name = \"区控尘办\"",
        "name = \"区攻坚办\"",
        &["24: “区攻坚办”重复出现"],
    );
    check_broken(
        "id = \"u-hezhangban\"",
        "id = \"u-gongjianban\"",
        &[
            "29: “u-gongjianban”重复出现",
            "378: 没有编号为“u-hezhangban”的单位",
        ],
    );
}

#[test]
fn who_takes_part_is_checked() {
    let seventh = "implementing = [\"各街道\"]\n\n[[actions.measures]]\nnumber = 8";
    check_broken(
        seventh,
        &seventh.replace("implementing = [\"各街道\"]\n", ""),
        &["231: 这项重点任务没有任何单位"],
    );
    check_broken(
        "implementing = [\"u-jiaotong\", \"相关街道\"]",
        "implementing = [\"u-jiaotong\", \"u-jiaotong\"]",
        &[
            "242: “u-jiaotong”重复出现",
            "243: 列出了 relevant_streets，但没有哪一类单位写“相关街道”",
        ],
    );
    let streets = "relevant_streets = [\"s-donghuanlu\", \"s-guanghualu\", \"s-pucheng\"]";
    check_broken(
        streets,
        "relevant_streets = [\"s-donghuanlu\", \"u-zhujian\", \"s-donghuanlu\", 7]",
        &[
            "243: “u-zhujian”不是街道，不能列入相关街道",
            "243: “s-donghuanlu”重复出现",
            "243: “relevant_streets”应为：非空文字",
        ],
    );
    let told = "写了“相关街道”，但没有用 relevant_streets 指明是哪些街道";
    check_broken(&format!("{streets}\n"), "", &[&format!("237: {told}")]);
}

#[test]
fn the_plans_own_word_for_all_streets_is_understood() {
    let plans_word = CAMPAIGN.replace("\"各街道\"", "\"各街道办事处\"");
    assert_ne!(plans_word, CAMPAIGN);
    assert_eq!(read(&plans_word), (Some(campaign()), vec![]));
}

#[test]
fn the_plan_s_text_is_checked() {
    let line = |text: &str| {
        CAMPAIGN[..CAMPAIGN.find(text).unwrap()]
            .matches('\n')
            .count()
            + 1
    };
    let plan = line("[plan]");
    let told = "方案的各节中应有且只有一节写 measures = true，这里有 0 节";
    let marked = "title = \"三、主要任务\"\nmeasures = true";
    let text = marked.replace("measures = true", "text = \"略\"");
    check_broken(marked, &text, &[&format!("{plan}: {told}")]);
    let empty = marked.replace("\nmeasures = true", "");
    let section = line("[[plan.sections]]\ntitle = \"三、主要任务\"");
    check_broken(
        marked,
        &empty,
        &[
            &format!("{plan}: {told}"),
            &format!("{section}: 缺少“text”"),
        ],
    );
    let number = "number = \"平卫攻坚办〔2021〕8号\"";
    check_broken(number, "", &[&format!("{plan}: 缺少“number”")]);
    let told = "“plan”应为：[ ] 形式的表";
    let (all, rest) = CAMPAIGN.split_at(CAMPAIGN.find("\n# 方案原文").unwrap());
    assert!(rest.contains("[plan]"));
    let (campaign, misreads) = read(&all.replacen("format = 1", "format = 1\nplan = \"无\"", 1));
    assert_eq!(campaign, None);
    assert_eq!(misreads.len(), 1, "{misreads:?}");
    assert_eq!(misreads[0].sentence(Language::Chinese), told);
    let (campaign, misreads) = read(all);
    assert_eq!((campaign.unwrap().plan_text, misreads), (None, vec![]));
}

#[test]
fn dates_are_checked() {
    let second =
        "number = 2\nstart = 2021-04-10\nend = 2021-04-16\ndue = 2021-04-16T16:00:00+08:00";
    let line = CAMPAIGN[..CAMPAIGN.find(second).unwrap()]
        .matches('\n')
        .count()
        + 1;
    let check = |old: &str, new: &str, below: usize, told: &str| {
        let expected = format!("{}: {told}", line + below);
        check_broken(second, &second.replace(old, new), &[&expected]);
    };
    let (start, end) = ("start = 2021-04-10", "end = 2021-04-16");
    check(start, "start = 2021-04-09", 1, "与上一周的日期重叠");
    check(end, "end = 2021-04-09", 2, "结束日期早于开始日期");
    let told = "截止时间不在本周之内";
    check("due = 2021-04-16", "due = 2021-04-17", 3, told);
    check("16T16:00:00+08:00", "16T23:00:00+02:00", 3, told);
    let told = "“2021-04-16”不是带时区的时间，应写成 2021-04-16T16:00:00+08:00";
    check("16T16:00:00+08:00", "16", 3, told);
    let told = "“2021-04-10T08:00:00”不是日期，应写成 2021-04-06";
    check(start, "start = 2021-04-10T08:00:00", 1, told);
    let told = "“4月10日”不是日期，应写成 2021-04-06";
    check(start, "start = \"4月10日\"", 1, told);
    let told = "编号应从 1 起依次为 2，这里是 4";
    check("number = 2", "number = 4", 0, told);
    let told = "10: 结束日期早于开始日期";
    check_broken("end = 2021-06-05", "end = 2021-04-05", &[told]);
    for day in ["2021-04-05", "2021-06-06"] {
        let (old, new) = ("plan_due = 2021-04-09", format!("plan_due = {day}"));
        let told = "13: 行动方案的报送日期不在首日和末日之间";
        check_broken(old, &new, &[told]);
    }
    let told = "13: “四月九日”不是日期，应写成 2021-04-06";
    check_broken("plan_due = 2021-04-09", "plan_due = \"四月九日\"", &[told]);
}

#[test]
fn what_is_no_offset_is_told_and_not_a_panic() {
    for offset in [
        "8", "+8:00", "+99:00", "+9999:00", "08:00", "+08:60", "+-8:00", "时差", "+15:00", "+14:01",
    ] {
        check_broken(
            "utc_offset = \"+08:00\"",
            &format!("utc_offset = \"{offset}\""),
            &[&format!("11: “{offset}”不是时区，应写成 +08:00")],
        );
    }
}

#[test]
fn everything_that_is_not_toml_is_told_at_once() {
    let broken = CAMPAIGN
        .replacen("format = 1", "format = ", 1)
        .replacen("name = \"冲刺", "name = “冲刺", 1)
        .replacen("start = 2021-04-06", "start ＝ 2021-04-06", 1)
        .replacen("utc_offset = \"+08:00\"", "utc_offset = \"+8\"", 1)
        .replacen(
            "kind = \"office\"",
            "kind = \"office\"\nkind = \"office\"",
            1,
        );
    let (campaign, misreads) = read(&broken);
    assert_eq!(campaign, None);
    let told: Vec<String> = misreads
        .iter()
        .map(|m| format!("{}:{} {}", m.line, m.column, m.sentence(Language::Chinese)))
        .collect();
    let full_width = "是中文标点，TOML 的等号、引号、逗号、括号和空格要用英文（半角）的";
    assert_eq!(
        told,
        [
            "5:10 这里不合 TOML 写法：请检查文字有没有加引号，引号、括号是否成对，等号后面是否有值",
            &format!("7:8 这里的 “ {full_width}"),
            &format!("9:7 这里的 ＝ {full_width}"),
            "11:14 “+8”不是时区，应写成 +08:00",
            "21:1 “kind”重复出现，同一处只能写一次",
        ]
    );
}

fn street(number: usize) -> String {
    format!("[[units]]\nid = \"s-{number}\"\nname = \"街道{number}\"\nkind = \"street\"\n")
}

/// The sample with more measures of all streets, and more streets.
fn larger(measures: usize, streets: usize) -> String {
    let measure = |number: usize| {
        let texts = "title = \"新\"\ntext = \"新\"\nlead = [\"各街道\"]";
        format!("[[actions.measures]]\nnumber = {number}\n{texts}\n")
    };
    let measures: String = (23..23 + measures).map(measure).collect();
    let streets: String = (0..streets).map(street).collect();
    CAMPAIGN
        .replacen("# 周次", &format!("{measures}\n# 周次"), 1)
        .replacen("# 专项行动", &format!("{streets}\n# 专项行动"), 1)
}

#[test]
fn what_would_be_too_much_is_told() {
    let told = "24: “name”太长，最多 600 字节（200 个汉字）";
    let long = format!("name = \"{}\"", "长".repeat(201));
    check_broken("name = \"区控尘办\"", &long, &[told]);

    let check = |file: String, key: &str, max: usize| {
        let (campaign, misreads) = read(&file);
        let key = key.to_owned();
        assert_eq!(campaign, None);
        assert_eq!(misreads.len(), 1, "{misreads:?}");
        assert_eq!(misreads[0].problem, Problem::TooMany { key, max });
    };
    check(larger(0, 174), "units", 200);
    check(larger(78, 0), "measures", 78);

    let (campaign, misreads) = read(&larger(77, 0));
    assert_eq!(misreads, []);
    assert_eq!(campaign.unwrap().measures.len(), 99);
    let (campaign, misreads) = read(&larger(77, 150));
    assert_eq!((campaign, misreads.len()), (None, 1));
    let problem = &misreads[0].problem;
    assert!(
        matches!(problem, Problem::TooManyRows { rows, .. } if *rows > 10_000),
        "{problem:?}"
    );
}

#[test]
fn a_file_from_the_notepad_of_windows_reads_the_same() {
    let windows = format!("\u{FEFF}{}", CAMPAIGN.replace('\n', "\r\n"));
    assert_eq!(read(&windows), (Some(campaign()), vec![]));
    let (_, misreads) = read(&windows.replacen("format = 1", "format = 3", 1));
    assert_eq!((misreads.len(), misreads[0].line), (1, 5));
}

#[test]
fn what_is_no_campaign_at_all_is_told_and_not_a_panic() {
    let none = [
        "",
        "\u{FEFF}",
        "units = []",
        "units = 1",
        "[[",
        "\"",
        "[[units]]",
        "a = [[[[[[",
        "=",
        "\0",
        "id = 'x'\r",
        "[[actions]]\n[[actions.measures]]\n[[weeks]]",
    ];
    for text in none {
        let (campaign, misreads) = read(text);
        assert!(campaign.is_none() && !misreads.is_empty(), "{text:?}");
        for misread in misreads {
            for language in [Language::Chinese, Language::English] {
                let told = misread.sentence(language);
                let is_whole = !told.contains(['{', '}']) && !told.starts_with("misread.");
                assert!(is_whole, "{told} about {text:?}");
            }
        }
    }
    let (_, misreads) = read("units = []");
    let key = "units".to_owned();
    let empty = Problem::Empty { key };
    assert!(misreads.iter().any(|misread| misread.problem == empty));
}

#[test]
fn a_line_lost_or_halved_is_told_or_harmless() {
    let optional = [
        "action_plan_due",
        "full_name",
        "active",
        "preamble",
        "lead",
        "implementing",
        "cooperating",
    ];
    let lines: Vec<&str> = CAMPAIGN.lines().collect();
    let with = |at: usize, line: &str| {
        let mut lines = lines.clone();
        lines[at] = line;
        read(&lines.join("\n"))
    };
    let mut missed = 0;
    for at in (0..lines.len()).step_by(3) {
        let (campaign, misreads) = with(at, "");
        assert_eq!(
            campaign.is_some(),
            misreads.is_empty(),
            "no line {}",
            at + 1
        );
        let line = lines[at];
        let is_needed = line.contains(" = ") && !line.starts_with('#');
        if is_needed && !optional.iter().any(|key| line.starts_with(key)) {
            assert!(!misreads.is_empty(), "line {} is not missed", at + 1);
            missed += 1;
        }
        let half: String = line.chars().take(line.chars().count() / 2).collect();
        let (campaign, misreads) = with(at, &half);
        assert_eq!(
            campaign.is_some(),
            misreads.is_empty(),
            "half of {}",
            at + 1
        );
    }
    assert!(missed > 40, "only {missed} lines were needed");
}

#[test]
fn what_is_written_reads_back_the_same() {
    let sample = campaign();
    assert_eq!(read(&write(&sample)), (Some(sample.clone()), vec![]));

    let nasty = [
        "他说\"好\"，路径 C:\\temp\\n",
        "'单引号' 与 '''三个'''",
        "三个双引号 \"\"\" 在中间",
        "第一行\n第二行\n\n第四行",
        "制表\t符 [[units]] # 不是注释",
        "𠮷祥、㛃瑞、👩‍👩‍👧、\u{1}",
        "= 1",
        "结尾是反斜杠 \\",
    ];
    let mut odd = sample;
    odd.utc_offset_minutes = -210;
    for week in &mut odd.weeks {
        week.due = week
            .due
            .checked_add(jiff::SignedDuration::from_millis(1_500))
            .unwrap();
    }
    for (index, text) in nasty.iter().enumerate() {
        let text = (*text).to_owned();
        odd.measures[index].text.clone_from(&text);
        odd.measures[index].title.clone_from(&text);
        odd.units[index].name.clone_from(&text);
        odd.actions[index].preamble = text;
    }
    let text = odd.plan_text.as_mut().unwrap();
    text.notice = nasty.concat();
    text.sections[0].text = nasty.concat();
    text.attachments = nasty.map(str::to_owned).to_vec();
    odd.name = nasty.concat();
    assert_eq!(read(&write(&odd)), (Some(odd), vec![]));
}

#[test]
fn the_example_of_the_manual_is_a_campaign() {
    let manual = include_str!("../../docs/campaign.md");
    let example = manual.split("```toml\n").nth(1).unwrap();
    let (campaign, misreads) = read(example.split("```").next().unwrap());
    assert_eq!(misreads, []);
    assert_eq!(rows(&campaign.unwrap(), WeekNumber(1)).len(), 4);
}
