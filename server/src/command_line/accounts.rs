//! `diaodu account …`: the same as the office's screen, on a data directory that no server is using.

use std::path::Path;

use clap::ArgMatches;
use diaodu_plan::{
    campaign::{Campaign, UnitId},
    permission::AccountRole,
};
use diaodu_sync::event::Millis;

use super::{block_on, failure::explain, path};
use crate::{
    accounts::{is_last_office, is_name, password},
    audit::{self, Entry, Kind},
    clock::Clock,
    commands::pass_id,
    premises::{self, StartError},
    storage::{Account, PassKind, Storage, StorageError, sqlite::SqliteStorage},
    text::{Language, say},
};

/// Who is written into the audit log for what was done here.
const OPERATOR: &str = "@operator";

/// A data directory that is ours for the moment.
struct Place {
    storage: SqliteStorage,
    campaign: Campaign,
    data: std::path::PathBuf,
    language: Language,
    now: Millis,
}

/// Does what was asked.
pub fn run(matches: &ArgMatches, language: Language) -> Result<(), String> {
    let Some((name, matches)) = matches.subcommand() else {
        unreachable!("clap asks for a subcommand")
    };
    block_on(language, async move {
        let data = path(matches, "data");
        let _lock = premises::lock(&data).map_err(|error| explain(&error, language))?;
        let place = Place::open(&data, language).await?;
        match name {
            "add" => place.add(matches).await?,
            "change" => place.change(matches).await?,
            "reset-password" => place.reset_password(matches).await?,
            "list" => place.list().await?,
            "sessions" => place.sessions().await?,
            "revoke" => place.revoke(matches).await?,
            _ => place.verify_audit().await?,
        }
        place
            .storage
            .close()
            .await
            .map_err(|error| place.failed(error))
    })
}

fn text(matches: &ArgMatches, name: &str) -> Option<String> {
    matches.try_get_one::<String>(name).ok().flatten().cloned()
}

impl Place {
    async fn open(data: &Path, language: Language) -> Result<Place, String> {
        let failed = |error| explain(&start_error(data, error), language);
        let storage = SqliteStorage::open(data).await.map_err(failed)?;
        let campaign = premises::keep_campaign(&storage, None, data)
            .await
            .map_err(|error| explain(&error, language))?;
        Ok(Place {
            storage,
            campaign,
            data: data.to_owned(),
            language,
            now: Clock::new(None, Millis(0)).now(),
        })
    }

    fn failed(&self, error: StorageError) -> String {
        explain(&start_error(&self.data, error), self.language)
    }

    fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        say(self.language, key, values)
    }

    async fn add(&self, matches: &ArgMatches) -> Result<(), String> {
        let name = text(matches, "name").unwrap_or_default();
        if !is_name(&name) {
            return Err(self.say("account-bad-name", &[("name", &name)]));
        }
        let known = self.storage.account(&name).await;
        if known.map_err(|error| self.failed(error))?.is_some() {
            return Err(self.say("account-exists", &[("name", &name)]));
        }
        let (password, password_hash) = self.draw_password().await?;
        let mut account = Account {
            name: name.clone(),
            person: String::new(),
            unit: UnitId(String::new()),
            role: AccountRole::Unit,
            password_hash,
            must_change: true,
            disabled: false,
        };
        self.take_wishes(matches, &mut account)?;
        self.keep(account, "create-account").await?;
        println!(
            "{}",
            self.say("account-added", &[("name", &name), ("password", &password)])
        );
        Ok(())
    }

    async fn change(&self, matches: &ArgMatches) -> Result<(), String> {
        let mut account = self.find(matches).await?;
        self.take_wishes(matches, &mut account)?;
        let name = account.name.clone();
        let all = self.storage.accounts().await;
        if is_last_office(&all.map_err(|error| self.failed(error))?, &account) {
            return Err(self.say("account-last-office", &[("name", &name)]));
        }
        self.keep(account, "change-account").await?;
        println!("{}", self.say("account-changed", &[("name", &name)]));
        Ok(())
    }

    async fn reset_password(&self, matches: &ArgMatches) -> Result<(), String> {
        let mut account = self.find(matches).await?;
        let (password, password_hash) = self.draw_password().await?;
        (account.password_hash, account.must_change) = (password_hash, true);
        let name = account.name.clone();
        self.keep(account, "reset-password").await?;
        self.end_passes(|_, owner| owner == name).await?;
        println!(
            "{}",
            self.say("account-reset", &[("name", &name), ("password", &password)])
        );
        Ok(())
    }

    async fn list(&self) -> Result<(), String> {
        let accounts = self.storage.accounts().await;
        for account in accounts.map_err(|error| self.failed(error))? {
            let state = if account.disabled {
                "disabled"
            } else {
                "enabled"
            };
            let (unit, role) = (&account.unit.0, account.role.word());
            println!(
                "{}\t{unit}\t{role}\t{state}\t{}",
                account.name, account.person
            );
        }
        Ok(())
    }

    async fn sessions(&self) -> Result<(), String> {
        for (kind, word) in [(PassKind::Session, "session"), (PassKind::Token, "token")] {
            let passes = self.storage.passes(kind).await;
            for pass in passes.map_err(|error| self.failed(error))? {
                let used = jiff::Timestamp::from_millisecond(pass.used.0).unwrap_or_default();
                println!(
                    "{}\t{word}\t{}\t{used}\t{}",
                    pass_id(&pass),
                    pass.account,
                    pass.label
                );
            }
        }
        Ok(())
    }

    async fn revoke(&self, matches: &ArgMatches) -> Result<(), String> {
        let id = text(matches, "id").unwrap_or_default();
        let ended = self.end_passes(|pass, _| pass == id).await?;
        if ended == 0 {
            return Err(self.say("account-no-pass", &[("id", &id)]));
        }
        self.enter(&id, "revoke-pass").await?;
        println!("{}", self.say("account-revoked", &[("id", &id)]));
        Ok(())
    }

    async fn verify_audit(&self) -> Result<(), String> {
        let all = audit::Query {
            limit: i64::MAX,
            ..audit::Query::default()
        };
        let rows = self.storage.audit(all).await;
        let mut rows = rows.map_err(|error| self.failed(error))?;
        rows.reverse();
        // What was before the first entry that is kept is gone; the chain is followed from there.
        let (previous, rest) = match rows.split_first() {
            Some((first, rest)) if first.number > 1 => (first.hash, rest),
            Some(_) | None => (audit::BEGINNING, rows.as_slice()),
        };
        match audit::first_break(&previous, rest) {
            Some(number) => Err(self.say("audit-broken", &[("number", &number.to_string())])),
            None => {
                let count = rows.len().to_string();
                println!("{}", self.say("audit-whole", &[("count", &count)]));
                Ok(())
            }
        }
    }

    async fn find(&self, matches: &ArgMatches) -> Result<Account, String> {
        let name = text(matches, "name").unwrap_or_default();
        let account = self.storage.account(&name).await;
        let account = account.map_err(|error| self.failed(error))?;
        account.ok_or_else(|| self.say("account-unknown", &[("name", &name)]))
    }

    fn take_wishes(&self, matches: &ArgMatches, account: &mut Account) -> Result<(), String> {
        if let Some(unit) = text(matches, "unit").map(UnitId) {
            if self.campaign.unit(&unit).is_none_or(|unit| !unit.active) {
                return Err(self.say("account-no-unit", &[("unit", &unit.0)]));
            }
            account.unit = unit;
        }
        if let Some(person) = text(matches, "person") {
            account.person = person;
        }
        if let Some(role) = text(matches, "role").and_then(|role| AccountRole::from_word(&role)) {
            account.role = role;
        }
        if let Some(state) = text(matches, "state") {
            account.disabled = state == "disabled";
        }
        if account.role == AccountRole::Office && account.unit != self.campaign.office {
            return Err(self.say("account-not-office", &[("unit", &self.campaign.office.0)]));
        }
        Ok(())
    }

    async fn draw_password(&self) -> Result<(String, String), String> {
        let failed = |error: password::PasswordError| explain(&error.into(), self.language);
        let password = password::draw().map_err(failed)?;
        let hash = password::hash(password.clone()).await.map_err(failed)?;
        Ok((password, hash))
    }

    async fn keep(&self, account: Account, what: &str) -> Result<(), String> {
        let state = if account.disabled {
            "disabled"
        } else {
            "enabled"
        };
        let (name, unit, role) = (account.name.clone(), &account.unit.0, account.role.word());
        let detail = format!("{what} {unit} {role} {state} {}", account.person);
        let is_out = account.disabled;
        let kept = self.storage.put_accounts(vec![account]).await;
        kept.map_err(|error| self.failed(error))?;
        if is_out {
            self.end_passes(|_, owner| owner == name).await?;
        }
        self.enter(&name, detail.trim_end()).await
    }

    async fn end_passes(&self, is_meant: impl Fn(&str, &str) -> bool) -> Result<usize, String> {
        let mut ended = 0;
        for kind in [PassKind::Session, PassKind::Token] {
            let passes = self.storage.passes(kind).await;
            for pass in passes.map_err(|error| self.failed(error))? {
                if is_meant(&pass_id(&pass), &pass.account) {
                    let removed = self.storage.remove_pass(kind, pass.digest).await;
                    removed.map_err(|error| self.failed(error))?;
                    ended += 1;
                }
            }
        }
        Ok(ended)
    }

    async fn enter(&self, subject: &str, detail: &str) -> Result<(), String> {
        let entry = Entry::new(self.now, Kind::Command, OPERATOR, subject, detail);
        let entered = self.storage.put_audit(vec![entry]).await;
        entered.map_err(|error| self.failed(error))
    }
}

fn start_error(data: &Path, error: StorageError) -> StartError {
    StartError::Storage {
        path: data.to_owned(),
        error,
    }
}
