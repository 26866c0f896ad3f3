//! Step 1: type, RAM user, its AccessKey secrets, description, tags, KMS instance.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::kms_field::KmsField;
use super::user_field::UserField;
use super::{Step, Wizard};
use crate::browser::document;
use crate::locales::t;
use crate::model::access_key::AccessKey;
use crate::ui::field::{Field, described_by};

#[component]
pub(super) fn SecretStep(wizard: Wizard, cancel: impl Fn() + Send + 'static) -> impl IntoView {
    let c = &t().create;
    let draft = wizard.draft;
    let was_sent = RwSignal::new(false);
    let navigate = use_navigate();
    let next = move || {
        was_sent.set(true);
        if draft.can_leave_first() {
            wizard.to(Step::Rotation, navigate.clone());
        } else {
            document::focus_first_invalid("create-secret");
        }
    };
    let description_error = Signal::derive(move || draft.description_error().map(|error| (c.invalid)(error)));
    let tags_error =
        Signal::derive(move || draft.tags_error().filter(|_| was_sent.get()).map(|error| (c.invalid)(error)));
    let values = move || {
        let keys = draft.user.get().and_then(|user| user.access_keys).unwrap_or_default();
        (!keys.is_empty()).then(|| view! { <Values wizard keys was_sent/> })
    };
    view! {
        <form method="post" novalidate on:submit=move |event| { event.prevent_default(); next(); }>
            <Types/>
            <UserField wizard was_sent/>
            {values}
            <Field id="description" label=c.description hint=c.description_hint error=description_error>
                <textarea
                    id="description"
                    name="description"
                    aria-describedby=described_by("description")
                    aria-invalid=move || description_error.get().is_some().to_string()
                    prop:value=move || draft.description.get()
                    on:input=move |event| draft.description.set(event_target_value(&event))
                ></textarea>
            </Field>
            <Field id="tags" label=c.tags hint=c.tags_hint error=tags_error>
                <input
                    id="tags"
                    name="tags"
                    type="text"
                    autocomplete="off"
                    aria-describedby=described_by("tags")
                    aria-invalid=move || tags_error.get().is_some().to_string()
                    prop:value=move || draft.tags.get()
                    on:input=move |event| draft.tags.set(event_target_value(&event))
                />
            </Field>
            <KmsField wizard/>
            <div class="dialog-buttons">
                <button type="submit" class="button" data-kind="primary">{c.next}</button>
                <button type="button" class="button" on:click=move |_| cancel()>{t().common.cancel}</button>
            </div>
        </form>
    }
}

/// The vendor's types; the others are shown, so that nobody looks for them elsewhere.
#[component]
fn Types() -> impl IntoView {
    let c = &t().create;
    let others = c
        .other_types
        .iter()
        .map(|name| {
            view! {
                <label class="choice" data-disabled>
                    <input type="radio" name="type" disabled/>
                    {*name}
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field" role="radiogroup" aria-describedby="type-hint">
            <legend>{c.select_type}</legend>
            <div class="choices">
                <label class="choice">
                    <input type="radio" name="type" value="RAMCredentials" checked/>
                    {c.ram_type}
                </label>
                {others}
            </div>
            <span class="hint" id="type-hint">{c.other_types_reason}</span>
        </fieldset>
    }
}

#[component]
fn Values(wizard: Wizard, keys: Vec<AccessKey>, was_sent: RwSignal<bool>) -> impl IntoView {
    let c = &t().create;
    let all_needed = (keys.len() > 1).then(|| view! { <p class="hint">{c.all_keys_needed}</p> });
    let fields = keys.into_iter().map(|key| view! { <Value wizard key was_sent/> }).collect_view();
    view! {
        <fieldset class="field" aria-describedby="value-note">
            <legend>{c.set_value}</legend>
            {all_needed}
            {fields}
            <p class="hint" id="value-note">{c.value_note}</p>
        </fieldset>
    }
}

#[component]
fn Value(wizard: Wizard, key: AccessKey, was_sent: RwSignal<bool>) -> impl IntoView {
    let c = &t().create;
    let draft = wizard.draft;
    let id = key.id.clone();
    let field_id = format!("value-{id}");
    let error_id = format!("{field_id}-error");
    let error = {
        let id = id.clone();
        Signal::derive(move || {
            draft.value_error(&id).filter(|_| was_sent.get()).map(|error| (c.invalid)(error))
        })
    };
    let status = (!key.is_active).then_some(t().details.key_inactive);
    let typed = {
        let id = id.clone();
        move || {
            draft.values.with(|values| {
                let value =
                    values.iter().find(|(of, _)| *of == id).map(|(_, value)| value.expose().to_owned());
                value.unwrap_or_default()
            })
        }
    };
    view! {
        <div class="field">
            <label for=field_id.clone()><code>{id.clone()}</code></label>
            <input
                id=field_id
                type="password"
                autocomplete="new-password"
                spellcheck="false"
                aria-describedby=error_id.clone()
                aria-invalid=move || error.get().is_some().to_string()
                prop:value=typed
                on:input=move |event| draft.set_value(&id, &event_target_value(&event))
            />
            <span class="hint">{status}</span>
            <span class="field-error" id=error_id>{move || error.get()}</span>
        </div>
    }
}
