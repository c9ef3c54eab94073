//! Sentences for people, by stable key, from `templates/`. `{name}` stands for a value.

const CHINESE: &str = include_str!("../templates/zh-CN.txt");
const ENGLISH: &str = include_str!("../templates/en.txt");
/// The circular is an official document: there is no English one.
const OFFICIAL: &str = include_str!("../templates/circular.txt");

/// A language that sentences exist in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// 简体中文, the source.
    #[default]
    Chinese,
    /// English.
    English,
}

/// Returns the sentence of a key with its values put in; the key itself where there is none.
pub fn sentence(language: Language, key: &str, values: &[(&str, &str)]) -> String {
    let templates = match language {
        Language::Chinese => CHINESE,
        Language::English => ENGLISH,
    };
    filled(templates, key, values)
}

/// Returns the sentence of an official document, as `sentence` does.
pub fn official(key: &str, values: &[(&str, &str)]) -> String {
    filled(OFFICIAL, key, values)
}

/// Puts values in, in one go: a value that looks like a place for another stays as it is.
fn filled(templates: &str, key: &str, values: &[(&str, &str)]) -> String {
    let found = templates
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .find(|(name, _)| *name == key);
    let mut rest = found.map_or(key, |(_, text)| text);
    let mut sentence = String::new();
    while let Some((before, after)) = rest.split_once('{') {
        sentence += before;
        let place = after.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, after))
        });
        match place {
            Some((value, after)) => {
                sentence += value;
                rest = after;
            }
            None => {
                sentence.push('{');
                rest = after;
            }
        }
    }
    sentence + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_exists_in_both_languages() {
        let keys = |text: &'static str| {
            text.lines()
                .filter_map(|l| l.split_once(" = "))
                .map(|(k, _)| k)
        };
        assert!(keys(CHINESE).eq(keys(ENGLISH)));
        assert!(keys(CHINESE).count() > 20);
    }

    #[test]
    fn a_value_that_looks_like_a_place_stays_as_it_is() {
        let values = [("label", "{start}"), ("start", "甲"), ("end", "}{")];
        let told = sentence(Language::Chinese, "table.title-week", &values);
        assert_eq!(told, "{start}（甲至}{）");
        assert_eq!(sentence(Language::Chinese, "no {key}", &[]), "no {key}");
    }
}
