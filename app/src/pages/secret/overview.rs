//! What the secret is, whom it belongs to, and how it rotates.

use leptos::prelude::*;

use crate::locales::t;
use crate::model::drift;
use crate::model::secret::{Secret, days_left};
use crate::pages::access_key::summary;
use crate::pages::secrets::row::{rotation, state_cell};
use crate::paths;
use crate::ui::copy::CopyButton;
use crate::ui::error::ErrorAlert;
use crate::ui::html::html;
use crate::ui::key_values::{KeyValue, KeyValues};
use crate::ui::time::Time;

#[component]
pub(crate) fn Overview(secret: Secret) -> impl IntoView {
    let d = t().details();
    let of_keys = secret.clone();
    let row = secret.row;
    let name = row.name.to_string();
    let state = state_cell(&row, row.deletion_ms.map(|at| days_left(at, secret.now_ms)));
    let user = row.user_name().to_owned();
    let tags = match row.tags.is_empty() {
        true => html! { <span class="pending">{d.no_tags}</span> },
        false => {
            let tags = row.tags.iter();
            tags.map(|tag| html! { <span class="tag">{format!("{}: {}", tag.key, tag.value)}</span> })
                .collect_view()
                .into_any()
        }
    };
    let details = row.details().cloned().map(|details| {
        let next = row.next_rotation_ms();
        let badge = rotation(&details);
        html! {
            <KeyValue key=d.rotation>{badge}</KeyValue>
            <KeyValue key=d.last_rotation>{time_or(details.last_rotation_ms, d.never_rotated)}</KeyValue>
            <KeyValue key=d.next_rotation>{time_or(next, d.no_next_rotation)}</KeyValue>
        }
    });
    let description = match secret.description.is_empty() {
        true => html! { <span class="pending">{d.no_description}</span> },
        false => html! { <span class="description">{secret.description}</span> },
    };
    let custom_data = (!secret.custom_data.is_empty()).then(|| {
        let pairs = secret.custom_data.into_iter();
        let pairs = pairs.map(|(key, value)| html! { <span class="tag">{format!("{key}: {value}")}</span> });
        html! { <KeyValue key=t().edit().custom_data><span class="tags">{pairs.collect_view()}</span></KeyValue> }
    });
    html! {
        <KeyValues>
            {copied(d.name, name)}
            <KeyValue key=d.state>{state}</KeyValue>
            <KeyValue key=d.kind>{d.kind_value}</KeyValue>
            <KeyValue key=d.user><a href=paths::access_keys_of(&user)>{user.clone()}</a></KeyValue>
            <KeyValue key=d.access_keys><AccessKeys secret=of_keys/></KeyValue>
            {details}
            <KeyValue key=d.description>{description}</KeyValue>
            {custom_data}
            <KeyValue key=d.tags><span class="tags">{tags}</span></KeyValue>
            <KeyValue key=d.created><Time at_ms=row.created_ms/></KeyValue>
            <KeyValue key=d.changed><Time at_ms=row.changed_ms/></KeyValue>
            {secret.instance_id.map(|id| copied(d.instance, id))}
            {secret.key_id.map(|id| copied(d.key, id))}
            {copied(d.arn, secret.arn)}
        </KeyValues>
    }
}

/// What people take elsewhere.
fn copied(key: &'static str, text: String) -> AnyView {
    html! {
        <KeyValue key=key>
            <code>{text.clone()}</code> <CopyButton text what=key/>
        </KeyValue>
    }
}

fn time_or(at_ms: Option<i64>, otherwise: &'static str) -> AnyView {
    match at_ms {
        Some(at_ms) => html! { <Time at_ms/> },
        None => html! { <span class="pending">{otherwise}</span> },
    }
}

/// A user's AccessKeys, each with its state, its last use, and what it is to the secret.
#[component]
pub(crate) fn AccessKeys(secret: Secret) -> impl IntoView {
    let d = t().details();
    if secret.access_keys.is_none() {
        return match secret.is_user_gone {
            true => d.user_gone.into_any(),
            false => secret
                .ram_error
                .map(|error| html! { <ErrorAlert error title=d.access_keys_unknown/> })
                .into_any(),
        };
    }
    let items = drift::keys(&secret)
        .map(|(key, role)| html! { <li><code>{key.id.clone()}</code> <CopyButton text=key.id.clone() what=key.id.clone()/> " " {summary(key, role)}</li> })
        .collect_view();
    html! { <ul class="plain">{items}</ul> }
}
