//! Step 3, everything as it will be sent; and the last place, after success.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::{Step, Wizard};
use crate::locales::t;
use crate::model::create_code::CreateCall;
use crate::model::new_secret::{NewSecret, parse_tags};
use crate::model::secret::SecretName;
use crate::paths;
use crate::ui::error::ErrorAlert;
use crate::ui::form::page_of;
use crate::ui::html::html;
use crate::ui::key_values::{KeyValue, KeyValues};
use crate::ui::snippet::Snippet;

#[component]
pub(super) fn Review(wizard: Wizard, cancel: impl Fn() + Send + 'static) -> impl IntoView {
    let c = t().create();
    let draft = wizard.draft;
    let navigate = use_navigate();
    let previous = {
        let navigate = navigate.clone();
        move |_| wizard.to(Step::Rotation, navigate.clone())
    };
    let create = move || {
        // A second click while the first is on its way makes no second secret.
        if wizard.create.pending().get_untracked() {
            return;
        }
        if let Some(secret) = request(wizard) {
            wizard.create.dispatch(secret);
        }
    };
    let values = move || {
        draft.values.with(|values| {
            values
                .iter()
                .map(|(id, value)| html! { <li><code>{id.clone()}</code> " " {c.entered.with([&value.chars()])}</li> })
                .collect_view()
        })
    };
    let rotation = move || match draft.rotation.parsed() {
        Ok(Some(period)) => t().states.every.with([&t().common.period(period.seconds())]),
        _ => c.turn_off.to_owned(),
    };
    let description = move || {
        let text = draft.description.get();
        if text.is_empty() { t().details().no_description.to_owned() } else { text }
    };
    let instance = move || {
        draft.instance.get().map(|(instance, key)| {
            html! {
                <KeyValue key=c.instance><code>{instance}</code></KeyValue>
                <KeyValue key=c.key><code>{key}</code></KeyValue>
            }
        })
    };
    let tags = move || {
        let text = draft.tags.get();
        if text.trim().is_empty() { t().details().no_tags.to_owned() } else { text }
    };
    let edit = move |step: Step, what: &'static str| {
        html! { <a href=move || step.href(&wizard.region.get()) aria-label=c.edit.with([&what])>{c.edit_short}</a> }
    };
    let error = move || {
        let error = wizard.create.value().get().and_then(Result::err);
        let error = error.filter(|_| !wizard.create.pending().get());
        error.map(|error| html! { <ErrorAlert error title=c.failed/> })
    };
    let name = move || {
        let user = draft.user.get()?;
        let name = SecretName::of_user(&user.name)?;
        Some(html! { <code>{name.to_string()}</code> })
    };
    let code = move || {
        let snippets =
            call(wizard).code().map(|(title, code)| html! { <Snippet title=title.to_owned() code/> });
        snippets.collect_view()
    };
    let user = move || draft.user.get().map(|user| user.name).unwrap_or_default();
    html! {
        <form method="post" on:submit=move |event| { event.prevent_default(); create(); }>
            {page_of()}
            <p class="section-head"><strong>{c.title}</strong> {edit(Step::Secret, c.title)}</p>
            <KeyValues>
                <KeyValue key=t().frame.region>{move || wizard.region.get()}</KeyValue>
                <KeyValue key=c.select_type>{c.ram_type}</KeyValue>
                <KeyValue key=c.secret_name>{name}</KeyValue>
                <KeyValue key=t().list.user>{user}</KeyValue>
                <KeyValue key=c.set_value><ul class="plain">{values}</ul></KeyValue>
                <KeyValue key=c.description><span class="description">{description}</span></KeyValue>
                <KeyValue key=c.tags>{tags}</KeyValue>
                {instance}
            </KeyValues>
            <p class="section-head"><strong>{c.rotation_title}</strong> {edit(Step::Rotation, c.rotation_title)}</p>
            <KeyValues>
                <KeyValue key=t().details().rotation>{rotation}</KeyValue>
            </KeyValues>
            <p class="section-head"><strong>{c.as_code}</strong></p>
            <p class="hint">{c.as_code_about}</p>
            {code}
            {error}
            <div class="dialog-buttons">
                <button
                    type="submit"
                    class="button"
                    data-kind="primary"
                    aria-disabled=move || wizard.create.pending().get().to_string()
                >
                    {t().common.ok}
                </button>
                <button type="button" class="button" on:click=previous>{c.previous}</button>
                <button type="button" class="button" data-leave on:click=move |_| cancel()>{t().common.cancel}</button>
            </div>
        </form>
    }
}

/// The same as code.
fn call(wizard: Wizard) -> CreateCall {
    let draft = wizard.draft;
    CreateCall {
        region: wizard.region.get(),
        user_name: draft.user.get().map(|user| user.name).unwrap_or_default(),
        access_key_ids: draft.values.with(|values| values.iter().map(|(id, _)| id.clone()).collect()),
        description: draft.description.get(),
        period_seconds: draft.rotation.parsed().ok().flatten().map(|period| period.seconds()),
        tags: parse_tags(&draft.tags.get()).unwrap_or_default(),
        instance: draft.instance.get(),
    }
}

/// What is sent; nothing while something is missing, which the first steps do not let through.
fn request(wizard: Wizard) -> Option<NewSecret> {
    let draft = wizard.draft;
    Some(NewSecret {
        user_name: draft.user.get_untracked()?.name,
        access_keys: draft.pairs(),
        description: draft.description.get_untracked(),
        rotation: untrack(|| draft.rotation.parsed()).ok()?,
        version_id: wizard.version_id(),
        tags: parse_tags(&draft.tags.get_untracked()).ok()?,
        instance: draft.instance.get_untracked(),
        is_checked: untrack(|| draft.is_checked()),
    })
}

#[component]
pub(super) fn Created(region: String, name: SecretName, cancel: impl Fn() + Send + 'static) -> impl IntoView {
    let c = t().create();
    let details = paths::secret(&region, &name);
    html! {
        <div>
            <p>{c.done_text} " " <strong>{name.to_string()}</strong></p>
            <div class="dialog-buttons">
                <a class="button" data-kind="primary" href=details.clone()>{c.view_details}</a>
                <a class="button" href=format!("{details}?tab=use")>{t().edit().usage_tab}</a>
                <button type="button" class="button" data-leave on:click=move |_| cancel()>{c.close}</button>
            </div>
        </div>
    }
}
