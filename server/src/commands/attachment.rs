//! 附件: a file comes to a row or goes, on the word of whoever may write the row. The bytes first, then the list, then the sheet.

use diaodu_plan::{
    attachment::{self, Attached},
    campaign::WeekNumber,
    layout::DocumentKind,
    permission::Reason,
    row::{self, Row, RowId},
};
use diaodu_wire::http::{Done, attachment::AttachmentPlace};

use super::{
    CommandError, TURN, correction,
    week::{carried_out, now},
};
use crate::{
    accounts::Visitor,
    audit::Kind,
    http::Office,
    orders::Order,
    policy::Policy,
    storage::{Attachment, digest_of},
};

/// Says whether a file may come to this row now, before its bytes are awaited.
pub fn may_attach(
    policy: &Policy,
    visitor: &Visitor,
    week: WeekNumber,
    row: &RowId,
) -> Result<Row, CommandError> {
    policy.campaign.week(week).ok_or(CommandError::NoWeek)?;
    let row = row::row(&policy.campaign, week, row).ok_or(CommandError::NoRow)?;
    let state = policy.week_state(&DocumentKind::Sheet(week, row.unit.clone()));
    match attachment::judge(&visitor.author(), &row, &policy.campaign, state) {
        Ok(()) => Ok(row),
        Err(Reason::WeekFrozen) => Err(CommandError::Frozen),
        Err(_) => Err(CommandError::NotYours),
    }
}

/// Says whether a file may come now: to the row, or with a 更正申请 that is yet to be made.
pub fn may_come(
    policy: &Policy,
    visitor: &Visitor,
    place: &AttachmentPlace,
) -> Result<Row, CommandError> {
    let (week, row) = (WeekNumber(place.week), RowId(place.row.clone()));
    match place.correction {
        true => correction::may_ask(policy, visitor, week, &row),
        false => may_attach(policy, visitor, week, &row),
    }
}

/// Keeps a file and has the sheet say that its row has it; what goes with a 更正申请 is kept alone. The same again, after an answer that was lost, is the same.
pub async fn attach(
    office: &Office,
    visitor: &Visitor,
    id: &str,
    place: AttachmentPlace,
    bytes: Vec<u8>,
) -> Result<Attachment, CommandError> {
    let size = bytes.len() as u64;
    let name = attachment::tidy_name(&place.name);
    let kind = attachment::check(&name, &bytes, size)?;
    let digest = digest_of(&bytes);
    let week = WeekNumber(place.week);
    // Megabytes go to a disk slowly: nobody's command waits for them. What is refused below is swept at the next start.
    if office.storage.attachment(id).await?.is_none() {
        let row = may_come(&office.policy.get(), visitor, &place)?;
        find_room(office, week, &row, size).await?;
        office.storage.keep_bytes(&digest, bytes.clone()).await?;
    }
    let _turn = TURN.lock().await;
    let policy = office.policy.get();
    if let Some(known) = office.storage.attachment(id).await? {
        let is_same = (known.week, &known.row.0, &known.file.digest) == (week, &place.row, &digest)
            && known.offered == place.correction;
        if known.removed.is_some() {
            return Err(CommandError::AttachmentRemoved);
        }
        if !is_same || known.file.account != visitor.account {
            return Err(CommandError::AttachmentTaken);
        }
        if !known.offered {
            carried_out(office, order(&known)?).await?;
        }
        return Ok(known);
    }
    let row = may_come(&policy, visitor, &place)?;
    find_room(office, week, &row, size).await?;
    let attachment = Attachment {
        week,
        row: row.id,
        file: Attached {
            id: id.to_owned(),
            name,
            kind,
            bytes: size,
            digest,
            account: visitor.account.clone(),
            person: visitor.person.clone(),
            at: now(office),
        },
        offered: place.correction,
        removed: None,
    };
    // On disk first: a server that dies now writes it into the sheet when it starts again.
    let put = office.storage.put_attachment(attachment.clone(), bytes);
    put.await?;
    if !attachment.offered {
        carried_out(office, order(&attachment)?).await?;
    }
    // Its name stays out of the log: it stands in the sheet.
    let word = match attachment.offered {
        true => "offer",
        false => "attach",
    };
    let detail = format!("{word} {week} {id} {size} {}", attachment.file.digest);
    let (account, subject) = (&visitor.account, &attachment.row.0);
    office
        .enter(Kind::Command, account, subject, &detail)
        .await?;
    tracing::info!(account, subject, "command: {detail}");
    Ok(attachment)
}

/// Refuses a file for which row or unit have no room.
async fn find_room(
    office: &Office,
    week: WeekNumber,
    row: &Row,
    size: u64,
) -> Result<(), CommandError> {
    let mut of_unit = office.storage.attachments(week).await?;
    of_unit.retain(|each| each.row.unit().as_ref() == Some(&row.unit));
    let filed: Vec<_> = of_unit.iter().map(Attachment::filed).collect();
    Ok(attachment::check_room(&row.id, size, &filed)?)
}

/// Takes a file out of its row.
pub async fn remove(office: &Office, visitor: &Visitor, id: &str) -> Result<Done, CommandError> {
    let policy = office.policy.get();
    let known = office.storage.attachment(id).await?;
    let known = known.ok_or(CommandError::NoAttachment)?;
    let kind = known
        .row
        .unit()
        .map(|unit| DocumentKind::Sheet(known.week, unit));
    if !kind.is_some_and(|kind| policy.may_read(&visitor.author(), &kind)) {
        return Err(CommandError::NoAttachment);
    }
    may_attach(&policy, visitor, known.week, &known.row)?;
    if known.removed.is_none() {
        let (account, at) = (visitor.account.clone(), office.clock.now());
        office.storage.remove_attachment(id, account, at).await?;
    }
    let removed = office.storage.attachment(id).await?;
    carried_out(office, order(&removed.ok_or(CommandError::NoAttachment)?)?).await
}

/// What the sheet should say of an attachment that its row has, or had.
pub fn order(attachment: &Attachment) -> Result<Order, CommandError> {
    let Attachment {
        week, row, file, ..
    } = attachment;
    let unit = row.unit().ok_or(CommandError::NoRow)?;
    Ok(match attachment.removed {
        None => Order::Attach(*week, unit, row.clone(), Box::new(file.clone())),
        Some(_) => Order::Detach(*week, unit, row.clone(), file.id.clone()),
    })
}
