//! A [`Field`] that holds a text or a number, with all that ties its parts together.

use leptos::prelude::*;

use super::field::{Field, described_by};
use super::html::html;

#[component]
pub(crate) fn TextField(
    /// The control's ID, the same on both sides; its name in the form, too, where there is no other.
    id: &'static str,
    #[prop(optional)] name: Option<&'static str>,
    label: &'static str,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    value: RwSignal<String>,
    /// Makes it a field for a number from so many to so many.
    #[prop(optional, into)]
    bounds: Option<Signal<(u32, u32)>>,
) -> impl IntoView {
    let bound = move |of: fn((u32, u32)) -> u32| bounds.map(|bounds| move || of(bounds.get()).to_string());
    html! {
        <Field id label hint error>
            <input
                id=id
                name=name.unwrap_or(id)
                type=if bounds.is_some() { "number" } else { "text" }
                min=bound(|(least, _)| least)
                max=bound(|(_, most)| most)
                autocomplete="off"
                spellcheck="false"
                value=value.get_untracked()
                aria-describedby=described_by(id)
                aria-invalid=move || error.get().is_some().to_string()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </Field>
    }
}

#[component]
pub(crate) fn TextArea(
    /// The control's ID, and its name in the form.
    id: &'static str,
    label: &'static str,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    value: RwSignal<String>,
    rows: u8,
    /// Words of a language; else lines of some notation, which no spelling helps.
    #[prop(default = false)]
    is_prose: bool,
    #[prop(optional)] class: Option<&'static str>,
) -> impl IntoView {
    html! {
        <Field id label hint error>
            <textarea
                id=id
                class=class
                name=id
                rows=rows.to_string()
                spellcheck=is_prose.to_string()
                aria-describedby=described_by(id)
                aria-invalid=move || error.get().is_some().to_string()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            >{initial_text(value.get_untracked())}</textarea>
        </Field>
    }
}

/// Returns the text node of a `<textarea>`. Leptos does not escape the children of this element (`tachys` 0.2.19,
/// `ESCAPE_CHILDREN`), so the server escapes the value here; the browser creates a text node, which needs no escaping.
#[cfg(feature = "ssr")]
fn initial_text(value: String) -> String {
    // An HTML parser drops a line feed that directly follows the start tag.
    let line_feed = if value.starts_with(['\n', '\r']) { "\n" } else { "" };
    format!("{line_feed}{}", html_escape::encode_text(&value))
}

#[cfg(not(feature = "ssr"))]
fn initial_text(value: String) -> String {
    value
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::initial_text;

    #[test]
    fn pt01_a_value_cannot_close_its_text_area() {
        let hostile = "</textarea><b>&amp;</TextArea >";
        let text = initial_text(hostile.to_owned());
        assert!(!text.contains(['<', '>']), "{text}");
        assert_eq!(html_escape::decode_html_entities(&text), hostile);
        assert_eq!(initial_text("\nfirst line is empty".into()), "\n\nfirst line is empty");
    }
}
