//! Where a comment is written: `@` offers units, Ctrl+Enter sends, and what is not sent stays in this tab.

use diaodu_plan::{
    campaign::{Campaign, UnitId},
    column::Column,
    layout::{DocumentKind, talk::EntryId},
    permission::{self, AccountRole, Author, Visibility},
    row::RowId,
};
use leptos::{ev, html, prelude::*};

use crate::{
    browser,
    grid::{model::CellPlace, pinyin},
    i18n::Locale,
    replica::{Command, Replica, TalkCommand, draft_key},
    session::SessionState,
    store::Store,
};

/// As many units as are offered at once.
const OFFERED_MAX: usize = 8;
/// Longer than any name: behind an `@` so far back nothing is sought any more.
const SOUGHT_LETTERS_MAX: usize = 20;
/// 1,000 letters, as `plan::limits` has it in bytes.
const LETTERS_MAX: usize = diaodu_plan::limits::TEXT_BYTES_MAX / 3;
const LIST_ID: &str = "comment-units";

/// Writes into a cell's thread, or begins one. `answered`: the thread.
#[component]
pub fn CommentBox(
    place: CellPlace,
    answered: Memo<Option<EntryId>>,
    on_close: Callback<()>,
) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let session = SessionState::expect().current;
    let account =
        session.with_untracked(|session| session.as_ref().map(|session| session.account.clone()));
    let week = store.week.number.get_untracked();
    let kept_as = account
        .zip(week)
        .map(|(account, week)| draft_key(&account, week, &place.row, &place.column));
    let kept_as = StoredValue::new(kept_as.unwrap_or_default());
    let text = RwSignal::new(browser::recall_in_tab(&kept_as.get_value()).unwrap_or_default());
    let field = NodeRef::<html::Textarea>::new();
    let (caret, marked) = (RwSignal::new(0_usize), RwSignal::new(0_usize));
    let campaign = store.campaign.clone();
    let cell = StoredValue::new((RowId(place.row), Column::from_id(&place.column)));
    let offered = Memo::new(move |_| {
        let sought = text.with(|text| sought(text, caret.get()).map(str::to_owned));
        let (Some(sought), Some(campaign)) = (sought, campaign.get()) else {
            return Vec::new();
        };
        let visibility = session.with(|session| {
            session
                .as_ref()
                .and_then(|session| Visibility::from_word(&session.visibility))
        });
        let unit = cell.with_value(|(row, _)| row.unit());
        let talk = week
            .zip(unit)
            .map(|(week, unit)| DocumentKind::Talk(week, unit));
        let reads = |unit: &UnitId| {
            talk.as_ref()
                .is_none_or(|talk| reads(unit, talk, &campaign, visibility.unwrap_or_default()))
        };
        units(&campaign, &sought)
            .into_iter()
            .filter(|(id, _)| reads(id))
            .map(|(_, name)| name)
            .take(OFFERED_MAX)
            .collect()
    });
    let is_viewer = Memo::new(move |_| {
        session.with(|session| {
            session
                .as_ref()
                .is_none_or(|session| session.role == AccountRole::Viewer.word())
        })
    });
    Effect::new(move || {
        if let Some(field) = field.get() {
            field.focus().unwrap_or_default();
        }
    });
    let keep = move |now: String| {
        browser::remember_in_tab(&kept_as.get_value(), &now);
        text.set(now);
    };
    let send = Callback::new(move |()| {
        let said = text.with_untracked(|text| text.trim().to_owned());
        let (row, column) = cell.get_value();
        if let (false, Some(column)) = (
            said.is_empty() || said.chars().count() > LETTERS_MAX,
            column,
        ) {
            replica.command(Command::Talk(TalkCommand::Say {
                row,
                column,
                thread: answered.get_untracked(),
                text: said,
            }));
            keep(String::new());
            // Never while somebody composes: sending is a key or a click of its own.
            if let Some(field) = field.get_untracked() {
                field.set_value("");
            }
        }
    });
    let take = Callback::new(move |name: String| {
        let (now, at) = text.with_untracked(|text| completed(text, caret.get_untracked(), &name));
        keep(now);
        if let Some(field) = field.get_untracked() {
            field.set_value(&text.get_untracked());
            field.set_selection_range(at, at).unwrap_or_default();
            field.focus().unwrap_or_default();
        }
        caret.set(usize::MAX);
    });
    let on_key = move |event: ev::KeyboardEvent| {
        // The input method's own keys.
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        let count = offered.with_untracked(Vec::len);
        let step = |by: usize| marked.update(|marked| *marked = (*marked + by) % count.max(1));
        match (event.key().as_str(), count > 0) {
            ("Enter", _) if event.ctrl_key() || event.meta_key() => send.run(()),
            ("ArrowDown", true) => step(1),
            ("ArrowUp", true) => step(count - 1),
            ("Enter" | "Tab", true) => {
                let name = offered.with_untracked(|offered| {
                    offered
                        .get(marked.get_untracked())
                        .or(offered.first())
                        .cloned()
                });
                take.run(name.unwrap_or_default());
            }
            ("Escape", true) => caret.set(usize::MAX),
            ("Escape", false) => on_close.run(()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let on_input = move |_| {
        if let Some(field) = field.get_untracked() {
            keep(field.value());
            let at = field.selection_end().ok().flatten().unwrap_or_default();
            caret.set(at as usize);
            marked.set(0);
        }
    };
    let is_too_long = move || text.with(|text| text.trim().chars().count() > LETTERS_MAX);
    let label = move || {
        locale.say(if answered.with(Option::is_some) {
            "comments-answer"
        } else {
            "comments-new"
        })
    };
    view! {
        <p class="comments-none" hidden=move || !is_viewer.get()>{move || locale.say("closed-reads-only")}</p>
        <div class="comments-box" hidden=move || is_viewer.get()>
            <textarea class="comments-input" rows="3" node_ref=field prop:value=text.get_untracked()
                aria-label=label placeholder=move || locale.say("comments-hint")
                aria-haspopup="listbox" aria-controls=LIST_ID
                aria-activedescendant=move || offered.with(|offered| (!offered.is_empty()).then(|| option_id(marked.get())))
                aria-invalid=move || is_too_long().then_some("true")
                on:input=on_input on:keydown=on_key></textarea>
            <div class="comments-units" id=LIST_ID role="listbox" aria-label=move || locale.say("comments-units") hidden=move || offered.with(Vec::is_empty)>
                {move || offered.get().into_iter().enumerate().map(|(index, name)| {
                    let taken = name.clone();
                    view! {
                        <div class="comments-unit" role="option" id=option_id(index)
                            aria-selected=move || if marked.get() == index { "true" } else { "false" }
                            on:mousedown=move |event: ev::MouseEvent| {
                                event.prevent_default();
                                take.run(taken.clone());
                            }>{name}</div>
                    }
                }).collect_view()}
            </div>
            <p class="comments-none" aria-live="polite">{move || is_too_long().then(|| locale.say_with("mistake-text-too-long", &[("max", (LETTERS_MAX as i64).into())]))}</p>
            <button class="button" data-kind="primary" type="button" on:click=move |_| send.run(())>
                {move || locale.say("comments-send")}<kbd class="keys-chord">"Ctrl+Enter"</kbd>
            </button>
        </div>
    }
}

fn initials(name: &str) -> String {
    name.chars().filter_map(pinyin::initial).collect()
}

fn option_id(index: usize) -> String {
    format!("comment-unit-{index}")
}

/// Says whether a unit's people read a talk: others are not called in vain.
fn reads(unit: &UnitId, talk: &DocumentKind, campaign: &Campaign, visibility: Visibility) -> bool {
    let role = match *unit == campaign.office {
        true => AccountRole::Office,
        false => AccountRole::Unit,
    };
    let person = Author {
        account: String::new(),
        unit: unit.clone(),
        role,
    };
    permission::may_read(&person, talk, campaign, visibility)
}

/// Returns what stands between the last `@` and the caret. `caret`: in UTF-16 units.
fn sought(text: &str, caret: usize) -> Option<&str> {
    let before = &text[..byte_at(text, caret)?];
    let sought = &before[before.rfind('@')? + 1..];
    let is_name =
        !sought.contains(char::is_whitespace) && sought.chars().count() <= SOUGHT_LETTERS_MAX;
    is_name.then_some(sought)
}

/// Puts a name where something was sought. Result: the text, and the caret behind the name.
fn completed(text: &str, caret: usize, name: &str) -> (String, u32) {
    let Some((end, length)) = byte_at(text, caret).zip(sought(text, caret).map(str::len)) else {
        return (text.to_owned(), u32::MAX);
    };
    let before = format!("{}{name} ", &text[..end - length]);
    let at = before.encode_utf16().count() as u32;
    (before + text[end..].trim_start_matches(' '), at)
}

fn byte_at(text: &str, caret: usize) -> Option<usize> {
    let mut units = 0;
    for (byte, letter) in text.char_indices() {
        if units >= caret {
            return Some(byte);
        }
        units += letter.len_utf16();
    }
    (units >= caret).then_some(text.len())
}

/// Finds units by a part of their name, or by pinyin initials; those that begin with it first.
fn units(campaign: &Campaign, sought: &str) -> Vec<(UnitId, String)> {
    let wanted = sought.to_lowercase();
    let mut found: Vec<_> = campaign
        .active_units()
        .filter(|unit| unit.name.contains(sought) || initials(&unit.name).contains(&wanted))
        .map(|unit| {
            (
                !unit.name.starts_with(sought),
                unit.id.clone(),
                unit.name.clone(),
            )
        })
        .collect();
    found.sort_by_key(|(is_inside, _, _)| *is_inside);
    found.into_iter().map(|(_, id, name)| (id, name)).collect()
}

#[cfg(test)]
mod tests {
    use diaodu_plan::{campaign::WeekNumber, fixture};

    use super::*;

    #[test]
    fn what_is_sought_stands_between_the_sign_and_the_caret() {
        assert_eq!(sought("请@住建", 4), Some("住建"));
        assert_eq!(sought("请@住建", 2), Some(""));
        assert_eq!(sought("请@住建 核对", 7), None);
        assert_eq!(sought("请住建", 3), None);
        assert_eq!(sought("😀@住", 4), Some("住"));
        assert_eq!(sought("请@住建", usize::MAX), None);
    }

    #[test]
    fn a_name_takes_the_place_of_what_was_sought() {
        assert_eq!(
            completed("请@住 核对", 3, "区住建局"),
            ("请@区住建局 核对".to_owned(), 7)
        );
        assert_eq!(completed("@", 1, "甲"), ("@甲 ".to_owned(), 3));
    }

    #[test]
    fn units_are_found_by_name_and_by_initials_and_only_readers_are_called() {
        let campaign = fixture::campaign(fixture::SMALL);
        let names = |sought: &str| {
            units(&campaign, sought)
                .into_iter()
                .map(|(id, _)| id.0)
                .collect::<Vec<_>>()
        };
        assert!(names("鸿鹰").contains(&"s-hongying".to_owned()));
        assert!(
            names("hy").contains(&"s-hongying".to_owned()),
            "{:?}",
            names("hy")
        );
        assert_eq!(names("没有"), [""; 0]);
        let talk = DocumentKind::Talk(WeekNumber(1), UnitId("s-hongying".to_owned()));
        let reads =
            |unit: &str, visibility| reads(&UnitId(unit.to_owned()), &talk, &campaign, visibility);
        assert!(reads("s-donganlu", Visibility::All) && !reads("s-donganlu", Visibility::Own));
        assert!(reads("u-shengtai", Visibility::Own), "it leads measure 1");
        assert!(reads("u-office", Visibility::Own));
    }
}
