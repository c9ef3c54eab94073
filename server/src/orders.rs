//! What the server itself writes into documents: whatever a command, a deadline or a catch-up decides, as data.

use std::collections::BTreeMap;

use automerge::{AutomergeError, transaction::Transaction};
use diaodu_plan::{
    action_plan::Filed,
    attachment::Attached,
    campaign::{Campaign, UnitId, WeekNumber},
    layout::{
        DocumentKind, attachment,
        catalogue::{self, Links},
        correction::{self, Applied},
        hub::{self, Cut, Snapshot},
        sent_back, sheet,
    },
    report::{Acceptance, SignOff, Signing, Standing},
    row::RowId,
    sent_back::SentBack,
    tally::Totals,
};
use jiff::Timestamp;

use crate::views::Views;

/// One thing to be written into one document. Carrying it out twice writes nothing the second time.
#[derive(Debug, Clone)]
pub enum Order {
    /// The campaign as the office has changed it.
    Catalogue(Box<Campaign>),
    /// Arrangements of the table that the office shares, all of them.
    Views(Views),
    /// 定稿
    Freeze(WeekNumber, Timestamp),
    /// A snapshot; the hub's own heads are added when it is written.
    Snapshot(WeekNumber, Cut, Snapshot),
    /// What is known of rows' reports.
    Standings(WeekNumber, Vec<(RowId, Standing)>),
    /// The office counts a late report as on time.
    Accept(WeekNumber, RowId, Acceptance),
    /// 单位审签: a unit's 责任领导 has signed these rows off; which moment counts.
    Sign(WeekNumber, Vec<RowId>, Signing, SignOff),
    /// A unit's 责任领导 sends these rows back: they go on waiting for his signature.
    SendBack(WeekNumber, UnitId, Vec<RowId>, SentBack),
    /// A unit has filed its action plan: into the hub of the week in which plans are due.
    FilePlan(WeekNumber, UnitId, Filed),
    /// Nobody has to sign reports of this week any more: what waits counts.
    Release(WeekNumber),
    /// A correction has changed this row: unreported ones are made up by it.
    Corrected(WeekNumber, RowId, Timestamp),
    /// A correction that lead and office have agreed to.
    Correct(WeekNumber, UnitId, Box<Applied>),
    /// A row has a file.
    Attach(WeekNumber, UnitId, RowId, Box<Attached>),
    /// A row does not have the file with this id any more.
    Detach(WeekNumber, UnitId, RowId, String),
    /// What a unit's rows begin a week with.
    Openings(WeekNumber, UnitId, BTreeMap<RowId, Totals>),
}

impl Order {
    /// Says into which document it is written.
    pub fn document(&self) -> DocumentKind {
        match self {
            Order::Catalogue(_) | Order::Views(_) => DocumentKind::Catalogue,
            Order::Freeze(week, _)
            | Order::Snapshot(week, _, _)
            | Order::Standings(week, _)
            | Order::Accept(week, _, _)
            | Order::Sign(week, _, _, _)
            | Order::FilePlan(week, _, _)
            | Order::Release(week)
            | Order::Corrected(week, _, _) => DocumentKind::Hub(*week),
            Order::Correct(week, unit, _)
            | Order::SendBack(week, unit, _, _)
            | Order::Openings(week, unit, _)
            | Order::Attach(week, unit, _, _)
            | Order::Detach(week, unit, _, _) => DocumentKind::Sheet(*week, unit.clone()),
        }
    }

    /// Lets a signature and an action plan count from the moment at which the loop takes them, as a report does.
    pub fn stamp(&mut self, now: Timestamp) {
        match self {
            Order::Sign(_, _, signing, _) => signing.at = now,
            Order::FilePlan(_, _, filed) => filed.at = now,
            _ => {}
        }
    }

    /// Writes it.
    pub fn write(&self, tx: &mut Transaction<'_>) -> Result<(), AutomergeError> {
        match self {
            Order::Catalogue(campaign) => catalogue::write(campaign, &Links::default(), tx),
            Order::Views(views) => catalogue::write_views(views, tx),
            Order::Freeze(_, at) => hub::freeze(*at, tx),
            Order::Snapshot(_, cut, snapshot) => hub::put_snapshot(*cut, snapshot, tx),
            Order::Standings(_, standings) => standings
                .iter()
                .try_for_each(|(row, standing)| hub::put_standing(row, standing, tx)),
            Order::Accept(_, row, acceptance) => {
                let mut standing = hub::standing(tx, row);
                standing.accepted.get_or_insert(acceptance.clone());
                hub::put_standing(row, &standing, tx)
            }
            Order::Sign(_, rows, signing, sign_off) => rows.iter().try_for_each(|row| {
                let mut standing = hub::standing(tx, row);
                standing.sign(signing, *sign_off);
                hub::put_standing(row, &standing, tx)
            }),
            Order::SendBack(_, _, rows, back) => rows
                .iter()
                .try_for_each(|row| sent_back::put(row, back, tx)),
            Order::FilePlan(_, unit, filed) => hub::put_action_plan(unit, filed, tx),
            Order::Release(_) => {
                hub::reports(tx)
                    .into_iter()
                    .try_for_each(|(row, mut standing)| {
                        standing.release();
                        hub::put_standing(&row, &standing, tx)
                    })
            }
            Order::Corrected(_, row, at) => {
                let mut standing = hub::standing(tx, row);
                standing.corrected.get_or_insert(*at);
                hub::put_standing(row, &standing, tx)
            }
            Order::Correct(_, _, applied) => correction::apply(applied, tx),
            Order::Attach(_, _, row, file) => attachment::put(row, file, tx),
            Order::Detach(_, _, row, id) => attachment::take_out(row, id, tx),
            Order::Openings(_, _, openings) => openings
                .iter()
                .try_for_each(|(row, totals)| sheet::put_opening(row, totals, tx)),
        }
    }
}
