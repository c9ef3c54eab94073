//! Sentences for people, by stable key, from `templates/`. `{name}` stands for a value.

const CHINESE: &str = include_str!("../templates/zh-CN.txt");
const ENGLISH: &str = include_str!("../templates/en.txt");

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
    let found = templates
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .find(|(name, _)| *name == key);
    let mut sentence = found.map_or(key, |(_, text)| text).to_owned();
    for (name, value) in values {
        sentence = sentence.replace(&format!("{{{name}}}"), value);
    }
    sentence
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
}
