//! 审核: the rows of a measure next to each other for whoever reviews it, and 汇总 of the whole. Cells like any other: offline too.

mod line;
mod summary;

use diaodu_plan::{
    campaign::MeasureNumber,
    column::Column,
    review::{ReviewMode, Reviewed},
    row::RowId,
};
use leptos::prelude::*;

use crate::{
    grid::model::CellPlace,
    i18n::Locale,
    later::{later, review_desk},
    store::{
        Store,
        week::{ListedMeasure, ListedReview},
    },
    ui::{dialog::Dialog, segments::Segments},
};

/// Which rows are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    All,
    Waiting,
    Returned,
    Passed,
    NotReported,
}

impl Filter {
    const ALL: [(Filter, &'static str); 5] = [
        (Filter::All, "review-all"),
        (Filter::Waiting, "review-waiting"),
        (Filter::Returned, "review-returned"),
        (Filter::Passed, "review-passed"),
        (Filter::NotReported, "review-not-reported"),
    ];

    fn passes(self, reviewed: Reviewed) -> bool {
        match reviewed {
            Reviewed::NotReported => matches!(self, Filter::All | Filter::NotReported),
            Reviewed::Waiting | Reviewed::Again => matches!(self, Filter::All | Filter::Waiting),
            Reviewed::Passed => matches!(self, Filter::All | Filter::Passed),
            Reviewed::Returned => matches!(self, Filter::All | Filter::Returned),
        }
    }
}

/// Opens the desk; there for whoever reviews something.
#[component]
pub fn ReviewDoor(reveal: RwSignal<Option<CellPlace>>) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let is_open = RwSignal::new(false);
    let close = Callback::new(move |()| is_open.set(false));
    let (rows, week) = (store.week.rows.clone(), store.week);
    let is_reviewer = Memo::new(move |_| {
        rows.track();
        week.is_reviewer()
    });
    view! {
        <Show when=move || is_reviewer.get()>
            <button class="button" data-kind="plain" type="button" on:click=move |_| is_open.set(true)>
                {move || locale.say("review")}
            </button>
        </Show>
        <Show when=move || is_open.get()>
            <Dialog label=Signal::derive(move || locale.say("review")) on_close=close>
                {later(review_desk(reveal, close))}
            </Dialog>
        </Show>
    }
}

/// The measures, and the rows of one of them.
#[component]
pub fn ReviewDesk(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let week = store.week.clone();
    let measures = Memo::new(move |_| {
        week.rows.track();
        week.news.track();
        week.review_measures()
    });
    let chosen = RwSignal::new(untrack(|| {
        measures.with(|measures| {
            let waiting = measures.iter().find(|measure| measure.waiting > 0);
            let first = waiting.or(measures.first());
            first.map(|measure| measure.number)
        })
    }));
    let go = Callback::new(move |row: RowId| {
        close.run(());
        let column = Column::Progress.id().to_owned();
        reveal.set(Some(CellPlace { row: row.0, column }));
    });
    let title = move || match store.week.number.get() {
        Some(week) => locale.say_with("review-title", &[("week", i64::from(week.0).into())]),
        None => locale.say("review"),
    };
    view! {
        <div class="review">
            <div class="review-head">
                <h2 class="dialog-title">{title}</h2>
                <p class="dialog-note">{move || locale.say("review-keys")}</p>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>{move || locale.say("close")}</button>
            </div>
            <div class="review-parts">
                <ul class="review-measures" aria-label=move || locale.say("review-measures")>
                    <For each=move || measures.get() key=|measure| (measure.number, measure.waiting, measure.mode.word()) let:measure>
                        <MeasureItem measure chosen/>
                    </For>
                </ul>
                {move || chosen.get().map(|measure| view! { <OfMeasure measure go/> })}
            </div>
        </div>
    }
}

#[component]
fn MeasureItem(measure: ListedMeasure, chosen: RwSignal<Option<MeasureNumber>>) -> impl IntoView {
    let locale = Locale::expect();
    let number = measure.number;
    let waiting = measure.waiting;
    let title = move || {
        let values = [
            ("number", i64::from(number.0).into()),
            ("title", measure.title.clone().into()),
        ];
        locale.say_with("beside-measure", &values)
    };
    let state = move || match (measure.mode, waiting) {
        (ReviewMode::None, _) => locale.say("review-mode-none"),
        (ReviewMode::Parallel | ReviewMode::Serial, 0) => locale.say("review-none-waiting"),
        (ReviewMode::Parallel | ReviewMode::Serial, count) => {
            locale.say_with("review-count-waiting", &[("count", (count as i64).into())])
        }
    };
    view! {
        <li>
            <button class="review-measure" type="button" data-waiting=(waiting > 0).to_string()
                aria-pressed=move || (chosen.get() == Some(number)).to_string()
                on:click=move |_| chosen.set(Some(number))>
                <span class="review-measure-title">{title}</span>
                <span class="review-measure-state">{state}</span>
            </button>
        </li>
    }
}

#[component]
fn OfMeasure(measure: MeasureNumber, go: Callback<RowId>) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let filter = RwSignal::new(Filter::All);
    let listed = Memo::new(move |_| {
        locale.language();
        store.week.rows.track();
        store.week.news.track();
        store.week.frozen.track();
        store.week.reviews(measure)
    });
    let filters = Signal::derive(move || {
        let count = |filter: Filter| {
            let listed = listed.get();
            let passing = listed.iter().filter(|row| filter.passes(row.reviewed));
            passing.count() as i64
        };
        Filter::ALL
            .map(|(filter, key)| {
                let words = locale.say_with(key, &[("count", count(filter).into())]);
                (filter, words)
            })
            .to_vec()
    });
    let ids = Memo::new(move |_| {
        let (filter, listed) = (filter.get(), listed.get());
        let passing = listed.into_iter().filter(|row| filter.passes(row.reviewed));
        passing.map(|row| row.row).collect::<Vec<_>>()
    });
    let heads = [
        "column-unit",
        "column-progress",
        "column-problem",
        "column-next-plan",
        "column-status",
        "column-review",
        "column-office-status",
    ];
    let is_empty = move || ids.with(Vec::is_empty);
    view! {
        <section class="review-rows" aria-label=move || locale.say("review")>
            <summary::Summary measure listed/>
            <Segments name=Signal::derive(move || locale.say("review-filter")) choices=filters chosen=filter/>
            <div class="review-scroller">
                <table class="review-table">
                    <thead><tr>{heads.map(|key| view! { <th scope="col">{move || locale.say(key)}</th> }).collect_view()}</tr></thead>
                    <tbody>
                        <For each=move || ids.get() key=RowId::clone let:id>
                            <line::Line id listed go/>
                        </For>
                    </tbody>
                </table>
                <p class="dialog-note review-empty" hidden=move || !is_empty()>{move || locale.say("review-empty")}</p>
            </div>
        </section>
    }
}

/// The row of the list with this id, again whenever it changes.
fn here(listed: Memo<Vec<ListedReview>>, id: RowId) -> Memo<Option<ListedReview>> {
    Memo::new(move |_| listed.with(|listed| listed.iter().find(|row| row.row == id).cloned()))
}
