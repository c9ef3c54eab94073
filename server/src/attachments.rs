//! 附件 after a crash: what the list of files says and the sheets do not yet.

use std::collections::BTreeMap;

use diaodu_plan::{campaign::UnitId, layout::DocumentKind, layout::sheet};
use diaodu_sync::event::Millis;

use crate::{
    commands::attachment::order,
    compaction,
    gatekeeper::Directory,
    orders::Order,
    policy::Policy,
    storage::{Attachment, SERVER_AUTHOR, Storage, StorageError},
};

/// Returns what a server that died between list and sheet has not written. Bytes without a row are thrown away, and files that were
/// sent for a correction which nobody has asked for, or which was refused.
pub async fn unwritten(
    storage: &dyn Storage,
    policy: &Policy,
    directory: &Directory,
) -> Result<Vec<Order>, StorageError> {
    for week in &policy.campaign.weeks {
        let requests = storage.corrections(week.number).await?;
        for stray in storage.attachments(week.number).await? {
            if stray.is_stray(&requests) {
                let (id, at) = (&stray.file.id, Millis(stray.file.at.as_millisecond()));
                let by = SERVER_AUTHOR.to_owned();
                storage.remove_attachment(id, by, at).await?;
            }
        }
    }
    storage.sweep_attachments().await?;
    let mut orders = Vec::new();
    for week in &policy.campaign.weeks {
        let requests = storage.corrections(week.number).await?;
        let mut by_unit: BTreeMap<UnitId, Vec<Attachment>> = BTreeMap::new();
        for attachment in storage.attachments(week.number).await? {
            if let Some(unit) = attachment.row.unit() {
                by_unit.entry(unit).or_default().push(attachment);
            }
        }
        for (unit, attachments) in by_unit {
            let Some(id) = directory.find(&DocumentKind::Sheet(week.number, unit)) else {
                continue;
            };
            let stored = storage.load(id).await?.stored;
            let document = compaction::load(&stored);
            let document = document.map_err(|error| StorageError::Damaged(error.to_string()))?;
            let rows = sheet::read(&document).rows;
            let is_said = |attachment: &Attachment| {
                let row = rows.get(&attachment.row);
                let mut files = row.iter().flat_map(|row| &row.attached);
                files.any(|file| file.id == attachment.file.id)
            };
            let late = attachments
                .iter()
                .filter(|attachment| is_said(attachment) != attachment.is_of_row(&requests));
            orders.extend(late.filter_map(|attachment| order(attachment).ok()));
        }
    }
    Ok(orders)
}
