//! Going to a row by the number or name of its task, or by its unit.

use leptos::{ev, html, prelude::*};

use crate::{grid::model::CellPlace, i18n::Locale, store::Store, ui::dialog::Dialog};

/// As many rows as are offered: they fit under the field without scrolling.
const OFFERED_MAX: usize = 8;

/// Asks for a row. `column`: the column to go to; emptied when it closes. `reveal`: takes the cell to go to.
#[component]
pub fn GoTo(
    column: RwSignal<Option<String>>,
    reveal: RwSignal<Option<CellPlace>>,
) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let labels = StoredValue::new(store.week.labels());
    let sought = RwSignal::new(String::new());
    let field = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(field) = field.get() {
            field.focus().unwrap_or_default();
        }
    });
    let found = Memo::new(move |_| labels.with_value(|labels| rows(labels, &sought.get())));
    let go = move |row: String| {
        let to = column.get_untracked().unwrap_or_default();
        column.set(None);
        reveal.set(Some(CellPlace { row, column: to }));
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let first = found.with_untracked(|found| found.first().cloned());
        if event.key() == "Enter"
            && !event.is_composing()
            && let Some((row, _)) = first
        {
            event.prevent_default();
            go(row);
        }
    };
    let nothing =
        move || found.with(Vec::is_empty) && sought.with(|sought| !sought.trim().is_empty());
    view! {
        <Dialog label=Signal::derive(move || locale.say("go-to-title")) on_close=Callback::new(move |()| column.set(None))>
            <h2 class="dialog-title">{move || locale.say("go-to-title")}</h2>
            <input class="field-input keys-field" type="search" node_ref=field
                aria-label=move || locale.say("go-to-hint") placeholder=move || locale.say("go-to-hint")
                on:input=move |event| sought.set(event_target_value(&event)) on:keydown=on_key/>
            <ul class="keys-lines">
                {move || found.get().into_iter().map(|(row, label)| view! {
                    <li class="keys-line">
                        <button class="keys-command" type="button" on:click=move |_| go(row.clone())>{label}</button>
                    </li>
                }).collect_view()}
            </ul>
            <p class="keys-none" hidden=move || !nothing()>{move || locale.say("go-to-none")}</p>
        </Dialog>
    }
}

/// Returns the first rows whose label holds all that is sought, each part in any order: id and label.
fn rows(labels: &[(String, String)], sought: &str) -> Vec<(String, String)> {
    let parts: Vec<String> = sought.split_whitespace().map(str::to_lowercase).collect();
    if parts.is_empty() {
        return Vec::new();
    }
    labels
        .iter()
        .filter(|(_, label)| {
            let label = label.to_lowercase();
            parts.iter().all(|part| label.contains(part))
        })
        .take(OFFERED_MAX)
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_what_is_sought_must_be_there() {
        let labels = [
            "鸿鹰街道办事处，重点任务 7 扬尘",
            "区住建局，重点任务 7 扬尘",
            "鸿鹰街道办事处，重点任务 17 散煤",
        ];
        let labels: Vec<(String, String)> = labels
            .iter()
            .enumerate()
            .map(|(index, label)| (index.to_string(), (*label).to_owned()))
            .collect();
        let found = |sought: &str| -> Vec<String> {
            rows(&labels, sought)
                .into_iter()
                .map(|(row, _)| row)
                .collect()
        };
        assert_eq!(found("7 鸿鹰"), ["0", "2"]);
        assert_eq!(found("住建 扬尘"), ["1"]);
        assert!(found("  ").is_empty());
        assert!(found("没有").is_empty());
    }
}
