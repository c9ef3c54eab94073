//! How one person has arranged the table: columns, sort, filters, folded groups. Plain data, kept and sent as text; moves no rows
//! for anybody else.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::model::ColumnSpec;

/// 40 to 800 px: a number fits, and a column stays narrower than a screen.
pub const WIDTH_PX_MIN: u16 = 40;
/// See `WIDTH_PX_MIN`.
pub const WIDTH_PX_MAX: u16 = 800;
/// 760 px of frozen columns: on the narrowest desk, 1,366 px, others must have room beside them.
const FROZEN_PX_MAX: f64 = 760.0;
/// 8 keys: nobody tells the order of more.
const SORT_KEYS_MAX: usize = 8;
/// 16,000 bytes: 300 chosen words of a filter with room; a saved view travels in the catalogue.
pub const TEXT_BYTES_MAX: usize = 16_000;

/// How one person has arranged the table. Columns and bands by id; unknown ones are kept and mean nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Arrangement {
    /// Which rows are wanted, in a word of the screen's; empty for its own choice.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rows: String,
    /// Columns in the order chosen; those not named stand behind their neighbour from the screen's own order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<String>,
    /// Columns that were shown or hidden against the screen's own choice.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub shown: BTreeMap<String, bool>,
    /// Widths that were chosen, in CSS pixels.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub widths: BTreeMap<String, u16>,
    /// The last frozen column, empty for none; without a choice the screen's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen: Option<String>,
    /// The gravest first; none leaves the rows as they are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<SortKey>,
    /// By column; a row has to pass all of them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub filters: BTreeMap<String, Filter>,
    /// The filters are kept and let everything pass.
    #[serde(skip_serializing_if = "is_false")]
    pub filters_off: bool,
    /// Bands whose rows are folded away.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub folded: BTreeSet<String>,
}

/// One key of a sort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortKey {
    /// By which column.
    pub column: String,
    /// The greatest first.
    #[serde(default)]
    pub down: bool,
}

/// What a cell must be for its row to pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Filter {
    /// Filed under one of these words; the empty word is an empty cell.
    OneOf(BTreeSet<String>),
    /// Holding a text, or its initials.
    Contains(String),
    /// Empty.
    Empty,
    /// Not empty.
    Filled,
}

/// A column of the screen: its id, and whether it is shown without anybody's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known<'a> {
    /// Stable id.
    pub id: &'a str,
    /// Whether it is shown without anybody's choice.
    pub shown: bool,
}

/// In which order the columns stand: indexes into what the screen knows, the shown ones first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// All columns.
    pub columns: Vec<usize>,
    /// So many of them are shown.
    pub shown: usize,
}

fn is_false(is: &bool) -> bool {
    !*is
}

impl Arrangement {
    /// Reads one that was kept; `None` for what is none.
    pub fn from_text(text: &str) -> Option<Self> {
        if text.len() > TEXT_BYTES_MAX {
            return None;
        }
        let mut read: Self = serde_json::from_str(text).ok()?;
        for width in read.widths.values_mut() {
            *width = (*width).clamp(WIDTH_PX_MIN, WIDTH_PX_MAX);
        }
        read.sort.truncate(SORT_KEYS_MAX);
        Some(read)
    }

    /// Writes it; `None` if it holds more than may be kept.
    pub fn to_text(&self) -> Option<String> {
        serde_json::to_string(self)
            .ok()
            .filter(|text| text.len() <= TEXT_BYTES_MAX)
    }

    /// Returns the order of the screen's columns. At least one is shown.
    pub fn ordered(&self, known: &[Known<'_>]) -> Order {
        let mut all: Vec<usize> = Vec::new();
        for id in &self.order {
            let index = known.iter().position(|column| column.id == id);
            all.extend(index.filter(|index| !all.contains(index)));
        }
        for index in 0..known.len() {
            if !all.contains(&index) {
                let neighbour = (0..index)
                    .rev()
                    .find_map(|before| all.iter().position(|placed| *placed == before));
                all.insert(neighbour.map_or(0, |place| place + 1), index);
            }
        }
        let is_shown = |index: &usize| {
            let column = known[*index];
            self.shown.get(column.id).copied().unwrap_or(column.shown)
        };
        let (mut columns, hidden): (Vec<usize>, Vec<usize>) = all.into_iter().partition(is_shown);
        let shown = columns.len().max(1);
        columns.extend(hidden);
        Order { columns, shown }
    }

    /// Gives the shown columns their widths, and freezes the first of them.
    ///
    /// `letters`: how much larger than usual letters are; columns grow with them, so that the same words fit.
    pub fn dress(&self, columns: &mut [ColumnSpec], letters: f64) {
        for column in columns.iter_mut() {
            let own = self.widths.get(&column.id).copied().map(f64::from);
            column.width_px = (own.unwrap_or(column.width_px) * letters).round();
        }
        let count = match &self.frozen {
            None => columns.iter().take_while(|column| column.frozen).count(),
            Some(last) => columns
                .iter()
                .position(|column| column.id == *last)
                .map_or(0, |index| index + 1),
        };
        let mut together_px = 0.0;
        let mut still = true;
        for (index, column) in columns.iter_mut().enumerate() {
            together_px += column.width_px;
            still = still && index < count && together_px <= FROZEN_PX_MAX;
            column.frozen = still;
        }
    }

    /// Moves a column before another, or behind all. `all`: the columns as they stand.
    pub fn move_column(&mut self, all: &[&str], moved: &str, before: Option<&str>) {
        if before == Some(moved) || !all.contains(&moved) {
            return;
        }
        let mut order: Vec<String> = all
            .iter()
            .filter(|id| **id != moved)
            .map(|id| (*id).to_owned())
            .collect();
        let place = before.and_then(|before| order.iter().position(|id| id == before));
        order.insert(place.unwrap_or(order.len()), moved.to_owned());
        self.order = order;
    }

    /// Sets the width of a column.
    pub fn set_width(&mut self, column: &str, width_px: f64) {
        let width = width_px
            .round()
            .clamp(f64::from(WIDTH_PX_MIN), f64::from(WIDTH_PX_MAX));
        self.widths.insert(column.to_owned(), width as u16);
    }

    /// Sorts by a column: alone, or behind the keys that there are.
    pub fn sort_by(&mut self, column: &str, down: bool, behind: bool) {
        if !behind {
            self.sort.clear();
        }
        let key = SortKey {
            column: column.to_owned(),
            down,
        };
        match self.sort.iter_mut().find(|key| key.column == column) {
            Some(known) => *known = key,
            None => self.sort.push(key),
        }
        self.sort.truncate(SORT_KEYS_MAX);
    }

    /// Returns how a column is sorted, and as which key, counted from 1.
    pub fn sorted(&self, column: &str) -> Option<(usize, &SortKey)> {
        let index = self.sort.iter().position(|key| key.column == column)?;
        Some((index + 1, &self.sort[index]))
    }

    /// Sets or takes away the filter of a column. Whoever sets one wants filters to hold.
    pub fn set_filter(&mut self, column: &str, filter: Option<Filter>) {
        match filter {
            Some(filter) => {
                self.filters.insert(column.to_owned(), filter);
                self.filters_off = false;
            }
            None => drop(self.filters.remove(column)),
        }
    }

    /// Tells whether rows may be kept out.
    pub fn filters_hold(&self) -> bool {
        !self.filters_off && !self.filters.is_empty()
    }

    /// Folds a band away, or unfolds it.
    pub fn toggle_fold(&mut self, band: &str) {
        if !self.folded.remove(band) {
            self.folded.insert(band.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::chance::numbers;
    use super::super::model::CellKind;
    use super::*;

    const IDS: [&str; 6] = ["number", "unit", "measure", "progress", "status", "remark"];

    fn known() -> Vec<Known<'static>> {
        IDS.iter()
            .map(|id| Known {
                id,
                shown: *id != "measure",
            })
            .collect()
    }

    fn shown(arrangement: &Arrangement) -> String {
        let order = arrangement.ordered(&known());
        let names: Vec<&str> = order.columns.iter().map(|index| IDS[*index]).collect();
        format!(
            "{} | {}",
            names[..order.shown].join(" "),
            names[order.shown..].join(" ")
        )
    }

    fn specs(frozen: usize, width_px: f64) -> Vec<ColumnSpec> {
        IDS.iter()
            .enumerate()
            .map(|(index, id)| ColumnSpec {
                id: (*id).to_owned(),
                title: String::new(),
                group: None,
                width_px,
                frozen: index < frozen,
                kind: CellKind::Text,
                hint: String::new(),
            })
            .collect()
    }

    #[test]
    fn without_a_choice_the_screens_own_order_stands() {
        assert_eq!(
            shown(&Arrangement::default()),
            "number unit progress status remark | measure"
        );
    }

    #[test]
    fn columns_move_hide_and_come_back() {
        let mut arrangement = Arrangement::default();
        arrangement.move_column(&IDS, "status", Some("unit"));
        arrangement.shown.insert("remark".to_owned(), false);
        arrangement.shown.insert("measure".to_owned(), true);
        assert_eq!(
            shown(&arrangement),
            "number status unit measure progress | remark"
        );
        arrangement.move_column(&IDS, "number", None);
        assert_eq!(
            shown(&arrangement),
            "unit measure progress status number | remark"
        );
        arrangement.order = vec!["status".to_owned(), "gone".to_owned(), "number".to_owned()];
        assert_eq!(
            shown(&arrangement),
            "status number unit measure progress | remark"
        );
        let hidden = IDS.map(|id| (id.to_owned(), false));
        arrangement.shown = hidden.into();
        assert!(shown(&arrangement).starts_with("status | remark"));
    }

    #[test]
    fn every_column_stands_somewhere_whatever_was_kept() {
        let mut draw = numbers(3);
        for _ in 0..1_000 {
            let mut arrangement = Arrangement::default();
            for _ in 0..draw(9) {
                arrangement.order.push(IDS[draw(6) as usize].to_owned());
                let hides = draw(2) == 0;
                arrangement
                    .shown
                    .insert(IDS[draw(6) as usize].to_owned(), hides);
            }
            let order = arrangement.ordered(&known());
            let mut sorted = order.columns.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3, 4, 5], "{arrangement:?}");
            assert!((1..=6).contains(&order.shown));
            let text = arrangement.to_text().expect("small");
            assert_eq!(Arrangement::from_text(&text), Some(arrangement));
        }
    }

    #[test]
    fn frozen_columns_are_the_first_ones_and_leave_room() {
        let frozen = |arrangement: &Arrangement, width_px: f64| {
            let mut columns = specs(2, width_px);
            arrangement.dress(&mut columns, 1.0);
            columns
                .iter()
                .map(|column| column.frozen)
                .filter(|is| *is)
                .count()
        };
        let mut arrangement = Arrangement::default();
        assert_eq!(frozen(&arrangement, 100.0), 2);
        arrangement.frozen = Some("progress".to_owned());
        assert_eq!(frozen(&arrangement, 100.0), 4);
        assert_eq!(frozen(&arrangement, 300.0), 2);
        arrangement.frozen = Some(String::new());
        assert_eq!(frozen(&arrangement, 100.0), 0);
    }

    #[test]
    fn what_was_kept_is_read_within_its_bounds() {
        let read =
            Arrangement::from_text(r#"{"widths":{"unit":9},"sort":[{"column":"unit"}],"later":1}"#)
                .expect("unknown fields are left alone");
        assert_eq!(read.widths["unit"], WIDTH_PX_MIN);
        assert_eq!(
            read.sorted("unit").map(|(number, key)| (number, key.down)),
            Some((1, false))
        );
        assert_eq!(Arrangement::from_text("7"), None);
        assert_eq!(
            Arrangement::from_text(&" ".repeat(TEXT_BYTES_MAX + 1)),
            None
        );
    }

    #[test]
    fn sort_keys_stand_in_the_order_in_which_they_were_chosen() {
        let mut arrangement = Arrangement::default();
        arrangement.sort_by("unit", false, true);
        arrangement.sort_by("status", true, true);
        arrangement.sort_by("unit", true, true);
        let keys: Vec<(&str, bool)> = arrangement
            .sort
            .iter()
            .map(|key| (key.column.as_str(), key.down))
            .collect();
        assert_eq!(keys, [("unit", true), ("status", true)]);
        arrangement.sort_by("remark", false, false);
        assert_eq!(arrangement.sort.len(), 1);
    }
}
