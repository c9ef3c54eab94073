//! The server's certificate: read from files, and read again when they change. Making one is `local_ca`'s.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use jiff::Timestamp;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio_rustls::TlsAcceptor;

use super::{
    local_ca::{self, LocalCa},
    names::Names,
};
use crate::config::{PEM_BYTES_MAX, TlsChoice};

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// No certificate stands in it.
    #[error("{0} holds no certificate")]
    NoCertificate(PathBuf),
    /// No private key stands in it.
    #[error("{0} holds no private key")]
    NoKey(PathBuf),
    /// The two do not belong together, or nobody can use them.
    #[error("{certificate} and {key}: {error}")]
    Unfit {
        /// The certificate.
        certificate: PathBuf,
        /// The key.
        key: PathBuf,
        /// Why.
        error: rustls::Error,
    },
    /// Not a name that a certificate can hold.
    #[error("{0} is no name of a server")]
    Name(String),
    /// The local certificates could not be made.
    #[error("local certificates: {0}")]
    Local(String),
}

/// What the server shows of itself.
#[derive(Debug)]
pub struct Tls {
    choice: TlsChoice,
    data: PathBuf,
    shown: Arc<Shown>,
    /// The CA to install, with `--tls-local`.
    ca: RwLock<Option<LocalCa>>,
}

/// The certificate in use.
#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let shown = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(shown.clone())
    }
}

/// Where certificate and key lie, and whose they are.
struct Source {
    certificate: PathBuf,
    key: PathBuf,
    ca: Option<LocalCa>,
}

impl Tls {
    /// Reads the certificate, or makes one; `None` when the server is to speak plain http.
    ///
    /// `now`: by the machine's clock, as browsers will judge; the server's own may have been turned.
    pub fn open(
        choice: &TlsChoice,
        data: &Path,
        listen: std::net::IpAddr,
        now: Timestamp,
    ) -> Result<Option<Tls>, TlsError> {
        if *choice == TlsChoice::Off {
            return Ok(None);
        }
        let source = find(choice, data, listen, now)?;
        let shown = Shown(RwLock::new(Arc::new(read(&source)?)));
        Ok(Some(Tls {
            choice: choice.clone(),
            data: data.to_owned(),
            shown: Arc::new(shown),
            ca: RwLock::new(source.ca),
        }))
    }

    /// Speaks TLS 1.2 and 1.3, nothing older.
    pub fn acceptor(&self) -> Result<TlsAcceptor, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::Local(error.to_string()))?;
        let mut config = config
            .with_no_client_auth()
            .with_cert_resolver(self.shown.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Reads the files again, and renews a local certificate that is close to its end; open connections stay.
    pub fn renew(&self, listen: std::net::IpAddr, now: Timestamp) -> Result<(), TlsError> {
        let source = find(&self.choice, &self.data, listen, now)?;
        let new = Arc::new(read(&source)?);
        *self.shown.0.write().unwrap_or_else(PoisonError::into_inner) = new;
        *self.ca.write().unwrap_or_else(PoisonError::into_inner) = source.ca;
        Ok(())
    }

    /// The CA that desks install, with `--tls-local`.
    pub fn ca(&self) -> Option<LocalCa> {
        self.ca
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn find(
    choice: &TlsChoice,
    data: &Path,
    listen: std::net::IpAddr,
    now: Timestamp,
) -> Result<Source, TlsError> {
    match choice {
        TlsChoice::Off => Err(TlsError::Local("not asked for".to_owned())),
        TlsChoice::Files { certificate, key } => Ok(Source {
            certificate: certificate.clone(),
            key: key.clone(),
            ca: None,
        }),
        TlsChoice::Local { names: given } => {
            let names = Names::gather(given, listen)?;
            let ca = local_ca::keep(data, &names, now)?;
            Ok(Source {
                certificate: ca.certificate.clone(),
                key: ca.key.clone(),
                ca: Some(ca),
            })
        }
    }
}

fn read(source: &Source) -> Result<CertifiedKey, TlsError> {
    let (chain, key) = (read_file(&source.certificate)?, read_file(&source.key)?);
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&chain).collect();
    let chain = chain.unwrap_or_default();
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(source.certificate.clone()));
    }
    let key =
        PrivateKeyDer::from_pem_slice(&key).map_err(|_| TlsError::NoKey(source.key.clone()))?;
    let provider = ring::default_provider();
    CertifiedKey::from_der(chain, key, &provider).map_err(|error| TlsError::Unfit {
        certificate: source.certificate.clone(),
        key: source.key.clone(),
        error,
    })
}

/// Reads a file of sensible size.
pub fn read_file(path: &Path) -> Result<Vec<u8>, TlsError> {
    let failed = |error| TlsError::File {
        path: path.to_owned(),
        error,
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(PEM_BYTES_MAX)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::{fs, net::Ipv4Addr};

    use super::*;

    fn shown(tls: &Tls) -> CertificateDer<'static> {
        tls.shown.0.read().unwrap().cert[0].clone()
    }

    #[test]
    fn certificates_are_renewed_while_the_server_runs_and_bad_ones_are_not_taken() {
        let name = format!("diaodu-tls-{}", std::process::id());
        let (data, here) = (std::env::temp_dir().join(name), Ipv4Addr::LOCALHOST.into());
        fs::remove_dir_all(&data).ok();
        let day = |number: i64| Timestamp::from_second(1_800_000_000 + number * 86_400).unwrap();
        let local = TlsChoice::Local { names: Vec::new() };
        let local = Tls::open(&local, &data, here, day(0)).unwrap().unwrap();
        let (first, ca) = (shown(&local), local.ca().unwrap());
        local.renew(here, day(300)).unwrap();
        assert_eq!(shown(&local), first);
        local.renew(here, day(380)).unwrap();
        assert_ne!(shown(&local), first);
        assert_eq!(local.ca().unwrap().fingerprint, ca.fingerprint);

        let (certificate, key) = (data.join("own.crt"), data.join("own.key"));
        let put = |ca: &LocalCa| {
            fs::copy(&ca.certificate, &certificate).unwrap();
            fs::copy(&ca.key, &key).unwrap();
        };
        put(&ca);
        let choice = TlsChoice::Files {
            certificate: certificate.clone(),
            key: key.clone(),
        };
        let own = Tls::open(&choice, &data, here, day(0)).unwrap().unwrap();
        let before = shown(&own);
        fs::write(&certificate, "half a fi").unwrap();
        assert!(own.renew(here, day(1)).is_err());
        assert_eq!(shown(&own), before, "the old one is still shown");
        let other = Names::gather(&[], here).unwrap();
        let other = local_ca::keep(&data.join("other"), &other, day(0));
        put(&other.unwrap());
        own.renew(here, day(1)).unwrap();
        assert_ne!(shown(&own), before);
        fs::remove_dir_all(&data).ok();
    }
}
