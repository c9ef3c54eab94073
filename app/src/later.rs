//! What the page loads when it is first needed: each function here begins a chunk of its own (docs/decisions/007). The table
//! itself, and what must work at the first key, stays out of here.
#![allow(unsafe_code)] // The macro declares what lies in another chunk as foreign.

use std::pin::Pin;

use diaodu_plan::row::RowId;
use gloo::timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::{
    grid::{
        later::load_pinyin,
        model::{CellPlace, Command as GridCommand, Shape},
    },
    i18n::{ENGLISH, Language, Locale},
    screens::{
        arranging::Arranging,
        attachments::Attachments,
        beside::{Beside, Besides},
        board::BoardDesk,
        cards::Cards,
        cell_menu::{CellMenu, MenuPlace},
        choose::Choose,
        circular::CircularDesk,
        columns::ColumnList,
        comments::{Comments, Talking},
        conflicts::Conflicts,
        contacts::ContactsDesk,
        corrections::{AskForm, CorrectionList},
        drafts::DraftList,
        go_to::GoTo,
        history::History,
        keys::KeySheet,
        office::{OfficeDesk, week::WeekDesk},
        password::{NewPassword, SetUp},
        plan_text::PlanTextDesk,
        print::{Print, form::Paper},
        reminding::ReminderDoor,
        reporting::ReportList,
        review::ReviewDesk,
        views::{ViewList, Work},
        wall::Wall,
    },
};

/// A part that did not come: the network is away, or the server has a newer page.
pub struct Missing;

impl From<SplitLoaderError> for Missing {
    fn from(_: SplitLoaderError) -> Self {
        Missing
    }
}

/// A part of the page, once its chunk is there.
pub type Part = Result<AnyView, Missing>;

/// Shows a part as soon as it is there; one sentence where it does not come.
pub fn later(part: impl Future<Output = Part> + Send + 'static) -> impl IntoView {
    shown(Box::pin(part), "part-missing")
}

/// Shows a part as soon as it is there; nothing where it does not come, for nobody has asked for it.
pub fn by_itself(part: impl Future<Output = Part> + Send + 'static) -> impl IntoView {
    shown(Box::pin(part), "")
}

/// One way for all parts, whatever they are: what waits for each of them would stand in the first load again and again.
///
/// `missing`: what is said where it does not come; empty for nothing.
fn shown(part: Pin<Box<dyn Future<Output = Part> + Send>>, missing: &'static str) -> AnyView {
    let locale = Locale::expect();
    Suspend::new(async move {
        match part.await {
            Ok(view) => view,
            Err(Missing) if missing.is_empty() => ().into_any(),
            Err(Missing) => view! {
                <p class="part-missing" role="alert">{move || locale.say(missing)}</p>
            }
            .into_any(),
        }
    })
    .into_any()
}

/// After the first look at the table: what is loaded by then does not hold up anything, and is there when the network goes away.
const SOON_MS: u32 = 1_500;

/// Loads everything in a while; at once where rows are sorted or filtered already, whose `turn` comes again then.
///
/// Result: whether it is there.
pub fn load_soon(shape: Shape) -> RwSignal<bool> {
    let is_there = RwSignal::new(false);
    let is_arranged = shape
        .arrangement
        .with_untracked(|now| !now.sort.is_empty() || !now.filters.is_empty());
    let wait_ms = if is_arranged { 0 } else { SOON_MS };
    let load = Timeout::new(wait_ms, move || {
        spawn_local(async move {
            // What does not come now is asked for again when it is needed.
            if load_pinyin().await.is_ok() && is_arranged {
                shape.turn.try_update(|turn| *turn = turn.wrapping_add(1));
            }
            drop(__wasm_split_preload_key_sheet().await);
            drop(__wasm_split_preload_office_desk().await);
            drop(Language::English.load().await);
            is_there.try_set(true);
        });
    });
    let load = StoredValue::new_local(load);
    on_cleanup(move || load.dispose());
    is_there
}

/// What the page says in English.
#[wasm_split(english, fallible)]
pub fn english() -> Result<&'static str, Missing> {
    Ok(ENGLISH)
}

/// The office's own desk.
#[wasm_split(office, fallible)]
pub fn office_desk(close: Callback<()>) -> Part {
    Ok(view! { <OfficeDesk close/> }.into_any())
}

/// What the office decides about the week on screen.
#[wasm_split(office, fallible)]
pub fn week_desk(close: Callback<()>) -> Part {
    Ok(view! { <WeekDesk close/> }.into_any())
}

/// The sheet of keys.
#[wasm_split(desk, fallible)]
pub fn key_sheet(open: RwSignal<bool>, order: RwSignal<Option<GridCommand>>) -> Part {
    Ok(view! { <KeySheet open order/> }.into_any())
}

/// The menu of a cell.
#[wasm_split(desk, fallible)]
pub fn cell_menu(
    place: RwSignal<Option<MenuPlace>>,
    order: RwSignal<Option<GridCommand>>,
    say: RwSignal<Option<String>>,
) -> Part {
    Ok(view! { <CellMenu place order say/> }.into_any())
}

/// Going to a row.
#[wasm_split(desk, fallible)]
pub fn go_to_row(column: RwSignal<Option<String>>, reveal: RwSignal<Option<CellPlace>>) -> Part {
    Ok(view! { <GoTo column reveal/> }.into_any())
}

/// History: the panel, and the bar over the table.
#[wasm_split(desk, fallible)]
pub fn history_panel() -> Part {
    Ok(view! { <History/> }.into_any())
}

/// 通报.
#[wasm_split(desk, fallible)]
pub fn circular_desk(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> Part {
    Ok(view! { <CircularDesk reveal close/> }.into_any())
}

/// 方案.
#[wasm_split(desk, fallible)]
pub fn plan_text(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> Part {
    Ok(view! { <PlanTextDesk reveal close/> }.into_any())
}

/// 联络信息表.
#[wasm_split(desk, fallible)]
pub fn contacts(close: Callback<()>) -> Part {
    Ok(view! { <ContactsDesk close/> }.into_any())
}

/// The board.
#[wasm_split(desk, fallible)]
pub fn board_desk(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> Part {
    Ok(view! { <BoardDesk reveal close/> }.into_any())
}

/// The screen for the wall.
#[wasm_split(desk, fallible)]
pub fn wall(account: String) -> Part {
    Ok(view! { <Wall account/> }.into_any())
}

/// The rows of one's own unit as cards.
#[wasm_split(desk, fallible)]
pub fn cards(reveal: RwSignal<Option<CellPlace>>, choosing: RwSignal<Option<CellPlace>>) -> Part {
    Ok(view! { <Cards reveal choosing/> }.into_any())
}

/// Comments on a cell.
#[wasm_split(desk, fallible)]
pub fn comments(talking: Talking) -> Part {
    Ok(view! { <Comments talking/> }.into_any())
}

/// The side editor.
#[wasm_split(desk, fallible)]
pub fn beside(
    beside: RwSignal<Option<Besides>>,
    order: RwSignal<Option<GridCommand>>,
    choosing: RwSignal<Option<CellPlace>>,
) -> Part {
    Ok(view! { <Beside beside order choosing/> }.into_any())
}

/// Asking for the paper. The form comes with the table: see `screens/print/form`.
#[wasm_split(desk, fallible)]
pub fn print(open: RwSignal<bool>, paper: RwSignal<Paper>, arranging: Arranging) -> Part {
    Ok(view! { <Print open paper arranging/> }.into_any())
}

/// Choosing between values of one cell.
#[wasm_split(desk, fallible)]
pub fn choose(place: CellPlace, conflicts: Conflicts) -> Part {
    Ok(view! { <Choose place conflicts/> }.into_any())
}

/// What was typed and is not in the table.
#[wasm_split(desk, fallible)]
pub fn draft_list(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> Part {
    Ok(view! { <DraftList reveal close/> }.into_any())
}

/// 报送.
#[wasm_split(desk, fallible)]
pub fn report_list(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> Part {
    Ok(view! { <ReportList reveal close/> }.into_any())
}

/// What is still owed before a week is due.
#[wasm_split(desk, fallible)]
pub fn reminder_door(reveal: RwSignal<Option<CellPlace>>) -> Part {
    Ok(view! { <ReminderDoor reveal/> }.into_any())
}

/// 审核
#[wasm_split(desk, fallible)]
pub fn review_desk(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> Part {
    Ok(view! { <ReviewDesk reveal close/> }.into_any())
}

/// The corrections of the week.
#[wasm_split(desk, fallible)]
pub fn correction_list(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> Part {
    Ok(view! { <CorrectionList reveal close/> }.into_any())
}

/// Asking for a correction.
#[wasm_split(desk, fallible)]
pub fn ask_correction(place: CellPlace) -> Part {
    Ok(view! { <AskForm place/> }.into_any())
}

/// 附件 of a row.
#[wasm_split(desk, fallible)]
pub fn attachments(row: RowId) -> Part {
    Ok(view! { <Attachments row/> }.into_any())
}

/// The columns.
#[wasm_split(desk, fallible)]
pub fn column_list(arranging: Arranging, close: Callback<()>) -> Part {
    Ok(view! { <ColumnList arranging close/> }.into_any())
}

/// The saved views.
#[wasm_split(desk, fallible)]
pub fn view_list(work: Work) -> Part {
    Ok(view! { <ViewList work/> }.into_any())
}

/// A new password in place of the one-time one.
#[wasm_split(desk, fallible)]
pub fn new_password() -> Part {
    Ok(view! { <NewPassword/> }.into_any())
}

/// The first administrator.
#[wasm_split(desk, fallible)]
pub fn set_up(secret: String) -> Part {
    Ok(view! { <SetUp secret/> }.into_any())
}
