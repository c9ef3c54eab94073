//! The attachments of a 通报: reporting statistics, summary of the work, list of problems.

use diaodu_plan::{
    campaign::UnitId,
    circular::{MentionKind, fix_rate},
    summary::{Figures, Tallied},
};

use super::{
    Block, TABLE_LETTERS_MAX, Table, TableColumn, Writer, in_one_paragraph, missing, quoted, say,
};

impl Writer<'_> {
    /// The attachments that there are, by title.
    fn titles(&self) -> Vec<String> {
        let week = self.circular.week.to_string();
        let title = |key| say(key, &[("week", &week)]);
        let mut titles = vec![
            title("circular.table-reports"),
            title("circular.table-work"),
        ];
        if self.named(MentionKind::Problem).next().is_some() {
            titles.push(title("circular.table-problems"));
        }
        titles
    }

    pub(super) fn attachments(&self) -> Block {
        let numbered = self.titles().into_iter().enumerate().map(|(index, title)| {
            let number = (index + 1).to_string();
            say(
                "circular.attachment",
                &[("number", &number), ("title", &title)],
            )
        });
        Block::Attachments {
            label: say("circular.attachments", &[]),
            titles: numbered.collect(),
        }
    }

    pub(super) fn tables(&self) -> Vec<Block> {
        let bodies = [self.reports(), self.work_and_texts(), vec![self.list()]];
        let mut blocks = Vec::new();
        for (index, (title, body)) in self.titles().into_iter().zip(bodies).enumerate() {
            let number = (index + 1).to_string();
            blocks.push(Block::Attachment {
                label: say("circular.attachment-label", &[("number", &number)]),
                title,
            });
            blocks.extend(body);
        }
        blocks
    }

    fn reports(&self) -> Vec<Block> {
        let summary = &self.circular.summary;
        let owing = summary.units.iter().filter(|unit| unit.mark.is_some());
        let mut units: Vec<Vec<String>> = Vec::new();
        for unit in owing {
            let mut row = vec![
                (units.len() + 1).to_string(),
                self.unit(&unit.unit).to_owned(),
            ];
            row.extend(reported(&unit.figures.due));
            row.push(unit.figures.due.zero.to_string());
            row.push(unit.mark.map_or("", |mark| mark.word()).to_owned());
            row.push(unit.complete.map_or_else(
                || diaodu_plan::table::NOTHING.to_owned(),
                |at| self.moment(at),
            ));
            units.push(row);
        }
        let mut total = vec![String::new(), say("circular.total", &[])];
        total.extend(reported(&summary.all.due));
        total.push(summary.all.due.zero.to_string());
        total.extend([String::new(), String::new()]);
        units.push(total);
        let of_units = table(
            &[
                ("number", 10, false),
                ("unit", 40, true),
                ("due", 11, false),
                ("on-time", 11, false),
                ("late", 11, false),
                ("missing", 11, false),
                ("zero", 12, false),
                ("mark", 15, false),
                ("complete", 35, false),
            ],
            units,
        );
        vec![
            caption("circular.caption-units"),
            of_units,
            caption("circular.caption-leads"),
            self.groups("lead", &summary.leads),
            caption("circular.caption-streets"),
            self.groups("street", &summary.streets),
        ]
    }

    fn groups(&self, of: &str, groups: &[(UnitId, Figures)]) -> Block {
        let rows = groups.iter().enumerate().map(|(index, (unit, figures))| {
            let mut row = vec![(index + 1).to_string(), self.unit(unit).to_owned()];
            row.extend(reported(&figures.due));
            row.extend(worked(figures));
            row
        });
        table(
            &[
                ("number", 10, false),
                (of, 42, true),
                ("due", 11, false),
                ("on-time", 11, false),
                ("late", 11, false),
                ("missing", 11, false),
                ("found-total", 16, false),
                ("fixed-total", 16, false),
                ("rate", 16, false),
                ("lagging", 12, false),
            ],
            rows.collect(),
        )
    }

    /// The figures of each measure; behind them, where there are any, what the leads say of it, as they wrote it.
    fn work_and_texts(&self) -> Vec<Block> {
        if self.circular.texts.is_empty() {
            return vec![self.summary()];
        }
        vec![
            caption("circular.caption-work"),
            self.summary(),
            caption("circular.caption-texts"),
            self.texts(),
        ]
    }

    fn texts(&self) -> Block {
        let texts = self.circular.texts.iter();
        let rows = texts.map(|(number, text)| {
            let measure = self.campaign.measure(*number);
            let lead = measure.map(|measure| self.campaign.name_parties(&measure.lead));
            vec![
                number.to_string(),
                self.measure(*number).to_owned(),
                lead.unwrap_or_default(),
                in_one_paragraph(text),
            ]
        });
        table(
            &[
                ("number", 10, false),
                ("measure", 37, true),
                ("lead", 26, true),
                ("text", 83, true),
            ],
            rows.collect(),
        )
    }

    fn summary(&self) -> Block {
        let measures = self.circular.measures.iter();
        let mut rows: Vec<Vec<String>> = measures
            .map(|(number, figures)| {
                let measure = self.campaign.measure(*number);
                let lead = measure.map(|measure| self.campaign.name_parties(&measure.lead));
                let title = self.measure(*number).to_owned();
                let first = vec![number.to_string(), title, lead.unwrap_or_default()];
                summary_row(first, figures)
            })
            .collect();
        let first = vec![String::new(), say("circular.total", &[]), String::new()];
        rows.push(summary_row(first, &self.circular.summary.all));
        table(
            &[
                ("number", 8, false),
                ("measure", 37, true),
                ("lead", 23, true),
                ("due", 8, false),
                ("on-time", 8, false),
                ("late", 8, false),
                ("missing", 8, false),
                ("checked", 9, false),
                ("found", 9, false),
                ("fixed", 9, false),
                ("found-total", 9, false),
                ("fixed-total", 9, false),
                ("rate", 11, false),
            ],
            rows,
        )
    }

    fn list(&self) -> Block {
        let named = self.named(MentionKind::Problem).enumerate();
        let rows = named.map(|(index, mention)| {
            vec![
                (index + 1).to_string(),
                self.unit(&mention.unit).to_owned(),
                self.measure_of(mention).to_owned(),
                quoted(&mention.problem, TABLE_LETTERS_MAX),
                quoted(&mention.next_plan, TABLE_LETTERS_MAX),
            ]
        });
        table(
            &[
                ("number", 10, false),
                ("unit", 26, true),
                ("measure", 30, true),
                ("problem", 50, true),
                ("next", 40, true),
            ],
            rows.collect(),
        )
    }
}

fn summary_row(mut first: Vec<String>, figures: &Figures) -> Vec<String> {
    first.extend(reported(&figures.due));
    let week = figures.work.week;
    first.extend([week.checked, week.found, week.fixed].map(|number| number.to_string()));
    let [found, fixed, rate, _] = worked(figures);
    first.extend([found, fixed, rate]);
    first
}

fn reported(due: &Tallied) -> [String; 4] {
    [due.total(), due.on_time, due.late, missing(due)].map(|number| number.to_string())
}

fn worked(figures: &Figures) -> [String; 4] {
    let work = &figures.work;
    [
        work.total.found.to_string(),
        work.total.fixed.to_string(),
        fix_rate(work),
        work.lagging.to_string(),
    ]
}

fn caption(key: &str) -> Block {
    Block::Caption(say(key, &[]))
}

fn table(columns: &[(&str, u16, bool)], rows: Vec<Vec<String>>) -> Block {
    let columns = columns.iter().map(|(name, width_mm, is_text)| TableColumn {
        heading: say(&format!("circular.column-{name}"), &[]),
        width_mm: *width_mm,
        is_text: *is_text,
    });
    Block::Table(Table {
        columns: columns.collect(),
        rows,
    })
}
