//! Reads a sync message that a stranger wrote: automerge parses it, but would choke on some of what it then holds.

use std::panic::catch_unwind;

use automerge::sync::{BloomFilter, Message};

use crate::limits::{FILTER_PROBES_MAX, MESSAGE_FILTERS_MAX, MESSAGE_HEADS_MAX};

/// Reads a message; `None` for what is no message or over a bound.
pub fn read(data: &[u8]) -> Option<Message> {
    let message = catch_unwind(|| Message::decode(data).ok()).ok().flatten()?;
    let is_bounded = message.heads.len() <= MESSAGE_HEADS_MAX
        && message.need.len() <= MESSAGE_HEADS_MAX
        && message.have.len() <= MESSAGE_FILTERS_MAX
        && message
            .have
            .iter()
            .all(|have| have.last_sync.len() <= MESSAGE_HEADS_MAX && is_usable(&have.bloom));
    is_bounded.then_some(message)
}

/// A filter that announces entries must have bits, and not probe for ever: automerge divides by the one and loops over the other.
fn is_usable(filter: &BloomFilter) -> bool {
    let bytes = filter.to_bytes();
    let mut rest = bytes.as_slice();
    if rest.is_empty() {
        return true;
    }
    let (Some(_entries), Some(_bits_each), Some(probes)) =
        (number(&mut rest), number(&mut rest), number(&mut rest))
    else {
        return false;
    };
    (1..=FILTER_PROBES_MAX).contains(&probes) && !rest.is_empty()
}

/// Takes one unsigned LEB128 from the front.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..35).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
