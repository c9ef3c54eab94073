//! What is searched for: a text, in any case and width, or the initials of its pinyin. Knows no rows and no cells.

use super::pinyin;

/// One letter alone would be the initial of every tenth character.
const INITIALS_MIN: usize = 2;

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {
    letters: Vec<char>,
    by_initials: bool,
}

impl Needle {
    /// Searches for a text, and for its letters as initials; `None` for nothing.
    pub fn new(text: &str) -> Option<Self> {
        let needle = Self::literal(text)?;
        let by_initials = needle.letters.len() >= INITIALS_MIN
            && needle.letters.iter().all(char::is_ascii_alphanumeric)
            && needle.letters.iter().any(char::is_ascii_alphabetic);
        Some(Self {
            by_initials,
            ..needle
        })
    }

    /// Searches for a text alone, as whoever replaces wants it; `None` for nothing.
    pub fn literal(text: &str) -> Option<Self> {
        let letters: Vec<char> = text.chars().map(folded).collect();
        (!letters.is_empty()).then_some(Self {
            letters,
            by_initials: false,
        })
    }

    /// Tells whether a text holds it.
    pub fn is_in(&self, text: &str) -> bool {
        // A letter of a needle never takes fewer bytes in a text than one.
        text.len() >= self.letters.len()
            && text
                .char_indices()
                .any(|(start, _)| self.length_at(&text[start..]).is_some())
    }

    /// Puts another text wherever a text holds it; `None` where it does not.
    pub fn replaced(&self, text: &str, by: &str) -> Option<String> {
        let mut written = String::new();
        let (mut rest, mut found) = (text, false);
        while let Some(first) = rest.chars().next() {
            let length = self.length_at(rest);
            match length {
                Some(_) => written.push_str(by),
                None => written.push(first),
            }
            found |= length.is_some();
            rest = &rest[length.unwrap_or(first.len_utf8())..];
        }
        found.then_some(written)
    }

    /// Returns how many bytes of a text it takes from the first on.
    fn length_at(&self, text: &str) -> Option<usize> {
        let mut characters = text.char_indices();
        for letter in &self.letters {
            let (_, character) = characters.next()?;
            if !self.fits(*letter, character) {
                return None;
            }
        }
        Some(characters.offset())
    }

    fn fits(&self, letter: char, character: char) -> bool {
        folded(character) == letter || (self.by_initials && pinyin::begins_with(character, letter))
    }
}

/// Makes capitals small and full-width characters half as wide.
pub fn folded(character: char) -> char {
    /// Full-width characters stand in the order of ASCII, so far behind it.
    const WIDTH: u32 = 0xFEE0;
    match character {
        '\0'..='\u{7F}' => character.to_ascii_lowercase(),
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(character as u32 - WIDTH)
            .unwrap_or(character)
            .to_ascii_lowercase(),
        '\u{3000}' => ' ',
        '\u{2E80}'..='\u{FF00}' => character,
        _ => character.to_lowercase().next().unwrap_or(character),
    }
}

#[cfg(test)]
mod tests {
    use super::super::chance::numbers;
    use super::*;

    fn check(needle: &str, text: &str, expected: bool) {
        let needle = Needle::new(needle).expect("something to search for");
        assert_eq!(needle.is_in(text), expected, "{needle:?} in {text}");
    }

    #[test]
    fn case_and_width_do_not_matter() {
        check("PM10", "本周ｐｍ１０超标", true);
        check("，", "甲,乙", true);
        check("电动", "检查电动自行车", true);
        check("电车", "检查电动自行车", false);
        assert_eq!(Needle::new(""), None);
    }

    #[test]
    fn initials_of_pinyin_find_their_characters() {
        check("wdq", "潍坊市卫东区", true);
        check("WDQ", "卫东区", true);
        check("wd区", "卫东区", false);
        check("d15h", "第15号", true);
        check("q", "卫东区", false);
        check("15", "一五", false);
        check("cx", "重新", true);
        check("dd", "调度", true);
        assert!(!Needle::literal("wdq").expect("something").is_in("卫东区"));
    }

    #[test]
    fn replacing_leaves_the_rest_as_it_was() {
        let needle = Needle::literal("ab").expect("something");
        assert_eq!(
            needle.replaced("xABｘａｂ。", "甲"),
            Some("x甲ｘ甲。".to_owned())
        );
        assert_eq!(needle.replaced("aab", ""), Some("a".to_owned()));
        assert_eq!(needle.replaced("ba", "甲"), None);
    }

    #[test]
    fn finding_and_replacing_agree_with_looking_at_every_place() {
        const LETTERS: [char; 8] = ['a', 'A', 'ａ', 'b', '卫', '东', ' ', '\u{3000}'];
        let mut draw = numbers(11);
        let mut text = |most: u64| -> String {
            let length = draw(most + 1);
            (0..length).map(|_| LETTERS[draw(8) as usize]).collect()
        };
        for _ in 0..3_000 {
            let (sought, text, by) = (text(3), text(12), text(2));
            let Some(needle) = Needle::literal(&sought) else {
                continue;
            };
            let plain: Vec<char> = text.chars().map(folded).collect();
            let sought: Vec<char> = sought.chars().map(folded).collect();
            let mut naive = String::new();
            let (mut index, mut found) = (0, false);
            while index < plain.len() {
                if plain[index..].starts_with(&sought) {
                    naive.push_str(&by);
                    index += sought.len();
                    found = true;
                } else {
                    naive.extend(text.chars().nth(index));
                    index += 1;
                }
            }
            assert_eq!(needle.is_in(&text), found, "{sought:?} in {text:?}");
            assert_eq!(needle.replaced(&text, &by), found.then_some(naive));
        }
    }
}
