//! What the page says, in the reader's language. The sentences stand in `app/locales`.

use std::cell::RefCell;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use leptos::{prelude::*, task::spawn_local};

pub use fluent_bundle::FluentValue;

use crate::{
    browser,
    later::{Missing, english},
};

const CHINESE: &str = include_str!("../locales/zh-CN.ftl");
/// Loaded later, where it is wanted.
pub const ENGLISH: &str = include_str!("../locales/en.ftl");
/// What the page comes with; tests have everything at once.
const WITH_THE_PAGE: &[Language] = if cfg!(test) {
    &Language::ALL
} else {
    &[Language::Chinese]
};

const KEPT_AS: &str = "diaodu.language";

/// A language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// 中文, the source language.
    #[default]
    Chinese,
    /// English
    English,
}

impl Language {
    /// All languages in the order in which they are offered.
    pub const ALL: [Language; 2] = [Language::Chinese, Language::English];

    /// Returns the tag of the language, as in `lang` and `Accept-Language`.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        }
    }

    /// Returns the language's own name.
    pub fn own_name(self) -> &'static str {
        match self {
            Language::Chinese => "中文",
            Language::English => "English",
        }
    }

    /// Returns the language that was chosen last on this machine.
    fn remembered() -> Language {
        let kept = browser::recall(KEPT_AS);
        kept.and_then(|tag| Language::from_tag(&tag))
            .unwrap_or_default()
    }

    fn from_tag(tag: &str) -> Option<Language> {
        Language::ALL
            .into_iter()
            .find(|language| language.tag() == tag)
    }

    fn source(self) -> &'static str {
        match self {
            Language::Chinese => CHINESE,
            Language::English => ENGLISH,
        }
    }

    /// Loads what it says, if it is not the language that the page comes with.
    ///
    /// Errors: `Missing`; until it is there, everything is said in Chinese.
    pub async fn load(self) -> Result<(), Missing> {
        if self == Language::English && !self.is_here() {
            let source = english().await?;
            BUNDLES.with_borrow_mut(|bundles| bundles.push((self, bundle(self, source))));
        }
        Ok(())
    }

    fn is_here(self) -> bool {
        BUNDLES.with_borrow(|bundles| bundles.iter().any(|(language, _)| *language == self))
    }

    /// Says a sentence.
    pub fn say(self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// Says a sentence with values put in; a key that is not there is said as it is.
    pub fn say_with(self, key: &str, values: &[(&'static str, FluentValue<'static>)]) -> String {
        BUNDLES.with_borrow(|bundles| {
            let of = |language| bundles.iter().find(|(known, _)| *known == language);
            let Some((_, bundle)) = of(self).or_else(|| of(Language::default())) else {
                return key.to_owned();
            };
            let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
                return key.to_owned();
            };
            let arguments: FluentArgs<'_> = values.iter().cloned().collect();
            bundle
                .format_pattern(pattern, Some(&arguments), &mut Vec::new())
                .into_owned()
        })
    }
}

type Bundle = FluentBundle<FluentResource>;

thread_local! {
    static BUNDLES: RefCell<Vec<(Language, Bundle)>> =
        RefCell::new(WITH_THE_PAGE.iter().map(|language| (*language, bundle(*language, language.source()))).collect());
}

fn bundle(language: Language, source: &str) -> Bundle {
    let resource = match FluentResource::try_new(source.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    let mut bundle = FluentBundle::new(language.tag().parse().ok().into_iter().collect());
    // Marks around values are for mixed directions of writing; neither language needs them.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

/// The language of this page, in the context of every screen.
#[derive(Debug, Clone, Copy)]
pub struct Locale(RwSignal<Language>);

impl Locale {
    /// Takes the language that was chosen last on this machine.
    pub fn remembered() -> Locale {
        Locale(RwSignal::new(Language::remembered()))
    }

    /// Loads what the language says; where it does not come, everything is said in Chinese.
    pub async fn load(self) {
        if self.0.get_untracked().load().await.is_ok() {
            self.0.notify();
        }
    }

    /// Finds the language in the context of a component.
    pub fn expect() -> Locale {
        expect_context()
    }

    /// Returns the language; tracked.
    pub fn language(self) -> Language {
        self.0.get()
    }

    /// Says a sentence; tracked, so that a switch of language repaints it.
    pub fn say(self, key: &str) -> String {
        self.language().say(key)
    }

    /// Says a sentence with values put in; tracked.
    pub fn say_with(self, key: &str, values: &[(&'static str, FluentValue<'static>)]) -> String {
        self.language().say_with(key, values)
    }

    /// Switches the language and remembers it.
    pub fn switch(self, language: Language) {
        browser::remember(KEPT_AS, language.tag());
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("lang", language.tag());
        }
        let chosen = self.0;
        spawn_local(async move {
            // Where it does not come, the page says so in the language it has.
            drop(language.load().await);
            chosen.set(language);
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys(language: Language) -> BTreeSet<String> {
        let resource =
            FluentResource::try_new(language.source().to_owned()).expect("locales parse");
        resource
            .entries()
            .filter_map(|entry| match entry {
                fluent_syntax::ast::Entry::Message(message) => Some(message.id.name.to_owned()),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn both_languages_say_everything() {
        assert_eq!(keys(Language::Chinese), keys(Language::English));
    }

    #[test]
    fn values_stand_in_sentences() {
        let sentence = Language::Chinese.say_with("sync-unsent", &[("count", 3.into())]);
        assert_eq!(sentence, "有 3 处修改未上传");
    }
}
