//! The command line: reads it, does what it says, and turns every failure into one sentence.

mod accounts;
mod failure;
mod grammar;

use std::{ffi::OsString, fs, io::IsTerminal, net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::ArgMatches;
use diaodu_interchange::campaign_file;
use diaodu_plan::{campaign::WeekNumber, row};
use diaodu_sync::event::Millis;
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    config::{
        AUDIT_DAYS, ClockStart, Config, LINES_PER_ADDRESS, SESSION_DAYS, SESSION_IDLE_DAYS,
        TlsChoice,
    },
    http::sender::{Proxies, own_machine},
    reminders::{Hook, MailError, Mailer, Transports},
    serve::{self, Running},
    text::{Language, say},
};
use failure::{explain, list_misreads};
use grammar::command;

/// Holds the password of the demo accounts.
const PASSWORD_VARIABLE: &str = "DIAODU_DEMO_PASSWORD";
/// Holds the address of the SMTP server, password included.
const SMTP_VARIABLE: &str = "DIAODU_SMTP";
/// Holds whom mail comes from.
const SMTP_FROM_VARIABLE: &str = "DIAODU_SMTP_FROM";
/// Holds the address of the webhook.
const WEBHOOK_VARIABLE: &str = "DIAODU_WEBHOOK";

/// Reads arguments and does what they say.
///
/// Result: 0, 1 after a failure that was told in one sentence, 2 for a wrong command line.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let language = language_of(&arguments);
    let matches = match command(language).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            error.print().ok();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let done = match matches.subcommand() {
        Some(("serve", matches)) => serve(matches, language),
        Some(("campaign", matches)) => campaign(matches, language),
        Some(("account", matches)) => accounts::run(matches, language),
        Some(_) | None => unreachable!("clap asks for a subcommand that it knows"),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// `--lang` decides also what the help says, so it is looked for before clap reads the rest.
fn language_of(arguments: &[OsString]) -> Language {
    let texts: Vec<_> = arguments
        .iter()
        .map(|argument| argument.to_string_lossy())
        .collect();
    let named = texts
        .iter()
        .zip(texts.iter().skip(1))
        .find(|(name, _)| *name == "--lang")
        .map(|(_, value)| value.as_ref());
    let joined = texts.iter().find_map(|text| text.strip_prefix("--lang="));
    named
        .or(joined)
        .map_or_else(Language::of_environment, Language::read)
}

fn serve(matches: &ArgMatches, language: Language) -> Result<(), String> {
    let config = Config {
        data: path(matches, "data"),
        listen: *matches
            .get_one::<SocketAddr>("listen")
            .expect("clap gives a default"),
        demo: matches.get_flag("demo"),
        sample: matches.get_flag("sample"),
        clock: clock(matches.get_one::<String>("clock"), language)?,
        campaign: matches.get_one::<PathBuf>("campaign").cloned(),
        session_days: number(matches, "session-days", SESSION_DAYS),
        session_idle_days: number(matches, "session-idle-days", SESSION_IDLE_DAYS),
        audit_days: number(matches, "audit-days", AUDIT_DAYS),
        tls: tls(matches),
        proxies: proxies(matches, language)?,
        lines_per_address: number(matches, "lines-per-address", LINES_PER_ADDRESS) as usize,
        transports: transports(language)?,
        demo_password: std::env::var(PASSWORD_VARIABLE)
            .ok()
            .filter(|password| !password.is_empty()),
        language,
    };
    start_log();
    block_on(language, async move {
        let running = serve::start(config)
            .await
            .map_err(|error| explain(&error, language))?;
        announce(&running, language);
        wait_for_signal().await;
        println!("{}", say(language, "serve-stopping", &[]));
        running.stop().await;
        Ok(())
    })
}

/// Secrets come by the environment: a command line can be read by everybody on the machine.
fn transports(language: Language) -> Result<Transports, String> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let mail = match set(SMTP_VARIABLE) {
        None => None,
        Some(server) => {
            let from = set(SMTP_FROM_VARIABLE).unwrap_or_default();
            let mailer = Mailer::new(&server, &from);
            Some(mailer.map_err(|error| {
                let key = match error {
                    MailError::Server => "start-bad-smtp",
                    MailError::Plain => "start-plain-smtp",
                    MailError::From => "start-bad-smtp-from",
                };
                say(language, key, &[])
            })?)
        }
    };
    let hook = set(WEBHOOK_VARIABLE).map(|address| Hook::new(&address));
    let hook = hook.transpose();
    let hook = hook.map_err(|_| say(language, "start-bad-webhook", &[]))?;
    Ok(Transports { mail, hook })
}

fn tls(matches: &ArgMatches) -> TlsChoice {
    let files = matches.get_many::<PathBuf>("tls").unwrap_or_default();
    if let [certificate, key] = files.collect::<Vec<_>>()[..] {
        return TlsChoice::Files {
            certificate: certificate.clone(),
            key: key.clone(),
        };
    }
    if matches.get_flag("tls-local") {
        let names = matches.get_many::<String>("tls-name").unwrap_or_default();
        let names = names.cloned().collect();
        return TlsChoice::Local { names };
    }
    TlsChoice::Off
}

fn proxies(matches: &ArgMatches, language: Language) -> Result<Proxies, String> {
    match matches.get_one::<String>("trust-proxy").map(String::as_str) {
        None => Ok(Proxies::none()),
        Some("") => Ok(own_machine()),
        Some(text) => {
            Proxies::read(text).ok_or_else(|| say(language, "start-bad-proxy", &[("proxy", text)]))
        }
    }
}

fn number(matches: &ArgMatches, name: &str, default: u32) -> u32 {
    matches.get_one::<u32>(name).copied().unwrap_or(default)
}

fn clock(given: Option<&String>, language: Language) -> Result<ClockStart, String> {
    match given.map(String::as_str) {
        None => Ok(ClockStart::Default),
        Some("now") => Ok(ClockStart::Machine),
        Some(time) => match time.parse::<jiff::Timestamp>() {
            Ok(time) => Ok(ClockStart::At(Millis(time.as_millisecond()))),
            Err(_) => Err(say(language, "start-bad-clock", &[("time", time)])),
        },
    }
}

fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("DIAODU_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .finish()
        .with(tracing_subscriber::filter::filter_fn(is_free_of_content));
    // A program that starts two servers has its log already.
    log.try_init().ok();
}

/// Returns whether an event may stand in the log. Libraries print whole frames and headers when they are asked for more than `info`:
/// what was typed into cells, and passwords.
fn is_free_of_content(event: &tracing::Metadata<'_>) -> bool {
    *event.level() <= tracing::Level::INFO || event.target().starts_with("diaodu")
}

fn announce(running: &Running, language: Language) {
    let scheme = if running.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let address = format!("{scheme}://{}", running.address);
    println!(
        "{}",
        say(language, "serve-address", &[("address", &address)])
    );
    if let Some(demo) = &running.demo {
        println!(
            "{}",
            say(language, "serve-accounts", &[("password", &demo.password)])
        );
        let width = demo
            .accounts
            .iter()
            .map(|(name, _)| name.len())
            .max()
            .unwrap_or_default();
        for (name, unit) in &demo.accounts {
            println!("  {name:width$}  {unit}");
        }
    } else if let Some(secret) = &running.setup {
        let link = format!("{address}/#setup={secret}");
        println!("{}", say(language, "serve-setup", &[("link", &link)]));
    }
    if running.sample_rows > 0 {
        println!(
            "{}",
            say(
                language,
                "serve-sample",
                &[("rows", &running.sample_rows.to_string())]
            )
        );
    }
    if let Some(ca) = running.tls.as_ref().and_then(|tls| tls.ca()) {
        let arguments = [
            ("path", &*ca.file.display().to_string()),
            ("address", &*address),
            ("fingerprint", &*ca.fingerprint),
        ];
        println!("{}", say(language, "serve-tls-local", &arguments));
    }
    println!("{}", say(language, "serve-how-to-stop", &[]));
}

async fn wait_for_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).ok();
        let terminated = async {
            match &mut terminate {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.ok();
}

fn block_on(
    language: Language,
    work: impl Future<Output = Result<(), String>>,
) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime =
        runtime.map_err(|error| say(language, "start-failed", &[("error", &error.to_string())]))?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    done
}

fn campaign(matches: &ArgMatches, language: Language) -> Result<(), String> {
    let Some(("check", matches)) = matches.subcommand() else {
        unreachable!("clap asks for check")
    };
    let file = path(matches, "file");
    let shown = file.display().to_string();
    let text = fs::read_to_string(&file).map_err(|error| {
        say(
            language,
            "start-campaign-file",
            &[("path", &shown), ("error", &error.to_string())],
        )
    })?;
    match campaign_file::read(&text) {
        (Some(campaign), misreads) if misreads.is_empty() => {
            let (units, rows) = (
                campaign.active_units().count(),
                row::rows(&campaign, WeekNumber(1)).len(),
            );
            let arguments = [
                ("name", campaign.name.clone()),
                ("actions", campaign.actions.len().to_string()),
                ("measures", campaign.measures.len().to_string()),
                ("units", units.to_string()),
                ("weeks", campaign.weeks.len().to_string()),
                ("rows", rows.to_string()),
            ];
            let arguments: Vec<_> = arguments
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            println!("{}", say(language, "campaign-good", &arguments));
            Ok(())
        }
        (_, misreads) => Err(list_misreads(&shown, &misreads, language)),
    }
}

fn path(matches: &ArgMatches, name: &str) -> PathBuf {
    matches
        .get_one::<PathBuf>(name)
        .cloned()
        .unwrap_or_default()
}
