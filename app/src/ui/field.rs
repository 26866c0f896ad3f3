//! A field with its label, its hint and its error, tied together for screen readers.

use super::html::{html, live};
use leptos::prelude::*;

/// Label, control, hint, error. The control takes `id` and `aria-describedby` from here.
#[component]
pub(crate) fn Field(
    /// The control's ID, the same on both sides.
    id: &'static str,
    label: &'static str,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    html! {
        <div class="field">
            <label for=id>{label}</label>
            {children()}
            <span class="hint" id=hint_id(id)>{live(move || hint.get())}</span>
            <span class="field-error" id=error_id(id)>{live(move || error.get())}</span>
        </div>
    }
}

pub(crate) fn hint_id(id: &str) -> String {
    format!("{id}-hint")
}

pub(crate) fn error_id(id: &str) -> String {
    format!("{id}-error")
}

/// The value of `aria-describedby` for a control in a [`Field`].
pub(crate) fn described_by(id: &str) -> String {
    format!("{} {}", hint_id(id), error_id(id))
}
