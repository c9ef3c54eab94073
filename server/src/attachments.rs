//! 附件 after a crash: what the list of files says and the sheets do not yet.

use std::collections::BTreeMap;

use diaodu_plan::{campaign::UnitId, layout::DocumentKind, layout::sheet};

use crate::{
    commands::attachment::order,
    compaction,
    gatekeeper::Directory,
    orders::Order,
    policy::Policy,
    storage::{Attachment, Storage, StorageError},
};

/// Returns what a server that died between list and sheet has not written. Bytes without a row are thrown away.
pub async fn unwritten(
    storage: &dyn Storage,
    policy: &Policy,
    directory: &Directory,
) -> Result<Vec<Order>, StorageError> {
    storage.sweep_attachments().await?;
    let mut orders = Vec::new();
    for week in &policy.campaign.weeks {
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
                .filter(|attachment| is_said(attachment) == attachment.removed.is_some());
            orders.extend(late.filter_map(|attachment| order(attachment).ok()));
        }
    }
    Ok(orders)
}
