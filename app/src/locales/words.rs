//! The strings of a language, which the WASM does not hold: the server tells them in the order in which the catalogue is
//! made, a line each, and the browser makes its catalogue of those lines.

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
pub(super) use browser::{next, read};
#[cfg(not(feature = "hydrate"))]
pub(super) use server::told;
#[cfg(feature = "ssr")]
pub(super) use server::told_by;

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

    /// What making a catalogue tells.
    #[cfg(feature = "ssr")]
    pub(in crate::locales) fn told_by<T>(make: fn() -> T) -> String {
        TOLD.take();
        make();
        TOLD.take().join("\n")
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::Cell;

    thread_local! {
        static REST: Cell<&'static str> = const { Cell::new("") };
    }

    /// They stay as long as the page.
    pub(in crate::locales) fn read(text: String) {
        REST.set(text.leak());
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
    #[test]
    fn each_word_is_a_line_of_its_own() {
        let words = super::super::words();
        let lines: Vec<&str> = words.lines().collect();
        assert!(lines.contains(&"Create Secret") && lines.contains(&"Keyturn failed."), "{words}");
        assert!(lines.iter().all(|line| !line.is_empty()));
        assert_eq!(super::super::words(), words);
    }
}
