//! Where a request comes from: its address, whether it came over TLS, and whether one of our own pages sent it.
//!
//! Without `--trust-proxy` that is what the socket says, and forwarding headers are not looked at. With it, they are
//! believed if the socket's other end is a trusted proxy, and only then:
//! - The address is the rightmost of `X-Forwarded-For` that is not a trusted proxy's: each proxy appends whom it heard,
//!   so what stands further left was said by somebody nobody vouches for. An entry that is no address ends the
//!   search; then, as when all are proxies, the last proxy found stands for the sender.
//! - The scheme is the rightmost of `X-Forwarded-Proto`.
//!
//! `Host` and `Forwarded` are never rewritten: a proxy passes `Host` on as it came.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, header},
    middleware::Next,
    response::Response,
};

use super::Office;
use crate::config::FORWARDED_MAX;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The other end of the socket.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub struct Sender {
    /// The client's address.
    pub address: IpAddr,
    /// It is known to have come over TLS, here or to a trusted proxy.
    pub is_secure: bool,
    /// Whose page sent it.
    pub origin: Origin,
}

/// Where a request says it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It does not say: no browser that wants to change something.
    Absent,
    /// From our own pages.
    Own,
    /// From somewhere else.
    Foreign,
}

/// Notes the sender of each request.
pub async fn recognise(
    State(office): State<Arc<Office>>,
    mut request: Request,
    next: Next,
) -> Response {
    // Only a router that is called without a socket has no peer: nobody's address, then.
    let nobody = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let peer = request.extensions().get::<Peer>();
    let peer = peer.map_or(nobody, |peer| peer.0).ip().to_canonical();
    let (headers, has_tls) = (request.headers(), office.tls.is_some());
    let is_proxy = office.proxies.trust(peer);
    let is_secure = has_tls || (is_proxy && is_forwarded_over_tls(headers));
    let sender = Sender {
        address: if is_proxy {
            office.proxies.client(peer, headers)
        } else {
            peer
        },
        is_secure,
        origin: origin(headers, is_secure),
    };
    request.extensions_mut().insert(sender);
    next.run(request).await
}

/// Compares `Origin` with `Host`; what came over TLS must come from a page that did.
///
/// A browser that names no origin, and says that another site's page made it ask, is foreign.
pub fn origin(headers: &HeaderMap, is_secure: bool) -> Origin {
    let Some(origin) = headers.get(header::ORIGIN) else {
        let site = headers.get(FETCH_SITE);
        return match site.is_none_or(|site| site == "same-origin") {
            true => Origin::Absent,
            false => Origin::Foreign,
        };
    };
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let named = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.split_once("://"));
    match named {
        Some((scheme, named)) if Some(named) == host && (scheme == "https" || !is_secure) => {
            Origin::Own
        }
        Some(_) | None => Origin::Foreign,
    }
}

/// Says whether the page that sent this was loaded over TLS: also behind a proxy of which nothing is known here.
pub fn is_page_secure(headers: &HeaderMap, sender: &Sender) -> bool {
    let origin = headers
        .get(header::ORIGIN)
        .and_then(|origin| origin.to_str().ok());
    sender.is_secure || origin.is_some_and(|origin| origin.starts_with("https://"))
}

fn is_forwarded_over_tls(headers: &HeaderMap) -> bool {
    let last = headers.get_all(FORWARDED_PROTO).iter().next_back();
    let last = last.and_then(|value| value.to_str().ok()?.rsplit(',').next());
    last.is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"))
}

/// The proxies whose word is believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

/// An address, or all that begin like it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

impl Proxies {
    /// Believes nobody.
    pub fn none() -> Proxies {
        Proxies::default()
    }

    /// Reads `10.0.0.2,10.1.0.0/16,fd00::/8`; `None` if a part is neither an address nor a network.
    pub fn read(text: &str) -> Option<Proxies> {
        let networks = text.split(',').map(|part| Network::read(part.trim()));
        Some(Proxies(networks.collect::<Option<_>>()?))
    }

    /// Says whether this address is a trusted proxy's.
    pub fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }

    fn client(&self, proxy: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        let entries = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        let mut nearest = proxy;
        for entry in entries.take(FORWARDED_MAX) {
            let Some(address) = read_address(entry.trim()) else {
                return nearest;
            };
            nearest = address;
            if !self.trust(address) {
                return nearest;
            }
        }
        nearest
    }
}

/// Some proxies add the port: `10.0.0.5:4711`, `[fd00::5]:4711`.
fn read_address(entry: &str) -> Option<IpAddr> {
    let bare = entry.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse().ok();
    let address = address.or_else(|| entry.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address| address.to_canonical())
}

impl Network {
    fn read(text: &str) -> Option<Network> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Network { address, bits })
    }

    fn holds(&self, address: IpAddr) -> bool {
        let bits = u32::from(self.bits);
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let rest = u32::from(own) ^ u32::from(other);
                rest.checked_shr(32 - bits).unwrap_or_default() == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let rest = u128::from(own) ^ u128::from(other);
                rest.checked_shr(128 - bits).unwrap_or_default() == 0
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// The machine itself: what `--trust-proxy` means without a value.
pub fn own_machine() -> Proxies {
    let loopback = Network {
        address: Ipv4Addr::LOCALHOST.into(),
        bits: 8,
    };
    let loopback_v6 = Network {
        address: Ipv6Addr::LOCALHOST.into(),
        bits: 128,
    };
    Proxies(vec![loopback, loopback_v6])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name.clone(), value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_our_own_host_is_our_own_origin() {
        let check = |named: Option<&str>, plain, secure| {
            let mut all = headers(&[(header::HOST, "diaodu.example:8080")]);
            if let Some(named) = named {
                all.insert(header::ORIGIN, named.parse().unwrap());
            }
            assert_eq!(origin(&all, false), plain, "{named:?}");
            assert_eq!(origin(&all, true), secure, "{named:?} over TLS");
        };
        check(None, Origin::Absent, Origin::Absent);
        let page = Some("http://diaodu.example:8080");
        check(page, Origin::Own, Origin::Foreign);
        let page = Some("https://diaodu.example:8080");
        check(page, Origin::Own, Origin::Own);
        for foreign in ["https://diaodu.example", "https://evil.example", "null"] {
            check(Some(foreign), Origin::Foreign, Origin::Foreign);
        }
    }

    #[test]
    fn a_browser_sent_by_another_site_is_foreign_without_an_origin_too() {
        let check = |site: &str, expected| {
            let all = headers(&[(FETCH_SITE, site)]);
            assert_eq!(origin(&all, false), expected, "{site}");
        };
        check("same-origin", Origin::Absent);
        for site in ["cross-site", "same-site", "none", ""] {
            check(site, Origin::Foreign);
        }
    }

    #[test]
    fn the_client_is_the_rightmost_address_that_is_no_proxy() {
        let proxies = Proxies::read("10.0.0.2, 10.1.0.0/16, fd00::/8").unwrap();
        let check = |lines: &[&str], client: &str| {
            let pairs: Vec<_> = lines.iter().map(|line| (FORWARDED_FOR, *line)).collect();
            let found = proxies.client("10.0.0.2".parse().unwrap(), &headers(&pairs));
            assert_eq!(found, client.parse::<IpAddr>().unwrap(), "{lines:?}");
        };
        check(&[], "10.0.0.2");
        check(&["192.168.1.7"], "192.168.1.7");
        check(&["1.2.3.4, 192.168.1.7"], "192.168.1.7");
        check(&["1.2.3.4, 192.168.1.7, 10.1.2.3"], "192.168.1.7");
        check(&["1.2.3.4", "192.168.1.7,10.1.2.3"], "192.168.1.7");
        check(&["192.168.1.7, unknown, 10.1.2.3"], "10.1.2.3");
        check(&["192.168.1.7:4711"], "192.168.1.7");
        check(&["[2001:db8::5]:4711, fd00::1"], "2001:db8::5");
        check(&["::ffff:192.168.1.7"], "192.168.1.7");
        check(&["10.1.0.1, 10.1.0.2"], "10.1.0.1");
        check(&[""], "10.0.0.2");
        check(&[&"10.1.0.1,".repeat(1_000)], "10.0.0.2");
    }

    #[test]
    fn networks_are_read_and_hold_what_begins_like_them() {
        let check = |text: &str, address: &str, holds| {
            let proxies = Proxies::read(text).unwrap();
            assert_eq!(
                proxies.trust(address.parse().unwrap()),
                holds,
                "{text} {address}"
            );
        };
        check("10.0.0.0/8", "10.255.0.1", true);
        check("10.0.0.0/8", "11.0.0.1", false);
        check("10.0.0.2", "10.0.0.3", false);
        check("0.0.0.0/0", "8.8.8.8", true);
        check("0.0.0.0/0", "2001:db8::1", false);
        check("fd00::/8", "fdff::1", true);
        check("10.0.0.2", "::ffff:10.0.0.2", true);
        assert!(own_machine().trust("127.0.0.1".parse().unwrap()));
        assert!(own_machine().trust("127.3.0.1".parse().unwrap()));
        assert!(!own_machine().trust("10.0.0.1".parse().unwrap()));
        for wrong in ["", "proxy", "10.0.0.0/33", "10.0.0.2,", "::1/129", "/8"] {
            assert_eq!(Proxies::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_nearest_proxy_says_the_scheme() {
        let check = |lines: &[&str], is_secure| {
            let pairs: Vec<_> = lines.iter().map(|line| (FORWARDED_PROTO, *line)).collect();
            assert_eq!(
                is_forwarded_over_tls(&headers(&pairs)),
                is_secure,
                "{lines:?}"
            );
        };
        check(&[], false);
        check(&["https"], true);
        check(&["http, HTTPS"], true);
        check(&["https, http"], false);
        check(&["https", "http"], false);
    }
}
