//! `/{region}/edit-secret/{name…}`: description, custom data and tags.

use leptos::prelude::*;

use super::over::use_target;
use super::secret_dialog::{Cancel, DialogButtons, SecretDialog, failure, leave_when_done};
use crate::api::edit_secret;
use crate::browser::document;
use crate::locales::t;
use crate::model::error::ApiError;
use crate::model::new_secret::{InvalidInput, check_description, parse_tags, tags_text};
use crate::model::secret::Secret;
use crate::model::secret_edit::{SecretEdit, custom_data_text, parse_custom_data};
use crate::plain;
use crate::ui::announce::Announcer;
use crate::ui::badge::Meaning;
use crate::ui::error::{ErrorAlert, Remark};
use crate::ui::form::page_of;
use crate::ui::html::html;
use crate::ui::text_field::{TextArea, TextField};

type Edit = Action<SecretEdit, Result<(), ApiError>>;

const ID: &str = "edit-secret";

#[component]
pub(crate) fn EditSecret() -> impl IntoView {
    let target = use_target();
    let edit: Edit = Action::new(move |edit: &SecretEdit| {
        let edit = edit.clone();
        async move {
            let (region, name) = target.secret()?;
            edit_secret(region, name, edit).await
        }
    });
    leave_when_done(target, edit, |name, _| t().edit().done.with([&name]));
    let body = move |secret, cancel| html! { <Body secret edit cancel/> };
    html! { <SecretDialog target id=ID title=t().edit().title is_busy=edit.pending() body/> }
}

#[component]
fn Body(secret: Secret, edit: Edit, cancel: Cancel) -> impl IntoView {
    let (c, e) = (t().create(), t().edit());
    let is_pending = secret.row.deletion_ms.is_some();
    let (had_data, had_tags) = (custom_data_text(&secret.custom_data), tags_text(&secret.row.tags));
    let description = RwSignal::new(plain::typed("description", &secret.description));
    let custom_data = RwSignal::new(plain::typed("custom-data", &had_data));
    let tags = RwSignal::new(plain::typed("tags", &had_tags));
    let seen_ms: i64 = plain::typed("seen", &secret.row.changed_ms.to_string()).parse().unwrap_or_default();
    let was_sent = RwSignal::new(plain::error().is_some());
    let message =
        move |wrong: Option<InvalidInput>| wrong.filter(|_| was_sent.get()).map(|error| c.invalid(error));
    let description_error = Signal::derive(move || message(check_description(&description.get()).err()));
    // What is as it was is not read back.
    let custom_data_error = Signal::derive(move || {
        let text = custom_data.get();
        message(parse_custom_data(&text).err().filter(|_| text.trim() != had_data.trim()))
    });
    let tags_error = Signal::derive(move || {
        let text = tags.get();
        message(parse_tags(&text).err().filter(|_| text.trim() != had_tags.trim()))
    });
    let announcer: Announcer = expect_context();
    let shown = secret.clone();
    let submit = move || {
        was_sent.set(true);
        if is_pending || edit.pending().get_untracked() {
            return;
        }
        let texts = (description.get_untracked(), custom_data.get_untracked(), tags.get_untracked());
        match SecretEdit::of(&shown, &texts.0, &texts.1, &texts.2, seen_ms) {
            Some(changes) => {
                edit.dispatch(changes);
            }
            None => {
                announcer.wrong_input();
                document::focus_first_invalid(ID);
            }
        }
    };
    let failure = failure(edit);
    let error = move || failure().map(|error| html! { <ErrorAlert error title=e.failed/> });
    html! {
        <form data-guard method="post" novalidate on:submit=move |event| { event.prevent_default(); submit(); }>
            {page_of()}
            <p><strong>{secret.row.name.to_string()}</strong></p>
            {is_pending.then(|| html! { <Remark meaning=Meaning::Warning text=t().rotate().in_window/> })}
            <TextArea id="description" label=c.description hint=c.description_hint error=description_error value=description rows=3 is_prose=true/>
            <TextArea id="custom-data" label=e.custom_data hint=e.custom_data_hint error=custom_data_error value=custom_data rows=4/>
            <TextField id="tags" label=c.tags hint=c.tags_hint error=tags_error value=tags/>
            <input type="hidden" name="seen" value=seen_ms.to_string()/>
            {error}
            <DialogButtons label=t().rotate().save is_disabled=move || is_pending || edit.pending().get() cancel/>
        </form>
    }
}
