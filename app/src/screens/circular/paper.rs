//! The paper as it will be printed: what the server says, in the look of an official document.

use diaodu_wire::http::circular::PaperBlock;
use leptos::prelude::*;

use super::Work;

/// Set on the page while a paper is shown: printing prints the paper and not the table.
const PRINTED: &str = "data-print";

/// The paper, and printing it.
#[component]
pub fn Sheet(work: Work, paper: Signal<Vec<PaperBlock>>) -> impl IntoView {
    let is_shown = Memo::new(move |_| paper.with(|paper| !paper.is_empty()));
    Effect::new(move || {
        let Some(page) = document().document_element() else {
            return;
        };
        match is_shown.get() {
            true => drop(page.set_attribute(PRINTED, "paper")),
            false => drop(page.remove_attribute(PRINTED)),
        }
    });
    on_cleanup(|| {
        if let Some(page) = document().document_element() {
            page.remove_attribute(PRINTED).unwrap_or_default();
        }
    });
    let print = move |_| window().print().unwrap_or_default();
    view! {
        <div class="circular-main">
            <Show when=move || is_shown.get()>
                <p class="circular-print">
                    <button class="button" data-kind="plain" type="button" on:click=print>{work.say("circular-print")}</button>
                    <span class="dialog-note">{work.say("circular-print-note")}</span>
                </p>
                <div class="paper-ground" tabindex="0" role="region" aria-label=work.say("circular-paper")>
                    <article class="paper" lang="zh-CN">
                        {move || paper.get().into_iter().map(block).collect_view()}
                    </article>
                </div>
            </Show>
        </div>
    }
}

fn block(block: PaperBlock) -> AnyView {
    if block.kind == "table" {
        return table(block).into_any();
    }
    let kind = block.kind;
    let lines = block.lines.into_iter();
    if kind == "item" {
        let lines = lines.enumerate();
        let runs = lines.map(|(index, text)| match index {
            0 => view! { <span class="paper-lead">{text}</span> }.into_any(),
            _ => text.into_any(),
        });
        let runs = runs.collect_view();
        return view! { <p class="paper-block" data-kind=kind>{runs}</p> }.into_any();
    }
    let lines = lines.map(|line| view! { <p class="paper-line">{line}</p> });
    let lines = lines.collect_view();
    view! { <div class="paper-block" data-kind=kind>{lines}</div> }.into_any()
}

fn table(block: PaperBlock) -> impl IntoView {
    let total: u16 = block.columns.iter().map(|column| column.width_mm).sum();
    let widths = block.columns.iter().map(|column| {
        let percent = u32::from(column.width_mm) * 100 / u32::from(total.max(1));
        view! { <col style:width=format!("{percent}%")/> }
    });
    let widths = widths.collect_view();
    let is_text: Vec<bool> = block.columns.iter().map(|column| column.is_text).collect();
    let heads = block.columns.into_iter();
    let heads = heads.map(|column| view! { <th scope="col">{column.heading}</th> });
    let heads = heads.collect_view();
    let rows = block.rows.into_iter().map(|row| {
        let cells = row.into_iter().zip(&is_text);
        let cells =
            cells.map(|(text, is_text)| view! { <td data-text=is_text.to_string()>{text}</td> });
        view! { <tr>{cells.collect_view()}</tr> }
    });
    let rows = rows.collect_view();
    view! {
        <table class="paper-table">
            <colgroup>{widths}</colgroup>
            <thead><tr>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
