//! Headers of a request: cookies, bearer tokens, languages, origins.

use std::net::Ipv4Addr;

use diaodu_plan::{campaign::UnitId, permission::AccountRole};
use diaodu_server::{
    accounts::session::{self, Wanted},
    http::{
        sender::{self, Sender},
        visitor,
    },
    storage::{Account, PassKind, Storage, memory::MemoryStorage},
    text::Language,
};
use diaodu_sync::event::Millis;
use reqwest::header::{self, HeaderMap, HeaderValue};
use tokio::runtime::{Builder, Runtime};

use super::Target;

/// The lines of an input, in order.
const NAMES: [header::HeaderName; 5] = [
    header::COOKIE,
    header::AUTHORIZATION,
    header::ACCEPT_LANGUAGE,
    header::ORIGIN,
    header::HOST,
];
/// A secret as the server draws them; here always the same.
const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const IDLE: i64 = 1_000_000;

/// A door with one account behind it, to which one secret leads.
pub struct Door {
    runtime: Runtime,
    storage: MemoryStorage,
}

impl Door {
    pub fn new() -> Door {
        let runtime = Builder::new_current_thread().build().unwrap();
        let storage = MemoryStorage::default();
        let account = Account {
            name: "甲".into(),
            person: String::new(),
            unit: UnitId("s-a".into()),
            role: AccountRole::Unit,
            password_hash: String::new(),
            must_change: false,
            disabled: false,
        };
        let wanted = Wanted {
            kind: PassKind::Session,
            account: "甲",
            millis: 3 * IDLE,
            label: String::new(),
            reads_only: false,
        };
        runtime.block_on(async {
            storage.put_accounts(vec![account]).await.unwrap();
            let (drawn, _) = session::issue(&storage, wanted, Millis(0)).await.unwrap();
            let mut pass = storage
                .pass(PassKind::Session, session::digest(&drawn.0))
                .await
                .unwrap()
                .unwrap();
            pass.digest = session::digest(SECRET);
            storage.put_pass(PassKind::Session, pass).await.unwrap();
        });
        Door { runtime, storage }
    }

    fn opens(&self, kind: PassKind, secret: &str) -> bool {
        let visitor = session::recognise(&self.storage, kind, secret, Millis(1), IDLE);
        self.runtime.block_on(visitor).unwrap().is_some()
    }
}

impl Target for Door {
    const NAME: &'static str = "request";
    const MUTANTS: u64 = 20_000;

    fn seeds(&self) -> Vec<(String, Vec<u8>)> {
        let cookie = format!("{}={SECRET}", session::COOKIE);
        let seed = |name: &str, text: String| (name.to_owned(), text.into_bytes());
        vec![
            seed(
                "own",
                format!("{cookie}\n\nzh-CN,zh;q=0.9\nhttp://a:1\na:1"),
            ),
            seed(
                "among others",
                format!("a=1; {cookie}; b=\"2\"\n\nen;q=0.5, zh;q=0.4\n\na:1"),
            ),
            seed("token", format!("\nBearer {SECRET}\n*\nhttps://b\na:1")),
            seed(
                "twice",
                format!("{0}=x; {cookie}\nbearer {SECRET}\nde,fr", session::COOKIE),
            ),
        ]
    }

    fn take(&mut self, input: &[u8]) -> String {
        let mut headers = HeaderMap::new();
        for (name, line) in NAMES.into_iter().zip(input.split(|byte| *byte == b'\n')) {
            if let Ok(value) = HeaderValue::from_bytes(line) {
                headers.append(name, value);
            }
        }
        let language = match visitor::language(&headers) {
            Language::Chinese => "zh",
            Language::English => "en",
        };
        let sender = Sender {
            address: Ipv4Addr::LOCALHOST.into(),
            is_secure: false,
            origin: sender::origin(&headers, false),
        };
        let origin = match visitor::own_origin(&headers, &sender, Language::Chinese) {
            Ok(()) => "own",
            Err(_) => "foreign",
        };
        let secret = visitor::secret(&headers);
        let is_in = secret.is_some_and(|secret| self.opens(PassKind::Session, secret));
        assert_eq!(is_in, secret == Some(SECRET), "{input:02x?}");
        // A session is no token.
        let is_token = secret.is_some_and(|secret| self.opens(PassKind::Token, secret));
        assert!(!is_token, "{input:02x?}");
        let door = match (secret, is_in) {
            (None, _) => "no cookie",
            (Some(_), false) => "a wrong cookie",
            (Some(_), true) => "in",
        };
        format!("{door}, {language}, {origin} origin")
    }
}
