//! 相关街道, set by the office: what follows from it for documents and readers.

use std::collections::BTreeSet;

use diaodu_plan::{
    campaign::{Campaign, MeasureNumber, UnitId, WeekNumber},
    layout::{DocumentKind, catalogue},
    permission::{AccountRole, Author},
    row,
};
use jiff::Timestamp;
use tokio::{sync::oneshot, time::timeout};

use crate::{
    commands::CommandError,
    compaction,
    config::LAYOUT_WAIT,
    gatekeeper::Directory,
    http::Office,
    live::{Event, layout::Layout},
    policy::Policy,
    storage::{Storage, StorageError},
};

/// Sets the relevant streets of a measure. Result: the week from which they hold.
///
/// In this order: kept for the next start, judged by, rows made, told to pages. A page that is told may write at once.
pub async fn set(
    office: &Office,
    measure: MeasureNumber,
    streets: &[UnitId],
) -> Result<WeekNumber, CommandError> {
    let before = office.policy.get();
    let mut after = (*before).clone();
    let now = Timestamp::from_millisecond(office.clock.now().0).unwrap_or(Timestamp::UNIX_EPOCH);
    let from = after
        .campaign
        .set_relevant_streets(measure, streets, now, &before.frozen)?;
    // More streets are more rows: the table has a bound.
    if !after.campaign.validate().is_empty() {
        return Err(CommandError::BadSetting);
    }
    after.keep_campaign(&*office.storage).await?;
    office.policy.set(after.clone());
    let (done, made) = oneshot::channel();
    let layout = Layout {
        sheets: sheets_with_new_rows(&before.campaign, &after.campaign),
        done: Some(done),
    };
    office.live.tell(Event::CampaignChanged(layout)).await;
    if rights_differ(&before, &after) {
        office.live.tell(Event::VisibilityChanged).await;
    }
    if timeout(LAYOUT_WAIT, made).await.is_err() {
        tracing::warn!("rows are not made yet; they will be");
    }
    Ok(from)
}

/// Returns what a server that died between setting and writing still has to write; `None` almost always.
pub async fn unfinished(
    storage: &dyn Storage,
    directory: &Directory,
    campaign: &Campaign,
) -> Result<Option<Layout>, StorageError> {
    let Some(id) = directory.find(&DocumentKind::Catalogue) else {
        return Ok(None);
    };
    let stored = storage.load(id).await?.stored;
    // What cannot be read is said when somebody opens it.
    let told = compaction::load(&stored).ok();
    let told = told.and_then(|document| catalogue::read(&document).ok());
    let unfinished = told.filter(|told| told.campaign != *campaign);
    Ok(unfinished.map(|told| Layout {
        sheets: sheets_with_new_rows(&told.campaign, campaign),
        done: None,
    }))
}

/// Returns the sheets that get rows which they did not have.
fn sheets_with_new_rows(before: &Campaign, after: &Campaign) -> BTreeSet<(WeekNumber, UnitId)> {
    let mut sheets = BTreeSet::new();
    for week in after.weeks.iter().map(|week| week.number) {
        let had: BTreeSet<_> = row::rows(before, week)
            .into_iter()
            .map(|row| row.id)
            .collect();
        let new = row::rows(after, week).into_iter();
        let new = new.filter(|row| !had.contains(&row.id));
        sheets.extend(new.map(|row| (week, row.unit)));
    }
    sheets
}

/// Says whether some unit reads other documents than before: leads read the units of their measures.
fn rights_differ(before: &Policy, after: &Policy) -> bool {
    let readers: Vec<Author> = after
        .campaign
        .active_units()
        .map(|unit| Author {
            account: String::new(),
            unit: unit.id.clone(),
            role: AccountRole::Unit,
        })
        .collect();
    // Elsewhere nothing has changed.
    let mut sheets = sheets_with_new_rows(&before.campaign, &after.campaign);
    sheets.append(&mut sheets_with_new_rows(&after.campaign, &before.campaign));
    let cards: BTreeSet<UnitId> = sheets.iter().map(|(_, unit)| unit.clone()).collect();
    let of_week = sheets.into_iter().flat_map(|(week, unit)| {
        let talk = DocumentKind::Talk(week, unit.clone());
        [DocumentKind::Sheet(week, unit), talk]
    });
    let mut documents = of_week.chain(cards.into_iter().map(DocumentKind::Card));
    documents.any(|document| {
        readers
            .iter()
            .any(|reader| before.may_read(reader, &document) != after.may_read(reader, &document))
    })
}

#[cfg(test)]
mod tests {
    use diaodu_plan::{fixture, permission::Visibility};

    use super::*;

    const FRIDAY: &str = "2021-04-16T15:30:00+08:00";

    fn policies(plan: &str, street: &str, visibility: Visibility) -> (Policy, Policy) {
        let policy = |campaign| Policy {
            campaign,
            visibility,
            frozen: [WeekNumber(4)].into(),
        };
        let before = policy(fixture::campaign(plan));
        let mut after = before.clone();
        let streets = [UnitId(street.to_owned())];
        let set = after.campaign.set_relevant_streets(
            MeasureNumber(2),
            &streets,
            FRIDAY.parse().unwrap(),
            &before.frozen,
        );
        set.unwrap();
        (before, after)
    }

    /// Measure 2 of `SMALL`, with a lead that rings its streets.
    fn led() -> String {
        fixture::SMALL.replace(
            "lead=? implementing=u-shengtai,?",
            "lead=u-zhujian implementing=?",
        )
    }

    #[test]
    fn sheets_of_past_and_frozen_weeks_get_no_rows() {
        let (before, after) = policies(fixture::SMALL, "s-donganlu", Visibility::All);
        let sheets = sheets_with_new_rows(&before.campaign, &after.campaign);
        let weeks: Vec<u8> = sheets.iter().map(|(week, _)| week.0).collect();
        assert_eq!(weeks, [2, 3, 5, 6, 7, 8, 9]);
        assert!(sheets.iter().all(|(_, unit)| unit.0 == "s-donganlu"));
    }

    #[test]
    fn lines_come_again_only_when_somebody_reads_other_documents() {
        let differ = |plan: &str, visibility| {
            let (before, after) = policies(plan, "s-donganlu", visibility);
            rights_differ(&before, &after)
        };
        assert!(
            !differ(fixture::SMALL, Visibility::Leads),
            "a group of streets leads nobody"
        );
        assert!(
            differ(&led(), Visibility::All),
            "the card of the new street"
        );
        assert!(differ(&led(), Visibility::Leads));
    }
}
