//! Failures as sentences: what went wrong, and what to do.

use diaodu_interchange::campaign_file::{self, Misread};

use crate::{
    door::tls::TlsError,
    premises::StartError,
    storage::StorageError,
    text::{Language, say},
};

/// Says in one sentence why the server did not start, and what to do.
pub fn explain(error: &StartError, language: Language) -> String {
    let tell = |key: &str, arguments: &[(&str, String)]| {
        let arguments: Vec<_> = arguments
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        say(language, key, &arguments)
    };
    match error {
        StartError::DemoAddress(address) => {
            tell("start-demo-address", &[("address", address.to_string())])
        }
        StartError::DataDirectory { path, error } => tell(
            "start-data-directory",
            &[
                ("path", path.display().to_string()),
                ("error", error.to_string()),
            ],
        ),
        StartError::DataInUse(path) => {
            tell("start-data-in-use", &[("path", path.display().to_string())])
        }
        StartError::PortInUse(address) => {
            tell("start-port-in-use", &[("address", address.to_string())])
        }
        StartError::Listen { address, error } => tell(
            "start-listen",
            &[
                ("address", address.to_string()),
                ("error", error.to_string()),
            ],
        ),
        StartError::CampaignFile { path, error } => tell(
            "start-campaign-file",
            &[
                ("path", path.display().to_string()),
                ("error", error.to_string()),
            ],
        ),
        StartError::Campaign { path, misreads } => {
            list_misreads(&path.display().to_string(), misreads, language)
        }
        StartError::OtherCampaign(id) => tell("start-other-campaign", &[("campaign", id.clone())]),
        StartError::Storage { path, error } => {
            explain_storage(&path.display().to_string(), error, language)
        }
        StartError::Tls(error) => explain_tls(error, language),
        StartError::Password(error) => tell("start-failed", &[("error", error.to_string())]),
        StartError::Sample(error) => tell("start-sample", &[("error", error.to_string())]),
    }
}

fn explain_tls(error: &TlsError, language: Language) -> String {
    let tell = |key: &str, arguments: &[(&str, &str)]| say(language, key, arguments);
    match error {
        TlsError::File { path, error } => tell(
            "start-tls-file",
            &[
                ("path", &path.display().to_string()),
                ("error", &error.to_string()),
            ],
        ),
        TlsError::NoCertificate(path) => tell(
            "start-tls-no-certificate",
            &[("path", &path.display().to_string())],
        ),
        TlsError::NoKey(path) => tell("start-tls-no-key", &[("path", &path.display().to_string())]),
        TlsError::Unfit {
            certificate,
            key,
            error,
        } => tell(
            "start-tls-unfit",
            &[
                ("certificate", &certificate.display().to_string()),
                ("key", &key.display().to_string()),
                ("error", &error.to_string()),
            ],
        ),
        TlsError::Name(name) => tell("start-tls-name", &[("name", name)]),
        TlsError::Local(error) => tell("start-failed", &[("error", error)]),
    }
}

fn explain_storage(path: &str, error: &StorageError, language: Language) -> String {
    let reason = error.to_string();
    match error {
        StorageError::Full => say(language, "start-disk-full", &[("path", path)]),
        StorageError::Damaged(reason) => say(
            language,
            "start-damaged",
            &[("path", path), ("error", reason)],
        ),
        StorageError::Newer => say(language, "start-newer", &[("path", path)]),
        StorageError::Failed(_) | StorageError::Issued => say(
            language,
            "start-storage",
            &[("path", path), ("error", &reason)],
        ),
    }
}

/// Says line by line what is wrong in a campaign file.
pub fn list_misreads(file: &str, misreads: &[Misread], language: Language) -> String {
    let its_language = match language {
        Language::Chinese => campaign_file::Language::Chinese,
        Language::English => campaign_file::Language::English,
    };
    let line = |misread: &Misread| {
        let (number, sentence) = (misread.line.to_string(), misread.sentence(its_language));
        say(
            language,
            "campaign-misread",
            &[("path", file), ("line", &number), ("sentence", &sentence)],
        )
    };
    misreads.iter().map(line).collect::<Vec<_>>().join("\n")
}
