//! What a server is called, and for which names its local CA may vouch.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rcgen::{CidrSubnet, GeneralSubtree, NameConstraints};

use super::tls::TlsError;

/// Networks that are nobody's in particular: address and bits.
const PRIVATE: [(IpAddr, u8); 8] = [
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8),
    (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
];

/// By what names a server is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// What somebody has decided: the certificate holds these whatever it takes.
    pub given: Vec<String>,
    /// What the machine says of itself today: no reason to make desks install a new CA.
    pub found: Vec<String>,
}

impl Names {
    /// Gathers the names given, the host name, and the addresses that are listened on.
    pub fn gather(given: &[String], listen: IpAddr) -> Result<Names, TlsError> {
        let mut names = Names::default();
        let always = ["localhost", "127.0.0.1", "::1"];
        names.given.extend(always.map(str::to_owned));
        for name in given {
            let read = read_name(name).ok_or_else(|| TlsError::Name(name.clone()))?;
            names.given.push(read);
        }
        let host = gethostname::gethostname();
        names.found.extend(host.to_str().and_then(read_name));
        if listen.is_unspecified() {
            // A machine that does not tell its addresses is still called by its name.
            let all = if_addrs::get_if_addrs().unwrap_or_default();
            let own = all.iter().map(|own| own.ip()).filter(is_lasting);
            names.found.extend(own.map(|own| own.to_string()));
        } else {
            names.given.push(listen.to_canonical().to_string());
        }
        Ok(names)
    }

    /// Returns all names that a CA made for `covered` may vouch for; `None` if one that was given is not among them.
    pub fn under(&self, covered: &[String]) -> Option<Vec<String>> {
        let fits = |name: &&String| is_covered(name, covered);
        if !self.given.iter().all(|name| fits(&name)) {
            return None;
        }
        let names = self.given.iter().chain(self.found.iter().filter(fits));
        Some(sorted(names.cloned().collect()))
    }

    /// Returns all names.
    pub fn all(&self) -> Vec<String> {
        sorted([self.given.as_slice(), &self.found].concat())
    }
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.dedup();
    names
}

/// Public IPv6 addresses are drawn anew every day, and nobody types them.
fn is_lasting(address: &IpAddr) -> bool {
    let is_private = PRIVATE.iter().any(|network| is_in(*address, *network));
    let is_link_local = matches!(address, IpAddr::V6(own) if own.is_unicast_link_local());
    (address.is_ipv4() || is_private) && !is_link_local
}

/// Returns an address or a DNS name as it stands in a certificate.
fn read_name(name: &str) -> Option<String> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Some(address.to_canonical().to_string());
    }
    let is_label = |label: &str| {
        let is_plain = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'-';
        !label.is_empty() && label.len() <= 63 && label.bytes().all(is_plain)
    };
    let fits = name.len() <= 253 && name.split('.').all(is_label);
    fits.then(|| name.to_ascii_lowercase())
}

/// Says whether the CA that was made for `names` may vouch for this one.
fn is_covered(name: &str, names: &[String]) -> bool {
    if names.iter().any(|covered| covered == name) {
        return true;
    }
    name.parse()
        .is_ok_and(|address: IpAddr| PRIVATE.iter().any(|network| is_in(address, *network)))
}

fn is_in(address: IpAddr, (network, bits): (IpAddr, u8)) -> bool {
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            (u32::from(address) ^ u32::from(network)).leading_zeros() >= u32::from(bits)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            (u128::from(address) ^ u128::from(network)).leading_zeros() >= u32::from(bits)
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

/// Limits a CA to these names and to private networks.
pub fn limits(names: &[String]) -> NameConstraints {
    let private = PRIVATE.map(|(address, bits)| subtree(address, bits));
    let own = names.iter().map(|name| match name.parse::<IpAddr>() {
        Ok(address) => subtree(address, if address.is_ipv4() { 32 } else { 128 }),
        Err(_) => GeneralSubtree::DnsName(name.clone()),
    });
    NameConstraints {
        permitted_subtrees: own.chain(private).collect(),
        excluded_subtrees: Vec::new(),
    }
}

fn subtree(address: IpAddr, bits: u8) -> GeneralSubtree {
    GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_never_asks_for_a_new_ca_and_what_is_given_does() {
        let list = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let names = Names {
            given: list(&["localhost"]),
            found: list(&["new-host", "10.0.0.5", "9.9.9.9"]),
        };
        let under = names.under(&list(&["localhost", "old-host"]));
        assert_eq!(under, Some(list(&["10.0.0.5", "localhost"])));
        assert_eq!(names.under(&list(&["old-host"])), None);
        assert_eq!(names.all().len(), 4);
    }

    #[test]
    fn addresses_that_change_every_day_are_no_names() {
        let check = |address: &str, lasts| {
            assert_eq!(is_lasting(&address.parse().unwrap()), lasts, "{address}");
        };
        check("10.0.0.5", true);
        check("9.9.9.9", true);
        check("fd00::5", true);
        check("2001:db8::5", false);
        check("fe80::5", false);
    }

    #[test]
    fn names_are_dns_names_or_addresses() {
        let check = |name: &str, read: Option<&str>| {
            assert_eq!(read_name(name).as_deref(), read, "{name}");
        };
        check("Diaodu.Example", Some("diaodu.example"));
        check("10.0.0.5", Some("10.0.0.5"));
        check("::ffff:10.0.0.5", Some("10.0.0.5"));
        for wrong in ["", "a b", "调度", "*.example", "a..b", "https://a"] {
            check(wrong, None);
        }
    }
}
