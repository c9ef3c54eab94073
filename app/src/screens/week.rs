//! The week: one table over the sheets of all units.

use std::sync::Arc;

use diaodu_plan::{
    campaign::{Campaign, UnitId},
    column::Column,
    row::RowId,
    value,
};
use diaodu_wire::http::Session;
use jiff::Timestamp;
use leptos::prelude::*;

use super::{
    around::{Around, AroundTable, decline_word, listen_for_panes, report_sentence},
    arranged::Arranged,
    arranging::Arranging,
    cell_menu::MenuPlace,
    circular::unsigned::Unsigned,
    comments::{ReturnedComments, Talking},
    conflicts::Conflicts,
    corrections::Correcting,
    display::Display,
    drafts::Drafts,
    following::Following,
    header::{Header, neighbour},
    history::who_text,
    print::form::{self, Paper},
    sign_in::SignIn,
    status::Warnings,
};
use crate::{
    grid::{
        Grid,
        model::{
            CellCheck, CellClock, CellPlace, CellTheirs, Command as GridCommand, GridAction,
            GridSource, GridWords, Here, RowSource, Stamp,
        },
    },
    i18n::{Language, Locale},
    later::{beside, cards, comments, later, load_soon, print},
    replica::{Command, LeftAlone, Replica, Shut, Typed},
    session::SessionState,
    store::{Store, refusal::reason_sentence, row::mistake_sentence},
    ui::{banner::Notice, dialog::Dialog, screen::Screen},
};

/// The week on screen.
#[component]
pub fn WeekScreen(session: Session) -> impl IntoView {
    let locale = Locale::expect();
    let state = SessionState::expect();
    let replica: Replica = expect_context();
    let first = session.unit.clone();
    let own = Memo::new(move |_| {
        let current = state.current.get();
        UnitId(current.map_or_else(|| first.clone(), |session| session.unit))
    });
    let arranging = Arranging::remembered(&session.account, own);
    let notice = RwSignal::new(None::<String>);
    let reveal = RwSignal::new(None::<CellPlace>);
    let order = RwSignal::new(None::<GridCommand>);
    let conflicts = Conflicts::new(reveal, notice);
    let correcting = Correcting::new();
    provide_context(correcting);
    provide_context(Unsigned::new());
    let talking = Talking::new(reveal, order);
    let around = Around::new(reveal, notice, order, conflicts, talking, correcting);
    let history = around.history;
    provide_context(history);
    listen_for_panes(order);
    let is_there = load_soon(arranging.shape);
    let paper = RwSignal::new(Paper::remembered());
    form::listen(paper, arranging);
    let open_week = open_week(replica.clone());
    let table = StoredValue::new(source(arranging));
    let screen = Screen::watched();
    provide_context(screen);
    let words = Signal::derive(move || words(locale));
    let act = replica.clone();
    let desk = Surroundings {
        notice,
        around,
        open_week,
        locale,
    };
    let on_action = Callback::new(move |action| perform(action, &act, desk));
    let tell = replica.clone();
    let on_active = Callback::new(move |here: Option<Here>| {
        history.follow(here.as_ref().map(|here| &here.place));
        around.follow(here.as_ref().map(|here| &here.place));
        tell.command(Command::BeIn(here));
    });
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
            <Header session arranging reveal conflicts talking is_there/>
            <Warnings/>
            <Drafts reveal/>
            <ReturnedComments talking/>
            <Following order/>
            <Arranged arranging/>
            <div class="week-body">
                <main class="week-table" data-pane="table" data-history=move || history.is_shown().then_some("open")>
                    <Show when=move || screen.shows_cards() fallback=move || view! {
                        <Grid source=table.get_value() words on_action on_active reveal order/>
                    }>
                        {later(cards(reveal, conflicts.choosing))}
                    </Show>
                    <AroundTable around/>
                </main>
                <Show when=move || around.beside.with(Option::is_some)>
                    {later(beside(around.beside, order, conflicts.choosing))}
                </Show>
                <Show when=move || talking.place.with(Option::is_some)>{later(comments(talking))}</Show>
            </div>
            <Show when=move || around.print.get()>{later(print(around.print, paper, arranging))}</Show>
            <Notice text=notice/>
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
    let rows = store.week.clone();
    let check: CellCheck = Arc::new(move |_, column, text| {
        let column = Column::from_id(column)?;
        let mistake = value::parse(column, text).err()?;
        Some(mistake_sentence(mistake, untrack(|| locale.language())))
    });
    let theirs: CellTheirs = Arc::new(move |text: &str| {
        let text = text.to_owned();
        untrack(|| locale.say_with("field-theirs", &[("text", text.into())]))
    });
    let campaign = store.campaign.clone();
    let followed = store.followed.clone();
    let (news, drafts) = (store.week.news.clone(), store.week.drafts.clone());
    let state = SessionState::expect();
    let clock: CellClock = Arc::new(move |stamp| untrack(|| now(&campaign, state, stamp)));
    GridSource {
        columns: arranging.columns,
        lines: arranging.lines,
        row,
        glance: Arc::new(move |id| rows.glance(id)),
        changed: Signal::derive(move || {
            news.track();
            drafts.track();
        }),
        others: store.others.into(),
        followed: Signal::derive(move || {
            followed.with(|followed| followed.as_ref()?.place.clone())
        }),
        check,
        theirs,
        clock,
        aloud: expect_context::<Display>().is_aloud(),
        shape: arranging.shape,
    }
}

/// Writes the date or the time on the campaign's wall, by the server's clock; empty before either is known.
fn now(campaign: &ArcRwSignal<Option<Arc<Campaign>>>, state: SessionState, stamp: Stamp) -> String {
    let local = campaign
        .get_untracked()
        .zip(Timestamp::from_millisecond(state.server_now_ms()).ok())
        .map(|(campaign, now)| campaign.local(now));
    local.map_or_else(String::new, |now| match stamp {
        Stamp::Date => now.date().to_string(),
        Stamp::Time => format!("{:02}:{:02}", now.hour(), now.minute()),
    })
}

/// Opens the week so many after the one on screen.
fn open_week(replica: Replica) -> Callback<i16> {
    let store: Store = expect_context();
    let (campaign, number) = (store.campaign, store.week.number);
    Callback::new(move |by| {
        let target = number
            .get_untracked()
            .and_then(|week| neighbour(&*campaign.get_untracked()?, week, by));
        if let Some(week) = target {
            replica.command(Command::OpenWeek(week));
        }
    })
}

/// What stands around the table and answers it.
#[derive(Clone, Copy)]
struct Surroundings {
    notice: RwSignal<Option<String>>,
    around: Around,
    open_week: Callback<i16>,
    locale: Locale,
}

fn perform(action: GridAction, replica: &Replica, desk: Surroundings) {
    let Surroundings {
        notice,
        around,
        open_week,
        locale,
    } = desk;
    let say = |key: &str| notice.set(Some(untrack(|| locale.say(key))));
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
        GridAction::Undo | GridAction::Redo if around.history.is_past() => say("readonly-past"),
        GridAction::Undo => replica.command(Command::Undo(left_alone(notice, locale))),
        GridAction::Redo => replica.command(Command::Redo(left_alone(notice, locale))),
        GridAction::Save => say("saved-by-itself"),
        GridAction::CannotCopy => say("copy-shape"),
        GridAction::WillTurn => say("paste-will-turn"),
        GridAction::NothingToRepeat => say("nothing-to-repeat"),
        GridAction::Decline(decline) => say(decline_word(decline)),
        GridAction::Report(report) => {
            notice.set(Some(untrack(|| report_sentence(&report, locale))));
        }
        GridAction::Ask {
            ask,
            place,
            x_px,
            y_px,
        } => around.answer(ask, place, MenuPlace { x_px, y_px }, open_week),
        GridAction::Choose(place) => around.conflicts.choosing.set(Some(place)),
        // The grid has said why.
        GridAction::Refused(_) => {}
    }
}

/// Says which cells undo has left alone.
fn left_alone(notice: RwSignal<Option<String>>, locale: Locale) -> Callback<LeftAlone> {
    Callback::new(move |left: LeftAlone| {
        notice.set(Some(left_alone_sentence(
            left,
            untrack(|| locale.language()),
        )));
    })
}

fn left_alone_sentence(left: LeftAlone, language: Language) -> String {
    let LeftAlone {
        cells,
        standing,
        whose,
        shut,
        lost,
    } = left;
    let whose: Vec<String> = whose.iter().map(|who| who_text(who, language)).collect();
    let count = |cells: usize| i64::try_from(cells).unwrap_or(i64::MAX);
    let foreign = (cells > 0).then(|| {
        let key = match (standing.is_empty(), whose.is_empty()) {
            (true, _) => "undo-left-alone-empty",
            (false, true) => "undo-left-alone",
            (false, false) => "undo-left-alone-whose",
        };
        let values = [
            ("count", count(cells).into()),
            ("value", standing.into()),
            ("whose", whose.join(" / ").into()),
        ];
        language.say_with(key, &values)
    });
    let shut = shut.map(
        |Shut {
             cells,
             reason,
             unit,
         }| {
            let reason = reason_sentence(&reason, &unit, language);
            let reason = reason.trim_end_matches(['。', '.']).to_owned();
            let values = [("count", count(cells).into()), ("reason", reason.into())];
            language.say_with("undo-closed", &values)
        },
    );
    let lost = (lost > 0).then(|| language.say_with("undo-lost", &[("count", count(lost).into())]));
    let sentences: Vec<String> = foreign.into_iter().chain(shut).chain(lost).collect();
    sentences.join(" ")
}

fn words(locale: Locale) -> GridWords {
    GridWords {
        label: locale.say("grid-label"),
        empty: locale.say("grid-empty"),
        comma: locale.say("grid-comma"),
        blank: locale.say("grid-blank"),
        conflict: locale.say("grid-conflict"),
        typing: locale.say("grid-typing"),
        also_here: locale.say("grid-also-here"),
        commented: locale.say("grid-commented"),
        commented_unread: locale.say("grid-commented-unread"),
        draft: locale.say("grid-draft"),
        readonly: locale.say("grid-readonly"),
        choices: locale.say("grid-choices"),
        detail: locale.say("grid-detail"),
        detail_close: locale.say("grid-detail-close"),
        count: locale.say("tally-count"),
        sum: locale.say("tally-sum"),
        mean: locale.say("tally-mean"),
        growing: locale.say("tally-growing"),
        adding: locale.say("tally-adding"),
    }
}
