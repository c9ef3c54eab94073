//! Sentences for people, from `locales/`. Chinese is the source language.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};

/// A language of the server's sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// zh-CN
    #[default]
    Chinese,
    /// en
    English,
}

impl Language {
    /// Reads `zh-CN`, `en`, `en_US.UTF-8`; anything else is Chinese.
    pub fn read(name: &str) -> Language {
        let name = name.trim_start();
        if name
            .get(..2)
            .is_some_and(|two| two.eq_ignore_ascii_case("en"))
        {
            Language::English
        } else {
            Language::Chinese
        }
    }

    /// Reads the environment of a terminal.
    pub fn of_environment() -> Language {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        set("LC_ALL")
            .or_else(|| set("LC_MESSAGES"))
            .or_else(|| set("LANG"))
            .map_or(Language::Chinese, |value| Language::read(&value))
    }

    /// Chooses by an `Accept-Language` header.
    pub fn of_header(header: &str) -> Language {
        let quality = |part: &str| {
            part.split_once(";q=")
                .and_then(|(_, quality)| quality.trim().parse::<f32>().ok())
                .unwrap_or(1.0)
        };
        let mut best = (Language::Chinese, 0.0);
        for part in header.split(',').take(16) {
            let name = part.trim_start();
            let speaks = |two: &str| {
                name.get(..2)
                    .is_some_and(|start| start.eq_ignore_ascii_case(two))
            };
            if (speaks("zh") || speaks("en")) && quality(part) > best.1 {
                best = (Language::read(name), quality(part));
            }
        }
        best.0
    }
}

static CHINESE: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| bundle("zh-CN", include_str!("../locales/zh-CN.ftl")));
static ENGLISH: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| bundle("en", include_str!("../locales/en.ftl")));

fn bundle(name: &str, source: &str) -> FluentBundle<FluentResource> {
    let locale = name.parse().expect("checked by tests: a language tag");
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Terminals and JSON show the isolation marks as boxes.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partly, _)| partly);
    bundle.add_resource_overriding(resource);
    bundle
}

/// Returns the sentence `key` with `arguments` filled in; the key itself where there is none.
pub fn say(language: Language, key: &str, arguments: &[(&str, &str)]) -> String {
    let bundle = match language {
        Language::Chinese => &*CHINESE,
        Language::English => &*ENGLISH,
    };
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return key.to_owned();
    };
    let mut filled = FluentArgs::new();
    for (name, value) in arguments {
        filled.set(*name, *value);
    }
    bundle
        .format_pattern(pattern, Some(&filled), &mut Vec::new())
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(source: &str) -> Vec<&str> {
        let mut keys: Vec<_> = source
            .lines()
            .filter(|line| !line.starts_with(['#', ' ']))
            .filter_map(|line| line.split_once(" = ").map(|(key, _)| key))
            .collect();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn both_languages_say_the_same_things_and_parse() {
        let (chinese, english) = (
            include_str!("../locales/zh-CN.ftl"),
            include_str!("../locales/en.ftl"),
        );
        assert_eq!(keys(chinese), keys(english));
        assert!(FluentResource::try_new(chinese.to_owned()).is_ok());
        assert!(FluentResource::try_new(english.to_owned()).is_ok());
    }

    #[test]
    fn the_header_chooses_the_language() {
        let check =
            |header, language| assert_eq!(Language::of_header(header), language, "{header}");
        check("", Language::Chinese);
        check("en-US,en;q=0.9", Language::English);
        check("zh-CN,zh;q=0.9,en;q=0.8", Language::Chinese);
        check("fr, en;q=0.3, zh;q=0.2", Language::English);
        check("de", Language::Chinese);
    }

    #[test]
    fn arguments_are_filled_in() {
        let sentence = say(
            Language::English,
            "start-port-in-use",
            &[("address", "127.0.0.1:8080")],
        );
        assert!(sentence.contains("127.0.0.1:8080"), "{sentence}");
    }
}
