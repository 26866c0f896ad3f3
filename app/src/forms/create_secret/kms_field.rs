//! The key that encrypts the secret, under its KMS instance, where the account has instances in this region.

use leptos::prelude::*;

use super::draft::Draft;
use crate::locales::t;
use crate::model::new_secret::{KmsInstance, parse_key};
use crate::ui::html::html;

/// The keys, grouped by instance; nothing where there are none.
#[component]
pub(super) fn KeySelect(draft: Draft, instances: Vec<KmsInstance>) -> impl IntoView {
    let c = t().create();
    let groups = instances
        .into_iter()
        .filter(|instance| !instance.key_ids.is_empty())
        .map(|instance| {
            let KmsInstance { id, key_ids } = instance;
            let options = key_ids
                .into_iter()
                .map(|key| {
                    let chosen = draft.instance.get_untracked();
                    let is_chosen = chosen.is_some_and(|chosen| chosen == (id.clone(), key.clone()));
                    html! { <option value=format!("{id}/{key}") selected=is_chosen>{key.clone()}</option> }
                })
                .collect_view();
            html! { <optgroup label=format!("{} {id}", c.instance)>{options}</optgroup> }
        })
        .collect::<Vec<_>>();
    let on_change = move |event| draft.instance.set(parse_key(&event_target_value(&event)));
    (!groups.is_empty()).then(|| {
        html! {
            <div class="field">
                <label for="key">{c.key}</label>
                <select id="key" name="key" on:change=on_change>{groups}</select>
            </div>
        }
    })
}
