//! Step 1: type, RAM user, its AccessKey secrets, description, tags, KMS instance.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use zeroize::Zeroizing;

use super::draft::Draft;
use super::kms_field::KeySelect;
use super::user_field::UserField;
use super::{Step, Wizard};
use crate::api::{check_access_keys, get_ram_user};
use crate::browser::document;
use crate::locales::t;
use crate::model::access_key::{AccessKey, LastUse};
use crate::model::new_secret::{NewAccessKey, Prerequisites, Proof};
use crate::model::session::Session;
use crate::pages::access_key::{last_use, state};
use crate::paths;
use crate::ui::announce::Announcer;
use crate::ui::badge::Meaning;
use crate::ui::error::{ErrorAlert, Remark};
use crate::ui::form::page_of;
use crate::ui::html::html;
use crate::ui::text_field::{TextArea, TextField};
use crate::ui::time::Time;

#[component]
pub(super) fn SecretStep(wizard: Wizard, cancel: impl Fn() + Send + 'static) -> impl IntoView {
    let c = t().create();
    let draft = wizard.draft;
    let was_sent = RwSignal::new(false);
    let navigate = use_navigate();
    let announcer: Announcer = expect_context();
    let check = Action::new(move |keys: &Vec<NewAccessKey>| {
        let (keys, region) = (keys.clone(), wizard.region.get_untracked());
        let user = draft.user.get_untracked().map(|user| user.name).unwrap_or_default();
        let edits = draft.edits.get_value();
        async move {
            let count = keys.len();
            let checked = check_access_keys(region, user, keys).await;
            (edits, checked.unwrap_or_else(|_| vec![Proof::Unknown; count]))
        }
    });
    let go_on = move || wizard.to(Step::Rotation, navigate.clone());
    let stay = move || {
        announcer.wrong_input();
        document::focus_first_invalid("create-secret");
    };
    Effect::new({
        let go_on = go_on.clone();
        move || {
            // What was typed meanwhile is checked at the next try.
            let checked = check.value().get().filter(|(edits, _)| *edits == draft.edits.get_value());
            let Some((_, proofs)) = checked else { return };
            draft.proofs.set(proofs);
            if untrack(|| draft.is_checked()) { go_on() } else { stay() }
        }
    });
    let next = move || {
        was_sent.set(true);
        match () {
            () if check.pending().get_untracked() => {}
            () if !untrack(|| draft.can_leave_first()) => stay(),
            () if untrack(|| draft.is_checked()) => go_on(),
            () => drop(check.dispatch(draft.pairs())),
        }
    };
    let values = move || {
        let keys = draft.user.get().and_then(|user| user.access_keys).unwrap_or_default();
        (!keys.is_empty()).then(|| html! { <Values draft keys was_sent/> })
    };
    html! {
        <form method="post" novalidate on:submit=move |event| { event.prevent_default(); next(); }>
            {page_of()}
            {move || html! { <Missing prerequisites=wizard.prerequisites.get()/> }}
            <Types/>
            <UserField wizard was_sent/>
            {values}
            <TextFields draft was_sent/>
            {move || html! { <KeySelect draft instances=wizard.prerequisites.get().instances/> }}
            <div class="dialog-buttons">
                <button type="submit" class="button" data-kind="primary" aria-disabled=move || check.pending().get().to_string()>
                    {move || if check.pending().get() { c.checking_values } else { c.next }}
                </button>
                <button type="button" class="button" data-leave on:click=move |_| cancel()>{t().common.cancel}</button>
            </div>
        </form>
    }
}

/// Without the service role KMS refuses; said before anything is typed, with where it is made by whoever may do that. And that
/// instances may be missing below.
#[component]
pub(super) fn Missing(prerequisites: Prerequisites) -> impl IntoView {
    let c = t().create();
    let Prerequisites { has_service_role, instances_error, .. } = prerequisites;
    let may_make = use_context::<Session>()
        .is_some_and(|session| session.person.is_none_or(|person| person.is_administrator));
    let role = (has_service_role == Some(false)).then(|| {
        let setup = may_make.then(|| html! { <a href=paths::SETUP rel="external">{t().frame.setup}</a> });
        html! { <Remark meaning=Meaning::Warning text=c.service_role_missing>{setup}</Remark> }
    });
    let instances =
        instances_error.map(|error| html! { <ErrorAlert error title=c.instances_failed.to_owned()/> });
    html! { {role} {instances} }
}

/// Description and tags.
#[component]
pub(super) fn TextFields(draft: Draft, was_sent: RwSignal<bool>) -> impl IntoView {
    let c = t().create();
    let description_error = Signal::derive(move || draft.description_error().map(|error| c.invalid(error)));
    let tags_error =
        Signal::derive(move || draft.tags_error().filter(|_| was_sent.get()).map(|error| c.invalid(error)));
    html! {
        <TextArea id="description" label=c.description hint=c.description_hint error=description_error value=draft.description rows=2 is_prose=true/>
        <TextField id="tags" label=c.tags hint=c.tags_hint error=tags_error value=draft.tags/>
    }
}

/// The vendor's types; the others are shown, so that nobody looks for them elsewhere.
#[component]
pub(super) fn Types() -> impl IntoView {
    let c = t().create();
    let others = c
        .other_types
        .iter()
        .map(|name| {
            html! {
                <label class="choice" data-disabled>
                    <input type="radio" name="type" disabled/>
                    {*name}
                </label>
            }
        })
        .collect_view();
    html! {
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
pub(super) fn Values(draft: Draft, keys: Vec<AccessKey>, was_sent: RwSignal<bool>) -> impl IntoView {
    let c = t().create();
    // The search does not ask for their last use: that is a call for each.
    let asked = LocalResource::new(move || {
        let user = draft.user.get();
        async move { get_ram_user(user?.name).await.ok()?.access_keys }
    });
    let used = Memo::new(move |_| asked.get().flatten());
    let all_needed = (keys.len() > 1).then(|| html! { <p class="hint">{c.all_keys_needed}</p> });
    let fields = keys.into_iter().map(|key| html! { <Value draft key used was_sent/> }).collect_view();
    html! {
        <fieldset class="field" aria-describedby="value-note">
            <legend>{c.set_value}</legend>
            {all_needed}
            {fields}
            <p class="hint" id="value-note">
                {move || if draft.needs_proof() { c.must_verify } else { c.value_note }}
            </p>
            {move || draft.can_be_unverified().then(|| html! { <Unverified draft/> })}
        </fieldset>
    }
}

/// Going on without a proof is a decision.
#[component]
fn Unverified(draft: Draft) -> impl IntoView {
    let c = t().create();
    html! {
        <label class="choice">
            <input
                type="checkbox"
                name="unverified"
                value="1"
                aria-describedby="unverified-hint"
                prop:checked=move || draft.is_unverified.get()
                on:change=move |event| draft.is_unverified.set(event_target_checked(&event))
            />
            {c.unverified}
        </label>
        <p class="hint" id="unverified-hint">{c.unverified_hint}</p>
    }
}

#[component]
fn Value(
    draft: Draft,
    key: AccessKey,
    used: Memo<Option<Vec<AccessKey>>>,
    was_sent: RwSignal<bool>,
) -> impl IntoView {
    let (c, comma) = (t().create(), t().common.comma);
    let id = key.id.clone();
    let field_id = format!("value-{id}");
    let error_id = format!("{field_id}-error");
    let label_id = format!("{field_id}-label");
    // Seen only while the person asks for it; a new look at the form hides it again.
    let is_shown = RwSignal::new(false);
    let is_trimmed = RwSignal::new(false);
    let error = {
        let id = id.clone();
        Signal::derive(move || {
            let flaw = draft.flaw(&id).map(|proof| c.unproven(proof).to_owned());
            flaw.or_else(|| draft.value_error(&id).filter(|_| was_sent.get()).map(|error| c.invalid(error)))
        })
    };
    let created = key.created_ms.map(|at_ms| html! { {comma} {c.created} " " <Time at_ms/> });
    let used = {
        let id = id.clone();
        move || {
            let keys = used.get()?;
            let of = keys.iter().find(|key| key.id == id)?.last_use;
            let words = matches!(of, LastUse::At(_)).then_some(t().details().last_used);
            Some(html! { {comma} {words} " " {last_use(of)} })
        }
    };
    let status = html! { {state(&key)} {created} {used} };
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
    html! {
        <div class="field">
            <label id=label_id.clone() for=field_id.clone()><code>{id.clone()}</code></label>
            <div class="with-button">
                <input
                    id=field_id.clone()
                    name=field_id
                    type=move || if is_shown.get() { "text" } else { "password" }
                    autocomplete="new-password"
                    spellcheck="false"
                    aria-describedby=error_id.clone()
                    aria-invalid=move || error.get().is_some().to_string()
                    prop:value=typed
                    on:input=move |event| {
                        let text = Zeroizing::new(event_target_value(&event));
                        is_trimmed.set(text.trim().len() < text.len());
                        draft.set_value(&id, &text);
                    }
                />
                // Named without the ID, which is the field's own label.
                <button
                    type="button"
                    class="button needs-script"
                    aria-pressed=move || is_shown.get().to_string()
                    aria-describedby=label_id
                    on:click=move |_| is_shown.update(|shown| *shown = !*shown)
                >
                    {c.show_value}
                </button>
            </div>
            <span class="hint">{status}</span>
            <span class="hint" role="status">{move || is_trimmed.get().then_some(c.trimmed)}</span>
            <span class="field-error" id=error_id>{move || error.get()}</span>
        </div>
    }
}
