//! Reminders: a real mail server and a real webhook on this machine, the server's clock turned by hand.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use diaodu_server::{
    config::{ClockStart, Config},
    reminders::{Hook, Mailer, Transports},
};
use diaodu_sync::event::Millis;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};

use crate::{
    accounts::{ask, command},
    house::House,
};

const OFFICE: &str = "u-gongjianban";
const STREET: &str = "s-hongying";
/// 60 s: whatever has not come by then on a busy machine never will.
const PATIENCE: Duration = Duration::from_secs(60);

/// No answer at all.
const HANG: u16 = 0;

/// What a receiver is to do with the next deliveries: take them unless something else stands here.
type Moods = Arc<Mutex<VecDeque<u16>>>;

/// Somebody who takes letters or posts and hands them on.
struct Receiver {
    address: SocketAddr,
    taken: UnboundedReceiver<String>,
    refused: UnboundedReceiver<u16>,
    moods: Moods,
}

impl Receiver {
    async fn mail() -> Receiver {
        Self::listen(|socket, moods, taken, refused| async move {
            take_mail(socket, moods, taken, refused).await.ok();
        })
        .await
    }

    async fn web() -> Receiver {
        Self::listen(|socket, moods, taken, refused| async move {
            take_post(socket, moods, taken, refused).await.ok();
        })
        .await
    }

    async fn listen<F: Future<Output = ()> + Send + 'static>(
        serve: impl Fn(TcpStream, Moods, UnboundedSender<String>, UnboundedSender<u16>) -> F
        + Send
        + 'static,
    ) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (hand_on, taken) = unbounded_channel();
        let (tell, refused) = unbounded_channel();
        let moods = Moods::default();
        let of_server = moods.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(
                    socket,
                    of_server.clone(),
                    hand_on.clone(),
                    tell.clone(),
                ));
            }
        });
        Receiver {
            address,
            taken,
            refused,
            moods,
        }
    }

    fn will_refuse(&self, code: u16) {
        self.moods.lock().unwrap().push_back(code);
    }

    /// Takes the next one and dies before it says so.
    fn will_hang(&self) {
        self.moods.lock().unwrap().push_back(HANG);
    }

    async fn takes(&mut self) -> String {
        timeout(PATIENCE, self.taken.recv()).await.unwrap().unwrap()
    }

    async fn refuses(&mut self) -> u16 {
        timeout(PATIENCE, self.refused.recv())
            .await
            .unwrap()
            .unwrap()
    }
}

/// One conversation of SMTP, as far as a client without extensions needs it.
async fn take_mail(
    socket: TcpStream,
    moods: Moods,
    taken: UnboundedSender<String>,
    refused: UnboundedSender<u16>,
) -> std::io::Result<()> {
    let mut socket = BufReader::new(socket);
    socket.write_all(b"220 mail.example ESMTP\r\n").await?;
    let mut line = String::new();
    let mut letter = String::new();
    while socket.read_line(&mut line).await? > 0 {
        let said = line.trim_end().to_owned();
        line.clear();
        let verb = said.split([' ', ':']).next().unwrap_or_default();
        let answer = match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => "250 mail.example".to_owned(),
            "MAIL" => match moods.lock().unwrap().pop_front() {
                Some(code) => {
                    refused.send(code).ok();
                    format!("{code} not now")
                }
                None => "250 ok".to_owned(),
            },
            "RCPT" => {
                letter = format!("{said}\n");
                "250 ok".to_owned()
            }
            "DATA" => {
                socket.write_all(b"354 go on\r\n").await?;
                while socket.read_line(&mut line).await? > 0 && line.trim_end() != "." {
                    letter.push_str(&line);
                    line.clear();
                }
                line.clear();
                taken.send(letter.clone()).ok();
                "250 taken".to_owned()
            }
            "QUIT" => "221 bye".to_owned(),
            _ => "250 ok".to_owned(),
        };
        socket.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// One request of HTTP.
async fn take_post(
    socket: TcpStream,
    moods: Moods,
    taken: UnboundedSender<String>,
    refused: UnboundedSender<u16>,
) -> std::io::Result<()> {
    let mut socket = BufReader::new(socket);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && socket.read_line(&mut head).await? > 0 {}
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().unwrap())
    });
    let mut body = vec![0; length.unwrap_or_default()];
    socket.read_exact(&mut body).await?;
    let code = moods.lock().unwrap().pop_front();
    match code {
        Some(HANG) => {
            taken.send(head).ok();
            std::future::pending::<()>().await;
        }
        Some(code) => drop(refused.send(code)),
        None => drop(taken.send(format!("{head}{}", String::from_utf8_lossy(&body)))),
    }
    let answer = format!(
        "HTTP/1.1 {} x\r\nContent-Length: 0\r\n\r\n",
        code.unwrap_or(200)
    );
    socket.write_all(answer.as_bytes()).await
}

fn at(moment: &str) -> Millis {
    let moment: jiff::Timestamp = format!("{moment}+08:00").parse().unwrap();
    Millis(moment.as_millisecond())
}

fn transports(mail: Option<&Receiver>, web: Option<&Receiver>) -> Transports {
    let mail = mail.map(|mail| {
        let server = format!("smtp://{}", mail.address);
        Mailer::new(&server, "调度 <diaodu@example.cn>").unwrap()
    });
    let hook = web.map(|web| {
        Hook::new(&format!("http://{}/send?key=秘密", web.address).replace("秘密", "hush")).unwrap()
    });
    Transports { mail, hook }
}

/// A server on Wednesday of week 2, that stands still until it is turned.
async fn house(transports: Transports) -> House {
    let house = House::open_as(|config| Config {
        clock: ClockStart::At(at("2021-04-14T09:00:00")),
        transports,
        ..config
    })
    .await;
    house.turn("2021-04-14T09:00:00");
    house
}

fn liaison(unit: &str, email: &str) -> Value {
    json!({
        "command": "set-contact", "unit": unit, "role": "liaison_a", "name": "冯演示", "position": "",
        "office_phone": "", "mobile": "13800005678", "email": email, "measures": [], "from": "2021-04-06",
    })
}

async fn given(house: &House) -> Value {
    let office = house.desk(OFFICE).await;
    let (status, view) = ask(&office, Method::GET, "/api/reminders", Value::Null).await;
    assert_eq!(status, 200, "{view}");
    view
}

/// Waits until everything that was given is as expected: `minutes sent waiting given-up`.
async fn wait_for(house: &House, expected: &[&str]) {
    let look = async || {
        let view = given(house).await;
        let all = view["given"].as_array().unwrap().iter();
        let told = all.map(|it| {
            format!(
                "{} {} {} {}",
                it["minutes"], it["sent"], it["waiting"], it["given_up"]
            )
        });
        told.collect::<Vec<_>>()
    };
    let seen = timeout(PATIENCE, async {
        while look().await != expected {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(seen.is_ok(), "{:?} and not {expected:?}", look().await);
}

/// The text of a letter, taken out of its transport.
fn body(letter: &str) -> String {
    let (head, body) = letter.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    let coding = head
        .lines()
        .find(|line| line.starts_with("content-transfer-encoding"));
    assert!(coding.unwrap().contains("base64"), "{head}");
    let bare: String = body.split_whitespace().collect();
    String::from_utf8(decode(&bare)).unwrap()
}

fn decode(base64: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for letter in base64.bytes().filter(|letter| *letter != b'=') {
        let value = LETTERS.iter().position(|known| *known == letter).unwrap();
        bits = (bits << 6) | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap());
        }
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn liaisons_get_a_letter_and_the_robot_a_message_at_each_of_the_three_moments() {
    let (mut mail, mut web) = (Receiver::mail().await, Receiver::web().await);
    let house = house(transports(Some(&mail), Some(&web))).await;
    let office = house.desk(OFFICE).await;
    command(&office, liaison(STREET, "feng@example.cn")).await;
    // Owes nothing: it assists alone, and is never named.
    command(&office, liaison("u-gongan", "gongan@example.cn")).await;

    house.turn("2021-04-15T15:59:59.999");
    house.turn("2021-04-15T16:00:00");
    let letter = mail.takes().await;
    assert!(letter.contains("feng@example.cn"), "{letter}");
    assert!(
        letter.contains("Message-ID: <weidong-60-2-1440-2@diaodu>"),
        "{letter}"
    );
    let text = body(&letter);
    assert!(text.starts_with("鸿鹰街道办事处："), "{text}");
    assert!(
        text.contains("2021-04-16 16:00") && text.contains("17 项没有报送"),
        "{text}"
    );
    assert!(text.contains("7．继续推进城市清洁行动"), "{text}");

    let post = web.takes().await;
    assert!(post.starts_with("POST /send?key=hush HTTP/1.1"), "{post}");
    assert!(
        post.to_ascii_lowercase()
            .contains("idempotency-key: weidong-60-2-1440-1")
    );
    let message: Value = serde_json::from_str(post.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(message["msgtype"], "text");
    let content = message["text"]["content"].as_str().unwrap();
    assert!(content.contains("鸿鹰街道办事处（17 项）"), "{content}");
    assert!(
        !content.contains("卫东公安分局"),
        "协助 is never named: {content}"
    );
    assert_eq!(message["week"], 2);
    assert_eq!(message["minutes_before"], 1_440);
    let total: u64 = message["units"]
        .as_array()
        .unwrap()
        .iter()
        .map(|unit| unit["missing"].as_u64().unwrap())
        .sum();
    assert_eq!(total, 239, "应报 rows, all missing");

    house.turn("2021-04-16T10:00:00");
    assert!(mail.takes().await.contains("weidong-60-2-360-"));
    house.turn("2021-04-16T15:00:00");
    assert!(mail.takes().await.contains("weidong-60-2-60-"));
    wait_for(&house, &["1440 2 0 0", "360 2 0 0", "60 2 0 0"]).await;
    // Due, and nothing more comes of this week.
    house.turn("2021-04-16T16:00:00");
    house.turn("2021-04-22T16:00:00");
    assert!(mail.takes().await.contains("weidong-60-3-1440-"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_rows_without_a_report_count_and_who_has_reported_all_is_not_named() {
    let mut web = Receiver::web().await;
    // The sample's receipts have come when the server goes on at 15:30: 127 rows less 9 without a report.
    let mut house = House::open_with(true).await;
    house.close().await;
    let house = house
        .reopen_as(|config| Config {
            clock: ClockStart::At(at("2021-04-16T15:30:00")),
            transports: transports(None, Some(&web)),
            ..config
        })
        .await;
    let post = web.takes().await;
    let message: Value = serde_json::from_str(post.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(message["minutes_before"], 60);
    let units = message["units"].as_array().unwrap();
    let total: u64 = units
        .iter()
        .map(|unit| unit["missing"].as_u64().unwrap())
        .sum();
    assert_eq!(total, 121);
    let office = house.desk(OFFICE).await;
    let (_, summary) = ask(&office, Method::GET, "/api/weeks/2/summary", Value::Null).await;
    let owing = summary["units"].as_array().unwrap().iter();
    let owing = owing.filter(|unit| unit["due"]["missing"] != 0);
    let owing: Vec<&Value> = owing.map(|unit| &unit["unit"]).collect();
    let named: Vec<&Value> = units.iter().map(|unit| &unit["unit"]).collect();
    assert_eq!(named, owing);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_tried_again_later_and_given_up_in_the_end() {
    let (mut mail, mut web) = (Receiver::mail().await, Receiver::web().await);
    let house = house(transports(Some(&mail), Some(&web))).await;
    command(
        &house.desk(OFFICE).await,
        liaison(STREET, "feng@example.cn"),
    )
    .await;
    mail.will_refuse(451);
    web.will_refuse(500);
    web.will_refuse(503);
    house.turn("2021-04-15T16:00:00");
    assert_eq!((mail.refuses().await, web.refuses().await), (451, 500));
    wait_for(&house, &["1440 0 2 0"]).await;
    // A minute later the mail goes through, the robot is still ill.
    house.turn("2021-04-15T16:01:00");
    assert!(mail.takes().await.contains("feng@example.cn"));
    assert_eq!(web.refuses().await, 503);
    wait_for(&house, &["1440 1 1 0"]).await;
    house.turn("2021-04-15T16:03:00");
    let post = web.takes().await;
    assert!(
        post.contains("weidong-60-2-1440-1"),
        "the same message: {post}"
    );
    wait_for(&house, &["1440 2 0 0"]).await;

    // Six tries, and then it is given up.
    (0..6).for_each(|_| web.will_refuse(500));
    (0..6).for_each(|_| mail.will_refuse(550));
    for moment in ["10:00", "10:01", "10:03", "10:08", "10:18", "10:38"] {
        house.turn(&format!("2021-04-16T{moment}:00"));
        assert_eq!(
            (web.refuses().await, mail.refuses().await),
            (500, 550),
            "{moment}"
        );
    }
    house.turn("2021-04-16T11:08:00");
    wait_for(&house, &["1440 2 0 0", "360 0 0 2"]).await;

    // The log names neither addresses nor the webhook's secret; nor does the audit log.
    let office = house.desk(OFFICE).await;
    let (_, log) = ask(&office, Method::GET, "/api/audit", Value::Null).await;
    let log = log.to_string();
    assert!(log.contains("remind 360 units="), "{log}");
    assert!(!log.contains("feng@") && !log.contains("hush"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_is_given_once_across_restarts_and_one_where_the_server_was_down_over_several() {
    let mut web = Receiver::web().await;
    let hook = transports(None, Some(&web));
    let mut house = house(hook.clone()).await;
    house.turn("2021-04-15T16:00:00");
    assert!(web.takes().await.contains("\"minutes_before\":1440"));
    wait_for(&house, &["1440 1 0 0"]).await;
    // Back a moment later: nothing is given twice. What stands first in line behind it is the next reminder.
    let start = |moment: &'static str| {
        let transports = hook.clone();
        move |config| Config {
            clock: ClockStart::At(at(moment)),
            transports,
            ..config
        }
    };
    house.close().await;
    let mut house = house.reopen_as(start("2021-04-15T16:00:30")).await;
    house.turn("2021-04-15T16:00:30");
    wait_for(&house, &["1440 1 0 0"]).await;
    // Down over Friday 10:00 and 15:00.
    house.close().await;
    let house = house.reopen_as(start("2021-04-16T15:20:00")).await;
    house.turn("2021-04-16T15:20:00");
    assert!(web.takes().await.contains("\"minutes_before\":60"));
    wait_for(&house, &["1440 1 0 0", "60 1 0 0"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_in_the_middle_of_a_delivery_tries_it_once_more_under_the_same_name() {
    let mut web = Receiver::web().await;
    let hook = transports(None, Some(&web));
    let mut house = house(hook.clone()).await;
    web.will_hang();
    house.turn("2021-04-15T16:00:00");
    let first = web.takes().await.to_ascii_lowercase();
    let name = "idempotency-key: weidong-60-2-1440-1";
    assert!(first.contains(name), "{first}");
    house.close().await;
    let house = house
        .reopen_as(|config| Config {
            clock: ClockStart::At(at("2021-04-15T16:00:30")),
            transports: hook,
            ..config
        })
        .await;
    house.turn("2021-04-15T16:00:30");
    wait_for(&house, &["1440 0 1 0"]).await;
    house.turn("2021-04-15T16:01:00");
    let again = web.takes().await.to_ascii_lowercase();
    assert!(again.contains(name), "{again}");
    wait_for(&house, &["1440 1 0 0"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_moments_are_a_setting_of_the_campaign() {
    let mut web = Receiver::web().await;
    let house = house(transports(None, Some(&web))).await;
    let (office, street) = (house.desk(OFFICE).await, house.desk(STREET).await);
    let set = |minutes: Value| json!({ "command": "set-reminders", "minutes": minutes });
    for (desk, body, word) in [
        (&street, set(json!([30])), "not-office"),
        (&office, set(json!([0])), "bad-reminders"),
        (&office, set(json!([20_000])), "bad-reminders"),
    ] {
        let (status, answer) = ask(desk, Method::POST, "/api/commands", body).await;
        assert_ne!(status, 200);
        assert_eq!(answer["error"], word);
    }
    command(&office, set(json!([30, 120, 30]))).await;
    assert_eq!(given(&house).await["minutes"], json!([120, 30]));
    house.turn("2021-04-16T14:00:00");
    assert!(web.takes().await.contains("\"minutes_before\":120"));
    // Units see when, and not what became of it.
    let (_, view) = ask(&street, Method::GET, "/api/reminders", Value::Null).await;
    assert_eq!(
        (&view["minutes"], &view["given"]),
        (&json!([120, 30]), &json!([]))
    );
}
