//! The strings of a language, which the WASM does not hold: the server tells them in the order in which the catalogue is
//! made, a line each and a section for each part, and the browser makes its catalogue of those lines.

/// A string of the catalogue.
#[cfg(not(feature = "hydrate"))]
macro_rules! w {
    ($text:literal) => {
        crate::locales::words::told($text)
    };
}
#[cfg(feature = "hydrate")]
macro_rules! w {
    ($text:literal) => {
        crate::locales::words::next()
    };
}
pub(super) use w;

#[cfg(feature = "hydrate")]
pub(super) use browser::{next, read, section};
#[cfg(feature = "ssr")]
pub(super) use server::{join, told_by};
#[cfg(not(feature = "hydrate"))]
pub(super) use server::{section, told};

/// Between sections; no string is empty.
const BETWEEN: &str = "\n\n";

#[cfg(not(feature = "hydrate"))]
mod server {
    use std::cell::RefCell;

    thread_local! {
        static TOLD: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
    }

    pub(in crate::locales) fn told(text: &'static str) -> &'static str {
        TOLD.with_borrow_mut(|told| told.push(text));
        text
    }

    pub(in crate::locales) fn section<T>(_number: usize, make: fn() -> T) -> T {
        make()
    }

    /// What making a part tells.
    #[cfg(feature = "ssr")]
    pub(in crate::locales) fn told_by<T>(make: fn() -> T) -> String {
        TOLD.take();
        make();
        TOLD.take().join("\n")
    }

    #[cfg(feature = "ssr")]
    pub(in crate::locales) fn join(sections: &[String]) -> String {
        sections.join(super::BETWEEN)
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
        let rest = REST.get();
        let (word, rest) = rest.split_once('\n').unwrap_or((rest, ""));
        REST.set(rest);
        word
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::super::{t, words};

    #[test]
    fn each_word_is_a_line_and_each_part_a_section() {
        let words = words();
        let sections: Vec<&str> = words.split(super::BETWEEN).collect();
        let has = |number: usize, word: &str| sections[number].lines().any(|line| line == word);
        assert!(has(0, "Keyturn failed.") && has(1, t().overview().title) && has(5, t().create().title));
        assert!(sections.iter().all(|section| section.lines().all(|line| !line.is_empty())), "{words}");
        assert_eq!(sections.len(), 11);
    }
}
