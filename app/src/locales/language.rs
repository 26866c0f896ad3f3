//! The languages there are, and which of them a person gets.

#[cfg(not(feature = "hydrate"))]
use std::collections::HashMap;
#[cfg(not(feature = "hydrate"))]
use std::sync::LazyLock;

/// A language of the console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// The reference.
    #[default]
    English,
    Chinese,
    Japanese,
    /// English in letters with accents and 60 % longer: a layout that holds it holds any language. For tests.
    #[cfg(not(feature = "hydrate"))]
    Longer,
    /// The same from right to left. For tests.
    #[cfg(not(feature = "hydrate"))]
    RightToLeft,
}

impl Language {
    /// Those that a person can choose.
    pub const ALL: [Self; 3] = [Self::English, Self::Chinese, Self::Japanese];

    /// As in `<html lang>` (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
            Self::Japanese => "ja",
            #[cfg(not(feature = "hydrate"))]
            Self::Longer => "en-XA",
            #[cfg(not(feature = "hydrate"))]
            Self::RightToLeft => "ar-XB",
        }
    }

    /// What its speakers call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chinese => "简体中文",
            Self::Japanese => "日本語",
            _ => "English",
        }
    }
}

#[cfg(not(feature = "hydrate"))]
impl Language {
    pub const COUNT: usize = 5;
    /// With those for tests, which only a cookie chooses.
    pub const WITH_TESTS: [Self; Self::COUNT] =
        [Self::English, Self::Chinese, Self::Japanese, Self::Longer, Self::RightToLeft];

    /// That of a tag that we gave.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::WITH_TESTS.into_iter().find(|language| language.tag() == tag)
    }

    /// The one that a browser likes best (`Accept-Language`, RFC 9110 12.5.4) of those that a person can choose.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut wanted: Vec<(&str, f32)> = header
            .split(',')
            .filter_map(|item| {
                let mut parts = item.split(';');
                let tag = parts.next()?.trim();
                let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse().ok());
                Some((tag, weight.unwrap_or(1.0))).filter(|(_, weight)| *weight > 0.0)
            })
            .collect();
        // Stable: what stands first of equals.
        wanted.sort_by(|a, b| b.1.total_cmp(&a.1));
        let spoken = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        wanted
            .into_iter()
            .find_map(|(tag, _)| Self::ALL.into_iter().find(|language| spoken(language.tag()) == spoken(tag)))
    }

    /// Of this request or page; English where nobody asks.
    pub fn current() -> Self {
        #[cfg(feature = "ssr")]
        return CURRENT
            .try_with(|language| *language)
            .ok()
            .or_else(leptos::prelude::use_context::<Self>)
            .unwrap_or_default();
        #[cfg(not(feature = "ssr"))]
        Self::English
    }

    /// Its file: the English strings, each with its own.
    pub(super) fn words(self) -> Option<&'static HashMap<String, String>> {
        match self {
            Self::Chinese => Some(&CHINESE),
            Self::Japanese => Some(&JAPANESE),
            Self::English | Self::Longer | Self::RightToLeft => None,
        }
    }

    /// The English word in this language; itself where there is no other, which a test finds.
    pub(super) fn word(self, english: &'static str) -> &'static str {
        match self {
            Self::English | Self::Chinese | Self::Japanese => {
                self.words().and_then(|words| words.get(english)).map_or(english, String::as_str)
            }
            Self::Longer if english == Self::English.tag() => self.tag(),
            Self::RightToLeft if english == Self::English.tag() => self.tag(),
            Self::Longer | Self::RightToLeft => longer(english).leak(),
        }
    }
}

#[cfg(feature = "ssr")]
tokio::task_local! {
    /// That of the request which this task answers.
    pub static CURRENT: Language;
}

#[cfg(not(feature = "hydrate"))]
type Words = LazyLock<HashMap<String, String>>;
#[cfg(not(feature = "hydrate"))]
static CHINESE: Words = LazyLock::new(|| words(include_str!("zh-CN.json")));
#[cfg(not(feature = "hydrate"))]
static JAPANESE: Words = LazyLock::new(|| words(include_str!("ja.json")));

#[cfg(not(feature = "hydrate"))]
fn words(json: &str) -> HashMap<String, String> {
    serde_json::from_str(json).expect("a language's file is one JSON object of strings")
}

/// Accents on the letters and words behind, 60 % more of them; what stands in braces stays.
#[cfg(not(feature = "hydrate"))]
fn longer(english: &str) -> String {
    let mut depth = 0;
    let mut text: String = english
        .chars()
        .map(|letter| {
            depth += i32::from(letter == '{') - i32::from(letter == '}');
            let plain = "aceinosuyACEINOSUY".chars().position(|of| of == letter).filter(|_| depth == 0);
            plain.and_then(|at| "àçéîñôšûýÀÇÉÎÑÔŠÛÝ".chars().nth(at)).unwrap_or(letter)
        })
        .collect();
    let more = english.chars().count() * 3 / 5;
    text.extend(" ôñé tŵô thréé fôûr fîvé šîx šévéñ éîght ñîñé téñ".chars().cycle().take(more));
    text
}
