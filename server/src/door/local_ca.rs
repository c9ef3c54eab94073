//! A CA of the server's own, for offices without one: made once, installed at every desk, good for this server alone.
//!
//! Its private key must stay here, so that the server's certificate can be renewed without a walk to every desk.
//! Should it be stolen, it is of little use: the CA is limited to TLS servers with this server's names, its own
//! addresses, and addresses of private networks.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    names::{self, Names},
    tls::{TlsError, read_file},
};
use crate::config::{CA_DAYS, CERTIFICATE_DAYS, RENEWAL_DAYS};

/// Below the data directory.
const FOLDER: &str = "tls";
/// How the server calls itself in its certificate; its names stand beside.
const SERVER_NAME: &str = "Diaodu server";
/// A CA, and the certificate that it has given the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalCa {
    /// The CA's own certificate, to be installed at desks.
    pub file: PathBuf,
    /// What stands in it.
    pub pem: String,
    /// SHA-256 of it, as dialogs show it: `AB:CD:…`.
    pub fingerprint: String,
    /// The server's certificate.
    pub certificate: PathBuf,
    /// The server's private key.
    pub key: PathBuf,
}

/// What was made, and until when: in a file beside, so that nothing here must read certificates.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Made {
    ca_name: String,
    ca_names: Vec<String>,
    ca_ends: Date,
    names: Vec<String>,
    ends: Date,
}

/// Returns CA and certificate, making or renewing what is missing, close to its end, or for other names.
pub fn keep(data: &Path, wanted: &Names, now: Timestamp) -> Result<LocalCa, TlsError> {
    let today = TimeZone::UTC.to_datetime(now).date();
    let folder = Folder::open(data)?;
    let made = folder.made().filter(|made| !is_due(made.ca_ends, today));
    let kept = made.and_then(|made| Some((wanted.under(&made.ca_names)?, made)));
    let is_whole = folder.has("ca.crt") && folder.has("server.crt") && folder.has("server.key");
    let is_current =
        |names: &[String], made: &Made| made.names == names && !is_due(made.ends, today);
    match kept {
        Some((names, made)) if is_whole && is_current(&names, &made) => {}
        Some((names, made)) if folder.has("ca.crt") && folder.has("ca.key") => {
            folder.make(Some(made), &names, today)?;
        }
        Some(_) | None => folder.make(None, &wanted.all(), today)?,
    }
    folder.read()
}

fn is_due(ends: Date, today: Date) -> bool {
    after(today, RENEWAL_DAYS) >= ends
}

fn after(date: Date, days: i64) -> Date {
    date.saturating_add(Span::new().days(days))
}

struct Folder(PathBuf);

impl Folder {
    fn open(data: &Path) -> Result<Folder, TlsError> {
        let folder = Folder(data.join(FOLDER));
        fs::create_dir_all(&folder.0).map_err(|error| folder.failed("", error))?;
        Ok(folder)
    }

    fn failed(&self, name: &str, error: io::Error) -> TlsError {
        let path = self.0.join(name);
        TlsError::File { path, error }
    }

    fn has(&self, name: &str) -> bool {
        self.0.join(name).is_file()
    }

    /// A file that cannot be understood counts as missing: everything is made anew.
    fn made(&self) -> Option<Made> {
        let text = read_file(&self.0.join("local.json")).ok()?;
        serde_json::from_slice(&text).ok()
    }

    fn read(&self) -> Result<LocalCa, TlsError> {
        let file = self.0.join("ca.crt");
        let pem = String::from_utf8(read_file(&file)?).unwrap_or_default();
        let ca = CertificateDer::from_pem_slice(pem.as_bytes());
        let ca = ca.map_err(|_| TlsError::NoCertificate(file.clone()))?;
        let digest: Vec<_> = Sha256::digest(&ca)
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        Ok(LocalCa {
            file,
            pem,
            fingerprint: digest.join(":"),
            certificate: self.0.join("server.crt"),
            key: self.0.join("server.key"),
        })
    }

    /// Makes the server's certificate, and the CA unless there is one; `local.json` last, so that a start that
    /// was cut short is made up for by the next.
    fn make(&self, made: Option<Made>, names: &[String], today: Date) -> Result<(), TlsError> {
        let kept = made.map(|made| (made, self.ca_key()));
        let (made, ca_key) = match kept {
            Some((made, Some(key))) => (made, key),
            Some((_, None)) | None => self.make_ca(names, today)?,
        };
        let ends = after(today, CERTIFICATE_DAYS).min(made.ca_ends);
        let key = KeyPair::generate().map_err(unmade)?;
        let params = ca_params(&made.ca_name, &made.ca_names, today, made.ca_ends);
        let issuer = Issuer::new(params, ca_key);
        let certificate = server_params(names, today, ends)?
            .signed_by(&key, &issuer)
            .map_err(unmade)?;
        self.write("server.key", &key.serialize_pem())?;
        self.write("server.crt", &certificate.pem())?;
        let made = Made {
            names: names.to_vec(),
            ends,
            ..made
        };
        let text = serde_json::to_string_pretty(&made).unwrap_or_default();
        self.write("local.json", &text)
    }

    fn ca_key(&self) -> Option<KeyPair> {
        let pem = read_file(&self.0.join("ca.key")).ok()?;
        KeyPair::from_pem(&String::from_utf8(pem).ok()?).ok()
    }

    fn make_ca(&self, names: &[String], today: Date) -> Result<(Made, KeyPair), TlsError> {
        let mut random = [0; 4];
        getrandom::fill(&mut random).map_err(|error| TlsError::Local(error.to_string()))?;
        // Two CAs of one name would be mistaken for each other by whoever installs them.
        let ca_name = format!("Diaodu local CA {:08x}", u32::from_be_bytes(random));
        let ca_ends = after(today, CA_DAYS);
        let key = KeyPair::generate().map_err(unmade)?;
        let params = ca_params(&ca_name, names, today, ca_ends);
        let ca: Certificate = params.self_signed(&key).map_err(unmade)?;
        self.write("ca.key", &key.serialize_pem())?;
        self.write("ca.crt", &ca.pem())?;
        tracing::warn!(name = ca_name, "a new local CA was made: desks install it");
        let made = Made {
            ca_name,
            ca_names: names.to_vec(),
            ca_ends,
            names: Vec::new(),
            ends: today,
        };
        Ok((made, key))
    }

    /// Writes a file whole or not at all; nobody else may read keys.
    fn write(&self, name: &str, text: &str) -> Result<(), TlsError> {
        let (path, beside) = (self.0.join(name), self.0.join(format!("{name}.new")));
        let write = || -> io::Result<()> {
            fs::remove_file(&beside).or_else(|error| match error.kind() {
                io::ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            })?;
            let mut file = create(&beside, name.ends_with(".key"))?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&beside, &path)
        };
        write().map_err(|error| self.failed(name, error))
    }
}

fn create(path: &Path, is_private: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_private {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = is_private;
    options.open(path)
}

fn unmade(error: rcgen::Error) -> TlsError {
    TlsError::Local(error.to_string())
}

/// From yesterday on: a desk whose clock is a few hours late still believes it.
fn set_dates(params: &mut CertificateParams, today: Date, ends: Date) {
    let moment = |date: Date| {
        let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
        date_time_ymd(i32::from(date.year()), month, day)
    };
    params.not_before = moment(after(today, -1));
    params.not_after = moment(ends);
}

fn ca_params(name: &str, names: &[String], today: Date, ends: Date) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.name_constraints = Some(names::limits(names));
    set_dates(&mut params, today, ends);
    params
}

fn server_params(names: &[String], today: Date, ends: Date) -> Result<CertificateParams, TlsError> {
    let mut params = CertificateParams::new(names).map_err(unmade)?;
    params
        .distinguished_name
        .push(DnType::CommonName, SERVER_NAME);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    set_dates(&mut params, today, ends);
    Ok(params)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::{
        RootCertStore,
        client::{WebPkiServerVerifier, danger::ServerCertVerifier},
        crypto::ring,
        pki_types::{ServerName, UnixTime},
    };

    use super::*;

    const START: i64 = 1_800_000_000;

    fn day(number: i64) -> Timestamp {
        Timestamp::from_second(START + number * 86_400).unwrap()
    }

    struct Data(PathBuf);

    impl Data {
        fn new(name: &str) -> Data {
            let name = format!("diaodu-ca-{name}-{}", std::process::id());
            let path = std::env::temp_dir().join(name);
            fs::remove_dir_all(&path).ok();
            Data(path)
        }

        fn keep(&self, names: &[&str], number: i64) -> (LocalCa, String) {
            let names = Names {
                given: names.iter().map(ToString::to_string).collect(),
                found: Vec::new(),
            };
            let ca = keep(&self.0, &names, day(number)).unwrap();
            let certificate = fs::read_to_string(&ca.certificate).unwrap();
            (ca, certificate)
        }
    }

    impl Drop for Data {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    /// What a browser that has installed the CA says to the certificate.
    fn is_believed(ca: &str, certificate: &str, name: &str, number: i64) -> bool {
        let mut roots = RootCertStore::empty();
        let root = CertificateDer::from_pem_slice(ca.as_bytes()).unwrap();
        roots.add(root).unwrap();
        let provider = Arc::new(ring::default_provider());
        let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
        let verifier = builder.build().unwrap();
        let shown = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let seconds = u64::try_from(day(number).as_second()).unwrap();
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        verifier
            .verify_server_cert(&shown, &[], &name, &[], now)
            .is_ok()
    }

    #[test]
    fn what_was_made_is_kept_and_renewed_before_its_end_by_the_same_ca() {
        let data = Data::new("kept");
        let names = ["10.0.0.5", "diaodu.example", "localhost"];
        let (ca, first) = data.keep(&names, 0);
        for name in names {
            assert!(is_believed(&ca.pem, &first, name, 0), "{name}");
        }
        assert!(!is_believed(&ca.pem, &first, "other.example", 0));
        assert_eq!(data.keep(&names, 300), (ca.clone(), first.clone()));
        let (same, second) = data.keep(&names, CERTIFICATE_DAYS - RENEWAL_DAYS);
        assert!(same == ca && second != first);
        assert!(is_believed(
            &ca.pem,
            &second,
            "localhost",
            CERTIFICATE_DAYS + 300
        ));
        assert!(!is_believed(
            &ca.pem,
            &first,
            "localhost",
            CERTIFICATE_DAYS + 1
        ));
        let (new, _) = data.keep(&names, CA_DAYS - RENEWAL_DAYS);
        assert_ne!(new.fingerprint, ca.fingerprint, "a CA ends too");
    }

    #[test]
    fn a_new_private_address_needs_no_new_ca_and_a_new_name_does() {
        let data = Data::new("names");
        let (ca, first) = data.keep(&["10.0.0.5", "a.example"], 0);
        let (same, second) = data.keep(&["192.168.7.7", "a.example"], 1);
        assert!(same == ca && second != first);
        assert!(is_believed(&ca.pem, &second, "192.168.7.7", 1));
        let (new, third) = data.keep(&["b.example"], 2);
        assert_ne!(new.fingerprint, ca.fingerprint);
        assert!(is_believed(&new.pem, &third, "b.example", 2));
    }

    #[test]
    fn a_stolen_ca_vouches_for_no_other_site() {
        let data = Data::new("stolen");
        let (ca, _) = data.keep(&["10.0.0.5", "a.example"], 0);
        let folder = Folder::open(&data.0).unwrap();
        let (made, key) = (folder.made().unwrap(), folder.ca_key().unwrap());
        let today = TimeZone::UTC.to_datetime(day(0)).date();
        let params = ca_params(&made.ca_name, &made.ca_names, today, made.ca_ends);
        let issuer = Issuer::new(params, key);
        for name in ["bank.example", "8.8.8.8", "2001:db8::1"] {
            let own = KeyPair::generate().unwrap();
            let params = server_params(&[name.to_owned()], today, made.ca_ends).unwrap();
            let forged = params.signed_by(&own, &issuer).unwrap().pem();
            assert!(!is_believed(&ca.pem, &forged, name, 0), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_the_keys() {
        use std::os::unix::fs::PermissionsExt;
        let data = Data::new("keys");
        data.keep(&["localhost"], 0);
        data.keep(&["localhost"], CERTIFICATE_DAYS);
        for name in ["ca.key", "server.key"] {
            let about = fs::metadata(data.0.join(FOLDER).join(name)).unwrap();
            assert_eq!(about.permissions().mode() & 0o777, 0o600, "{name}");
        }
    }

    #[test]
    fn what_is_missing_or_spoilt_is_made_again() {
        let data = Data::new("spoilt");
        let (mut ca, _) = data.keep(&["localhost"], 0);
        for name in ["server.crt", "server.key", "local.json", "ca.crt"] {
            let path = data.0.join(FOLDER).join(name);
            fs::remove_file(&path).unwrap();
            let certificate;
            (ca, certificate) = data.keep(&["localhost"], 1);
            assert!(is_believed(&ca.pem, &certificate, "localhost", 1), "{name}");
        }
        fs::write(data.0.join(FOLDER).join("local.json"), "{").unwrap();
        let (new, certificate) = data.keep(&["localhost"], 1);
        assert!(is_believed(&new.pem, &certificate, "localhost", 1));
        assert_ne!(new.fingerprint, ca.fingerprint);
    }
}
