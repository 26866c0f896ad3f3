//! The document: focus, dialogs, and what the server wrote on `<html>`.

#[cfg(feature = "hydrate")]
use wasm_bindgen::JsCast;

/// The build of this page, which the server wrote on `<html data-build>`.
#[cfg(feature = "hydrate")]
pub(crate) fn build() -> String {
    document()
        .and_then(|document| document.document_element()?.get_attribute("data-build"))
        .unwrap_or_default()
}

/// Says on `<html data-hydrated>` that the page answers by itself now; tests wait for it.
#[cfg(feature = "hydrate")]
pub(crate) fn mark_hydrated() {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("data-hydrated", "");
    }
}

/// Opens the page's dialog as a modal one: the server rendered it open, but not modal.
pub(crate) fn show_modal(id: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(dialog) = by_id(id).and_then(|it| it.dyn_into::<web_sys::HtmlDialogElement>().ok()) {
        let _ = dialog.remove_attribute("open");
        let _ = dialog.show_modal();
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Closes a dialog that is open, with its `close` event.
pub(crate) fn close_dialog(id: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(dialog) = by_id(id).and_then(|it| it.dyn_into::<web_sys::HtmlDialogElement>().ok()) {
        dialog.close();
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// The ID of what has the focus, or of the button of the menu that it is in; empty where neither has one.
pub(crate) fn focused_id() -> String {
    #[cfg(feature = "hydrate")]
    {
        let Some(focused) = document().and_then(|document| document.active_element()) else {
            return String::new();
        };
        match focused.closest("[role=menu]") {
            Ok(Some(menu)) => format!("{}-button", menu.id()),
            _ => focused.id(),
        }
    }
    #[cfg(not(feature = "hydrate"))]
    String::new()
}

/// Moves the focus to a field; false where there is none of that ID.
pub(crate) fn focus_id(id: &str) -> bool {
    #[cfg(feature = "hydrate")]
    return by_id(id)
        .and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok());
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = id;
        false
    }
}

/// Moves the focus to the first field that is wrong, once the page shows which.
pub(crate) fn focus_first_invalid(id: &'static str) {
    #[cfg(feature = "hydrate")]
    super::timers::after(0, move || {
        let invalid = by_id(id).and_then(|form| form.query_selector("[aria-invalid=true]").ok()?);
        if let Some(field) = invalid.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = field.focus();
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// A new step of a dialog begins at its top, with its heading read out.
pub(crate) fn scroll_dialog_up(id: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(dialog) = by_id(id) {
        dialog.set_scroll_top(0);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// The time zone that the person chose, which the server wrote on `<html data-zone>`; empty for the browser's own.
#[cfg(feature = "hydrate")]
pub(crate) fn time_zone() -> Option<String> {
    document()?.document_element()?.get_attribute("data-zone").filter(|zone| !zone.is_empty())
}

#[cfg(feature = "hydrate")]
pub(crate) fn body() -> Option<web_sys::HtmlElement> {
    document()?.body()
}

#[cfg(feature = "hydrate")]
fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

#[cfg(feature = "hydrate")]
fn by_id(id: &str) -> Option<web_sys::Element> {
    document()?.get_element_by_id(id)
}
