//! Commands: what changes by the server alone, checked and carried out one by one, each with its entry in the audit log.

pub mod action_plan;
pub mod attachment;
pub mod circular;
pub mod contact;
pub mod correction;
pub mod week;

use std::collections::BTreeSet;

use diaodu_plan::{
    attachment::FileFault,
    campaign::{MeasureNumber, UnitId, WeekNumber},
    contact::ContactFault,
    duty::DutyError,
    limits::ATTACHMENTS_PER_ROW_MAX,
    permission::{self, AccountRole, Visibility},
    relevance::RelevanceError,
    row::RowId,
};
use diaodu_wire::http::{Command, Done};
use tokio::sync::{Mutex, MutexGuard};

use crate::{
    accounts::{
        Visitor, is_last_office, is_name,
        password::{self, PasswordError},
    },
    audit::Kind,
    circular::CircularError,
    config::{CIRCULAR_WORDS_LOGGED_MAX, LABEL_LETTERS_MAX},
    http::Office,
    live::Event,
    orders::Order,
    relevance,
    storage::{Account, Pass, PassDigest, PassKind, StorageError},
    views::{self, ViewError, Views},
};

/// Why a command was not carried out; the words are stable.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// Only the office commands.
    #[error("not-office")]
    NotOffice,
    /// Not what an account can be called, or too long a name of a person.
    #[error("bad-name")]
    BadName,
    /// There is one already.
    #[error("account-exists")]
    AccountExists,
    /// There is none.
    #[error("no-account")]
    NoAccount,
    /// No active unit has this id.
    #[error("no-unit")]
    NoUnit,
    /// Not a role, or the office's role outside of the office.
    #[error("bad-role")]
    BadRole,
    /// Without it nobody could administer.
    #[error("last-office")]
    LastOffice,
    /// No session or token has this id.
    #[error("no-pass")]
    NoPass,
    /// Not a setting.
    #[error("bad-setting")]
    BadSetting,
    /// The campaign has no such week.
    #[error("no-such-week")]
    NoWeek,
    /// The plan demands no such row.
    #[error("no-such-row")]
    NoRow,
    /// The due time has passed.
    #[error("due-passed")]
    TooLate,
    /// Not a due time, or it does not fit between the weeks around it.
    #[error("bad-due")]
    BadDue,
    /// A reason is needed, no longer than a cell's text.
    #[error("bad-reason")]
    BadReason,
    /// The week is frozen.
    #[error("week-frozen")]
    Frozen,
    /// The week has not begun: there is nothing to be frozen.
    #[error("week-not-begun")]
    NotBegun,
    /// The cut-off has not passed, and the office has not said that it means it.
    #[error("week-not-due")]
    NotDue,
    /// The duty cannot be set so.
    #[error("{0}")]
    Duty(#[from] DutyError),
    /// The report is not late, or was not saved before due.
    #[error("not-offline")]
    NotOffline,
    /// Nothing is submitted there that waits for a signature.
    #[error("not-submitted")]
    NotSubmitted,
    /// Rows are corrected after the freeze; before it people write them.
    #[error("week-not-frozen")]
    NotFrozen,
    /// Not for this account to ask or to decide.
    #[error("not-yours")]
    NotYours,
    /// Not a cell that can be corrected, or nothing is changed.
    #[error("bad-cell")]
    BadCell,
    /// The week has too many corrections.
    #[error("too-many-corrections")]
    TooMany,
    /// There is none.
    #[error("no-correction")]
    NoCorrection,
    /// It is agreed to or refused.
    #[error("correction-decided")]
    Decided,
    /// Another correction has changed the cell since.
    #[error("correction-stale")]
    Stale,
    /// The relevant streets cannot be set so.
    #[error("{0}")]
    Relevance(#[from] RelevanceError),
    /// Not a name or an arrangement of a view, or there are too many, or none with this name.
    #[error("{}", .0.word())]
    View(#[from] ViewError),
    /// A line of the 联络信息表 is not one.
    #[error("{0}")]
    Contact(#[from] ContactFault),
    /// There is no such line.
    #[error("no-contact")]
    NoContact,
    /// The unit has too many lines, or too many changes of them.
    #[error("too-many-contacts")]
    ManyContacts,
    /// The file cannot be attached, whoever asks.
    #[error("{0}")]
    File(#[from] FileFault),
    /// Another file has this id, or it is no id.
    #[error("attachment-taken")]
    AttachmentTaken,
    /// It was taken out.
    #[error("attachment-removed")]
    AttachmentRemoved,
    /// There is none.
    #[error("no-attachment")]
    NoAttachment,
    /// Not moments for reminders.
    #[error("bad-reminders")]
    BadReminders,
    /// The campaign demands no action plans.
    #[error("no-action-plan")]
    NoActionPlan,
    /// Not a title, or too long.
    #[error("bad-title")]
    BadTitle,
    /// The circular cannot be changed, issued or signed for so.
    #[error("{0}")]
    Circular(#[from] CircularError),
    /// Storage failed.
    #[error("storage")]
    Storage(#[from] StorageError),
    /// No password could be made.
    #[error("storage")]
    Password(#[from] PasswordError),
}

/// One command at a time: each looks before it writes.
static TURN: Mutex<()> = Mutex::const_new(());

/// Waits for the commands before; the next wait until the guard is dropped. For what looks at accounts before it writes them.
pub async fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().await
}

/// Carries out a command. It holds, on open lines too, when this returns.
pub async fn perform(
    office: &Office,
    visitor: &Visitor,
    command: Command,
) -> Result<Done, CommandError> {
    if !visitor.is_office() && !is_for_units(&command) {
        return Err(CommandError::NotOffice);
    }
    let _turn = turn().await;
    let (subject, detail) = tell(&command);
    let done = match command {
        Command::CreateAccount {
            account,
            person,
            unit,
            role,
        } => create(office, &account, person, unit, &role).await?,
        Command::ChangeAccount {
            account,
            person,
            unit,
            role,
            disabled,
        } => {
            let (unit, role) = checked(office, &person, unit, &role)?;
            change(office, &account, |account| {
                (account.person, account.unit) = (person, unit);
                (account.role, account.disabled) = (role, disabled);
            })
            .await?
        }
        Command::ResetPassword { account } => reset_password(office, &account).await?,
        Command::RevokePass { id } => revoke(office, &id).await?,
        Command::SetVisibility { visibility } => set_visibility(office, &visibility).await?,
        Command::FreezeWeek { week, early } => {
            week::freeze(office, WeekNumber(week), early).await?
        }
        Command::SetDue {
            week,
            due_ms,
            reason,
        } => week::set_due(office, WeekNumber(week), due_ms, &reason).await?,
        Command::SetGrace { minutes } => week::set_grace(office, minutes).await?,
        Command::SetDuty { row, duty } => week::set_duty(office, row, &duty).await?,
        Command::SetReview { measure, mode } => {
            week::set_review(office, MeasureNumber(measure), &mode).await?
        }
        Command::AcceptOnTime { week, row, reason } => {
            week::accept(office, visitor, WeekNumber(week), RowId(row), &reason).await?
        }
        Command::SetSignOff { mode } => week::set_sign_off(office, &mode).await?,
        Command::SignOff { week, rows } => {
            let rows = rows.into_iter().map(RowId).collect();
            week::sign_off(office, visitor, WeekNumber(week), rows).await?
        }
        Command::SendBack { week, rows, reason } => {
            let rows = rows.into_iter().map(RowId).collect();
            week::send_back(office, visitor, WeekNumber(week), rows, &reason).await?
        }
        Command::AskCorrection {
            week,
            row,
            cells,
            files,
            reason,
        } => {
            let wish = correction::Wish { cells, files };
            correction::ask(office, visitor, WeekNumber(week), row, wish, &reason).await?
        }
        Command::DecideCorrection { id, agree, answer } => {
            correction::decide(office, visitor, &id, agree, &answer).await?
        }
        Command::SetRelevantStreets { measure, streets } => {
            let streets: Vec<UnitId> = streets.into_iter().map(UnitId).collect();
            let from = relevance::set(office, MeasureNumber(measure), &streets).await?;
            Done {
                from_week: Some(from.0),
                ..Done::default()
            }
        }
        Command::SaveView { name, arrangement } => {
            keep_views(office, |views| views::put(views, name, arrangement)).await?
        }
        Command::RemoveView { name } => {
            keep_views(office, |views| views::remove(views, &name)).await?
        }
        Command::EditCircular {
            week,
            set,
            tick,
            untick,
        } => circular::edit(office, WeekNumber(week), &set, &tick, &untick).await?,
        Command::IssueCircular { week } => {
            circular::issue(office, visitor, WeekNumber(week)).await?
        }
        Command::FileActionPlan { title } => action_plan::file(office, visitor, &title).await?,
        Command::SignCircular { week } => circular::sign(office, visitor, WeekNumber(week)).await?,
        Command::SetContact { id, unit, fields } => {
            contact::set(office, visitor, id, unit, &fields).await?
        }
        Command::RemoveContact { id } => contact::remove(office, visitor, id).await?,
        Command::RemoveAttachment { id } => attachment::remove(office, visitor, &id).await?,
        Command::SetReminders { minutes } => week::set_reminders(office, minutes).await?,
    };
    office
        .enter(Kind::Command, &visitor.account, &subject, &detail)
        .await?;
    tracing::info!(account = visitor.account, subject, "command: {detail}");
    Ok(done)
}

/// Says whether others than the office may give the command; the command itself looks who.
fn is_for_units(command: &Command) -> bool {
    match command {
        Command::AskCorrection { .. }
        | Command::DecideCorrection { .. }
        | Command::SignCircular { .. }
        | Command::FileActionPlan { .. }
        | Command::SetContact { .. }
        | Command::RemoveContact { .. }
        | Command::RemoveAttachment { .. }
        | Command::SignOff { .. }
        | Command::SendBack { .. } => true,
        Command::SetReminders { .. } => false,
        Command::EditCircular { .. } | Command::IssueCircular { .. } => false,
        Command::CreateAccount { .. }
        | Command::ChangeAccount { .. }
        | Command::ResetPassword { .. }
        | Command::RevokePass { .. }
        | Command::SetVisibility { .. } => false,
        Command::FreezeWeek { .. }
        | Command::SetDue { .. }
        | Command::SetGrace { .. }
        | Command::SetDuty { .. }
        | Command::SetReview { .. }
        | Command::SetSignOff { .. }
        | Command::AcceptOnTime { .. } => false,
        Command::SetRelevantStreets { .. }
        | Command::SaveView { .. }
        | Command::RemoveView { .. } => false,
    }
}

/// Subject and detail for the audit log.
fn tell(command: &Command) -> (String, String) {
    match command {
        Command::CreateAccount {
            account,
            person,
            unit,
            role,
        } => (
            account.clone(),
            format!("create-account {unit} {role} {person}"),
        ),
        Command::ChangeAccount {
            account,
            person,
            unit,
            role,
            disabled,
        } => {
            let state = if *disabled { "disabled" } else { "enabled" };
            let detail = format!("change-account {unit} {role} {state} {person}");
            (account.clone(), detail)
        }
        Command::ResetPassword { account } => (account.clone(), "reset-password".to_owned()),
        Command::RevokePass { id } => (id.clone(), "revoke-pass".to_owned()),
        Command::SetVisibility { visibility } => (visibility.clone(), "set-visibility".to_owned()),
        Command::FreezeWeek { week, early } => {
            let detail = match early {
                Some(true) => "freeze-week early",
                Some(false) | None => "freeze-week",
            };
            (week.to_string(), detail.to_owned())
        }
        Command::SetDue {
            week,
            due_ms,
            reason,
        } => {
            let detail = format!("set-due {due_ms} {reason}");
            (week.to_string(), detail.trim_end().to_owned())
        }
        Command::SetGrace { minutes } => (minutes.to_string(), "set-grace".to_owned()),
        Command::SetDuty { row, duty } => (row.clone(), format!("set-duty {duty}")),
        Command::SetReview { measure, mode } => {
            (format!("measure {measure}"), format!("set-review {mode}"))
        }
        Command::AcceptOnTime { week, row, reason } => {
            (row.clone(), format!("accept-on-time {week} {reason}"))
        }
        Command::SetSignOff { mode } => (mode.clone(), "set-sign-off".to_owned()),
        Command::SignOff { week, rows } => (rows.join(" "), format!("sign-off {week}")),
        Command::SendBack { week, rows, reason } => {
            (rows.join(" "), format!("send-back {week} {reason}"))
        }
        // Texts of cells stay out of the log: they stand in the request.
        Command::AskCorrection {
            week, row, files, ..
        } => {
            let files = files.iter().take(ATTACHMENTS_PER_ROW_MAX);
            let files: String = files.map(|id| format!(" +{id}")).collect();
            (row.clone(), format!("ask-correction {week}{files}"))
        }
        Command::DecideCorrection { id, agree, .. } => {
            let word = if *agree { "agree" } else { "refuse" };
            (id.clone(), format!("decide-correction {word}"))
        }
        Command::SetRelevantStreets { measure, streets } => {
            let streets: BTreeSet<&str> = streets.iter().map(String::as_str).collect();
            let streets: Vec<&str> = streets.into_iter().collect();
            let detail = format!("set-relevant-streets {}", streets.join(" "));
            (format!("measure {measure}"), detail)
        }
        Command::SaveView { name, .. } => (name.clone(), "save-view".to_owned()),
        Command::RemoveView { name } => (name.clone(), "remove-view".to_owned()),
        // What is typed stays out of the log; who is to be named does not.
        Command::EditCircular {
            week,
            set,
            tick,
            untick,
        } => {
            let fields = set.keys().map(String::as_str);
            let ticked = tick.iter().map(|key| format!("+{key}"));
            let unticked = untick.iter().map(|key| format!("-{key}"));
            let words = fields.map(str::to_owned).chain(ticked).chain(unticked);
            let words: Vec<String> = words.take(CIRCULAR_WORDS_LOGGED_MAX).collect();
            let detail = format!("edit-circular {}", words.join(" "));
            (week.to_string(), detail)
        }
        Command::IssueCircular { week } => (week.to_string(), "issue-circular".to_owned()),
        Command::FileActionPlan { title } => {
            // One that is refused may be of any length.
            let title = title.chars().take(LABEL_LETTERS_MAX).collect();
            (title, "file-action-plan".to_owned())
        }
        Command::SignCircular { week } => (week.to_string(), "sign-circular".to_owned()),
        // Names and telephones stand in the record of the table, not here.
        Command::SetContact { id, unit, fields } => {
            let line = id.as_deref().unwrap_or("new");
            (unit.clone(), format!("set-contact {} {line}", fields.role))
        }
        Command::RemoveContact { id } => (id.clone(), "remove-contact".to_owned()),
        Command::RemoveAttachment { id } => (id.clone(), "remove-attachment".to_owned()),
        Command::SetReminders { minutes } => {
            let minutes: Vec<String> = minutes.iter().map(ToString::to_string).collect();
            (minutes.join(" "), "set-reminders".to_owned())
        }
    }
}

fn checked(
    office: &Office,
    person: &str,
    unit: String,
    role: &str,
) -> Result<(UnitId, AccountRole), CommandError> {
    if person.chars().count() > LABEL_LETTERS_MAX || person.chars().any(char::is_control) {
        return Err(CommandError::BadName);
    }
    let (policy, unit) = (office.policy.get(), UnitId(unit));
    if policy.campaign.unit(&unit).is_none_or(|unit| !unit.active) {
        return Err(CommandError::NoUnit);
    }
    let role = AccountRole::from_word(role).ok_or(CommandError::BadRole)?;
    if role == AccountRole::Office && unit != policy.campaign.office {
        return Err(CommandError::BadRole);
    }
    Ok((unit, role))
}

async fn create(
    office: &Office,
    name: &str,
    person: String,
    unit: String,
    role: &str,
) -> Result<Done, CommandError> {
    if !is_name(name) {
        return Err(CommandError::BadName);
    }
    let (unit, role) = checked(office, &person, unit, role)?;
    if office.storage.account(name).await?.is_some() {
        return Err(CommandError::AccountExists);
    }
    let one_time = password::draw()?;
    let account = Account {
        name: name.to_owned(),
        person,
        unit,
        role,
        password_hash: password::hash(one_time.clone()).await?,
        must_change: true,
        disabled: false,
    };
    office.storage.put_accounts(vec![account]).await?;
    Ok(Done {
        one_time_password: Some(one_time),
        ..Done::default()
    })
}

async fn change(
    office: &Office,
    name: &str,
    change: impl FnOnce(&mut Account),
) -> Result<Done, CommandError> {
    let before = office.storage.account(name).await?;
    let before = before.ok_or(CommandError::NoAccount)?;
    let mut account = before.clone();
    change(&mut account);
    if is_last_office(&office.storage.accounts().await?, &account) {
        return Err(CommandError::LastOffice);
    }
    let is_same = (&before.unit, before.role, before.disabled)
        == (&account.unit, account.role, account.disabled);
    office.storage.put_accounts(vec![account.clone()]).await?;
    if account.disabled {
        remove_passes(office, name).await?;
    }
    if !is_same {
        let person = (!account.disabled).then(|| permission::Author {
            account: account.name.clone(),
            unit: account.unit,
            role: account.role,
        });
        let event = Event::AccessChanged(account.name, person);
        office.live.tell(event).await;
    }
    Ok(Done::default())
}

async fn reset_password(office: &Office, name: &str) -> Result<Done, CommandError> {
    let account = office.storage.account(name).await?;
    let mut account = account.ok_or(CommandError::NoAccount)?;
    let one_time = password::draw()?;
    account.password_hash = password::hash(one_time.clone()).await?;
    account.must_change = true;
    office.storage.put_accounts(vec![account]).await?;
    remove_passes(office, name).await?;
    let event = Event::AccessChanged(name.to_owned(), None);
    office.live.tell(event).await;
    Ok(Done {
        one_time_password: Some(one_time),
        ..Done::default()
    })
}

async fn remove_passes(office: &Office, name: &str) -> Result<(), StorageError> {
    for kind in [PassKind::Session, PassKind::Token] {
        let passes = office.storage.passes(kind).await?;
        for pass in passes.iter().filter(|pass| pass.account == name) {
            office.storage.remove_pass(kind, pass.digest).await?;
        }
    }
    Ok(())
}

async fn revoke(office: &Office, id: &str) -> Result<Done, CommandError> {
    for kind in [PassKind::Session, PassKind::Token] {
        let passes = office.storage.passes(kind).await?;
        if let Some(pass) = passes.iter().find(|pass| pass_id(pass) == id) {
            end_pass(office, kind, pass.digest).await?;
            return Ok(Done::default());
        }
    }
    Err(CommandError::NoPass)
}

/// Ends a session or a token, and the lines that it opened.
pub async fn end_pass(
    office: &Office,
    kind: PassKind,
    digest: PassDigest,
) -> Result<(), StorageError> {
    office.storage.remove_pass(kind, digest).await?;
    office.live.tell(Event::SignedOut(digest)).await;
    Ok(())
}

/// Names a pass in lists: the first half of its digest, which opens nothing.
pub fn pass_id(pass: &Pass) -> String {
    let half = &pass.digest.0[..16];
    half.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn set_visibility(office: &Office, word: &str) -> Result<Done, CommandError> {
    let visibility = Visibility::from_word(word).ok_or(CommandError::BadSetting)?;
    let mut policy = (*office.policy.get()).clone();
    policy.visibility = visibility;
    policy.keep(&*office.storage).await?;
    office.policy.set(policy);
    office.live.tell(Event::VisibilityChanged).await;
    Ok(Done::default())
}

/// Changes the shared views, keeps them, and has the catalogue say so.
async fn keep_views(
    office: &Office,
    change: impl FnOnce(&mut Views) -> Result<(), ViewError>,
) -> Result<Done, CommandError> {
    let mut views = views::load(&*office.storage).await?;
    change(&mut views)?;
    views::keep(&*office.storage, &views).await?;
    week::carried_out(office, Order::Views(views)).await
}
