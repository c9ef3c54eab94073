//! The sheet of keys: every chord of the table, by chapter, searched by word; a command is also carried out from here.

use leptos::{ev, html, prelude::*};

use crate::{
    grid::{
        keymap::{BINDINGS, Binding, Chapter},
        model::Command,
    },
    i18n::Locale,
    ui::dialog::Dialog,
};

/// One line of the sheet: what it is called, and its bindings.
type Entry = (&'static str, Vec<&'static Binding>);

/// Shows the sheet; closes itself by setting `open` to false. `order`: takes what is chosen.
#[component]
pub fn KeySheet(open: RwSignal<bool>, order: RwSignal<Option<Command>>) -> impl IntoView {
    let locale = Locale::expect();
    let sought = RwSignal::new(String::new());
    let field = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(field) = field.get() {
            field.focus().unwrap_or_default();
        }
    });
    let close = Callback::new(move |()| open.set(false));
    let run = Callback::new(move |command: Command| {
        open.set(false);
        order.set(Some(command));
    });
    let first = move || {
        let found = Chapter::ALL
            .into_iter()
            .flat_map(|chapter| entries(chapter, &sought.get_untracked(), locale));
        found.map(|(_, bindings)| bindings[0].command).next()
    };
    let on_key = move |event: ev::KeyboardEvent| {
        // Enter that picks a candidate is the input method's.
        if event.key() == "Enter"
            && !event.is_composing()
            && let Some(command) = untrack(first)
        {
            run.run(command);
        }
    };
    let is_empty = move || {
        Chapter::ALL
            .into_iter()
            .all(|chapter| entries(chapter, &sought.get(), locale).is_empty())
    };
    view! {
        <Dialog label=Signal::derive(move || locale.say("keys-title")) on_close=close>
            <h2 class="dialog-title">{move || locale.say("keys-title")}</h2>
            <input class="field-input keys-field" type="search" node_ref=field
                aria-label=move || locale.say("keys-search") placeholder=move || locale.say("keys-search")
                on:input=move |event| sought.set(event_target_value(&event)) on:keydown=on_key/>
            <div class="keys">
                <div class="keys-columns">{move || Chapter::ALL.into_iter().filter_map(|chapter| {
                    let found = entries(chapter, &sought.get(), locale);
                    (!found.is_empty()).then(|| chapter_view(chapter, found, run, locale))
                }).collect_view()}</div>
                <p class="keys-none" hidden=move || !is_empty()>{move || locale.say("keys-none")}</p>
            </div>
            <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>
                {move || locale.say("close")}
            </button>
        </Dialog>
    }
}

fn chapter_view(
    chapter: Chapter,
    entries: Vec<Entry>,
    run: Callback<Command>,
    locale: Locale,
) -> impl IntoView {
    let lines = entries.into_iter().map(|(word, bindings)| {
        let command = bindings[0].command;
        let chords = bindings.iter().map(|binding| {
            view! {
                <kbd class="keys-chord" data-chord=binding.keys data-modes=modes(binding)>{shown(binding.keys)}</kbd>
            }
        });
        view! {
            <li class="keys-line">
                <button class="keys-command" type="button" disabled=command == Command::Native on:click=move |_| run.run(command)>
                    {locale.say(word)}
                </button>
                <span class="keys-chords">{chords.collect_view()}</span>
            </li>
        }
    });
    view! {
        <section class="keys-chapter">
            <h3 class="keys-heading">{locale.say(chapter.word())}</h3>
            <ul class="keys-lines">{lines.collect_view()}</ul>
        </section>
    }
}

/// Returns the lines of a chapter that hold what is sought; neighbours of one name share a line.
fn entries(chapter: Chapter, sought: &str, locale: Locale) -> Vec<Entry> {
    let sought = sought.trim().to_lowercase();
    let mut found: Vec<Entry> = Vec::new();
    for binding in BINDINGS.iter().filter(|binding| binding.chapter == chapter) {
        match found.iter_mut().find(|(word, _)| *word == binding.word) {
            Some((_, bindings)) => bindings.push(binding),
            None => found.push((binding.word, vec![binding])),
        }
    }
    found.retain(|(word, bindings)| {
        let keys = bindings
            .iter()
            .any(|binding| shown(binding.keys).to_lowercase().contains(&sought));
        keys || locale.say(word).to_lowercase().contains(&sought)
    });
    for (_, bindings) in &mut found {
        let mut met: Vec<&str> = Vec::new();
        bindings.retain(|binding| {
            let is_new = !met.contains(&binding.keys);
            met.push(binding.keys);
            is_new
        });
    }
    found
}

fn modes(binding: &Binding) -> String {
    let words = binding
        .modes
        .iter()
        .map(|mode| format!("{mode:?}").to_lowercase());
    words.collect::<Vec<_>>().join(" ")
}

/// Writes keys as they stand on keyboards.
pub fn shown(keys: &str) -> String {
    let name = |key: &str| match key {
        "ArrowUp" => "↑".to_owned(),
        "ArrowDown" => "↓".to_owned(),
        "ArrowLeft" => "←".to_owned(),
        "ArrowRight" => "→".to_owned(),
        "Escape" => "Esc".to_owned(),
        "PageUp" => "PgUp".to_owned(),
        "PageDown" => "PgDn".to_owned(),
        "Semicolon" => ";".to_owned(),
        "Quote" => "'".to_owned(),
        "Equal" => "=".to_owned(),
        "Minus" => "-".to_owned(),
        "Backquote" => "`".to_owned(),
        "Backslash" => "\\".to_owned(),
        "Slash" => "/".to_owned(),
        "Period" => ".".to_owned(),
        "ContextMenu" => "Menu".to_owned(),
        other => other.to_owned(),
    };
    keys.split('+').map(name).collect::<Vec<_>>().join("+")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_on_keyboards() {
        assert_eq!(shown("Ctrl+Shift+Semicolon"), "Ctrl+Shift+;");
        assert_eq!(shown("Alt+ArrowDown"), "Alt+↓");
    }
}
