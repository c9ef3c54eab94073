//! Says under which bands the uppermost rows stand, once those bands have scrolled out of sight.

use leptos::prelude::*;

use super::desk::Desk;
use super::model::Line;

/// What is drawn: the outer bands, and the innermost with its line.
#[derive(Debug, Clone, PartialEq)]
struct Bands {
    outer: String,
    inner: String,
    line: usize,
}

/// Draws the bands over the uppermost row in sight. Hidden from screen readers: the bands themselves are read.
#[component]
pub fn Context(desk: Desk) -> impl IntoView {
    let bands = Memo::new(move |_| bands_of(desk));
    move || {
        bands.get().map(|bands| {
            view! {
                <div class="grid-context" aria-hidden="true" data-line=bands.line.to_string()>
                    <span class="grid-context-text">
                        <span class="grid-context-outer">{bands.outer}</span>
                        {bands.inner}
                    </span>
                </div>
            }
        })
    }
}

fn bands_of(desk: Desk) -> Option<Bands> {
    let cut = desk.viewport.cut.get()?;
    let outline = desk.outline.get();
    let mut texts: Vec<String> = outline
        .bands_over(cut)
        .into_iter()
        .filter_map(text)
        .collect();
    let inner = texts.pop()?;
    // Named by a line that does not change from row to row, so that scrolling past rows repaints nothing.
    let line = (0..=cut)
        .rev()
        .find(|line| matches!(outline.line(*line), Some(Line::Band { .. })))?;
    Some(Bands {
        outer: texts.join(" "),
        inner,
        line,
    })
}

fn text(line: &Line) -> Option<String> {
    match line {
        Line::Band { text, .. } => Some(text.clone()),
        Line::Row { .. } => None,
    }
}
