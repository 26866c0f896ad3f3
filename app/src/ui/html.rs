//! Views as few types. Each `view!` and each closure in one is a type of its own, and all of the view library is compiled
//! for it again, some 3 kB of WASM: [`html!`] makes a view of the one type [`AnyView`], and what changes by itself is
//! one call through a pointer.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;

/// `view!`, of the one type. The view is taken out of its wrapper first, which would be one more type for each.
macro_rules! html {
    ($($tokens:tt)*) => {
        leptos::prelude::IntoAny::into_any(leptos::prelude::view! { $($tokens)* }.into_inner())
    };
}
pub(crate) use html;

/// A piece of a view.
pub(crate) type Live = Arc<Mutex<dyn FnMut() -> AnyView + Send>>;
/// The value of an attribute.
pub(crate) type LiveText = Arc<dyn Fn() -> String + Send + Sync>;
/// An attribute that is there or not.
pub(crate) type LiveFlag = Arc<dyn Fn() -> bool + Send + Sync>;

pub(crate) fn live<V: IntoAny>(view: impl Fn() -> V + Send + 'static) -> Live {
    Arc::new(Mutex::new(move || view().into_any()))
}

/// The value of an attribute that is there only sometimes.
pub(crate) type LiveOption = Arc<dyn Fn() -> Option<&'static str> + Send + Sync>;

pub(crate) fn live_option(value: impl Fn() -> Option<&'static str> + Send + Sync + 'static) -> LiveOption {
    Arc::new(value)
}

pub(crate) fn live_text(text: impl Fn() -> String + Send + Sync + 'static) -> LiveText {
    Arc::new(text)
}

pub(crate) fn live_flag(flag: impl Fn() -> bool + Send + Sync + 'static) -> LiveFlag {
    Arc::new(flag)
}
