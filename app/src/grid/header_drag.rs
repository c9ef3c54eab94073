//! Dragging headings: by the edge for the width, by the grip for the place. Nothing changes before the button is let go; until then
//! a line shows where.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use super::arrangement::{WIDTH_PX_MAX, WIDTH_PX_MIN};
use super::desk::Desk;
use super::geometry;

/// What is dragged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The right edge.
    Resize,
    /// The column itself.
    Move,
}

/// What is being dragged, and since where.
#[derive(Debug, Clone, PartialEq)]
struct Dragged {
    kind: Kind,
    column: String,
    begun_px: f64,
    now_px: f64,
}

/// The dragging of one table.
#[derive(Clone, Copy)]
pub struct Drag {
    desk: Desk,
    dragged: RwSignal<Option<Dragged>>,
}

/// Less than this is a click.
const SLACK_PX: f64 = 4.0;

impl Drag {
    /// Starts with nothing dragged.
    pub fn new(desk: Desk) -> Self {
        Self {
            desk,
            dragged: RwSignal::new(None),
        }
    }

    /// The button went down.
    pub fn begin(self, kind: Kind, column: String, event: &ev::PointerEvent) {
        if event.button() != 0 {
            return;
        }
        event.stop_propagation();
        if let Some(part) = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        {
            part.set_pointer_capture(event.pointer_id())
                .unwrap_or_default();
        }
        self.desk.finish();
        let x = f64::from(event.client_x());
        self.dragged.set(Some(Dragged {
            kind,
            column,
            begun_px: x,
            now_px: x,
        }));
    }

    /// The mouse moved.
    pub fn moved(self, event: &ev::PointerEvent) {
        if self.dragged.with_untracked(Option::is_some) {
            let x = f64::from(event.client_x());
            self.dragged.update(|dragged| {
                if let Some(dragged) = dragged {
                    dragged.now_px = x;
                }
            });
        }
    }

    /// The button was let go: now it happens.
    pub fn ended(self, event: &ev::PointerEvent) {
        self.moved(event);
        let Some(dragged) = self
            .dragged
            .get_untracked()
            .filter(Dragged::is_more_than_a_click)
        else {
            return self.given_up();
        };
        let columns = self.desk.columns.get_untracked();
        let shape = self.desk.shape();
        let all = shape.columns.get_untracked();
        let all: Vec<&str> = all.iter().map(|column| column.id.as_str()).collect();
        let place = self.place(&dragged);
        shape
            .arrangement
            .update(|arrangement| match (dragged.kind, place) {
                (Kind::Resize, Some(Place { width_px, .. })) => {
                    let letters = shape.letters.get_untracked();
                    arrangement.set_width(&dragged.column, width_px / letters);
                }
                (Kind::Move, Some(Place { edge, .. })) => {
                    let before = columns.get(edge).map(|column| column.id.as_str());
                    arrangement.move_column(&all, &dragged.column, before);
                }
                (Kind::Resize | Kind::Move, None) => {}
            });
        self.given_up();
    }

    /// Nothing is dragged any more.
    pub fn given_up(self) {
        self.dragged.set(None);
    }

    /// Says where it would go.
    fn place(self, dragged: &Dragged) -> Option<Place> {
        let columns = self.desk.columns.get_untracked();
        let index = columns
            .iter()
            .position(|column| column.id == dragged.column)?;
        let (left, width) = (
            geometry::column_left_px(&columns, index),
            columns[index].width_px,
        );
        let scroller = self.desk.viewport.scroller.get_untracked()?;
        let scrolled = f64::from(scroller.scroll_left());
        let shown_px = |line_px: f64, is_frozen: bool| match is_frozen {
            true => line_px + scrolled,
            false => line_px,
        };
        match dragged.kind {
            Kind::Resize => {
                let wanted = width + dragged.now_px - dragged.begun_px;
                let width_px = wanted.clamp(f64::from(WIDTH_PX_MIN), f64::from(WIDTH_PX_MAX));
                let line_px = shown_px(left + width_px, columns[index].frozen);
                Some(Place {
                    width_px,
                    edge: index,
                    line_px,
                })
            }
            Kind::Move => {
                let in_view = dragged.now_px - scroller.get_bounding_client_rect().left();
                let over_frozen = in_view < geometry::frozen_px(&columns);
                let x = if over_frozen {
                    in_view
                } else {
                    in_view + scrolled
                };
                let edge = geometry::nearest_edge(&columns, x);
                let line_px = shown_px(geometry::column_left_px(&columns, edge), over_frozen);
                Some(Place {
                    width_px: width,
                    edge,
                    line_px,
                })
            }
        }
    }
}

impl Dragged {
    fn is_more_than_a_click(&self) -> bool {
        (self.now_px - self.begun_px).abs() >= SLACK_PX
    }
}

/// Where something that is dragged would go.
struct Place {
    width_px: f64,
    /// Before which of the shown columns.
    edge: usize,
    /// Where the line is drawn, from the left of the table.
    line_px: f64,
}

/// The line that shows where.
#[component]
pub fn Guide(drag: Drag) -> impl IntoView {
    let line = move || {
        let dragged = drag.dragged.get().filter(Dragged::is_more_than_a_click)?;
        untrack(|| drag.place(&dragged)).map(|place| place.line_px)
    };
    view! {
        {move || line().map(|left| view! { <div class="grid-guide" style:left=format!("{left}px")></div> })}
    }
}
