//! One WebSocket: carries bytes between a peer and the loop, and notices silence. Knows no documents.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use diaodu_sync::event::{ConnectionId, Hangup, Millis};
use futures_util::{Sink, SinkExt};
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::{
    accounts::{Visitor, session},
    clock::Clock,
    config::{PING, SEND_MAX, UNANSWERED_MAX},
    live::{
        Event, LiveHandle,
        line::{Caller, Closing, Inbox, Outgoing},
    },
    storage::{PassDigest, PassKind, Storage, StorageError},
};

/// A line ended because its session did; beyond the standard's codes.
const SESSION_ENDED: u16 = 4001;
/// A line ended because what its account may do has changed: it may come again at once.
const ACCESS_CHANGED: u16 = 4002;

/// How long the session or token that opened a line lasts, by the server's clock.
///
/// What comes over a line does not count as use: a page that nobody looks at would keep its session alive by itself.
pub struct Term<'a> {
    clock: &'a Clock,
    storage: &'a dyn Storage,
    kind: PassKind,
    digest: PassDigest,
    idle_millis: i64,
    /// Not before then is the disk asked: requests beside the line may have put off the end.
    known_until: Millis,
}

impl<'a> Term<'a> {
    /// `idle_millis`: a session that was not shown for so long has ended.
    pub fn new(
        clock: &'a Clock,
        storage: &'a dyn Storage,
        kind: PassKind,
        digest: PassDigest,
        idle_millis: i64,
    ) -> Self {
        let known_until = Millis(i64::MIN);
        Self {
            clock,
            storage,
            kind,
            digest,
            idle_millis,
            known_until,
        }
    }

    async fn is_over(&mut self) -> bool {
        if self.clock.now() < self.known_until {
            return false;
        }
        let end = session::ends(self.storage, self.kind, self.digest, self.idle_millis);
        match end.await {
            Ok(Some(end)) => self.known_until = end,
            Ok(None) => return true,
            Err(error) => {
                // Not known: it is asked again with the next ping.
                tracing::warn!("end of a session not known: {error}");
                return false;
            }
        }
        self.known_until <= self.clock.now()
    }
}

/// Carries a line until either side ends it.
///
/// `again`: looks once more who this is. What an account may do can have changed between the request and the line being
/// known to the loop; from then on the loop closes lines whose account has changed.
pub async fn run(
    mut socket: WebSocket,
    live: &LiveHandle,
    visitor: Visitor,
    mut term: Term<'_>,
    again: impl Future<Output = Result<Option<Visitor>, StorageError>>,
) {
    let caller = Caller::new(&visitor);
    let Some((connection, mut inbox)) = live.connect(caller).await else {
        return close(&mut socket, close_code::AWAY, "server is stopping").await;
    };
    if let Some(closing) = changed_since(&visitor, again.await) {
        live.tell(Event::Disconnected(connection)).await;
        let (code, reason) = explain(end_said(&mut inbox).unwrap_or(closing));
        return close(&mut socket, code, &reason).await;
    }
    tracing::info!(
        connection = connection.0,
        account = visitor.account,
        "line opened"
    );
    let end = carry(&mut socket, connection, &mut inbox, live, &mut term).await;
    live.tell(Event::Disconnected(connection)).await;
    if let Some((code, reason)) = end {
        tracing::info!(connection = connection.0, code, "line closed: {reason}");
        close(&mut socket, code, &reason).await;
    }
}

/// Returns why a line that has just been opened ends, if what its visitor may do is not what it was.
fn changed_since(
    visitor: &Visitor,
    again: Result<Option<Visitor>, StorageError>,
) -> Option<Closing> {
    match again {
        Ok(None) => Some(Closing::SignedOut),
        Ok(Some(now)) if now.author() == visitor.author() => None,
        // Not known: it comes again, and is asked again.
        Ok(Some(_)) | Err(_) => Some(Closing::Changed),
    }
}

/// Returns the end that the loop has already said: a server that stops says so, also where it could not be asked again.
fn end_said(inbox: &mut Inbox) -> Option<Closing> {
    while let Some(outgoing) = inbox.next_waiting() {
        if let Outgoing::Close(closing) = outgoing {
            return Some(closing);
        }
    }
    None
}

/// Returns the close code and reason to send, or `None` when the other side is gone.
async fn carry(
    socket: &mut WebSocket,
    connection: ConnectionId,
    inbox: &mut Inbox,
    live: &LiveHandle,
    term: &mut Term<'_>,
) -> Option<(u16, String)> {
    let mut pings = interval(PING);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut unanswered = 0;
    loop {
        tokio::select! {
            message = socket.recv() => {
                unanswered = 0;
                match message? {
                    Ok(Message::Binary(bytes)) => live.tell(Event::Frame(connection, bytes.into())).await,
                    Ok(Message::Text(_)) => return Some((close_code::UNSUPPORTED, "only binary messages".into())),
                    Ok(Message::Close(_)) => return None,
                    Ok(Message::Ping(_) | Message::Pong(_)) => {}
                    Err(error) => return broken(&error.to_string()),
                }
            }
            outgoing = inbox.next() => {
                let Some(outgoing) = outgoing else { return Some((close_code::AGAIN, "too much was waiting".into())) };
                if let Some(closing) = send(socket, inbox, outgoing, SEND_MAX).await? {
                    return Some(explain(closing));
                }
            }
            _ = pings.tick() => {
                if term.is_over().await {
                    return Some((SESSION_ENDED, "session ended".into()));
                }
                if unanswered == UNANSWERED_MAX {
                    return Some((close_code::POLICY, "no sign of life".into()));
                }
                timeout(SEND_MAX, socket.send(Message::Ping(Default::default()))).await.ok()?.ok()?;
                unanswered += 1;
            }
        }
    }
}

/// Sends what waits, in one go; returns the reason if one of it was the end.
///
/// `most`: how long one message may take; `None` as the result means that it took longer.
async fn send(
    socket: &mut (impl Sink<Message> + Unpin),
    inbox: &mut Inbox,
    first: Outgoing,
    most: Duration,
) -> Option<Option<Closing>> {
    let mut next = Some(first);
    let mut closing = None;
    while let Some(outgoing) = next {
        match outgoing {
            Outgoing::Frame(bytes) => {
                timeout(most, socket.feed(Message::Binary(bytes.into())))
                    .await
                    .ok()?
                    .ok()?;
            }
            Outgoing::Close(reason) => {
                closing = Some(reason);
                break;
            }
        }
        next = inbox.next_waiting();
    }
    timeout(most, socket.flush()).await.ok()?.ok()?;
    Some(closing)
}

fn explain(closing: Closing) -> (u16, String) {
    match closing {
        Closing::Hangup(Hangup::Protocol(text)) => (close_code::PROTOCOL, text),
        Closing::Hangup(Hangup::Version) => {
            (close_code::PROTOCOL, "no common protocol version".into())
        }
        Closing::Hangup(Hangup::Slow) => (close_code::AGAIN, "too slow".into()),
        Closing::Hangup(Hangup::Fault) => {
            (close_code::ERROR, "a document had to be loaded anew".into())
        }
        Closing::SignedOut => (SESSION_ENDED, "signed out".into()),
        Closing::Changed => (ACCESS_CHANGED, "access changed".into()),
        Closing::Stopping => (close_code::AWAY, "server is stopping".into()),
    }
}

/// The library tells too long a message from a broken one by its text alone.
fn broken(error: &str) -> Option<(u16, String)> {
    let is_too_long = error.contains("too long") || error.contains("Space limit");
    let is_broken = error.contains("protocol") || error.contains("UTF-8");
    if is_too_long {
        Some((close_code::SIZE, "message too long".into()))
    } else if is_broken {
        Some((close_code::PROTOCOL, "broken frame".into()))
    } else {
        None
    }
}

async fn close(socket: &mut WebSocket, code: u16, reason: &str) {
    // 123 bytes are all that a close frame has room for.
    let frame = CloseFrame {
        code,
        reason: reason[..reason.floor_char_boundary(120)].into(),
    };
    // The other side may be gone already.
    timeout(SEND_MAX, socket.send(Message::Close(Some(frame))))
        .await
        .ok();
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        pin::Pin,
        task::{Context, Poll},
    };

    use diaodu_plan::{campaign::UnitId, permission::AccountRole};

    use super::*;
    use crate::live::line::queue;

    /// The socket of somebody who does not read: it has room for so many messages and never sends any.
    struct Stuck(usize);

    impl Sink<Message> for Stuck {
        type Error = Infallible;

        fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            match self.0 {
                0 => Poll::Pending,
                _ => Poll::Ready(Ok(())),
            }
        }

        fn start_send(mut self: Pin<&mut Self>, _: Message) -> Result<(), Infallible> {
            self.0 -= 1;
            Ok(())
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Pending
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Pending
        }
    }

    fn visitor(role: AccountRole) -> Visitor {
        Visitor {
            account: "wang".into(),
            person: String::new(),
            unit: UnitId("s-a".into()),
            role,
            must_change: false,
            reads_only: false,
            digest: PassDigest([0; 32]),
            expires: Millis(1),
        }
    }

    #[test]
    fn a_line_that_opened_while_its_account_changed_is_closed() {
        let unit = visitor(AccountRole::Unit);
        let full = StorageError::Full;
        let used_since = Visitor {
            expires: Millis(2),
            ..unit.clone()
        };
        let cases = [
            (Ok(Some(used_since)), None),
            (Ok(None), Some(Closing::SignedOut)),
            (
                Ok(Some(visitor(AccountRole::Viewer))),
                Some(Closing::Changed),
            ),
            (Err(full), Some(Closing::Changed)),
        ];
        for (again, expected) in cases {
            assert_eq!(changed_since(&unit, again), expected);
        }
    }

    #[test]
    fn a_server_that_stops_is_told_from_an_account_that_changed() {
        let (outbox, mut inbox) = queue();
        assert!(outbox.put(Outgoing::Frame(vec![0; 10])));
        assert_eq!(end_said(&mut inbox), None);
        assert!(outbox.put(Outgoing::Frame(vec![0; 10])));
        assert!(outbox.put(Outgoing::Close(Closing::Stopping)));
        assert_eq!(end_said(&mut inbox), Some(Closing::Stopping));
    }

    #[tokio::test]
    async fn a_reader_that_takes_nothing_any_more_is_given_up() {
        for room in 0..4 {
            let (outbox, mut inbox) = queue();
            for _ in 0..3 {
                assert!(outbox.put(Outgoing::Frame(vec![0; 10])));
            }
            let first = inbox.next_waiting().unwrap();
            let sent = send(&mut Stuck(room), &mut inbox, first, Duration::ZERO).await;
            assert!(sent.is_none(), "room for {room}");
        }
    }
}
