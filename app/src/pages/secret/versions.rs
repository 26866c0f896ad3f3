//! The versions of the value, without the values.

use leptos::prelude::*;

use crate::locales::t;
use crate::model::drift::{self, Role};
use crate::model::secret::Secret;
use crate::pages::access_key;
use crate::ui::copy::CopyButton;
use crate::ui::data_table::{Column, DataTable, Rank, cell};
use crate::ui::html::html;
use crate::ui::time::Time;

#[component]
pub(crate) fn Versions(secret: Secret) -> impl IntoView {
    let d = t().details();
    let Some(versions) = secret.versions.clone() else {
        let text = if secret.row.deletion_ms.is_some() { d.versions_hidden } else { d.versions_unknown };
        return html! { <p>{text}</p> };
    };
    let rows = versions
        .into_iter()
        .map(|version| {
            let is_held = |role: Role| stage(role).is_some_and(|stage| version.stages.iter().any(|of| of == stage));
            let held = drift::keys(&secret)
                .filter(|(_, role)| role.is_some_and(is_held))
                .map(|(key, _)| html! { <div><code>{key.id.clone()}</code> " " {access_key::state(key)}</div> })
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

/// The stage whose version holds such an AccessKey, as far as its dates tell.
fn stage(role: Role) -> Option<&'static str> {
    match role {
        Role::Current => Some("ACSCurrent"),
        Role::Outgoing => Some("ACSPrevious"),
        Role::Given | Role::Foreign => None,
    }
}
