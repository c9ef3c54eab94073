//! The door: takes connections, agrees on TLS, and hands requests to the routes. Knows no routes and no people.

pub mod local_ca;
pub mod names;
pub mod tls;

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, Response, StatusCode, Uri, header, uri::Authority},
    middleware::from_fn,
    response::IntoResponse,
};
use hyper::{body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;

use crate::{
    accounts::throttle::place,
    config::{HANDSHAKE_MAX, HEAD_MAX, SEND_MAX, SOCKETS_MAX, SOCKETS_PER_LINE},
    http::{
        page,
        sender::{Peer, Proxies},
    },
    seats::{Seat, Seats},
};

/// 1 s after an accept that failed: most likely there are no file handles left, and some come free.
const ACCEPT_RETRY: Duration = Duration::from_secs(1);
/// The first byte of every TLS connection: a handshake record.
const HANDSHAKE_RECORD: u8 = 0x16;

/// What the door works with.
pub struct Door {
    /// Where connections arrive.
    pub listener: TcpListener,
    /// All routes.
    pub routes: Router,
    /// Speaks TLS, if the server does.
    pub tls: Option<TlsAcceptor>,
    /// Their connections are many people's.
    pub proxies: Proxies,
    /// How many lines one address may have; its connections are bounded by it.
    pub lines_per_address: usize,
}

/// What one connection needs.
#[derive(Clone)]
struct Guest {
    peer: SocketAddr,
    routes: Router,
    closing: watch::Receiver<bool>,
    /// So long an answer may stand still on its way.
    answer_max: Duration,
}

/// Held while a connection is open.
type Places = (Seat<()>, Option<Seat<IpAddr>>);

impl Door {
    /// Serves until `closing` is true, then until what is being answered is answered.
    pub async fn serve(self, mut closing: watch::Receiver<bool>) {
        let (all, by_address) = (Seats::default(), Seats::default());
        let mut guests = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                // Also when the one who could close it is gone.
                _ = closing.wait_for(|is_closing| *is_closing) => break,
                Some(_) = guests.join_next() => continue,
                accepted = self.listener.accept() => accepted,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!("a connection was not accepted: {error}");
                    sleep(ACCEPT_RETRY).await;
                    continue;
                }
            };
            let Some(places) = self.seat(&all, &by_address, peer) else {
                tracing::warn!(address = %peer.ip(), "too many connections: one was dropped");
                continue;
            };
            let guest = Guest {
                peer,
                routes: self.routes.clone(),
                closing: closing.clone(),
                answer_max: SEND_MAX,
            };
            guests.spawn(welcome(stream, guest, self.tls.clone(), places));
        }
        while guests.join_next().await.is_some() {}
    }

    fn seat(
        &self,
        all: &Seats<()>,
        by_address: &Seats<IpAddr>,
        peer: SocketAddr,
    ) -> Option<Places> {
        let one_of_all = all.take((), SOCKETS_MAX)?;
        if self.proxies.trust(peer.ip()) {
            return Some((one_of_all, None));
        }
        let most = self.lines_per_address.saturating_mul(SOCKETS_PER_LINE);
        let own = by_address.take(place(peer.ip()), most)?;
        Some((one_of_all, Some(own)))
    }
}

async fn welcome(stream: TcpStream, guest: Guest, tls: Option<TlsAcceptor>, places: Places) {
    // Small messages are all there is: waiting for more of them helps nobody.
    stream.set_nodelay(true).ok();
    let Some(tls) = tls else {
        return talk(stream, guest, places).await;
    };
    let mut first = [0];
    match timeout(HANDSHAKE_MAX, stream.peek(&mut first)).await {
        Ok(Ok(1..)) if first[0] == HANDSHAKE_RECORD => {}
        Ok(Ok(1..)) => return talk(stream, guest.elsewhere(), places).await,
        Ok(Ok(_) | Err(_)) | Err(_) => return,
    }
    match timeout(HANDSHAKE_MAX, tls.accept(stream)).await {
        Ok(Ok(stream)) => talk(stream, guest, places).await,
        Ok(Err(error)) => tracing::debug!(address = %guest.peer.ip(), "no TLS: {error}"),
        Err(_) => tracing::debug!(address = %guest.peer.ip(), "no TLS in time"),
    }
}

/// Answers the requests of one connection; after an upgrade somebody else has it.
async fn talk<S>(stream: S, guest: Guest, places: Places)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Guest {
        peer,
        routes,
        mut closing,
        answer_max,
    } = guest;
    // Who does not take what was asked for keeps it in memory, but not for ever.
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(answer_max));
    let routes = TowerToHyperService::new(routes);
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        routes.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_MAX)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        _ = closing.wait_for(|is_closing| *is_closing) => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::trace!("connection ended: {error}");
    }
    drop(places);
}

impl Guest {
    /// Whoever speaks plain http where TLS is spoken is sent there.
    fn elsewhere(self) -> Guest {
        let routes = Router::new()
            .fallback(async |request: Request<Body>| redirect(&request))
            .layer(from_fn(page::add_plain_security_headers));
        Guest { routes, ..self }
    }
}

fn redirect(request: &Request<Body>) -> Result<Response<Body>, Infallible> {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let (Some(host), true) = (host, is_reading) else {
        // What was sent in the clear is not asked for a second time.
        return Ok(StatusCode::UPGRADE_REQUIRED.into_response());
    };
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    let there = Uri::builder()
        .scheme("https")
        .authority(host)
        .path_and_query(path)
        .build();
    Ok(match there {
        Ok(there) => (
            StatusCode::TEMPORARY_REDIRECT,
            [(header::LOCATION, there.to_string())],
        )
            .into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    })
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    /// A megabyte is asked for, of which `taken` bytes are taken; returns once the connection has ended.
    async fn ask(taken: usize, answer_max: Duration) {
        let (mut desk, host) = duplex(64);
        let (_open, closing) = watch::channel(false);
        let guest = Guest {
            peer: SocketAddr::from((Ipv4Addr::LOCALHOST, 1)),
            routes: Router::new().fallback(async || vec![b'x'; 1024 * 1024]),
            closing,
            answer_max,
        };
        let seat = Seats::default().take((), 1).unwrap();
        let talk = tokio::spawn(talk(host, guest, (seat, None)));
        let request = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        desk.write_all(request).await.unwrap();
        let mut answer = vec![0; taken];
        desk.read_exact(&mut answer).await.unwrap();
        talk.await.unwrap();
    }

    #[tokio::test]
    async fn who_does_not_take_the_answer_is_dropped() {
        ask(100, Duration::from_millis(1)).await;
        ask(1024 * 1024, SEND_MAX).await;
    }
}
