//! The secret's own policy: who may do what with it, beside what RAM's policies say.

use leptos::prelude::*;

use crate::api::{get_secret_policy, load};
use crate::locales::t;
use crate::model::secret::SecretName;
use crate::pages::failed::PartFailed;
use crate::paths;
use crate::ui::copy::CopyButton;
use crate::ui::html::{html, live};
use crate::ui::skeleton::Skeleton;

#[component]
pub(crate) fn Policy(region: String, name: SecretName) -> impl IntoView {
    let e = t().edit();
    let href = format!("{}?over=details", paths::edit_policy(&region, &name));
    let policy =
        load(move || (region.clone(), name.clone()), |(region, name)| get_secret_policy(region, name));
    let text = live(move || {
        policy.get().map(|answer| match answer {
            Ok(policy) => html! {
                <div class="code-block">
                    <CopyButton text=policy.clone() what=e.policy/>
                    <pre tabindex="0"><code>{policy}</code></pre>
                </div>
            },
            Err(error) => html! {
                <PartFailed error title=t().errors.page_failed retry=move || policy.refetch()/>
            },
        })
    });
    html! {
        <p>{e.policy_about} " " <a id="edit-policy-link" href=href>{e.policy_title}</a></p>
        <Transition fallback=|| html! { <Skeleton lines=8/> }>{text}</Transition>
    }
}
