//! Carries out how a person has arranged the week: which rows, in which order, which columns. Remembered on this machine, for each
//! account.
//!
//! Filters and sort are applied once, and again when somebody asks for it or a sheet arrives: an edit moves no row.

use std::sync::Arc;

use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    row::Row,
};
use leptos::prelude::*;

use super::display::Display;
use crate::{
    browser,
    grid::{
        arrangement::{Arrangement, Filter, Known, SortKey},
        model::{ColumnSpec, Line, RowContent, Shape},
        sieve,
    },
    i18n::Locale,
    replica::{Command, Replica},
    store::{
        Store,
        outline::{self, View},
        row::{ColumnOrder, OFFERED, is_in_bands, is_shown, spec},
    },
};

/// The week as it is arranged.
#[derive(Clone, Copy)]
pub struct Arranging {
    /// What the grid needs of it.
    pub shape: Shape,
    /// The lines on screen.
    pub lines: Signal<Arc<Vec<Line>>>,
    /// The columns on screen.
    pub columns: Signal<Arc<Vec<ColumnSpec>>>,
    /// How many rows pass the filters, and of how many.
    pub counts: Signal<(usize, usize)>,
    /// Which rows, before filters.
    pub view: RwSignal<View>,
}

/// What filters and sort were applied to. As long as it is the same, every row keeps its place.
#[derive(Clone, PartialEq)]
struct Occasion {
    rows: Arc<Vec<Row>>,
    view: View,
    own: UnitId,
    week: Option<WeekNumber>,
    arrived: u32,
    turn: u32,
    sort: Vec<SortKey>,
    filters: Vec<(String, Filter)>,
}

/// The rows that pass, in order.
#[derive(Clone, PartialEq)]
struct Applied {
    occasion: Occasion,
    all: Arc<Vec<Row>>,
    rows: Arc<Vec<Row>>,
}

impl Arranging {
    /// Takes what the account had last. `own`: the person's unit; the office may move an account while its page is open.
    pub fn remembered(account: &str, own: Memo<UnitId>) -> Arranging {
        let kept_as = format!("diaodu.arrangement.{account}");
        let kept = browser::recall(&kept_as).and_then(|text| Arrangement::from_text(&text));
        let arrangement = RwSignal::new(kept.unwrap_or_default());
        let view = RwSignal::new(View::from_word(&arrangement.read_untracked().rows));
        Effect::new(move || {
            // What is too much to keep still holds until the page is closed.
            if let Some(text) = arrangement.with(Arrangement::to_text) {
                browser::remember(&kept_as, &text);
            }
        });
        Effect::new(move |before: Option<()>| {
            let word = view.get().word();
            if before.is_some() && arrangement.with_untracked(|now| now.rows != word) {
                arrangement.update(|arrangement| arrangement.rows = word.to_owned());
            }
        });
        order_cells(arrangement);
        Arranging::of(arrangement, view, own)
    }

    fn of(
        arrangement: RwSignal<Arrangement>,
        view: RwSignal<View>,
        own: Memo<UnitId>,
    ) -> Arranging {
        let locale = Locale::expect();
        let store: Store = expect_context();
        let turn = RwSignal::new(0);
        let all_columns = all_columns();
        let applied = applied(arrangement, (view, own), turn, all_columns);
        let campaign = store.campaign.clone();
        let letters = expect_context::<Display>().letters();
        let is_sorted = Memo::new(move |_| arrangement.with(|now| !now.sort.is_empty()));
        let whole = Memo::new(move |_| -> Arc<Vec<Line>> {
            let rows = applied.with(|applied| applied.rows.clone());
            if is_sorted.get() {
                return Arc::new(outline::flat(&rows));
            }
            let (view, language) = (view.get(), locale.language());
            campaign.get().map_or_else(Arc::default, |campaign| {
                Arc::new(own.with(|own| outline::lines(&campaign, &rows, own, view, language)))
            })
        });
        let folded = Memo::new(move |_| arrangement.with(|now| now.folded.clone()));
        let lines = Memo::new(move |_| {
            folded.with(|folded| match folded.is_empty() {
                true => whole.get(),
                false => Arc::new(outline::folded(&whole.get(), folded, locale.language())),
            })
        });
        let ids = Memo::new(move |_| {
            let all = applied.with(|applied| applied.all.clone());
            Arc::new(all.iter().map(|row| row.id.0.clone()).collect::<Vec<_>>())
        });
        Arranging {
            shape: Shape {
                arrangement,
                columns: all_columns.into(),
                whole: whole.into(),
                rows: ids.into(),
                let_in: let_in(view),
                turn,
                open_list: RwSignal::new(None),
                letters,
            },
            lines: lines.into(),
            columns: columns(arrangement, all_columns, letters).into(),
            counts: Signal::derive(move || {
                applied.with(|applied| (applied.rows.len(), applied.all.len()))
            }),
            view,
        }
    }

    /// Takes another arrangement, or the screen's own.
    pub fn take(self, arrangement: Arrangement) {
        self.view.set(View::from_word(&arrangement.rows));
        self.shape.arrangement.set(arrangement);
    }
}

/// Shows all rows of the week as soon as one is wanted that is not one's own.
fn let_in(view: RwSignal<View>) -> Callback<String> {
    let rows = expect_context::<Store>().week.rows;
    Callback::new(move |id: String| {
        let is_of_week = rows.with_untracked(|rows| rows.iter().any(|row| row.id.0 == id));
        let leaves_out = match view.get_untracked() {
            View::OwnOnly => true,
            View::OwnFirst | View::Plan => false,
        };
        if is_of_week && leaves_out {
            view.set(View::OwnFirst);
        }
    })
}

/// Has the cells of all rows stand as the columns do.
fn order_cells(arrangement: RwSignal<Arrangement>) {
    let replica: Replica = expect_context();
    let order = Memo::new(move |_| {
        arrangement.with(|arrangement| {
            // Without bands nothing else would say what a row is about.
            let is_flat = !arrangement.sort.is_empty();
            let known = OFFERED.map(|column| Known {
                id: column.id(),
                shown: is_shown(column) || (is_flat && is_in_bands(column)),
            });
            arrangement.ordered(&known)
        })
    });
    Effect::new(move |before: Option<()>| {
        let order = order.get();
        let columns = order.columns.iter().map(|index| OFFERED[*index]).collect();
        let order = ColumnOrder {
            columns,
            shown: order.shown,
        };
        if before.is_some() || order != ColumnOrder::default() {
            replica.command(Command::Arrange(order));
        }
    });
}

fn all_columns() -> Memo<Arc<Vec<ColumnSpec>>> {
    let locale = Locale::expect();
    let order = expect_context::<Store>().week.columns;
    Memo::new(move |_| {
        let language = locale.language();
        let columns = order.get();
        let specs = columns.columns.iter().map(|column| spec(*column, language));
        Arc::new(specs.collect::<Vec<_>>())
    })
}

fn columns(
    arrangement: RwSignal<Arrangement>,
    all: Memo<Arc<Vec<ColumnSpec>>>,
    letters: Signal<f64>,
) -> Memo<Arc<Vec<ColumnSpec>>> {
    let order = expect_context::<Store>().week.columns;
    Memo::new(move |_| {
        let mut columns = all.get().to_vec();
        columns.truncate(order.with(|order| order.shown));
        arrangement.with(|arrangement| arrangement.dress(&mut columns, letters.get()));
        Arc::new(columns)
    })
}

fn applied(
    arrangement: RwSignal<Arrangement>,
    (view, own): (RwSignal<View>, Memo<UnitId>),
    turn: RwSignal<u32>,
    columns: Memo<Arc<Vec<ColumnSpec>>>,
) -> Memo<Applied> {
    let week = expect_context::<Store>().week;
    Memo::new(move |before: Option<&Applied>| {
        let occasion = arrangement.with(|arrangement| Occasion {
            rows: week.rows.get(),
            view: view.get(),
            own: own.get(),
            week: week.number.get(),
            arrived: week.arrived.get(),
            turn: turn.get(),
            sort: arrangement.sort.clone(),
            filters: match arrangement.filters_hold() {
                true => arrangement.filters.clone().into_iter().collect(),
                false => Vec::new(),
            },
        });
        if let Some(before) = before.filter(|before| before.occasion == occasion) {
            return before.clone();
        }
        let all = Arc::new(outline::rows_of(
            &occasion.rows,
            &occasion.own,
            occasion.view,
        ));
        let rows = if occasion.sort.is_empty() && occasion.filters.is_empty() {
            all.clone()
        } else {
            let content = |row: &Row| -> Arc<RowContent> {
                let row = week.row(&row.id.0);
                row.map(|row| row.get_untracked()).unwrap_or_default()
            };
            let contents: Vec<_> = all.iter().map(content).collect();
            let kept = arrangement.with_untracked(|arrangement| {
                sieve::arranged(&contents, &columns.get_untracked(), arrangement)
            });
            Arc::new(kept.into_iter().map(|index| all[index].clone()).collect())
        };
        Applied {
            occasion,
            all,
            rows,
        }
    })
}
