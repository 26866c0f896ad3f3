//! The KMS instance and its key, where the account has instances in this region. The first are chosen already.

use leptos::prelude::*;

use super::Wizard;
use crate::api::list_kms_instances;
use crate::locales::t;
use crate::model::new_secret::KmsInstance;

#[component]
pub(super) fn KmsField(wizard: Wizard) -> impl IntoView {
    let draft = wizard.draft;
    let instances = LocalResource::new(move || {
        let region = wizard.region.get();
        async move { list_kms_instances(region).await }
    });
    let found = Memo::new(move |_| {
        let found = instances.get().and_then(Result::ok).unwrap_or_default();
        found.into_iter().filter(|instance| !instance.key_ids.is_empty()).collect::<Vec<_>>()
    });
    Effect::new(move || {
        let found = found.get();
        let is_known = draft.instance.get_untracked().is_some_and(|(instance, key)| {
            found.iter().any(|known| known.id == instance && known.key_ids.contains(&key))
        });
        if instances.get().is_some() && !is_known {
            draft.instance.set(found.first().and_then(first_key));
        }
    });
    move || (!found.with(Vec::is_empty)).then(|| view! { <Choice wizard found=found.get()/> })
}

#[component]
fn Choice(wizard: Wizard, found: Vec<KmsInstance>) -> impl IntoView {
    let c = &t().create;
    let draft = wizard.draft;
    let instances = found
        .iter()
        .map(|instance| {
            let id = instance.id.clone();
            let is_chosen = {
                let id = id.clone();
                move || draft.instance.get().is_some_and(|(instance, _)| instance == id)
            };
            view! { <option value=id.clone() selected=is_chosen>{id.clone()}</option> }
        })
        .collect_view();
    let of_instance = {
        let found = found.clone();
        move || {
            let chosen = draft.instance.get().map(|(instance, _)| instance).unwrap_or_default();
            found
                .iter()
                .find(|instance| instance.id == chosen)
                .map(|it| it.key_ids.clone())
                .unwrap_or_default()
        }
    };
    let keys = move || {
        of_instance()
            .into_iter()
            .map(|id| {
                let is_chosen = draft.instance.get_untracked().is_some_and(|(_, key)| key == id);
                view! { <option value=id.clone() selected=is_chosen>{id.clone()}</option> }
            })
            .collect_view()
    };
    let on_instance = move |event| {
        let id = event_target_value(&event);
        draft.instance.set(found.iter().find(|instance| instance.id == id).and_then(first_key));
    };
    let on_key = move |event| {
        let id = event_target_value(&event);
        draft.instance.update(|instance| {
            if let Some((_, key)) = instance {
                *key = id;
            }
        });
    };
    view! {
        <div class="pair">
            <div class="field">
                <label for="instance">{c.instance}</label>
                <select id="instance" on:change=on_instance>{instances}</select>
            </div>
            <div class="field">
                <label for="key">{c.key}</label>
                <select id="key" on:change=on_key>{keys}</select>
            </div>
        </div>
    }
}

fn first_key(instance: &KmsInstance) -> Option<(String, String)> {
    Some((instance.id.clone(), instance.key_ids.first()?.clone()))
}
