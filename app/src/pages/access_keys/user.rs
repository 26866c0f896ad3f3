//! `/access-keys/{user}`: a RAM user's AccessKeys, each with what may be done to it.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::{Loaded, derived, get_ram_user, load};
use crate::forms::key_change::{Change, KeyActions, change_action, when_ended};
use crate::locales::t;
use crate::model::access_key::{AccessKey, RamUser};
use crate::model::drift::Role;
use crate::model::error::{ApiError, ErrorCode};
use crate::model::secret::SecretName;
use crate::model::session::Session;
use crate::pages::access_key::{last_use, state};
use crate::pages::failed::Failed;
use crate::pages::not_found::NotFound;
use crate::paths;
use crate::plain;
use crate::ui::error::ErrorAlert;
use crate::ui::heading::Heading;
use crate::ui::html::{html, live};
use crate::ui::key_values::{KeyValue, KeyValues};
use crate::ui::skeleton::Skeleton;
use crate::ui::time::Time;

const HEADING: &str = "user-heading";

#[component]
pub(super) fn UserKeysPage(name: Memo<String>) -> impl IntoView {
    let user = load(
        move || name.get(),
        |name| async move {
            // Leaving for the list: there is nobody to ask for.
            if name.is_empty() { Err(ApiError::new(ErrorCode::NotFound)) } else { get_ram_user(name).await }
        },
    );
    let change = change_action();
    when_ended(change, HEADING, move |_| user.refetch());
    html! { <Transition fallback=|| html! { <Skeleton lines=6/> }><Content name user change/></Transition> }
}

/// A component of its own, so that the user is read inside the `Transition` around it. The heading stays while what is below
/// it changes: it has the focus then.
#[component]
fn Content(name: Memo<String>, user: Loaded<Result<RamUser, ApiError>>, change: Change) -> impl IntoView {
    let failed = derived(move || user.get().and_then(Result::err));
    let found = derived(move || user.get().and_then(Result::ok));
    let is_found = derived(move || found.get().is_some());
    live(move || match failed.get() {
        Some(error) if error.code == ErrorCode::NotFound => {
            html! { <NotFound title=t().frame.user_not_found_title text=t().keys().no_user.with([&name.get()])/> }
        }
        Some(error) => html! {
            <Heading text=name/>
            <Failed error retry=move || user.refetch()/>
        },
        None => html! {
            {live(move || is_found.get().then(|| html! { <Head name/> }))}
            {live(move || found.get().map(|user| html! { <Found user change/> }))}
        },
    })
}

#[component]
fn Head(name: Memo<String>) -> impl IntoView {
    html! {
        <Title text=t().frame.title.with([&name.get_untracked()])/>
        <nav class="breadcrumb"><a href=paths::ACCESS_KEYS>{t().keys().title}</a></nav>
        <Heading id=HEADING text=name/>
    }
}

#[component]
fn Found(user: RamUser, change: Change) -> impl IntoView {
    let k = t().keys();
    let session: Session = expect_context();
    let region = session.regions.first().map(|region| region.id.clone()).unwrap_or_default();
    let managed = match &user.managed_by {
        Some((region, name)) => {
            let text = k.managed_by.with([&name, &region]);
            let href = SecretName::parse(name).map(|name| paths::secret(region, &name));
            html! { <p>{text} " " <a href=href>{t().create().view_details}</a></p> }
        }
        None => html! {
            <p>
                {k.unmanaged} " "
                <a href=paths::create_secret_for(&region, &user.name)>{k.rotate_of.with([&user.name])}</a>
            </p>
        },
    };
    let refused = plain::error();
    let failure = move || {
        let error = change.value().get().and_then(Result::err).or_else(|| refused.clone());
        error
            .filter(|_| !change.pending().get())
            .map(|error| html! { <ErrorAlert error title=t().leak().failed/> })
    };
    let keys = user.access_keys.clone().unwrap_or_default();
    let is_none = keys.is_empty().then(|| html! { <p class="remark">{k.no_keys}</p> });
    let roles = user.roles.iter().copied().map(Some).chain(std::iter::repeat(None));
    let cards = keys
        .into_iter()
        .zip(roles)
        .map(|(key, role)| html! { <KeyCard user_name=user.name.clone() key role change/> })
        .collect_view();
    html! {
        {managed}
        <p>{k.guide}</p>
        {failure}
        {is_none}
        {cards}
    }
}

#[component]
fn KeyCard(user_name: String, key: AccessKey, role: Option<Role>, change: Change) -> impl IntoView {
    let (k, d) = (t().keys(), t().details());
    let created = key.created_ms.map(|at_ms| html! { <KeyValue key=d.created><Time at_ms/></KeyValue> });
    let state = state(&key);
    html! {
        <section class="key-card">
            <h2><code>{key.id.clone()}</code></h2>
            <KeyValues>
                <KeyValue key=t().list.state>{state}{role.map(|role| html! { {t().common.comma} {d.role[role as usize]} })}</KeyValue>
                {created}
                <KeyValue key=k.last_use>{last_use(key.last_use)} " " <small>{t().rotate().use_is_late}</small></KeyValue>
            </KeyValues>
            {match role.is_some_and(Role::is_value) && key.is_active {
                true => html! { <p class="hint">{k.is_value}</p> },
                false => html! { <div class="key-actions"><KeyActions user_name key change/></div> },
            }}
        </section>
    }
}
