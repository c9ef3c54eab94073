//! Headings: what a column is called on paper, and which column a heading on paper means.

use diaodu_plan::column::Column;

use crate::sentences::{Language, sentence};

/// Returns the heading of a column.
pub fn heading(language: Language, column: Column) -> String {
    sentence(language, &format!("heading.{}", column.id()), &[])
}

/// Returns the heading over a column that it shares with its neighbours, e.g. 本周.
pub fn group(language: Language, column: Column) -> Option<String> {
    let id = column.id();
    let is_of = |group: &&str| {
        id.strip_suffix(group)
            .is_some_and(|rest| rest.ends_with('_'))
    };
    let group = ["week", "total"].into_iter().find(is_of)?;
    Some(sentence(language, &format!("group.{group}"), &[]))
}

/// Returns the column that a heading means, under the heading that stands over it, if one does.
///
/// Blanks and line breaks do not count: people break headings to make columns narrow.
pub fn column(language: Language, over: Option<&str>, title: &str) -> Option<Column> {
    let plain = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let over = over.map(plain).filter(|over| !over.is_empty());
    let is_meant = |column: &Column| {
        plain(&heading(language, *column)) == plain(title)
            && group(language, *column).map(|group| plain(&group)) == over
    };
    Column::ALL.into_iter().find(is_meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_means_its_column_and_no_other() {
        for language in [Language::Chinese, Language::English] {
            for each in Column::ALL {
                let over = group(language, each);
                let title = heading(language, each);
                assert_eq!(column(language, over.as_deref(), &title), Some(each));
            }
        }
    }

    #[test]
    fn a_broken_heading_means_the_same_and_a_strange_one_nothing() {
        let found = |over, title| column(Language::Chinese, over, title);
        assert_eq!(
            found(Some("累 计"), "发现\n问题数"),
            Some(Column::FoundTotal)
        );
        assert_eq!(found(None, "发现问题数"), None);
        assert_eq!(found(None, "天气"), None);
    }
}
