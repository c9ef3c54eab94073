//! What goes over the wire comes out as it went in, and garbage comes out as an error.

use minicbor::Encoder;

use crate::{
    limits::{
        EPHEMERAL_BYTES_MAX, FRAME_BYTES_MAX, PEER_ID_BYTES_MAX, REFUSED_CELLS_MAX, TYPED_BYTES_MAX,
    },
    notice::{Cell, Hash, Notice, Place, Refused},
    repo::{DocumentId, Ephemeral, Frame, FrameError, Sync},
};

const MUTANTS: usize = 100_000;

/// Seeded numbers; equal seed, equal run.
struct Rng(u64);

impl Rng {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % bound as u64) as usize
    }
}

fn frames() -> Vec<Frame> {
    let (sender, target) = ("page-甲".to_owned(), "diaodu-1".to_owned());
    let document = DocumentId([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255]);
    let sync = |bytes: usize| Sync {
        sender: sender.clone(),
        target: target.clone(),
        document,
        data: (0..bytes).map(|n| n as u8).collect(),
    };
    let cell = Cell {
        path: vec!["rows".to_owned(), "m07.s-hongying".to_owned()],
        key: "progress".to_owned(),
    };
    let refused = Refused {
        document: document.0,
        reason: "value-kind".to_owned(),
        cells: vec![cell],
        heads: vec![Hash([7; 32])],
    };
    vec![
        Frame::Join {
            sender: sender.clone(),
            ours: true,
            versions: vec!["1".to_owned()],
        },
        Frame::Join {
            sender: sender.clone(),
            ours: false,
            versions: Vec::new(),
        },
        Frame::Peer {
            sender: target.clone(),
            target: sender.clone(),
            ours: true,
            version: "1".to_owned(),
        },
        Frame::Error {
            message: "unsupported version".to_owned(),
        },
        Frame::Leave {
            sender: sender.clone(),
        },
        Frame::Request(sync(3)),
        Frame::Sync(sync(0)),
        Frame::Sync(sync(70_000)),
        Frame::Unavailable {
            sender: target.clone(),
            target: sender.clone(),
            document,
        },
        Frame::Ephemeral(Ephemeral {
            sender: sender.clone(),
            target: target.clone(),
            document,
            session: "s".to_owned(),
            count: u64::from(u32::MAX) + 1,
            data: vec![1, 2, 3],
        }),
        Frame::Diaodu {
            sender: target,
            target: sender,
            notice: Notice::Refused(refused),
        },
        Frame::Unknown {
            kind: "remote-heads-changed".to_owned(),
        },
    ]
}

#[test]
fn every_message_comes_out_as_it_went_in() {
    for frame in frames() {
        assert_eq!(Frame::decode(&frame.encode()).as_ref(), Ok(&frame));
    }
}

#[test]
fn document_ids_are_those_of_automerge_repo() {
    let id = DocumentId([0x5f; 16]);
    assert_eq!(id.url().parse(), Ok(id));
    assert_eq!(id.to_string().parse(), Ok(id));
    let zero = DocumentId([0; 16]);
    assert_eq!(zero.to_string().parse(), Ok(zero));
    let mut broken = id.to_string();
    broken.replace_range(0..1, if broken.starts_with('2') { "3" } else { "2" });
    let long = "2".repeat(5_000);
    for text in [
        "",
        "automerge:",
        "0OIl",
        "红英",
        &broken,
        &long,
        &id.to_string()[1..],
    ] {
        assert_eq!(
            text.parse::<DocumentId>(),
            Err(FrameError::Field("documentId")),
            "{text}"
        );
    }
}

#[test]
fn what_javascript_writes_is_understood() {
    // Tag 64 before bytes, a float for a count, undefined and unknown fields, the readme's name for the metadata.
    let id = DocumentId([7; 16]);
    let mut e = Encoder::new(Vec::new());
    let write = |e: &mut Encoder<Vec<u8>>| -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
        e.begin_map()?.str("type")?.str("ephemeral")?.str("senderId")?.str("p")?.str("targetId")?.undefined()?;
        e.str("documentId")?.str(&id.to_string())?.str("sessionId")?.str("s")?.str("count")?.f64(3.0)?;
        e.str("extra")?.begin_array()?.map(1)?.str("a")?.null()?.end()?;
        e.str("data")?.tag(minicbor::data::Tag::new(64))?.begin_bytes()?.bytes(&[1])?.bytes(&[2])?.end()?.end()?;
        Ok(())
    };
    write(&mut e).unwrap();
    let Ok(Frame::Ephemeral(ephemeral)) = Frame::decode(e.writer()) else {
        panic!("not understood")
    };
    assert_eq!(
        (ephemeral.count, ephemeral.data, ephemeral.target),
        (3, vec![1, 2], String::new())
    );

    let mut e = Encoder::new(Vec::new());
    let write = |e: &mut Encoder<Vec<u8>>| -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
        e.map(4)?.str("type")?.str("join")?.str("senderId")?.str("p")?.str("metadata")?.map(1)?.str("diaodu")?.u8(1)?;
        e.str("supportedProtocolVersions")?.array(1)?.str("1")?;
        Ok(())
    };
    write(&mut e).unwrap();
    let join = Frame::Join {
        sender: "p".to_owned(),
        ours: true,
        versions: vec!["1".to_owned()],
    };
    assert_eq!(Frame::decode(e.writer()), Ok(join));
}

#[test]
fn everything_has_a_bound() {
    assert_eq!(
        Frame::decode(&vec![0; FRAME_BYTES_MAX + 1]),
        Err(FrameError::TooLarge(FRAME_BYTES_MAX + 1))
    );
    let long = Frame::Leave {
        sender: "p".repeat(PEER_ID_BYTES_MAX + 1),
    };
    assert!(
        Frame::decode(&long.encode()).is_ok(),
        "a goodbye needs no name"
    );
    let long = Frame::Join {
        sender: "p".repeat(PEER_ID_BYTES_MAX + 1),
        ours: false,
        versions: Vec::new(),
    };
    assert_eq!(
        Frame::decode(&long.encode()),
        Err(FrameError::Field("senderId"))
    );
    let deep = [
        &[0xa2, 0x64][..],
        b"type",
        &[0x65],
        b"leave",
        &[0x61, b'x'],
        &[0x81; 100_000],
        &[0],
    ]
    .concat();
    assert_eq!(Frame::decode(&deep), Err(FrameError::TooDeep));
    let announced = [0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(Frame::decode(&announced), Err(FrameError::TooManyFields));
    let cell = Cell {
        path: Vec::new(),
        key: String::new(),
    };
    let cells = vec![cell; REFUSED_CELLS_MAX + 1];
    let notice = Notice::Refused(Refused {
        document: [0; 16],
        reason: String::new(),
        cells,
        heads: Vec::new(),
    });
    assert_eq!(
        Notice::decode(&notice.encode()),
        Err(FrameError::TooManyFields)
    );
}

#[test]
fn garbage_is_an_error_and_never_a_panic() {
    let mut rng = Rng(20_210_416);
    let honest: Vec<Vec<u8>> = frames()
        .iter()
        .map(Frame::encode)
        .filter(|bytes| bytes.len() < 1_000)
        .collect();
    let mut understood = 0;
    for _ in 0..MUTANTS {
        let mut bytes = honest[rng.below(honest.len())].clone();
        for _ in 0..=rng.below(4) {
            let at = rng.below(bytes.len());
            match rng.below(4) {
                0 => bytes[at] = rng.below(256) as u8,
                1 => bytes[at] ^= 1 << rng.below(8),
                2 if bytes.len() > 1 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, rng.below(256) as u8),
            }
        }
        if let Ok(frame) = Frame::decode(&bytes) {
            understood += 1;
            assert_eq!(Frame::decode(&frame.encode()), Ok(frame));
        }
    }
    assert!((1..MUTANTS).contains(&understood));
    for length in 0..2_000 {
        let noise: Vec<u8> = (0..length % 64).map(|_| rng.below(256) as u8).collect();
        let _ = Frame::decode(&noise);
    }
}

fn place() -> Place {
    Place {
        row: "m07.s-hongying".to_owned(),
        column: "progress".to_owned(),
        ..Place::default()
    }
}

#[test]
fn where_somebody_is_comes_out_as_it_went_in() {
    let selected = Place {
        rows: vec!["m07.s-hongying".to_owned(), "m08.s-hongying".to_owned()],
        columns: vec!["progress".to_owned()],
        ..place()
    };
    let typing = Place {
        typed: Some("检查12处".to_owned()),
        ..place()
    };
    for place in [place(), selected, typing] {
        assert_eq!(Place::decode(&Place::encode(Some(&place))), Some(place));
    }
    assert_eq!(Place::decode(&Place::encode(None)), None);
    let bytes = Place::encode(Some(&place()));
    let plain: [&str; 2] = minicbor::decode(&bytes).expect("two words");
    assert_eq!(
        plain,
        ["m07.s-hongying", "progress"],
        "as it was always said"
    );
}

#[test]
fn where_somebody_is_always_fits_into_one_message() {
    let crowded = Place {
        rows: (0..500)
            .map(|n| format!("m{n:02}.{}", "街".repeat(12)))
            .collect(),
        columns: vec!["progress".to_owned(); 20],
        typed: Some("字".repeat(TYPED_BYTES_MAX)),
        ..place()
    };
    let bytes = Place::encode(Some(&crowded));
    assert!(bytes.len() <= EPHEMERAL_BYTES_MAX);
    let read = Place::decode(&bytes).expect("a place");
    assert!(!read.rows.is_empty() && crowded.rows.starts_with(&read.rows));
    assert_eq!(read.typed.as_deref(), Some(""), "too long to be told");
    let mut longer = Vec::new();
    minicbor::encode(["a", "b"], &mut longer).expect("memory");
    let more = (
        Vec::<&str>::new(),
        Vec::<&str>::new(),
        Some("x".repeat(TYPED_BYTES_MAX + 1)),
    );
    minicbor::encode(more, &mut longer).expect("memory");
    assert_eq!(Place::decode(&longer).expect("a place").typed, None);
}
