//! Which of a few words is meant by what was typed.

/// Returns the words that an open list marks first for a text: the word itself, its number, its beginning, or a part of it.
///
/// Nothing is marked for an empty text or one that fits no word: then the text is committed as typed, and checked.
pub fn meant(words: &[String], typed: &str) -> Option<usize> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let find = |fits: &dyn Fn(&String) -> bool| words.iter().position(fits);
    find(&|word| word == typed)
        .or_else(|| number(typed).filter(|index| *index < words.len()))
        .or_else(|| find(&|word| word.starts_with(typed)))
        .or_else(|| find(&|word| word.contains(typed)))
}

/// Reads the number before a word, counted from 1, also in full width.
fn number(typed: &str) -> Option<usize> {
    let mut characters = typed.chars();
    let digit = match (characters.next()?, characters.next()) {
        (digit @ '1'..='9', None) => digit as usize - '1' as usize,
        (digit @ '１'..='９', None) => digit as usize - '１' as usize,
        (_, _) => return None,
    };
    Some(digit)
}

/// Moves the mark; it stops at both ends.
pub fn stepped(words: &[String], marked: Option<usize>, down: bool) -> Option<usize> {
    let last = words.len().checked_sub(1)?;
    Some(match (marked, down) {
        (None, true) => 0,
        (None, false) => last,
        (Some(index), true) => (index + 1).min(last),
        (Some(index), false) => index.saturating_sub(1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, expected: Option<&str>) {
        let words = ["未开展", "推进中", "已完成", "2号方案"].map(str::to_owned);
        assert_eq!(
            meant(&words, typed).map(|index| words[index].as_str()),
            expected,
            "{typed}"
        );
    }

    #[test]
    fn first_letters_numbers_and_parts_find_the_word() {
        check("推", Some("推进中"));
        check("完成", Some("已完成"));
        check("2", Some("推进中"));
        check("３", Some("已完成"));
        check("未开展", Some("未开展"));
        check("", None);
        check("没有", None);
        check("9", None);
    }

    #[test]
    fn the_mark_stops_at_both_ends() {
        let words = ["甲", "乙"].map(str::to_owned);
        assert_eq!(stepped(&words, None, true), Some(0));
        assert_eq!(stepped(&words, Some(1), true), Some(1));
        assert_eq!(stepped(&words, Some(0), false), Some(0));
        assert_eq!(stepped(&[], None, true), None);
    }
}
