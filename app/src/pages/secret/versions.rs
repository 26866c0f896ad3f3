//! The versions of the value, without the values.

use leptos::prelude::*;

use crate::locales::t;
use crate::model::secret::Secret;
use crate::ui::copy::CopyButton;
use crate::ui::data_table::{Column, DataTable};
use crate::ui::time::Time;

#[component]
pub(crate) fn Versions(secret: Secret) -> impl IntoView {
    let d = &t().details;
    let Some(versions) = secret.versions else {
        let text = if secret.row.deletion_ms.is_some() { d.versions_hidden } else { d.versions_unknown };
        return view! { <p>{text}</p> }.into_any();
    };
    let rows = versions
        .into_iter()
        .map(|version| {
            let stages = version
                .stages
                .into_iter()
                .map(|stage| view! { <span class="tag">{stage}</span> })
                .collect_view();
            view! {
                <tr>
                    <th scope="row">
                        <code>{version.id.clone()}</code> <CopyButton text=version.id what=d.version_id/>
                    </th>
                    <td><span class="tags">{stages}</span></td>
                    <td><Time at_ms=version.created_ms/></td>
                </tr>
            }
        })
        .collect_view();
    let columns = vec![Column::plain(d.version_id), Column::plain(d.stages), Column::plain(d.created)];
    view! { <DataTable caption=d.versions columns is_busy=false>{rows}</DataTable> }.into_any()
}
