//! Mail by SMTP. Says of a failure what it was, never where the password is.

use std::fmt;

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use tokio::time::timeout;

use crate::config::DELIVERY_MAX;

/// Sends letters.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why there is no mailer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Not an address of an SMTP server.
    #[error("not an smtp address")]
    Server,
    /// A password would go over the network as plain text.
    #[error("a password without tls")]
    Plain,
    /// Not an address that mail can come from.
    #[error("not a sender's address")]
    From,
}

impl Mailer {
    /// Reads where to send and in whose name.
    ///
    /// `server`: `smtp://relay.example`, `smtps://user:password@mail.example`, or `smtp://…?tls=required` for STARTTLS.
    pub fn new(server: &str, from: &str) -> Result<Mailer, MailError> {
        if has_plain_password(server) {
            return Err(MailError::Plain);
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(server);
        let builder = builder.map_err(|_| MailError::Server)?;
        Ok(Mailer {
            transport: builder.timeout(Some(DELIVERY_MAX)).build(),
            from: from.parse().map_err(|_| MailError::From)?,
        })
    }

    /// Sends one letter. `name`: equal for every try of the same letter.
    pub async fn send(
        &self,
        name: &str,
        to: &str,
        subject: &str,
        body: &str,
    ) -> Result<(), String> {
        let to: Mailbox = to.parse().map_err(|_| "not an address".to_owned())?;
        let letter = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .message_id(Some(format!("<{name}@diaodu>")))
            .header(ContentType::TEXT_PLAIN)
            .body(body.to_owned())
            .map_err(|error| error.to_string())?;
        let sent = timeout(DELIVERY_MAX, self.transport.send(letter)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            // The answer of a mail server may name the address: its code is enough.
            Ok(Err(error)) => Err(match error.status() {
                Some(code) => format!("smtp answered {code}"),
                None if error.is_timeout() => "smtp timed out".to_owned(),
                None if error.is_tls() => "tls with the smtp server failed".to_owned(),
                None => "no smtp server in reach".to_owned(),
            }),
            Err(_) => Err("smtp timed out".to_owned()),
        }
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mailer")
    }
}

/// A relay on the same machine may be spoken to plainly.
fn has_plain_password(server: &str) -> bool {
    let Some(rest) = server.strip_prefix("smtp://") else {
        return false;
    };
    let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
    let Some((_, host)) = authority.rsplit_once('@') else {
        return false;
    };
    let is_own = ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|own| host.starts_with(own));
    !is_own && !query.split('&').any(|part| part == "tls=required")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_goes_over_tls_or_to_the_same_machine() {
        let check = |server: &str, expected: Option<MailError>| {
            let made = Mailer::new(server, "调度 <diaodu@example.cn>");
            assert_eq!(made.err(), expected, "{server}");
        };
        check("smtp://relay.example", None);
        check("smtps://user:word@mail.example", None);
        check("smtp://user:word@mail.example:587?tls=required", None);
        check("smtp://user:word@127.0.0.1:2525", None);
        check("smtp://user:word@mail.example", Some(MailError::Plain));
        check(
            "smtp://user:word@mail.example?tls=opportunistic",
            Some(MailError::Plain),
        );
        check("mail.example", Some(MailError::Server));
        check("http://mail.example", Some(MailError::Server));
        let made = Mailer::new("smtp://relay.example", "nobody");
        assert_eq!(made.err(), Some(MailError::From));
    }
}
