//! Draws the headings: one row of titles, and above it the groups that some of them share.

use leptos::prelude::*;

use super::model::ColumnSpec;

/// A heading as it is drawn.
#[derive(Debug, Clone, PartialEq)]
struct Heading {
    text: String,
    hint: String,
    /// First column, counted from 1.
    column: usize,
    span: usize,
    /// Rows of headings that it covers.
    tall: bool,
    frozen_px: Option<f64>,
    id: Option<String>,
}

/// Returns how many rows of headings there are.
pub fn head_rows(columns: &[ColumnSpec]) -> usize {
    if columns.iter().any(|column| column.group.is_some()) {
        2
    } else {
        1
    }
}

/// Lays the headings out in one or two rows. Neighbours of the same group share one heading.
fn layout(columns: &[ColumnSpec]) -> Vec<Vec<Heading>> {
    let two = head_rows(columns) == 2;
    let (mut upper, mut lower): (Vec<Heading>, Vec<Heading>) = (Vec::new(), Vec::new());
    let mut left_px = 0.0;
    let mut open_group: Option<&str> = None;
    for (index, column) in columns.iter().enumerate() {
        let heading = Heading {
            text: column.title.clone(),
            hint: column.hint.clone(),
            column: index + 1,
            span: 1,
            tall: two && column.group.is_none(),
            frozen_px: column.frozen.then_some(left_px),
            id: Some(column.id.clone()),
        };
        left_px += column.width_px;
        let Some(group) = column.group.as_deref() else {
            open_group = None;
            upper.push(heading);
            continue;
        };
        match upper.last_mut() {
            Some(last) if open_group == Some(group) => last.span += 1,
            Some(_) | None => upper.push(Heading {
                text: group.to_owned(),
                hint: String::new(),
                id: None,
                ..heading.clone()
            }),
        }
        open_group = Some(group);
        lower.push(heading);
    }
    if two { vec![upper, lower] } else { vec![upper] }
}

/// Draws the headings.
#[component]
pub fn Header(columns: Signal<std::sync::Arc<Vec<ColumnSpec>>>) -> impl IntoView {
    move || {
        let rows = columns.with(|columns| layout(columns));
        rows.into_iter()
            .enumerate()
            .map(|(index, row)| {
                view! {
                    <div class="grid-head-row" role="row" aria-rowindex=(index + 1).to_string()>
                        {row.into_iter().map(heading).collect_view()}
                    </div>
                }
            })
            .collect_view()
    }
}

fn heading(heading: Heading) -> impl IntoView {
    let Heading {
        text,
        hint,
        column,
        span,
        tall,
        frozen_px,
        id,
    } = heading;
    view! {
        <div
            class="grid-heading"
            role="columnheader"
            data-column=id.clone()
            data-group=id.is_none().then_some("true")
            data-tall=tall.then_some("true")
            data-frozen=frozen_px.is_some().then_some("true")
            aria-colindex=column.to_string()
            aria-colspan=(span > 1).then(|| span.to_string())
            aria-rowspan=tall.then_some("2")
            title=(!hint.is_empty()).then_some(hint)
            style:left=frozen_px.map(|left| format!("{left}px"))
            style:grid-column=format!("{column} / span {span}")
        >
            {text}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::CellKind;
    use super::*;

    fn check(columns: &[(&str, &str)], expected: &[&str]) {
        let columns: Vec<ColumnSpec> = columns
            .iter()
            .map(|(title, group)| ColumnSpec {
                id: (*title).to_owned(),
                title: (*title).to_owned(),
                group: (!group.is_empty()).then(|| (*group).to_owned()),
                width_px: 100.0,
                frozen: false,
                kind: CellKind::Text,
                hint: String::new(),
            })
            .collect();
        let text = |heading: &Heading| {
            let tall = if heading.tall { "|" } else { "" };
            format!(
                "{}{}@{}+{}",
                heading.text, tall, heading.column, heading.span
            )
        };
        let rows: Vec<String> = layout(&columns)
            .iter()
            .map(|row| row.iter().map(text).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn neighbours_share_their_group() {
        check(
            &[
                ("单位", ""),
                ("排查", "本周"),
                ("整改", "本周"),
                ("排查", "累计"),
                ("备注", ""),
            ],
            &[
                "单位|@1+1 本周@2+2 累计@4+1 备注|@5+1",
                "排查@2+1 整改@3+1 排查@4+1",
            ],
        );
        check(
            &[("甲", "组"), ("乙", ""), ("丙", "组")],
            &["组@1+1 乙|@2+1 组@3+1", "甲@1+1 丙@3+1"],
        );
        check(&[("甲", ""), ("乙", "")], &["甲@1+1 乙@2+1"]);
    }
}
