//! The letters that Chinese characters begin with when they are spelled: 卫东区 is w, d, q. Knows no syllables and no tones.

//!
//! The table is loaded later than the page: until then no character has letters.

use std::{collections::HashMap, sync::OnceLock};

/// One letter for each character from U+4E00 to U+9FA5, `-` where there is none, in upper case where there are several readings;
/// behind the line end those characters, each with the letters of its other readings. Made by the test below from the crate
/// `pinyin`.
pub const TABLE: &str = include_str!("pinyin.txt");

static TAKEN: OnceLock<&str> = OnceLock::new();

/// Takes the table, once it is there.
pub fn take(table: &'static str) {
    TAKEN.get_or_init(|| table);
}

fn table() -> &'static str {
    // Tests have it from the first on.
    let early = if cfg!(test) { TABLE } else { "" };
    TAKEN.get().copied().unwrap_or(early)
}

/// The first character of the table.
const FIRST: u32 = 0x4E00;
/// So many characters have a letter.
const COUNT: usize = 0x9FA5 - 0x4E00 + 1;

/// Returns the letter of a character's usual reading, in lower case.
pub fn initial(character: char) -> Option<char> {
    listed(character).map(|letter| letter.to_ascii_lowercase())
}

/// Tells whether one of a character's readings begins with a letter in lower case.
pub fn begins_with(character: char, letter: char) -> bool {
    let Some(usual) = listed(character) else {
        return false;
    };
    usual.to_ascii_lowercase() == letter
        || (usual.is_ascii_uppercase()
            && others()
                .get(&character)
                .is_some_and(|letters| letters.contains(letter)))
}

/// Returns the letter as the table has it.
fn listed(character: char) -> Option<char> {
    let index = (character as u32).checked_sub(FIRST)? as usize;
    let letter = table().as_bytes().get(index).filter(|_| index < COUNT)?;
    letter.is_ascii_alphabetic().then_some(char::from(*letter))
}

/// The letters of further readings.
fn others() -> &'static HashMap<char, &'static str> {
    static OTHERS: OnceLock<HashMap<char, &'static str>> = OnceLock::new();
    OTHERS.get_or_init(|| {
        let listed = table().get(COUNT..).unwrap_or_default().trim();
        let starts: Vec<(usize, char)> = listed
            .char_indices()
            .filter(|(_, character)| !character.is_ascii())
            .collect();
        let ends = starts.iter().skip(1).map(|(start, _)| *start);
        starts
            .iter()
            .zip(ends.chain([listed.len()]))
            .map(|((start, character), end)| {
                (*character, &listed[start + character.len_utf8()..end])
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use pinyin::{ToPinyin, ToPinyinMulti};

    use super::*;

    /// Characters that offices meet in more than one reading. Others have them too, in texts of the Tang.
    const SEVERAL: &str = "阿薄蚌堡辟便屏泊伯藏曾差查长朝车称乘盛匙冲重臭畜传幢单弹当得的地调都度囤恶番否给更葛合红会稽纪济夹贾降校角解禁卡壳可\
        槛落乐率绿没秘模弄疟朴期奇强区曲仇翟尉缪覃谌隽色厦扇石什识似宿遂提拓尾系吓行省血叶殷约择扎粘占正只种祝属术殖伺遗应涌予员轧着卒琢虾巷蛤\
        澄攒颤刹暴瀑曝栖纤铅说塞咖芥颈弄祭圩氏洗尿沓褚俞亡伽裨邑娜於汤折吁许迹粥";

    fn made() -> String {
        let several: BTreeSet<char> = SEVERAL.chars().collect();
        let mut others = String::new();
        let mut table = String::new();
        for character in (0..COUNT as u32).filter_map(|index| char::from_u32(FIRST + index)) {
            let usual = character
                .to_pinyin()
                .map_or("-", |pinyin| pinyin.first_letter());
            let all = character.to_pinyin_multi().into_iter().flatten();
            let more: BTreeSet<&str> = all
                .map(|pinyin| pinyin.first_letter())
                .filter(|letter| *letter != usual && several.contains(&character))
                .collect();
            if more.is_empty() {
                table.push_str(usual);
            } else {
                table.push_str(&usual.to_ascii_uppercase());
                others.push(character);
                others.extend(more);
            }
        }
        format!("{table}\n{others}\n")
    }

    #[test]
    fn the_table_is_what_the_crate_says() {
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/grid/pinyin.txt");
            fs::write(path, made()).unwrap();
        }
        assert!(TABLE == made(), "run with UPDATE_EXPECT=1");
    }

    #[test]
    fn characters_begin_with_their_letters() {
        let letters: Option<String> = "卫东区生态环境局".chars().map(initial).collect();
        assert_eq!(letters.as_deref(), Some("wdqsthjj"));
        assert!(begins_with('重', 'z') && begins_with('重', 'c'));
        assert!(begins_with('调', 'd') && begins_with('调', 't'));
        assert!(!begins_with('卫', 'a'));
        assert_eq!(initial('a'), None);
        assert_eq!(initial('。'), None);
        assert_eq!(initial('\u{9FA6}'), None);
    }
}
