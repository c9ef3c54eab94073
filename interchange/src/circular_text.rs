//! 通报 in words: from what a circular says and what a person has decided, the paper as blocks. Knows sentences, not pages
//! (see `circular_docx`); always Chinese, as the document itself.

use diaodu_plan::{
    campaign::{Campaign, MeasureNumber, UnitId, Week},
    circular::{Circular, Draft, Mention, MentionKind, fix_rate},
    report::Timeliness,
    row::Duty,
    summary::{Figures, Tallied, UnitLine, Work},
};
use jiff::{Timestamp, civil::Date};

use crate::{
    heading,
    sentences::{Language, official as say},
};

mod tables;

/// A quotation in a sentence is no longer: the sheet has it whole.
const QUOTED_LETTERS_MAX: usize = 120;
/// A quotation in a table is no longer: a page holds some of them.
const TABLE_LETTERS_MAX: usize = 300;

/// A part of the paper, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// 发文机关标志, in red.
    Head(String),
    /// 发文字号; under a 发文机关标志 with the red rule.
    Number {
        /// `平卫攻坚办〔2021〕9号`
        number: String,
        /// Whether the red rule follows.
        ruled: bool,
    },
    /// 标题, line by line.
    Title(Vec<String>),
    /// 主送机关
    Addressees(String),
    /// 一、
    Heading(String),
    /// （一）……。 and what follows in the same paragraph.
    Item {
        /// With its number, up to its full stop.
        lead: String,
        /// The rest.
        text: String,
    },
    /// A paragraph.
    Text(String),
    /// 附件说明: what stands before it, and the titles with their numbers.
    Attachments {
        /// `附件：`
        label: String,
        /// `1. ……`
        titles: Vec<String>,
    },
    /// 署名 and 成文日期, with room for the seal that is pressed by hand. Never a picture.
    Signature {
        /// 署名
        issuer: String,
        /// 成文日期; empty until it is typed.
        date: String,
    },
    /// 附件1: begins a page.
    Attachment {
        /// `附件1`
        label: String,
        /// Its title.
        title: String,
    },
    /// 版记: at the foot of the last page, which is an even one.
    Colophon {
        /// `抄送：……。`; empty where nobody gets a copy.
        copies: String,
        /// 印发机关
        printer: String,
        /// `2021年4月17日印发`; empty until a date is typed.
        printed: String,
    },
    /// What stands over a table.
    Caption(String),
    /// A table.
    Table(Table),
}

/// A table over the whole width of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Columns, in order; their widths sum to 156 mm.
    pub columns: Vec<TableColumn>,
    /// Each as long as `columns`.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    /// What stands over it.
    pub heading: String,
    /// In millimetres.
    pub width_mm: u16,
    /// Text begins at the left; numbers and words stand in the middle.
    pub is_text: bool,
}

/// Writes a circular in words.
///
/// `campaign`, `week`: as they were at the freeze.
pub fn paper(campaign: &Campaign, week: &Week, circular: &Circular, draft: &Draft) -> Vec<Block> {
    Writer {
        campaign,
        week,
        circular,
        draft,
    }
    .paper()
}

struct Writer<'a> {
    campaign: &'a Campaign,
    week: &'a Week,
    circular: &'a Circular,
    draft: &'a Draft,
}

impl Writer<'_> {
    fn paper(&self) -> Vec<Block> {
        let draft = self.draft;
        let mut blocks = Vec::new();
        let ruled = !draft.head.is_empty();
        if ruled {
            blocks.push(Block::Head(draft.head.clone()));
        }
        if ruled || !draft.number.is_empty() {
            blocks.push(Block::Number {
                number: draft.number.clone(),
                ruled,
            });
        }
        blocks.push(Block::Title(self.title()));
        let addressees = or_else(&draft.addressees, || say("circular.addressees", &[]));
        let addressees = addressees.trim_end_matches(['：', ':']);
        blocks.push(Block::Addressees(say(
            "circular.addressed",
            &[("addressees", addressees)],
        )));
        blocks.push(Block::Text(self.opening()));
        let sections = [
            ("circular.reporting", self.reporting()),
            ("circular.environment", paragraphs(&draft.environment)),
            ("circular.work", self.work()),
            ("circular.problems", self.problems()),
            ("circular.next", self.next_steps()),
            ("circular.corrections", self.corrections()),
        ];
        let there = sections.into_iter().filter(|(_, body)| !body.is_empty());
        for (index, (title, body)) in there.enumerate() {
            let (number, title) = (chinese(index + 1), say(title, &[]));
            let values = [("number", number.as_str()), ("heading", &title)];
            blocks.push(Block::Heading(say("circular.heading", &values)));
            blocks.extend(body);
        }
        blocks.push(self.attachments());
        blocks.push(Block::Signature {
            issuer: self.issuer(),
            date: draft.day().map(date).unwrap_or_default(),
        });
        blocks.extend(self.tables());
        blocks.push(self.colophon());
        blocks
    }

    fn issuer(&self) -> String {
        or_else(&self.draft.issuer, || {
            let office = self.campaign.unit(&self.campaign.office);
            office.map_or_else(String::new, |unit| unit.full_name.clone())
        })
    }

    fn colophon(&self) -> Block {
        let copies = self.draft.copies.trim_end_matches(['。', '.']);
        let printed = self.draft.printing_day().map(date);
        Block::Colophon {
            copies: match copies.is_empty() {
                true => String::new(),
                false => say("circular.copies", &[("units", copies)]),
            },
            printer: or_else(&self.draft.printer, || self.issuer()),
            printed: printed.map_or_else(String::new, |date| {
                say("circular.printed", &[("date", &date)])
            }),
        }
    }

    fn title(&self) -> Vec<String> {
        let typed: Vec<String> = self.draft.title.lines().map(str::to_owned).collect();
        if !typed.is_empty() {
            return typed;
        }
        let week = self.circular.week.to_string();
        let values = [("campaign", self.campaign.name.as_str()), ("week", &week)];
        ["circular.title-1", "circular.title-2"]
            .map(|line| say(line, &values))
            .to_vec()
    }

    fn opening(&self) -> String {
        let usual = || say("circular.basis", &[("campaign", &self.campaign.name)]);
        let basis = or_else(&self.draft.basis, usual);
        let (start, end) = (day(self.circular.start), day(self.circular.end));
        let values = [("basis", basis.as_str()), ("start", &start), ("end", &end)];
        say("circular.opening", &values)
    }

    fn reporting(&self) -> Vec<Block> {
        let all = &self.circular.summary.all;
        let due = &all.due;
        let mut text = count(
            "circular.reported",
            &[
                ("units", self.circular.owing),
                ("total", due.total()),
                ("on_time", due.on_time),
                ("late", due.late),
                ("missing", due.missing + due.made_up),
            ],
        )
        .replace("{cutoff}", &self.moment(self.circular.cutoff));
        if due.zero > 0 {
            text += &count("circular.zero", &[("zero", due.zero)]);
        }
        if all.assisting.total() > 0 {
            let reported = all.assisting.on_time + all.assisting.late;
            let numbers = [("total", all.assisting.total()), ("reported", reported)];
            text += &count("circular.assisting", &numbers);
        }
        let mut blocks = vec![Block::Text(text)];
        if due.total() > 0 && due.on_time == due.total() {
            blocks.push(Block::Text(say("circular.all-on-time", &[])));
            return blocks;
        }
        let units = &self.circular.summary.units;
        let owing = || units.iter().filter(|unit| unit.mark.is_some());
        let on_time = owing().filter(|unit| unit.mark == Some(Timeliness::OnTime));
        let late = owing().filter(|unit| unit.figures.due.late > 0);
        let missing = owing().filter(|unit| missing(&unit.figures.due) > 0);
        let lists = [
            (
                "circular.on-time-units",
                on_time
                    .map(|unit| self.unit(&unit.unit).to_owned())
                    .collect(),
            ),
            (
                "circular.late-units",
                late.map(|unit| self.late_unit(unit)).collect(),
            ),
            (
                "circular.missing-units",
                missing
                    .map(|unit| self.counted(&unit.unit, missing_of(unit)))
                    .collect::<Vec<_>>(),
            ),
        ];
        for (key, names) in lists {
            if !names.is_empty() {
                let values = [
                    ("count", names.len().to_string()),
                    ("units", listed(&names)),
                ];
                blocks.push(Block::Text(say_owned(key, &values)));
            }
        }
        blocks
    }

    fn late_unit(&self, unit: &UnitLine) -> String {
        let last = self.circular.last_late.get(&unit.unit);
        let values = [
            ("unit", self.unit(&unit.unit).to_owned()),
            ("count", unit.figures.due.late.to_string()),
            (
                "moment",
                last.map(|at| self.moment(*at)).unwrap_or_default(),
            ),
        ];
        say_owned("circular.late-unit", &values)
    }

    fn counted(&self, unit: &UnitId, rows: usize) -> String {
        let rows = rows.to_string();
        say(
            "circular.counted-unit",
            &[("unit", self.unit(unit)), ("count", &rows)],
        )
    }

    fn work(&self) -> Vec<Block> {
        let all = &self.circular.summary.all;
        let counts = counts(&all.work);
        let mut whole = say("circular.whole", &[("counts", &counts)]);
        if let Some(previous) = &all.previous {
            let change = |now: i64, before: i64| match now - before {
                0 => say("circular.same", &[]),
                more if more > 0 => say("circular.more", &[("count", &more.to_string())]),
                less => say("circular.less", &[("count", &(-less).to_string())]),
            };
            let (now, before) = (all.work.week, previous.week);
            let values = [
                ("checked", change(now.checked, before.checked)),
                ("found", change(now.found, before.found)),
                ("fixed", change(now.fixed, before.fixed)),
            ];
            whole += &say_owned("circular.change", &values);
        }
        let mut blocks = vec![Block::Text(whole)];
        let actions = self.circular.summary.actions.iter();
        for (index, (number, figures)) in actions.enumerate() {
            let title = self.campaign.action(*number).map(|a| a.title.as_str());
            let index = chinese(index + 1);
            let values = [
                ("number", index.as_str()),
                ("item", title.unwrap_or_default().trim_end_matches('。')),
            ];
            blocks.push(Block::Item {
                lead: say("circular.item", &values),
                text: self.action(*number, figures),
            });
        }
        blocks
    }

    fn action(&self, number: diaodu_plan::campaign::ActionNumber, figures: &Figures) -> String {
        let mut text = counts(&figures.work);
        if figures.work.done > 0 {
            text += &count("circular.done", &[("done", figures.work.done)]);
        }
        if figures.work.lagging > 0 {
            text += &count("circular.lagging", &[("lagging", figures.work.lagging)]);
        }
        let of_action = self.campaign.measures.iter().filter(|m| m.action == number);
        for measure in of_action.clone() {
            let texts = self.circular.texts.iter();
            let texts = texts.filter(|(of, _)| *of == measure.number);
            text.extend(texts.map(|(_, text)| in_one_paragraph(text)));
        }
        let mut leads: Vec<String> = Vec::new();
        for party in of_action.flat_map(|measure| &measure.lead) {
            let name = self.campaign.name_parties(std::slice::from_ref(party));
            if !leads.contains(&name) {
                leads.push(name);
            }
        }
        if !leads.is_empty() {
            text += &say("circular.leads", &[("units", &listed(&leads))]);
        }
        text
    }

    fn problems(&self) -> Vec<Block> {
        let points = [
            ("circular.point-reporting", self.point_reporting()),
            ("circular.point-content", self.point_content()),
            ("circular.point-lagging", self.point_lagging()),
        ];
        let there = points.into_iter().filter(|(_, text)| !text.is_empty());
        let mut blocks: Vec<Block> = there
            .enumerate()
            .map(|(index, (title, text))| {
                let (number, title) = (chinese(index + 1), say(title, &[]));
                let values = [("number", number.as_str()), ("point", &title)];
                Block::Text(say("circular.point", &values) + &text)
            })
            .collect();
        blocks.extend(paragraphs(&self.draft.remarks));
        let listed = self.named(MentionKind::Problem).count();
        if listed > 0 {
            let numbers = [("count", listed), ("number", 3)];
            blocks.push(Block::Text(count("circular.listed", &numbers)));
        }
        blocks
    }

    fn point_reporting(&self) -> String {
        let kinds = [
            (MentionKind::Missing, "circular.named-missing"),
            (MentionKind::Late, "circular.named-late"),
            (MentionKind::Repeated, "circular.named-repeated"),
        ];
        let told = kinds.map(|(kind, key)| {
            let names = self.named(kind).map(|mention| match kind {
                MentionKind::Repeated => self.unit(&mention.unit).to_owned(),
                MentionKind::Missing
                | MentionKind::Late
                | MentionKind::Vague
                | MentionKind::Inconsistent
                | MentionKind::Lagging
                | MentionKind::Problem => self.counted(&mention.unit, mention.rows.len()),
            });
            sentence_of(key, &names.collect::<Vec<_>>())
        });
        told.concat()
    }

    fn point_content(&self) -> String {
        let kinds = [
            (MentionKind::Vague, "circular.named-vague"),
            (MentionKind::Inconsistent, "circular.named-inconsistent"),
        ];
        let told = kinds.map(|(kind, key)| {
            // Each unit once, in plan order.
            let names = self.campaign.active_units().filter_map(|unit| {
                let of_unit = self.named(kind).filter(|mention| mention.unit == unit.id);
                let rows = of_unit.flat_map(|mention| &mention.rows);
                let measures = rows.filter_map(|row| Some(row.measure()?.to_string()));
                let measures: Vec<String> = measures.collect();
                let listed = listed(&measures);
                let values = [("unit", unit.name.as_str()), ("measures", &listed)];
                (!measures.is_empty()).then(|| say("circular.of-measures", &values))
            });
            sentence_of(key, &names.collect::<Vec<_>>())
        });
        told.concat()
    }

    fn point_lagging(&self) -> String {
        let told = self.named(MentionKind::Lagging).map(|mention| {
            let problem = quoted(&mention.problem, QUOTED_LETTERS_MAX);
            let key = match problem.is_empty() || problem == say("circular.nothing", &[]) {
                true => "circular.lagging-bare",
                false => "circular.lagging-row",
            };
            let values = [
                ("unit", self.unit(&mention.unit)),
                ("measure", self.measure_of(mention)),
                ("problem", &problem),
            ];
            say(key, &values)
        });
        told.collect()
    }

    fn next_steps(&self) -> Vec<Block> {
        if !self.draft.next_steps.is_empty() {
            return paragraphs(&self.draft.next_steps);
        }
        // A holiday moves one week: what is written of every week comes from one that was not moved.
        let mut usual = self.campaign.weeks.iter();
        let usual = usual.find(|week| week.due_reason.is_empty());
        let due = self.campaign.local(usual.unwrap_or(self.week).due);
        let days = say("circular.weekdays", &[]);
        let weekday = usize::from(due.date().weekday().to_monday_zero_offset().unsigned_abs());
        let weekday = days.chars().nth(weekday).map(String::from);
        let values = [
            ("weekday", weekday.unwrap_or_default()),
            ("time", clock("", due)),
        ];
        let usual = ["circular.next-1", "circular.next-2", "circular.next-3"];
        let usual = usual.map(|key| say_owned(key, &values));
        usual.iter().map(|line| paragraph(line)).collect()
    }

    fn corrections(&self) -> Vec<Block> {
        let told = self.circular.amendments.iter().map(|amendment| {
            let cells = amendment.cells.iter().map(|(column, old, new)| {
                let values = [
                    ("column", {
                        let group = heading::group(Language::Chinese, *column);
                        group.unwrap_or_default() + &heading::heading(Language::Chinese, *column)
                    }),
                    ("old", shown(old)),
                    ("new", shown(new)),
                ];
                say_owned("circular.amended-cell", &values)
            });
            let files = amendment
                .files
                .iter()
                .map(|name| say("circular.amended-file", &[("name", name)]));
            let unit = match amendment.row.duty {
                Duty::Owed => self.unit(&amendment.row.unit).to_owned(),
                Duty::Assisting | Duty::Released => say("circular.amended-assisting", &[]),
            };
            let office = self.unit(&self.campaign.office);
            let by = match amendment.by_lead {
                true => say("circular.by-lead", &[("office", office)]),
                false => office.to_owned(),
            };
            let values = [
                ("week", amendment.week.to_string()),
                ("unit", unit),
                ("measure", self.measure(amendment.row.measure).to_owned()),
                ("cells", listed(&told(cells.chain(files).collect()))),
                ("reason", quoted(&amendment.reason, QUOTED_LETTERS_MAX)),
                ("by", by),
            ];
            Block::Text(say_owned("circular.amended", &values))
        });
        told.collect()
    }

    fn named(&self, kind: MentionKind) -> impl Iterator<Item = &Mention> {
        self.circular.named(self.draft, kind)
    }

    fn unit<'a>(&'a self, id: &'a UnitId) -> &'a str {
        let unit = self.campaign.unit(id);
        unit.map_or(id.0.as_str(), |unit| unit.name.as_str())
    }

    fn measure(&self, number: MeasureNumber) -> &str {
        let measure = self.campaign.measure(number);
        measure.map_or("", |measure| measure.title.as_str())
    }

    fn measure_of(&self, mention: &Mention) -> &str {
        let first = mention.rows.first().and_then(|row| row.measure());
        first.map_or("", |number| self.measure(number))
    }

    fn moment(&self, at: Timestamp) -> String {
        let local = self.campaign.local(at);
        clock(&day(local.date()), local)
    }
}

/// Where nothing was changed the row was made up for as it stood.
fn told(changes: Vec<String>) -> Vec<String> {
    match changes.is_empty() {
        true => vec![say("circular.amended-made-up", &[])],
        false => changes,
    }
}

/// `4月16日16时`, `4月16日18时20分`
fn clock(day: &str, local: jiff::civil::DateTime) -> String {
    let (hour, minute) = (local.hour().to_string(), local.minute().to_string());
    let key = match local.minute() {
        0 => "circular.hour",
        _ => "circular.minute",
    };
    let values = [("day", day), ("hour", &hour), ("minute", &minute)];
    say(key, &values)
}

fn missing(due: &Tallied) -> usize {
    due.missing + due.made_up
}

fn missing_of(unit: &UnitLine) -> usize {
    missing(&unit.figures.due)
}

fn counts(work: &Work) -> String {
    let rate = match fix_rate(work) {
        nothing if nothing == diaodu_plan::table::NOTHING => String::new(),
        rate => say("circular.rate", &[("rate", &rate)]),
    };
    let number = |number: i64| number.to_string();
    let values = [
        ("checked", number(work.week.checked)),
        ("found", number(work.week.found)),
        ("fixed", number(work.week.fixed)),
        ("checked_total", number(work.total.checked)),
        ("found_total", number(work.total.found)),
        ("fixed_total", number(work.total.fixed)),
        ("rate", rate),
    ];
    say_owned("circular.counts", &values)
}

fn sentence_of(key: &str, names: &[String]) -> String {
    match names.is_empty() {
        true => String::new(),
        false => say(key, &[("units", &listed(names))]),
    }
}

fn count(key: &str, numbers: &[(&str, usize)]) -> String {
    let values = numbers
        .iter()
        .map(|(name, number)| (*name, number.to_string()));
    say_owned(key, &values.collect::<Vec<_>>())
}

fn say_owned(key: &str, values: &[(&str, String)]) -> String {
    let values: Vec<(&str, &str)> = values.iter().map(|(n, v)| (*n, v.as_str())).collect();
    say(key, &values)
}

fn listed(names: &[String]) -> String {
    names.join(&say("circular.and", &[]))
}

fn or_else(typed: &str, usual: impl FnOnce() -> String) -> String {
    match typed.is_empty() {
        true => usual(),
        false => typed.to_owned(),
    }
}

fn day(date: Date) -> String {
    let (month, day) = (date.month().to_string(), date.day().to_string());
    say("circular.day", &[("month", &month), ("day", &day)])
}

fn date(date: Date) -> String {
    let values = [
        ("year", date.year().to_string()),
        ("month", date.month().to_string()),
        ("day", date.day().to_string()),
    ];
    say_owned("circular.date", &values)
}

/// Makes sentences of one paragraph of what a lead typed.
fn in_one_paragraph(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let ended = lines.map(
        |line| match line.ends_with(['。', '；', '！', '？', '：']) {
            true => line.to_owned(),
            false => line.to_owned() + &say("circular.stop", &[]),
        },
    );
    ended.collect()
}

/// Makes paragraphs of what a person typed.
fn paragraphs(text: &str) -> Vec<Block> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(paragraph).collect()
}

/// A line that begins with （一） up to its first full stop is an item, as the plan's own sections are.
fn paragraph(line: &str) -> Block {
    let stop = say("circular.stop", &[]);
    if line.starts_with('（')
        && let Some(end) = line.find(&stop)
    {
        let (lead, text) = line.split_at(end + stop.len());
        return Block::Item {
            lead: lead.to_owned(),
            text: text.to_owned(),
        };
    }
    Block::Text(line.to_owned())
}

/// One line of it, without a full stop at its end, cut where it is longer.
fn quoted(text: &str, letters_max: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let line = line.trim_end_matches(['。', '；', ';', '.']);
    match line.char_indices().nth(letters_max) {
        Some((end, _)) => line[..end].to_owned() + &say("circular.cut", &[]),
        None => line.to_owned(),
    }
}

fn shown(cell: &str) -> String {
    or_else(&quoted(cell, QUOTED_LETTERS_MAX), || {
        say("circular.empty", &[])
    })
}

/// Writes a number from 1 to 99 in Chinese: 十, 十一, 二十, 九十九.
fn chinese(number: usize) -> String {
    let digits: Vec<char> = say("circular.digits", &[]).chars().collect();
    let ten = say("circular.ten", &[]);
    let digit = |digit: usize| digits.get(digit).map(char::to_string).unwrap_or_default();
    match (number / 10, number % 10) {
        (0, ones) => digit(ones),
        (1, 0) => ten,
        (1, ones) => ten + &digit(ones),
        (tens, 0) => digit(tens) + &ten,
        (tens, ones) => digit(tens) + &ten + &digit(ones),
    }
}

#[cfg(test)]
#[path = "circular_text_tests.rs"]
pub(crate) mod tests;
