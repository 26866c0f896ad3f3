//! The wizard as one page for a browser that runs no script: its three parts under their headings, and one `OK`.

use leptos::prelude::*;
use leptos_meta::Title;

use super::draft::Draft;
use super::kms_field::KeySelect;
use super::secret_step::{Missing, TextFields, Types, Values};
use super::user_field::note;
use crate::forms::rotation_fields::RotationFields;
use crate::locales::t;
use crate::model::access_key::TypedSecret;
use crate::model::new_secret::Proof;
use crate::paths;
use crate::plain::{self, Choices, typed};
use crate::ui::badge::Meaning;
use crate::ui::error::{ErrorAlert, Remark};
use crate::ui::field::{Field, described_by};
use crate::ui::form::page_of;
use crate::ui::html::html;

#[component]
pub(super) fn PlainWizard(region: String, choices: Choices) -> impl IntoView {
    let (c, p) = (t().create(), t().plain());
    let draft = Draft::new();
    draft.choose_key(&choices.prerequisites.instances);
    draft.user.set(choices.chosen.clone());
    let error = plain::error();
    let was_sent = RwSignal::new(error.is_some());
    let keys = choices.chosen.as_ref().and_then(|user| user.access_keys.clone()).unwrap_or_default();
    if let Some(error) = &error {
        let proof = |id: &str| {
            let field = error.fields.iter().find(|field| field.field.strip_prefix("value-") == Some(id));
            field.and_then(|field| Proof::of_code(&field.code)).unwrap_or(Proof::Valid)
        };
        // They are not sent back: each is to be typed once more, and each has its own word.
        draft.values.set(keys.iter().map(|key| (key.id.clone(), TypedSecret::default())).collect());
        draft.proofs.set(keys.iter().map(|key| proof(&key.id)).collect());
    }
    let again = (was_sent.get_untracked() && !keys.is_empty())
        .then(|| html! { <Remark meaning=Meaning::Warning text=p.values_again/> });
    let values = (!keys.is_empty()).then(|| html! { <Values draft keys was_sent/> });
    let Choices { prerequisites, version_id, .. } = choices.clone();
    let now_ms = prerequisites.now_ms;
    let instances = prerequisites.instances.clone();
    html! {
        <Title text=t().frame.title.with([&c.title])/>
        <dialog id="create-secret" open aria-labelledby="create-secret-title">
            <h2 id="create-secret-title">{c.title}</h2>
            <form method="post" action=paths::create_secret(&region) novalidate>
                {page_of()}
                {error.map(|error| html! { <ErrorAlert error title=c.failed/> })}
                {again}
                <Missing prerequisites/>
                <input type="hidden" name="version" value=version_id/>
                <Types/>
                <PlainUserField choices was_sent=was_sent.get_untracked()/>
                {values}
                <TextFields draft was_sent/>
                <KeySelect draft instances/>
                <h3>{c.rotation_title}</h3>
                <RotationFields choice=draft.rotation last_ms=None now_ms=Signal::stored(now_ms)/>
                <h3>{c.review_title}</h3>
                <p>{p.review_note}</p>
                <div class="dialog-buttons">
                    <button type="submit" class="button" data-kind="primary">{t().common.ok}</button>
                    <button type="submit" class="button" form="create-secret-cancel">{t().common.cancel}</button>
                </div>
            </form>
            <form id="create-secret-cancel" method="get" action=paths::secrets(&region)></form>
        </dialog>
    }
}

/// A native select of the users that match, those first that can be chosen; a search for the others.
#[component]
fn PlainUserField(choices: Choices, was_sent: bool) -> impl IntoView {
    let (c, p) = (t().create(), t().plain());
    let chosen = typed("user", "");
    let error = (was_sent && choices.chosen.is_none()).then(|| c.user_missing.to_owned());
    let is_invalid = error.is_some();
    // The chosen user stays in the select, whatever is searched for.
    let others = choices.users.into_iter().filter(|user| user.name != chosen);
    let options = choices
        .chosen
        .into_iter()
        .chain(others)
        .map(|user| {
            let text = format!("{} · {}{}", user.name, user.display_name, note(&user));
            let (is_chosen, is_disabled) = (user.name == chosen, user.eligible().is_err());
            html! { <option value=user.name selected=is_chosen disabled=is_disabled>{text}</option> }
        })
        .collect_view();
    html! {
        {choices.error.map(|error| html! { <ErrorAlert error title=c.users_failed/> })}
        <div class="with-button">
            <Field id="find" label=p.find_user>
                <input id="find" name="find" type="search" autocomplete="off" value=typed("find", "")/>
            </Field>
            <button type="submit" class="button" name="show-keys" value="find">{p.find}</button>
        </div>
        <Field id="user" label=c.select_user hint=p.user_hint error=Signal::stored(error)>
            <select id="user" name="user" aria-describedby=described_by("user") aria-invalid=is_invalid.to_string()>
                <option value="">{p.choose_user}</option>
                {options}
            </select>
        </Field>
        <div>
            <button type="submit" class="button" name="show-keys" value="user">{p.show_keys}</button>
        </div>
    }
}
