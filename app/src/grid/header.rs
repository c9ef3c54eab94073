//! Draws the headings: one row of titles, and above it the groups that some of them share. Each title can be moved, resized, and
//! opens the list of its sort and filter.

use std::time::Duration;

use leptos::prelude::*;

use super::desk::Desk;
use super::header_drag::{Drag, Guide, Kind};
use super::model::ColumnSpec;
use crate::i18n::Locale;

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
pub fn Header(desk: Desk) -> impl IntoView {
    let drag = Drag::new(desk);
    let columns = desk.columns;
    // What headings are taken by comes after the first rows: nobody reaches for it before.
    let is_painted = RwSignal::new(false);
    request_animation_frame(move || {
        set_timeout(
            move || {
                is_painted.try_set(true);
            },
            Duration::ZERO,
        );
    });
    view! {
        {move || {
            let rows = columns.with(|columns| layout(columns));
            rows.into_iter()
                .enumerate()
                .map(|(index, row)| {
                    view! {
                        <div class="grid-head-row" role="row" aria-rowindex=(index + 1).to_string()>
                            {row.into_iter().map(|heading| draw(desk, (drag, is_painted), heading)).collect_view()}
                        </div>
                    }
                })
                .collect_view()
        }}
        <Guide drag/>
    }
}

fn draw(
    desk: Desk,
    (drag, is_painted): (Drag, RwSignal<bool>),
    heading: Heading,
) -> impl IntoView + use<> {
    let Heading {
        text,
        hint,
        column,
        span,
        tall,
        frozen_px,
        id,
    } = heading;
    let arrangement = desk.shape().arrangement;
    let title = text.clone();
    let handled = id.clone().map(|id| {
        move || {
            let (id, text) = (id.clone(), title.clone());
            is_painted.get().then(|| handles(desk, drag, id, text))
        }
    });
    let sorted = {
        let id = id.clone();
        move || {
            let id = id.as_deref()?;
            // Only the gravest key: readers of screens know one.
            let down = arrangement.with(|now| {
                now.sort
                    .first()
                    .filter(|key| key.column == id)
                    .map(|key| key.down)
            })?;
            Some(if down { "descending" } else { "ascending" })
        }
    };
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
            aria-sort=sorted
            title=(!hint.is_empty()).then_some(hint)
            style:left=frozen_px.map(|left| format!("{left}px"))
            style:grid-column=format!("{column} / span {span}")
        >
            <span class="grid-heading-text">{text}</span>
            {handled}
        </div>
    }
}

/// What a heading is taken by: its grip, the button of its list, its edge.
fn handles(desk: Desk, drag: Drag, id: String, text: String) -> impl IntoView + use<> {
    let locale = Locale::expect();
    let shape = desk.shape();
    let said = move |key: &'static str| {
        let text = text.clone();
        move || locale.say_with(key, &[("column", text.clone().into())])
    };
    let id = StoredValue::new(id);
    let named = move || id.get_value();
    let is_filtered = Memo::new(move |_| {
        id.with_value(|id| shape.arrangement.with(|now| now.filters.contains_key(id)))
    });
    let sorted = Memo::new(move |_| {
        id.with_value(|id| {
            shape.arrangement.with(|now| {
                let (number, key) = now.sorted(id)?;
                let several = now.sort.len() > 1;
                Some((several.then(|| number.to_string()), key.down))
            })
        })
    });
    let is_open =
        move || id.with_value(|id| shape.open_list.with(|open| open.as_ref() == Some(id)));
    let toggle = move || {
        let open = (!is_open_now(shape.open_list, &named())).then(&named);
        desk.finish();
        shape.open_list.set(open);
    };
    view! {
        <span class="grid-grip" title=said("heading-move")
            on:mousedown=keep_focus
            on:pointerdown=move |event| drag.begin(Kind::Move, named(), &event)
            on:pointermove=move |event| drag.moved(&event)
            on:pointerup=move |event| drag.ended(&event)
            on:pointercancel=move |_| drag.given_up()></span>
        <button class="grid-list-button" type="button" tabindex="-1" aria-haspopup="dialog"
            aria-expanded=move || is_open().to_string()
            aria-label=said("list-open") title=said("list-open")
            data-filtered=move || is_filtered.get().then_some("true")
            data-sorted=move || sorted.get().map(|(_, down)| if down { "down" } else { "up" })
            data-number=move || sorted.get().and_then(|(number, _)| number)
            on:mousedown=keep_focus
            on:click=move |_| toggle()></button>
        <span class="grid-edge" title=said("heading-resize")
            on:mousedown=keep_focus
            on:pointerdown=move |event| drag.begin(Kind::Resize, named(), &event)
            on:pointermove=move |event| drag.moved(&event)
            on:pointerup=move |event| drag.ended(&event)
            on:pointercancel=move |_| drag.given_up()
            on:dblclick=move |event| {
                event.stop_propagation();
                desk.fit_column(&named());
            }></span>
    }
}

fn is_open_now(open: RwSignal<Option<String>>, id: &str) -> bool {
    open.with_untracked(|open| open.as_deref() == Some(id))
}

/// The focus stays in the editor, and the heading below is not pressed.
fn keep_focus(event: leptos::ev::MouseEvent) {
    event.prevent_default();
    event.stop_propagation();
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
