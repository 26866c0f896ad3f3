//! The versions of the value, without the values.

use leptos::prelude::*;

use crate::locales::t;
use crate::model::access_key::AccessKey;
use crate::model::drift::{self, Role};
use crate::model::secret::Secret;
use crate::ui::copy::CopyButton;
use crate::ui::data_table::{Column, DataTable, Rank, cell};
use crate::ui::html::html;
use crate::ui::time::Time;

#[component]
pub(crate) fn Versions(secret: Secret) -> impl IntoView {
    let d = t().details();
    let keys = keys_of_stages(&secret);
    let Some(versions) = secret.versions else {
        let text = if secret.row.deletion_ms.is_some() { d.versions_hidden } else { d.versions_unknown };
        return html! { <p>{text}</p> };
    };
    let rows = versions
        .into_iter()
        .map(|version| {
            let held = keys.iter().filter(|(stage, _)| version.stages.contains(stage));
            let held = held
                .map(|(_, key)| html! { <div><code>{key.id.clone()}</code> " " {state(key)}</div> })
                .collect_view();
            let stages = version
                .stages
                .into_iter()
                .map(|stage| html! { <span class="tag">{stage}</span> })
                .collect_view();
            html! {
                <tr role="row">
                    <th role="rowheader" scope="row">
                        <code>{version.id.clone()}</code> <CopyButton text=version.id what=d.version_id/>
                    </th>
                    {cell(d.stages, Rank::Always, html! { <span class="tags">{stages}</span> })}
                    {cell(t().edit().value_key, Rank::Always, html! { <div>{held}</div> })}
                    {cell(d.created, Rank::Always, html! { <Time at_ms=version.created_ms/> })}
                </tr>
            }
        })
        .collect_view();
    let columns = vec![
        Column::plain(d.version_id),
        Column::plain(d.stages),
        Column::plain(t().edit().value_key),
        Column::plain(d.created),
    ];
    html! { <DataTable caption=d.versions columns is_busy=false>{rows}</DataTable> }
}

/// Which AccessKey each stage's version holds, as far as their dates tell.
fn keys_of_stages(secret: &Secret) -> Vec<(String, AccessKey)> {
    let roles = drift::roles(secret).unwrap_or_default();
    let keys = secret.access_keys.iter().flatten().zip(roles);
    keys.filter_map(|(key, role)| {
        let stage = match role {
            Role::Current => "ACSCurrent",
            Role::Outgoing => "ACSPrevious",
            Role::Given | Role::Foreign => return None,
        };
        Some((stage.to_owned(), key.clone()))
    })
    .collect()
}

fn state(key: &AccessKey) -> &'static str {
    let d = t().details();
    if key.is_active { d.key_active } else { d.key_inactive }
}
