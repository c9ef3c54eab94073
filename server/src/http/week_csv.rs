//! `GET /api/weeks/N.csv`: a week's table for spreadsheets and for whoever counts again, with how each row was reported. Telephones are left out.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use diaodu_interchange::{campaign_file::Language as Paper, heading};
use diaodu_plan::{
    campaign::{Campaign, Week},
    column::{Column, Kind as Holds},
    layout::{card::Card, hub::Cut},
    report::{Report, Standing, State},
    row::Row,
    table::{Sources, TableRow, join},
};
use jiff::Timestamp;
use tokio::sync::Semaphore;

use super::{Office, audit::quoted, problem::Problem, weeks::attachment};
use crate::{
    accounts::Visitor,
    audit::Kind,
    text::{Language, say},
    week::WeekView,
};

/// What the plan says of a row, left of how it was reported.
const PLAN: [Column; 6] = [
    Column::Number,
    Column::Action,
    Column::Measure,
    Column::Unit,
    Column::Role,
    Column::Duty,
];

/// What was filled in, right of it.
const FILLED: [Column; 15] = [
    Column::CheckedWeek,
    Column::FoundWeek,
    Column::FixedWeek,
    Column::CheckedTotal,
    Column::FoundTotal,
    Column::FixedTotal,
    Column::TotalReason,
    Column::Status,
    Column::Progress,
    Column::Problem,
    Column::NextPlan,
    Column::Leader,
    Column::Owner,
    Column::Reporter,
    Column::Remark,
];

/// Two at a time: each reads all sheets of a week, and editing comes first.
static TURNS: Semaphore = Semaphore::const_new(2);

/// How a row was reported, by the keys of the headings.
const REPORTED: [&str; 4] = ["state", "received", "saved", "marks"];

/// Writes the file; `at`: as for the summary.
pub async fn file(
    office: &Office,
    visitor: &Visitor,
    language: Language,
    week: &Week,
    at: Option<&str>,
) -> Result<Response, Problem> {
    let problem = |status, word| Problem::new(status, word, language);
    let cut = match at {
        None | Some("now") => None,
        Some(word) => {
            let cut = Cut::from_word(word);
            Some(cut.ok_or_else(|| problem(StatusCode::BAD_REQUEST, "bad-request"))?)
        }
    };
    // Never closed: waiting for a turn cannot fail.
    let turn = TURNS.acquire().await.ok();
    let (policy, author) = (office.policy.get(), visitor.author());
    let read = office.reader(&policy, &author).read(week.number, cut).await;
    let view = read.map_err(|error| Problem::view(&error, language))?;
    let text = written(&view);
    drop(turn);
    let plain = format!("week-{}.csv", week.number);
    let name = word_with("file-name", &[("week", &week.number.to_string())]);
    let subject = format!("{}.csv", week.number);
    let entered = office.enter(Kind::Export, &visitor.account, &subject, "");
    entered
        .await
        .map_err(|error| Problem::storage(&error, language))?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (header::CONTENT_DISPOSITION, attachment(&name, &plain)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, text).into_response())
}

fn written(view: &WeekView) -> String {
    // Excel takes a file without the mark for the local code page.
    let mut text = format!("\u{feff}{}\r\n", headings().join(","));
    for (number, row) in view.numbered_rows() {
        text.push_str(&line(view, &row, number).join(","));
        text.push_str("\r\n");
    }
    text
}

fn headings() -> Vec<String> {
    let of = |column: &Column| {
        let over = heading::group(Paper::Chinese, *column).unwrap_or_default();
        format!("{over}{}", heading::heading(Paper::Chinese, *column))
    };
    let all = std::iter::once(word("row"))
        .chain(PLAN.iter().map(of))
        .chain(REPORTED.into_iter().map(word))
        .chain(FILLED.iter().map(of));
    all.map(|heading| quoted(&heading)).collect()
}

fn line(view: &WeekView, row: &Row, number: usize) -> Vec<String> {
    let (stored, standing) = (view.stored(row), view.standing(&row.id));
    let no_card = Card::default();
    let state = standing.state(view.week.cutoff());
    let sources = Sources {
        stored: &stored,
        card: &no_card,
        receipt: standing.receipt,
    };
    let joined = join(&view.campaign, row, number, &sources);
    let cells = |columns: &'static [Column]| columns.iter().map(|column| cell(&joined, *column));
    std::iter::once(quoted(&row.id.0))
        .chain(cells(&PLAN))
        .chain(reported(&view.campaign, &standing, &state).map(|field| quoted(&field)))
        .chain(cells(&FILLED))
        .collect()
}

/// A number stands without quotes, so that it is one.
fn cell(row: &TableRow, column: Column) -> String {
    let text = &row.cell(column).text;
    let is_number = column == Column::Number || column.kind() == Holds::Count;
    match is_number && text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.clone(),
        false => quoted(text),
    }
}

/// In the order of `REPORTED`.
fn reported(campaign: &Campaign, standing: &Standing, state: &State) -> [String; 4] {
    let shown = |at: Option<Timestamp>| at.map_or_else(String::new, |at| moment(campaign, at));
    let marks = [
        (state.zero, Report::Zero.word().to_owned()),
        (state.offline, word("offline")),
        (state.accepted, word("accepted")),
        (state.edited, word("edited")),
        (state.withdrawn, word("withdrawn")),
        (state.waiting, word("waiting")),
    ];
    let marks = marks.into_iter().filter(|(is_so, _)| *is_so);
    [
        state.timeliness.word().to_owned(),
        shown(standing.receipt),
        shown(standing.saved_at),
        marks
            .map(|(_, mark)| mark)
            .collect::<Vec<_>>()
            .join(&word("and")),
    ]
}

/// To the millisecond: it decides between 按时 and 迟报.
fn moment(campaign: &Campaign, at: Timestamp) -> String {
    let local = campaign.local(at);
    local.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

fn word(key: &str) -> String {
    word_with(key, &[])
}

fn word_with(key: &str, values: &[(&str, &str)]) -> String {
    say(Language::Chinese, &format!("week-csv-{key}"), values)
}
