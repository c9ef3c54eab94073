//! Listens to what the browser reports of sizes: it tells after its own layout and before it paints, so nothing is measured by force.

use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, ResizeObserver, ResizeObserverEntry};

use super::desk::Desk;

type Report = Closure<dyn FnMut(js_sys::Array)>;

/// Watches the table and its headings. Returns how to watch a row: each call reports its height once more.
pub fn watch(desk: Desk, head: NodeRef<html::Div>) -> Callback<Element> {
    let rows = StoredValue::new_local(observer(move |entries| report_rows(desk, &entries)));
    let frame = StoredValue::new_local(observer(move |entries| report_frame(desk, &entries)));
    Effect::new(move |_| {
        if let (Some(scroller), Some(head)) = (desk.viewport.scroller.get(), head.get()) {
            // The first time by force: the first rows are drawn before the first frame, not after it.
            desk.viewport.head_resized(f64::from(head.client_height()));
            desk.viewport.resized(
                f64::from(scroller.client_width()),
                f64::from(scroller.client_height()),
            );
            frame.with_value(|frame| {
                frame.observe(&scroller);
                frame.observe(&head);
            });
        }
    });
    Callback::new(move |element: Element| {
        rows.try_with_value(|rows| {
            rows.unobserve(&element);
            rows.observe(&element);
        });
    })
}

fn observer(report: impl Fn(Vec<ResizeObserverEntry>) + 'static) -> ResizeObserver {
    let closure: Report = Closure::new(move |entries: js_sys::Array| {
        report(entries.iter().map(JsCast::unchecked_into).collect());
    });
    let observer =
        ResizeObserver::new(closure.as_ref().unchecked_ref()).expect("Chromium has it since 64");
    // It may report once more while the table goes away, so it outlives it; the reports look whether the table is still there.
    closure.forget();
    observer
}

fn report_rows(desk: Desk, entries: &[ResizeObserverEntry]) {
    let lines: Vec<(usize, f64)> = entries
        .iter()
        .filter_map(|entry| {
            let line = entry.target().get_attribute("data-line")?.parse().ok()?;
            Some((line, entry.content_rect().height()))
        })
        .filter(|(_, height)| *height > 0.0)
        .collect();
    if is_there(desk) {
        desk.viewport.measured(&lines);
    }
}

fn report_frame(desk: Desk, entries: &[ResizeObserverEntry]) {
    if !is_there(desk) {
        return;
    }
    for entry in entries {
        let rect = entry.content_rect();
        if entry.target().class_name() == "grid-head" {
            desk.viewport.head_resized(rect.height());
        } else {
            desk.viewport.resized(rect.width(), rect.height());
        }
    }
}

fn is_there(desk: Desk) -> bool {
    desk.outline.try_with_untracked(|_| ()).is_some()
}
