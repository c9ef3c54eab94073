//! The line to the server. Tells what happens on it; when to dial again is the loop's business.

use diaodu_sync::event::ConnectionId;
use futures_channel::mpsc::UnboundedSender;
use js_sys::{ArrayBuffer, Uint8Array, encode_uri_component};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BinaryType, MessageEvent, WebSocket};

use super::Event;

/// Wait before the second attempt; doubles with each further one.
const WAIT_MS_FIRST: u32 = 500;
/// 15 s: a server that comes back is found soon, a dead one is not hammered.
const WAIT_MS_MAX: u32 = 15_000;

/// One WebSocket to `/sync`. Closed when dropped.
pub struct Socket {
    socket: WebSocket,
    _opened: Closure<dyn FnMut()>,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut()>,
}

impl Socket {
    /// Dials for this account alone: the server refuses if another one has signed in meanwhile. What happens then comes as events
    /// with this id.
    ///
    /// Errors: the browser does not allow it at all.
    pub fn dial(
        id: ConnectionId,
        account: &str,
        events: &UnboundedSender<Event>,
    ) -> Result<Socket, JsValue> {
        let location = window().location();
        let scheme = if location.protocol()? == "https:" {
            "wss"
        } else {
            "ws"
        };
        let (host, account) = (location.host()?, encode_uri_component(account));
        let socket = WebSocket::new(&format!("{scheme}://{host}/sync?account={account}"))?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let tell = events.clone();
        let opened =
            Closure::<dyn FnMut()>::new(move || drop(tell.unbounded_send(Event::SocketUp(id))));
        let tell = events.clone();
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Ok(buffer) = event.data().dyn_into::<ArrayBuffer>() {
                drop(tell.unbounded_send(Event::Frame(id, Uint8Array::new(&buffer).to_vec())));
            }
        });
        let tell = events.clone();
        let closed =
            Closure::<dyn FnMut()>::new(move || drop(tell.unbounded_send(Event::SocketDown(id))));
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Ok(Socket {
            socket,
            _opened: opened,
            _heard: heard,
            _closed: closed,
        })
    }

    /// Sends one binary message. A line that breaks meanwhile tells so itself.
    pub fn send(&self, bytes: &[u8]) {
        let _ = self.socket.send_with_u8_array(bytes);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}

/// Returns how long to wait before this attempt, counted from 0; `chance` in 0.0..1.0 spreads the pages of an office.
pub fn wait_ms(attempt: u32, chance: f64) -> u32 {
    let longest = WAIT_MS_FIRST
        .saturating_mul(1 << attempt.min(10))
        .min(WAIT_MS_MAX);
    (f64::from(longest) * (0.5 + chance / 2.0)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_bounded() {
        assert_eq!(wait_ms(0, 0.0), 250);
        assert!(wait_ms(3, 0.0) > wait_ms(1, 0.99));
        assert!(wait_ms(40, 0.99) <= WAIT_MS_MAX);
    }
}
