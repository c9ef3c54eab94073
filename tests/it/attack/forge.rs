//! An attacker's own copy of a document, and what is made with it.

use automerge::{
    ActorId, Automerge, AutomergeError, Change, ChangeHash, ObjId, ObjType, ReadDoc, ScalarValue,
    marks::{ExpandMark, Mark},
    sync::{BloomFilter, ChunkList, Have, Message, MessageFlags, MessageVersion},
    transaction::{CommitOptions, Transactable, Transaction},
};

use super::{
    case::{Case, Way},
    server::Server,
};

/// An attacker's own copy of a document; what it writes is sent as it likes.
pub struct Forge {
    /// What the attacker sees.
    pub content: Automerge,
    base: Vec<ChangeHash>,
}

impl Forge {
    /// Copies a document, to write it as this actor.
    pub fn of(content: &Automerge, actor: ActorId) -> Forge {
        Forge {
            content: content.fork().with_actor(actor),
            base: content.get_heads(),
        }
    }

    /// Writes one change; `None` where there was nothing to write.
    pub fn write(
        &mut self,
        write: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
    ) -> Option<Change> {
        let mut transaction = self.content.transaction();
        if write(&mut transaction).is_err() {
            transaction.rollback();
            return None;
        }
        let (hash, _) = transaction.commit_with(CommitOptions::default());
        self.content.get_change_by_hash(&hash?)
    }
}

/// Finds the map at the end of a path.
pub fn map_of(content: &impl ReadDoc, path: &[String]) -> ObjId {
    path.iter().fold(automerge::ROOT, |object, key| {
        content.get(&object, key.as_str()).unwrap().unwrap().1
    })
}

/// Makes the changes of a case. Each with whether it may stand.
pub fn forge(case: &Case, server: &Server, forge: &mut Forge) -> Vec<(Change, bool)> {
    let map = map_of(&forge.content, &case.path);
    let (key, value) = (case.key.as_str(), case.value.clone());
    let before = forge.content.get(&map, key).unwrap();
    let before = before.and_then(|(value, _)| value.as_scalar().cloned());
    let (puts, deletes) = (case.may(server, Some(&value)), case.may(server, None));
    let mut changes: Vec<(Option<Change>, bool)> = Vec::new();
    let mut never = |change: Option<Change>| changes.push((change, false));
    match case.way {
        Way::Put | Way::WholeDocument | Way::ForgedActor | Way::Replayed => {
            let may = puts && case.way == Way::Put;
            let change = forge.write(|tx| tx.put(&map, key, value));
            changes.push((change, may));
        }
        Way::Delete => {
            let change = forge.write(|tx| tx.delete(&map, key));
            changes.push((change, deletes));
        }
        Way::PutAndPutBack => {
            let back_may = puts && case.may(server, before.as_ref());
            let first = forge.write(|tx| tx.put(&map, key, value));
            changes.push((first, puts));
            let back = forge.write(|tx| match before {
                Some(before) => tx.put(&map, key, before),
                None => tx.delete(&map, key),
            });
            changes.push((back, back_may));
        }
        Way::List => never(forge.write(|tx| tx.put_object(&map, key, ObjType::List).map(drop))),
        Way::Insert => never(forge.write(|tx| {
            let list = tx.put_object(&map, key, ObjType::List)?;
            tx.insert(&list, 0, value)
        })),
        Way::Splice => never(forge.write(|tx| {
            let text = tx.put_object(&map, key, ObjType::Text)?;
            tx.splice_text(&text, 0, 0, "拼接")
        })),
        Way::MarkText => never(forge.write(|tx| {
            let text = tx.put_object(&map, key, ObjType::Text)?;
            tx.splice_text(&text, 0, 0, "标记")?;
            let mark = Mark::new("bold".to_owned(), true, 0, 1);
            tx.mark(&text, mark, ExpandMark::Both)
        })),
        Way::Counter => never(forge.write(|tx| tx.put(&map, key, ScalarValue::counter(5)))),
        Way::Increment => {
            never(forge.write(|tx| tx.put(&map, key, ScalarValue::counter(5))));
            never(forge.write(|tx| tx.increment(&map, key, 2)));
        }
        Way::ObjectOverCell => {
            never(forge.write(|tx| tx.put_object(&map, key, ObjType::Map).map(drop)));
        }
        Way::OverTheRow => {
            let (last, above) = case.path.split_last().expect("not the root");
            let parent = map_of(&forge.content, above);
            never(match changes_what(&value) {
                0 => forge.write(|tx| tx.put_object(&parent, last, ObjType::Map).map(drop)),
                1 => forge.write(|tx| tx.put(&parent, last, value)),
                _ => forge.write(|tx| tx.delete(&parent, last)),
            });
        }
        Way::NestedObject => {
            never(forge.write(|tx| tx.put_object(&map, "nested", ObjType::Map).map(drop)));
            let nested = forge.content.get(&map, "nested").unwrap().unwrap().1;
            never(forge.write(|tx| tx.put(&nested, key, value)));
        }
        Way::OnRefused => {
            // What came before the refused one stays, if it was honest.
            let first = forge.write(|tx| tx.put(&map, key, value.clone()));
            let refused = forge.write(|tx| tx.put(&map, "nonsense", 1));
            let after = forge.write(|tx| tx.put(&map, key, "接着写"));
            changes.push((first, puts));
            changes.extend([(refused, false), (after, false)]);
        }
    }
    // From the first one that may not stand, none does.
    let mut stands = true;
    let changes = changes.into_iter().filter_map(|(change, may)| {
        let change = change?;
        stands &= may;
        Some((change, stands))
    });
    changes.collect()
}

/// One of three, by the value: enough variety, and nothing more to draw.
fn changes_what(value: &ScalarValue) -> usize {
    value.to_string().len() % 3
}

/// The message that carries the changes of a case.
pub fn message(case: &Case, forge: &Forge, changes: &[(Change, bool)]) -> Message {
    let chunks: Vec<Vec<u8>> = if case.way == Way::WholeDocument {
        vec![forge.content.save()]
    } else {
        let bytes = changes.iter().map(|(change, _)| change.raw_bytes());
        bytes.map(<[u8]>::to_vec).collect()
    };
    carry(forge, chunks, case.is_v2)
}

/// A message with these chunks, in either version.
pub fn carry(forge: &Forge, chunks: Vec<Vec<u8>>, is_v2: bool) -> Message {
    Message {
        heads: forge.content.get_heads(),
        need: Vec::new(),
        have: vec![Have {
            last_sync: forge.base.clone(),
            bloom: BloomFilter::default(),
        }],
        changes: ChunkList::from(chunks),
        flags: Some(MessageFlags::new()),
        version: match is_v2 {
            true => MessageVersion::V2,
            false => MessageVersion::V1,
        },
    }
}
