//! Why something may not be written, in a person's words. The stable words are those of docs/protocol.md.

use crate::i18n::Language;

/// Says in a person's words why something may not be written; what a newer server says is shown as it is.
///
/// `unit`: the name of the unit whose row it is.
pub fn reason_sentence(word: &str, unit: &str, language: Language) -> String {
    match key(word) {
        Some(key) => language.say_with(key, &[("unit", unit.to_owned().into())]),
        None => language.say_with("closed-otherwise", &[("word", word.to_owned().into())]),
    }
}

fn key(word: &str) -> Option<&'static str> {
    Some(match word {
        "foreign-row" => "closed-foreign-row",
        "foreign-card" => "closed-foreign-card",
        "foreign-comment" => "closed-foreign-comment",
        "too-many-entries" => "closed-too-many-entries",
        "not-reviewer" => "closed-not-reviewer",
        "not-reviewed" => "closed-not-reviewed",
        "lead-reviews" => "closed-lead-reviews",
        "office-column" => "closed-office-column",
        "reads-only" => "closed-reads-only",
        "week-frozen" => "closed-week-frozen",
        "not-relevant" => "closed-not-relevant",
        "not-readable" => "closed-not-readable",
        "server-document" | "server-column" => "closed-server-column",
        "value-kind" => "closed-value-kind",
        "value-size" | "too-large" => "closed-value-size",
        "unknown-row" => "closed-unknown-row",
        // Our own page writes nothing of the kind; it may be an old one.
        "unknown-object" | "unknown-column" | "unknown-entry" | "not-a-cell"
        | "not-put-or-delete" | "cell-twice" | "not-canonical" | "undecodable" | "not-a-change"
        | "first-operation" | "no-gate" => "closed-not-understood",
        "predecessors" | "sequence" | "dependencies" | "foreign-actor" | "too-many-waiting" => {
            "closed-out-of-step"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use diaodu_plan::permission::Reason;

    use super::*;

    /// What the protocol promises.
    fn promised() -> BTreeSet<&'static str> {
        let protocol = include_str!("../../../docs/protocol.md");
        let (_, rest) = protocol.split_once("Reasons are stable words:").unwrap();
        let (list, _) = rest.split_once("from `judge`").unwrap();
        list.split('`').skip(1).step_by(2).collect()
    }

    #[test]
    fn every_reason_has_a_sentence_in_both_languages() {
        for word in promised() {
            for language in Language::ALL {
                let sentence = reason_sentence(word, "鸿鹰街道办事处", language);
                assert!(!sentence.contains(word), "{word}: {sentence}");
                assert!(sentence.ends_with(['。', '.']), "{word}: {sentence}");
            }
        }
        let newer = reason_sentence("newer-word", "", Language::English);
        assert!(newer.contains("newer-word"), "{newer}");
    }

    #[test]
    fn judge_and_gate_say_nothing_that_is_not_promised() {
        let promised = promised();
        for reason in Reason::ALL {
            assert!(promised.contains(reason.word()), "{reason:?}");
        }
        let sources = [
            include_str!("../../../sync/src/gate.rs"),
            include_str!("../../../sync/src/no_gate.rs"),
            include_str!("../../../sync/src/hub/talk.rs"),
        ];
        let mut found = 0;
        for source in sources {
            for before in ["refuse(\"", "refusal(\"", "reason: \""] {
                for rest in source.split(before).skip(1) {
                    let (word, _) = rest.split_once('"').unwrap();
                    assert!(promised.contains(word), "{word}");
                    found += 1;
                }
            }
        }
        assert!(found > 10, "{found}: the gate has more to say");
    }
}
