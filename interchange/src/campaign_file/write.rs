//! Writes a campaign as a file that `read` takes back unchanged.

use std::fmt::Display;

use diaodu_plan::{
    campaign::{Campaign, Measure, Party, Unit, UnitId, Week},
    plan_text::PlanText,
};
use toml::Value;

use super::{
    ALL_STREETS, FORMAT, RELEVANT_STREETS,
    scalar::{kind_word, offset_text},
};
use crate::sentences::{Language, sentence};

/// Writes a campaign as its file.
///
/// `campaign`: one that `read` could have given. Result: a text that `read` takes back to an equal campaign.
pub fn write(campaign: &Campaign) -> String {
    let mut file = File(sentence(Language::Chinese, "file.heading", &[]));
    file.0.push_str("\n\n");
    file.line("format", FORMAT);
    file.text("id", &campaign.id);
    file.text("name", &campaign.name);
    file.text("table_title", &campaign.table_title);
    file.line("start", campaign.start);
    file.line("end", campaign.end);
    file.text("utc_offset", &offset_text(campaign.utc_offset_minutes));
    file.text("office", &campaign.office.0);
    if let Some(day) = campaign.action_plan_due {
        file.line("action_plan_due", day);
    }
    if let Some(text) = &campaign.plan_text {
        file.plan_text(text);
    }
    for unit in &campaign.units {
        file.unit(unit);
    }
    for action in &campaign.actions {
        file.heading("actions");
        file.line("number", action.number);
        file.text("title", &action.title);
        if !action.preamble.is_empty() {
            file.text("preamble", &action.preamble);
        }
        let is_of_action = |measure: &&Measure| measure.action == action.number;
        for measure in campaign.measures.iter().filter(is_of_action) {
            file.measure(measure);
        }
    }
    for week in &campaign.weeks {
        file.week(campaign, week);
    }
    file.0
}

struct File(String);

impl File {
    fn heading(&mut self, name: &str) {
        self.0.push_str(&format!("\n[[{name}]]\n"));
    }

    fn line(&mut self, key: &str, value: impl Display) {
        self.0.push_str(&format!("{key} = {value}\n"));
    }

    fn text(&mut self, key: &str, text: &str) {
        self.line(key, Value::String(text.to_owned()));
    }

    /// Writes nothing for an empty list.
    fn list<'a>(&mut self, key: &str, items: impl Iterator<Item = &'a str>) {
        let items: Vec<String> = items
            .map(|item| Value::String(item.to_owned()).to_string())
            .collect();
        if !items.is_empty() {
            self.line(key, format!("[{}]", items.join(", ")));
        }
    }

    fn plan_text(&mut self, text: &PlanText) {
        self.0.push_str("\n[plan]\n");
        self.text("number", &text.number);
        self.text("notice_title", &text.notice_title);
        self.text("notice", &text.notice);
        self.text("title", &text.title);
        if !text.introduction.is_empty() {
            self.text("introduction", &text.introduction);
        }
        self.list("attachments", text.attachments.iter().map(String::as_str));
        for section in &text.sections {
            self.heading("plan.sections");
            self.text("title", &section.title);
            if !section.text.is_empty() {
                self.text("text", &section.text);
            }
            if section.measures {
                self.line("measures", true);
            }
        }
    }

    fn unit(&mut self, unit: &Unit) {
        self.heading("units");
        self.text("id", &unit.id.0);
        self.text("name", &unit.name);
        if unit.full_name != unit.name {
            self.text("full_name", &unit.full_name);
        }
        self.text("kind", kind_word(unit.kind));
        if !unit.active {
            self.line("active", false);
        }
    }

    fn measure(&mut self, measure: &Measure) {
        self.heading("actions.measures");
        self.line("number", measure.number);
        self.text("title", &measure.title);
        self.text("text", &measure.text);
        self.list("lead", measure.lead.iter().map(party));
        self.list("implementing", measure.implementing.iter().map(party));
        self.list("cooperating", measure.cooperating.iter().map(party));
        let streets = measure.relevant_streets.iter();
        self.list("relevant_streets", streets.map(|UnitId(id)| id.as_str()));
    }

    fn week(&mut self, campaign: &Campaign, week: &Week) {
        self.heading("weeks");
        self.line("number", week.number);
        self.line("start", week.start);
        self.line("end", week.end);
        let offset = offset_text(campaign.utc_offset_minutes);
        self.line("due", format!("{}{offset}", campaign.local(week.due)));
    }
}

fn party(party: &Party) -> &str {
    match party {
        Party::Unit(UnitId(id)) => id,
        Party::AllStreets => ALL_STREETS,
        Party::RelevantStreets => RELEVANT_STREETS,
    }
}
