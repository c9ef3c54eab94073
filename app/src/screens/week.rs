//! The week: one table over the sheets of all units.

use std::sync::Arc;

use diaodu_plan::{campaign::UnitId, column::Column, row::RowId, value};
use diaodu_wire::http::Session;
use leptos::prelude::*;

use super::{
    arranged::Arranged, arranging::Arranging, choose::Choose, drafts::Drafts, header::Header,
    sign_in::SignIn, status::Warnings,
};
use crate::{
    grid::{
        Grid,
        model::{CellCheck, CellPlace, GridAction, GridSource, GridWords, RowSource},
    },
    i18n::Locale,
    replica::{Command, Replica, Typed},
    session::SessionState,
    store::{Store, row::mistake_sentence},
    ui::{banner::Notice, dialog::Dialog},
};

/// The week on screen.
#[component]
pub fn WeekScreen(session: Session) -> impl IntoView {
    let locale = Locale::expect();
    let state = SessionState::expect();
    let replica: Replica = expect_context();
    let own = UnitId(session.unit.clone());
    let arranging = Arranging::remembered(&session.account, own);
    let choosing = RwSignal::new(None::<CellPlace>);
    let notice = RwSignal::new(None::<String>);
    let reveal = RwSignal::new(None::<CellPlace>);
    let source = source(arranging);
    let words = Signal::derive(move || words(locale));
    let act = replica.clone();
    let on_action = Callback::new(move |action| perform(action, &act, choosing, notice, locale));
    let tell = replica.clone();
    let on_active = Callback::new(move |place| tell.command(Command::BeIn(place)));
    let account = StoredValue::new(session.account.clone());
    // The same person has signed in again: the loop dials at once.
    Effect::new(move |was: Option<bool>| {
        let is_expired = state.is_expired.get();
        if was == Some(true) && !is_expired {
            replica.command(Command::Renewed);
        }
        is_expired
    });
    view! {
        <div class="week">
            <Header session arranging/>
            <Warnings/>
            <Drafts reveal/>
            <Arranged arranging/>
            <main class="week-table">
                <Grid source words on_action on_active reveal/>
            </main>
            <Notice text=notice/>
            <Show when=move || choosing.get().is_some()>
                <Choose place=choosing/>
            </Show>
            <Show when=move || state.is_expired.get()>
                <Dialog label=Signal::derive(move || locale.say("sign-in-again"))>
                    <SignIn account=account.get_value() is_again=true/>
                </Dialog>
            </Show>
        </div>
    }
}

fn source(arranging: Arranging) -> GridSource {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let rows = store.week.clone();
    let row: RowSource = Arc::new(move |id| rows.row(id));
    let check: CellCheck = Arc::new(move |_, column, text| {
        let column = Column::from_id(column)?;
        let mistake = value::parse(column, text).err()?;
        Some(mistake_sentence(mistake, untrack(|| locale.language())))
    });
    GridSource {
        columns: arranging.columns,
        lines: arranging.lines,
        row,
        others: store.others.into(),
        check,
        shape: arranging.shape,
    }
}

fn perform(
    action: GridAction,
    replica: &Replica,
    choosing: RwSignal<Option<CellPlace>>,
    notice: RwSignal<Option<String>>,
    locale: Locale,
) {
    let typed = |row: String, column: String, text: String| {
        Some(Typed {
            row: RowId(row),
            column: Column::from_id(&column)?,
            text,
        })
    };
    match action {
        GridAction::Commit { row, column, text } => {
            replica.command(Command::Write(
                typed(row, column, text).into_iter().collect(),
            ));
        }
        GridAction::Fill { cells } => {
            let cells = cells
                .into_iter()
                .filter_map(|(row, column, text)| typed(row, column, text));
            replica.command(Command::Write(cells.collect()));
        }
        GridAction::Clear { cells } => {
            let cells = cells
                .into_iter()
                .filter_map(|(row, column)| typed(row, column, String::new()));
            replica.command(Command::Write(cells.collect()));
        }
        GridAction::Undo => replica.command(Command::Undo),
        GridAction::Redo => replica.command(Command::Redo),
        GridAction::Save => notice.set(Some(untrack(|| locale.say("saved-by-itself")))),
        GridAction::Choose(place) => choosing.set(Some(place)),
        // The grid has said why.
        GridAction::Refused(_) => {}
    }
}

fn words(locale: Locale) -> GridWords {
    GridWords {
        label: locale.say("grid-label"),
        empty: locale.say("grid-empty"),
        comma: locale.say("grid-comma"),
        blank: locale.say("grid-blank"),
        conflict: locale.say("grid-conflict"),
        draft: locale.say("grid-draft"),
        readonly: locale.say("grid-readonly"),
        choices: locale.say("grid-choices"),
        detail: locale.say("grid-detail"),
        detail_close: locale.say("grid-detail-close"),
    }
}
