//! The grid alone, on plain rows without a document behind them: for `cargo xtask bench`, in no page that people load.
//!
//! The bench hands over the rows by `benchHold(columns, rows)` and opens the table by `benchOpen()`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use js_sys::{Array, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use crate::{
    grid::{
        Grid,
        arrangement::Arrangement,
        model::{
            CellContent, CellKind, ColumnSpec, GridAction, GridSource, GridWords, Line, RowContent,
            Shape,
        },
    },
    i18n::{Language, Locale},
};

/// The part of the address that asks for it.
const ASKED: &str = "#bench";
/// Between the cells of a row, as they are handed over.
const TAB: char = '\t';

/// Row, column and text.
type Typed = (String, String, String);
type RowSignal = ArcRwSignal<Arc<RowContent>>;

/// Rows as they were handed over, and those that somebody looks at.
#[derive(Default)]
struct Held {
    columns: Arc<Vec<ColumnSpec>>,
    ids: Arc<Vec<String>>,
    lines: Arc<Vec<Line>>,
    rows: HashMap<String, String>,
    signals: HashMap<String, RowSignal>,
}

type Plain = Arc<Mutex<Held>>;

/// Tells whether the page is opened for the bench.
pub fn is_asked() -> bool {
    window().location().hash().is_ok_and(|hash| hash == ASKED)
}

/// Waits for the bench's rows.
pub fn wait() {
    let plain = Plain::default();
    // Every page has its words long before it has a table.
    Language::default().say("product");
    let held = plain.clone();
    let hold = Closure::<dyn Fn(Array, Array)>::new(move |columns: Array, rows: Array| {
        *held.lock().unwrap_or_else(PoisonError::into_inner) = Held::new(&columns, &rows);
    });
    let open = Closure::<dyn Fn()>::new(move || {
        let plain = plain.clone();
        leptos::mount::mount_to_body(move || table(plain));
    });
    for (name, function) in [("benchHold", hold.as_ref()), ("benchOpen", open.as_ref())] {
        Reflect::set(&window(), &JsValue::from_str(name), function).unwrap_or_default();
    }
    hold.forget();
    open.forget();
}

impl Held {
    /// `columns`: pairs of title and width. `rows`: each a line of cells with tabs between.
    fn new(columns: &Array, rows: &Array) -> Self {
        let columns = columns.iter().enumerate().map(|(index, column)| {
            let column: Array = column.unchecked_into();
            ColumnSpec {
                id: format!("c{index}"),
                title: column.get(0).as_string().unwrap_or_default(),
                group: None,
                width_px: column.get(1).as_f64().unwrap_or_default(),
                frozen: index == 0,
                kind: CellKind::Text,
                hint: String::new(),
            }
        });
        let ids: Vec<String> = (0..rows.length())
            .map(|number| format!("r{number}"))
            .collect();
        Self {
            columns: Arc::new(columns.collect()),
            rows: ids
                .iter()
                .cloned()
                .zip(rows.iter().map(|row| row.as_string().unwrap_or_default()))
                .collect(),
            lines: Arc::new(ids.iter().map(|id| Line::Row { id: id.clone() }).collect()),
            ids: Arc::new(ids),
            signals: HashMap::new(),
        }
    }

    fn content(&self, id: &str) -> Option<Arc<RowContent>> {
        let cells = self.rows.get(id)?.split(TAB).map(|text| CellContent {
            text: text.to_owned(),
            shown: text.to_owned(),
            ..CellContent::default()
        });
        Some(Arc::new(RowContent {
            label: id.to_owned(),
            own: false,
            cells: cells.collect(),
        }))
    }

    fn row(&mut self, id: &str) -> Option<RowSignal> {
        if let Some(signal) = self.signals.get(id) {
            return Some(signal.clone());
        }
        let signal = ArcRwSignal::new(self.content(id)?);
        self.signals.insert(id.to_owned(), signal.clone());
        Some(signal)
    }

    /// Writes cells of one row; returns its signal with what it holds now, if somebody looks at it.
    fn write(&mut self, row: &str, cells: &[Typed]) -> Option<(RowSignal, Arc<RowContent>)> {
        let line = self.rows.get_mut(row)?;
        let mut texts: Vec<&str> = line.split(TAB).collect();
        for (_, column, text) in cells {
            let index = self.columns.iter().position(|spec| spec.id == *column)?;
            *texts.get_mut(index)? = text;
        }
        *line = texts.join("\t");
        let signal = self.signals.get(row)?.clone();
        Some((signal, self.content(row)?))
    }
}

fn table(plain: Plain) -> impl IntoView {
    provide_context(Locale::remembered());
    let on = |plain: &Plain| plain.clone();
    let (columns, lines, ids) = {
        let held = plain.lock().unwrap_or_else(PoisonError::into_inner);
        (held.columns.clone(), held.lines.clone(), held.ids.clone())
    };
    let (columns, lines) = (Signal::stored(columns), Signal::stored(lines));
    let (rows, glances, written) = (on(&plain), on(&plain), plain);
    let source = GridSource {
        columns,
        lines,
        row: Arc::new(move |id| rows.lock().unwrap_or_else(PoisonError::into_inner).row(id)),
        glance: Arc::new(move |id| {
            glances
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .content(id)
        }),
        changed: Signal::stored(()),
        others: Signal::stored(Arc::default()),
        followed: Signal::stored(None),
        check: Arc::new(|_, _, _| None),
        theirs: Arc::new(str::to_owned),
        clock: Arc::new(|_| String::new()),
        aloud: Signal::stored(false),
        shape: Shape {
            arrangement: RwSignal::new(Arrangement::default()),
            columns,
            whole: lines,
            rows: Signal::stored(ids),
            let_in: Callback::new(|_| ()),
            turn: RwSignal::new(0),
            open_list: RwSignal::new(None),
            letters: Signal::stored(1.0),
        },
    };
    let words = Signal::stored(GridWords::default());
    let on_action = move |action| write(&written, action);
    view! {
        <div class="week">
            <div class="week-body">
                <main class="week-table">
                    <Grid source words on_action on_active=|_| {} reveal=RwSignal::new(None) order=RwSignal::new(None)/>
                </main>
            </div>
        </div>
    }
}

fn write(plain: &Plain, action: GridAction) {
    let cells = match action {
        GridAction::Commit { row, column, text } => vec![(row, column, text)],
        GridAction::Fill { cells } => cells,
        _ => return,
    };
    let changed: Vec<_> = {
        let mut held = plain.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = cells.chunk_by(|(row, ..), (next, ..)| row == next);
        rows.map(|cells| held.write(&cells[0].0, cells)).collect()
    };
    // Outside of the lock: whoever listens looks at rows.
    for (signal, content) in changed.into_iter().flatten() {
        signal.set(content);
    }
}
