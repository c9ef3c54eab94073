//! What opens around the table: the sheet of keys, the menu of a cell, going to a row. And what is said about commands.

use diaodu_plan::row::RowId;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{
    beside::Besides, cell_menu::MenuPlace, comments::Talking, conflicts::Conflicts,
    corrections::Correcting, history::HistoryState,
};
use crate::{
    grid::model::{Ask, BulkKind, BulkReport, CellPlace, Command as GridCommand, Decline},
    i18n::Locale,
    later::{attachments, cell_menu, choose, go_to_row, history_panel, key_sheet, later},
    store::Store,
    ui::dialog::Dialog,
};

/// The reasons that are named; more would not be read.
const REASONS_SHOWN: usize = 2;
/// The parts of the page that F6 goes through; each is entered at its first control, the table at its active cell.
const PANES: &str = "[data-pane]";
const EDITOR: &str = ".grid-input";
const FOCUSABLE: &str = "button:not([disabled]), select, input, a[href], textarea";

/// What is open around the table.
#[derive(Clone, Copy)]
pub struct Around {
    keys: RwSignal<bool>,
    menu: RwSignal<Option<MenuPlace>>,
    go_to: RwSignal<Option<String>>,
    order: RwSignal<Option<GridCommand>>,
    reveal: RwSignal<Option<CellPlace>>,
    notice: RwSignal<Option<String>>,
    /// Cells with several values.
    pub conflicts: Conflicts,
    /// The past of cells and table.
    pub history: HistoryState,
    /// The cell whose comments are open.
    pub talking: Talking,
    correcting: Correcting,
    /// The row whose files are shown in a window.
    attaching: RwSignal<Option<RowId>>,
    /// The paper is asked for.
    pub print: RwSignal<bool>,
    /// The cell beside the table.
    pub beside: RwSignal<Option<Besides>>,
}

impl Around {
    /// Nothing is open. `reveal`: takes a cell to go to. `notice`: takes a passing sentence. `order`: takes a command for the table.
    pub fn new(
        reveal: RwSignal<Option<CellPlace>>,
        notice: RwSignal<Option<String>>,
        order: RwSignal<Option<GridCommand>>,
        conflicts: Conflicts,
        talking: Talking,
        correcting: Correcting,
    ) -> Self {
        Self {
            keys: RwSignal::new(false),
            menu: RwSignal::new(None),
            go_to: RwSignal::new(None),
            order,
            reveal,
            notice,
            conflicts,
            history: HistoryState::new(reveal, order),
            talking,
            correcting,
            attaching: RwSignal::new(None),
            print: RwSignal::new(false),
            beside: RwSignal::new(None),
        }
    }

    /// The person is in another cell: it takes the place of the one beside the table.
    pub fn follow(&self, place: Option<&CellPlace>) {
        let stands = self.beside.with_untracked(|beside| {
            let beside = beside.as_ref();
            beside.map(|beside| Some(&beside.place) == place)
        });
        if let (Some(false), Some(place)) = (stands, place) {
            let (place, takes_keys) = (place.clone(), false);
            self.beside.set(Some(Besides { place, takes_keys }));
        }
    }

    /// Does what the table asks for. `open_week`: opens the week so many after this one.
    pub fn answer(
        &self,
        ask: Ask,
        place: Option<CellPlace>,
        at: MenuPlace,
        open_week: Callback<i16>,
    ) {
        match ask {
            Ask::Keys => self.keys.set(true),
            Ask::Menu => self.menu.set(Some(at)),
            Ask::GoTo => self
                .go_to
                .set(Some(place.map(|place| place.column).unwrap_or_default())),
            Ask::History => self.history.open(place),
            Ask::Beside => {
                let takes_keys = true;
                self.beside
                    .set(place.map(|place| Besides { place, takes_keys }));
            }
            Ask::Attachments => self.attaching.set(place.map(|place| RowId(place.row))),
            Ask::Correct => self.correcting.asking.set(place),
            Ask::Print => self.print.set(true),
            Ask::NextPane => next_pane(1, self.order),
            Ask::PaneBefore => next_pane(-1, self.order),
            Ask::Comments => self.talking.place.set(place),
            Ask::NextConflict => self.conflicts.step(place, true),
            Ask::ConflictBefore => self.conflicts.step(place, false),
            Ask::NextWeek => open_week.run(1),
            Ask::WeekBefore => open_week.run(-1),
        }
    }
}

/// Draws what is open.
#[component]
pub fn AroundTable(around: Around) -> impl IntoView {
    let Around {
        keys,
        menu,
        go_to,
        order,
        reveal,
        notice,
        conflicts,
        history,
        talking: _,
        correcting: _,
        attaching,
        print: _,
        beside: _,
    } = around;
    view! {
        <Show when=move || keys.get()>{later(key_sheet(keys, order))}</Show>
        <Show when=move || menu.with(Option::is_some)>{later(cell_menu(menu, order, notice))}</Show>
        <Show when=move || history.is_shown()>{later(history_panel())}</Show>
        <Show when=move || go_to.with(Option::is_some)>{later(go_to_row(go_to, reveal))}</Show>
        {move || attaching.get().map(|row| view! { <AttachmentsWindow row attaching order/> })}
        {move || conflicts.choosing.get().map(|place| later(choose(place, conflicts)))}
    }
}

/// The files of a row in a window. `order`: gives the keys back to the table.
#[component]
fn AttachmentsWindow(
    row: RowId,
    attaching: RwSignal<Option<RowId>>,
    order: RwSignal<Option<GridCommand>>,
) -> impl IntoView {
    let locale = Locale::expect();
    let week = expect_context::<Store>().week;
    let label = week.glance(&row.0).map(|row| row.label.clone());
    let close = Callback::new(move |()| {
        attaching.set(None);
        order.set(Some(GridCommand::ShowActive));
    });
    view! {
        <Dialog label=Signal::derive(move || locale.say("attachments")) on_close=close>
            <h2 class="dialog-title">{label}</h2>
            {later(attachments(row))}
            <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>{move || locale.say("close")}</button>
        </Dialog>
    }
}

/// Says what came of writing many cells.
pub fn report_sentence(report: &BulkReport, locale: Locale) -> String {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let done = match report.kind {
        BulkKind::Paste => "bulk-pasted",
        BulkKind::Fill => "bulk-filled",
        BulkKind::Clear => "bulk-cleared",
    };
    let mut sentence = locale.say_with(
        done,
        &[("count", count(report.written + report.same).into())],
    );
    for (reason, closed) in report.closed.iter().take(REASONS_SHOWN) {
        let values = [
            ("count", count(*closed).into()),
            ("reason", reason.trim_end_matches('。').to_owned().into()),
        ];
        sentence.push_str(&locale.say_with("bulk-closed", &values));
    }
    let more: usize = report
        .closed
        .iter()
        .skip(REASONS_SHOWN)
        .map(|(_, closed)| closed)
        .sum();
    let rest = [
        ("bulk-closed-more", more),
        ("bulk-mistaken", report.mistaken),
        ("bulk-outside", report.outside),
        ("bulk-misfit", report.misfit),
    ];
    for (key, number) in rest {
        if number > 0 {
            sentence.push_str(&locale.say_with(key, &[("count", count(number).into())]));
        }
    }
    sentence
}

/// Says why a habit has no place here.
pub fn decline_word(decline: Decline) -> &'static str {
    match decline {
        Decline::Formats => "decline-formats",
        Decline::Formulas => "decline-formulas",
        Decline::Links => "decline-links",
        Decline::Structure => "decline-structure",
        Decline::VisibleOnly => "decline-visible",
        Decline::Recalculate => "decline-recalculate",
        Decline::FlashFill => "decline-flash-fill",
    }
}

/// Sends F6 round from wherever the focus is; inside of the table the table asks for it itself. `order`: has the table take the keys.
pub fn listen_for_panes(order: RwSignal<Option<GridCommand>>) {
    let options = gloo::events::EventListenerOptions::enable_prevent_default();
    let listener = gloo::events::EventListener::new_with_options(
        &document(),
        "keydown",
        options,
        move |event| {
            if let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>()
                && event.key() == "F6"
                && !event.ctrl_key()
                && !event.default_prevented()
            {
                event.prevent_default();
                next_pane(if event.shift_key() { -1 } else { 1 }, order);
            }
        },
    );
    let listener = StoredValue::new_local(listener);
    on_cleanup(move || listener.dispose());
}

/// Moves the focus to the next part of the page, round at both ends; hidden parts are passed over.
fn next_pane(step: i32, order: RwSignal<Option<GridCommand>>) {
    let Ok(panes) = document().query_selector_all(PANES) else {
        return;
    };
    let count = panes.length() as i32;
    let pane = |index: i32| {
        panes
            .item(index.rem_euclid(count.max(1)) as u32)?
            .dyn_into::<web_sys::Element>()
            .ok()
    };
    let active = document().active_element();
    // The innermost: the history stands inside of the table's part.
    let here = (0..count)
        .rev()
        .find(|index| {
            pane(*index).is_some_and(|pane| pane.contains(active.as_ref().map(AsRef::as_ref)))
        })
        .unwrap_or(if step > 0 { -1 } else { 0 });
    for distance in 1..=count {
        let find = |selector: &str| {
            let pane = pane(here + step * distance)?;
            pane.query_selector(selector).ok().flatten()
        };
        if find(EDITOR).is_some() {
            order.set(Some(GridCommand::ShowActive));
            return;
        }
        let control = find(FOCUSABLE);
        if let Some(control) =
            control.and_then(|control| control.dyn_into::<web_sys::HtmlElement>().ok())
            && control.offset_parent().is_some()
        {
            control.focus().unwrap_or_default();
            return;
        }
    }
}
