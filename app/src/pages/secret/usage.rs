//! How an application reads the secret: snippets made from the real names.

use leptos::prelude::*;

use crate::api::{get_snippets, load};
use crate::locales::t;
use crate::model::secret::SecretName;
use crate::ui::error::ErrorAlert;
use crate::ui::html::{html, live};
use crate::ui::skeleton::Skeleton;
use crate::ui::snippet::Snippet;

#[component]
pub(crate) fn Usage(region: String, name: SecretName) -> impl IntoView {
    let e = t().edit();
    let snippets = load(move || (region.clone(), name.clone()), |(region, name)| get_snippets(region, name));
    let list = live(move || {
        snippets.get().map(|answer| match answer {
            Ok(snippets) => snippets
                .into_iter()
                .enumerate()
                .map(|(index, (title, code))| html! { <Snippet title code is_open=index == 0/> })
                .collect_view()
                .into_any(),
            Err(error) => html! { <ErrorAlert error title=t().errors.page_failed/> },
        })
    });
    html! {
        <p>{e.usage_about}</p>
        <Transition fallback=|| html! { <Skeleton lines=8/> }>{list}</Transition>
    }
}
