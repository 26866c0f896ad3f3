//! The strings of a language, which the WASM does not hold: the server tells them in the order in which the catalogue is
//! made, a line each and a section for each part, and the browser makes its catalogue of those lines.
//!
//! A pattern is written in the syntax of ICU's MessageFormat, as translators know it: `{name}`, and
//! `{count, plural, one {1 secret} other {# secrets}}`. The server turns it into places, `{0}` and `{0?1 secret|{0} secrets}`,
//! numbered as the names come in the English string; the browser knows no names and no rules of plural but this one.

use std::fmt::{Display, Write};

/// A string of the catalogue.
#[cfg(not(feature = "hydrate"))]
macro_rules! w {
    ($text:literal $(,)?) => {
        crate::locales::words::told($text)
    };
}
#[cfg(feature = "hydrate")]
macro_rules! w {
    ($text:literal $(,)?) => {
        crate::locales::words::next()
    };
}
/// A string with something in it.
#[cfg(not(feature = "hydrate"))]
macro_rules! p {
    ($text:literal $(,)?) => {
        crate::locales::words::told_pattern($text)
    };
}
#[cfg(feature = "hydrate")]
macro_rules! p {
    ($text:literal $(,)?) => {
        crate::locales::words::Pattern(crate::locales::words::next())
    };
}
pub(super) use {p, w};

#[cfg(feature = "hydrate")]
pub(super) use browser::{next, read, section};
#[cfg(all(test, feature = "ssr"))]
pub(super) use server::{asked_by, names};
#[cfg(feature = "ssr")]
pub(super) use server::{join, told_by};
#[cfg(not(feature = "hydrate"))]
pub(super) use server::{section, told, told_pattern};

/// Between sections; no string is empty.
const BETWEEN: &str = "\n\n";

/// A string with places for so many values, in the order in which the English one names them.
#[derive(Clone, Copy)]
pub(crate) struct Pattern<const PLACES: usize>(pub(super) &'static str);

impl<const PLACES: usize> Pattern<PLACES> {
    pub(crate) fn with(self, values: [&dyn Display; PLACES]) -> String {
        let mut text = String::new();
        fill(self.0, &values, &mut text);
        text
    }
}

/// What does not read as a place is left as it is.
#[inline(never)]
fn fill(pattern: &str, values: &[&dyn Display], text: &mut String) {
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let mut depth = 1;
        let mut either = None;
        let mut end = after.len();
        for (at, byte) in after.bytes().enumerate() {
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                b'|' if depth == 1 => either = Some(at),
                _ => {}
            }
            if depth == 0 {
                end = at;
                break;
            }
        }
        let place = usize::from(after.bytes().next().unwrap_or_default().wrapping_sub(b'0'));
        if let Some(value) = values.get(place) {
            match either.and_then(|either| Some((after.get(2..either)?, after.get(either + 1..end)?))) {
                None => drop(write!(text, "{value}")),
                Some((one, other)) => {
                    let is_one = value.to_string() == "1";
                    fill(if is_one { one } else { other }, values, text);
                }
            }
        }
        rest = after.get(end + 1..).unwrap_or_default();
    }
    text.push_str(rest);
}

#[cfg(not(feature = "hydrate"))]
mod server {
    use std::cell::{Cell, RefCell};

    use super::Pattern;
    use crate::locales::language::Language;

    #[cfg(all(test, feature = "ssr"))]
    thread_local! {
        static ASKED: RefCell<std::collections::BTreeSet<&'static str>> = const { RefCell::new(std::collections::BTreeSet::new()) };
    }

    /// The English strings that making a part asks for.
    #[cfg(all(test, feature = "ssr"))]
    pub(in crate::locales) fn asked_by(make: impl FnOnce()) -> std::collections::BTreeSet<&'static str> {
        ASKED.take();
        make();
        ASKED.take()
    }

    thread_local! {
        static TOLD: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
        static LANGUAGE: Cell<Language> = const { Cell::new(Language::English) };
    }

    pub(in crate::locales) fn told(text: &'static str) -> &'static str {
        tell(word(text))
    }

    /// The English pattern names the places.
    pub(in crate::locales) fn told_pattern<const PLACES: usize>(text: &'static str) -> Pattern<PLACES> {
        let names = names(text);
        debug_assert_eq!(names.len(), PLACES, "{text}");
        Pattern(tell(numbered(word(text), &names).leak()))
    }

    fn word(english: &'static str) -> &'static str {
        #[cfg(all(test, feature = "ssr"))]
        ASKED.with_borrow_mut(|asked| asked.insert(english));
        LANGUAGE.get().word(english)
    }

    fn tell(text: &'static str) -> &'static str {
        TOLD.with_borrow_mut(|told| told.push(text));
        text
    }

    pub(in crate::locales) fn section<T>(language: Language, make: fn() -> T) -> T {
        LANGUAGE.set(language);
        make()
    }

    /// What making a part tells.
    #[cfg(feature = "ssr")]
    pub(in crate::locales) fn told_by<T>(language: Language, make: fn() -> T) -> String {
        TOLD.take();
        section(language, make);
        TOLD.take().join("\n")
    }

    #[cfg(feature = "ssr")]
    pub(in crate::locales) fn join(sections: &[String]) -> String {
        sections.join(super::BETWEEN)
    }

    /// What stands between a brace and the one that closes it, and what follows.
    fn braced(after_brace: &str) -> (&str, &str) {
        let mut depth = 1;
        for (at, letter) in after_brace.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return (&after_brace[..at], &after_brace[at + 1..]);
            }
        }
        panic!("a brace is not closed: {after_brace}")
    }

    /// The names of the places, each once, in their order.
    pub(in crate::locales) fn names(pattern: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let mut rest = pattern;
        while let Some((_, after)) = rest.split_once('{') {
            let (inner, following) = braced(after);
            let (name, branches) = inner.split_once(',').unwrap_or((inner, ""));
            let mut inside = names_of_branches(branches);
            inside.insert(0, name.trim());
            for name in inside {
                if !found.contains(&name) {
                    found.push(name);
                }
            }
            rest = following;
        }
        found
    }

    fn names_of_branches(branches: &str) -> Vec<&str> {
        each_branch(branches).flat_map(|(_, text)| names(text)).collect()
    }

    /// `plural, one {…} other {…}`: each category with its text.
    fn each_branch(branches: &str) -> impl Iterator<Item = (&str, &str)> {
        let mut rest = branches.trim().strip_prefix("plural,").unwrap_or_default();
        std::iter::from_fn(move || {
            let (category, after) = rest.split_once('{')?;
            let (text, following) = braced(after);
            rest = following;
            Some((category.trim(), text))
        })
    }

    /// Names become numbers; a plural without `one` is no choice.
    pub(in crate::locales) fn numbered(pattern: &str, names: &[&str]) -> String {
        let mut text = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (inner, following) = braced(after);
            let (name, branches) = inner.split_once(',').unwrap_or((inner, ""));
            let place = names.iter().position(|of| *of == name.trim());
            let place = place.unwrap_or_else(|| panic!("{{{name}}} is in no English pattern: {pattern}"));
            let branch = |wanted: &str| {
                let found = each_branch(branches).find(|(category, _)| *category == wanted);
                found.map(|(_, text)| numbered(&text.replace('#', &format!("{{{name}}}")), names))
            };
            match (branch("one"), branch("other")) {
                (Some(one), Some(other)) => text.push_str(&format!("{{{place}?{one}|{other}}}")),
                (None, Some(other)) => text.push_str(&other),
                _ => text.push_str(&format!("{{{place}}}")),
            }
            rest = following;
        }
        text + rest
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::Cell;

    thread_local! {
        static ALL: Cell<&'static str> = const { Cell::new("") };
        static REST: Cell<&'static str> = const { Cell::new("") };
    }

    /// They stay as long as the page.
    pub(in crate::locales) fn read(text: String) {
        ALL.set(text.leak());
    }

    /// Makes a part of the strings of its section.
    pub(in crate::locales) fn section<T>(number: usize, make: fn() -> T) -> T {
        REST.set(ALL.get().split(super::BETWEEN).nth(number).unwrap_or_default());
        make()
    }

    #[inline(never)]
    pub(in crate::locales) fn next() -> &'static str {
        let (line, rest) = REST.get().split_once('\n').unwrap_or((REST.get(), ""));
        REST.set(rest);
        line
    }
}

#[cfg(all(test, not(feature = "hydrate")))]
mod tests {
    use super::server::{names, numbered};
    use super::*;

    fn said(pattern: &str, names: &[&str], values: &[&dyn Display]) -> String {
        let mut text = String::new();
        fill(&numbered(pattern, names), values, &mut text);
        text
    }

    #[test]
    fn places_are_filled_in_any_order() {
        assert_eq!(names("{name} in {region}"), ["name", "region"]);
        assert_eq!(said("{region} 的 {name}", &["name", "region"], &[&"a", &"b"]), "b 的 a");
    }

    #[test]
    fn one_is_not_many() {
        let pattern = "{keys, plural, one {1 key} other {# keys}} of {users, plural, one {1 user in {x}} other {# users in {x}}}.";
        assert_eq!(names(pattern), ["keys", "users", "x"]);
        let said =
            |keys: usize, users: usize| said(pattern, &["keys", "users", "x"], &[&keys, &users, &"here"]);
        assert_eq!(said(1, 2), "1 key of 2 users in here.");
        assert_eq!(said(21, 1), "21 keys of 1 user in here.");
    }

    #[test]
    fn a_language_without_plurals_has_one_form() {
        assert_eq!(numbered("{count, plural, other {# 个凭据}}", &["count"]), "{0} 个凭据");
    }

    #[test]
    fn what_is_filled_in_is_not_read_as_a_pattern() {
        assert_eq!(said("{name}!", &["name"], &[&"{0}|{1}"]), "{0}|{1}!");
    }
}
