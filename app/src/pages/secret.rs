//! `/{region}/secrets/{name…}`: a secret's overview and its versions.

pub(crate) mod overview;
mod policy;
mod timeline;
mod usage;
mod versions;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::not_found::NotFound;
use crate::api::{Answered, Loaded, lasting, refetch_in_time};
use crate::forms::over::{Target, load_secret, use_target};
use crate::locales::t;
use crate::model::access_key::{LastUse, Silence};
use crate::model::drift;
use crate::model::error::ErrorCode;
use crate::model::secret::{RotationState, Secret, days_left};
use crate::pages::failed::{Failed, not_refreshed};
use crate::paths;
use crate::ui::badge::Meaning;
use crate::ui::error::Remark;
use crate::ui::heading::Heading;
use crate::ui::html::{html, live, live_option, live_text};
use crate::ui::refresh::Refresh;
use crate::ui::skeleton::Skeleton;
use crate::ui::time::{Time, in_words};

use overview::Overview;
use policy::Policy;
use timeline::timeline;
use usage::Usage;
use versions::Versions;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tab {
    Overview,
    Versions,
    Policy,
    Usage,
}

#[component]
pub(crate) fn SecretPage(
    /// A dialog is over it, which has the focus.
    #[prop(optional)]
    is_beneath: bool,
) -> impl IntoView {
    let target = use_target();
    let query = use_query_map();
    let tab = Memo::new(move |_| match query.read().get_str("tab") {
        Some("versions") => Tab::Versions,
        Some("policy") => Tab::Policy,
        Some("use") => Tab::Usage,
        _ => Tab::Overview,
    });
    let secret = load_secret(target);
    refetch_in_time(secret);
    html! {
        <Transition fallback=move || waiting(target, is_beneath)><Content target secret tab is_beneath/></Transition>
    }
}

/// What is known by the address alone.
fn waiting(target: Target, is_beneath: bool) -> AnyView {
    let name = move || target.name.get().map(|name| name.short().to_owned()).unwrap_or_default();
    html! {
        <Title text=move || t().frame.title.with([&name()])/>
        <nav class="breadcrumb"><a href=live_text(move || paths::secrets(&target.region.get()))>{t().frame.secrets}</a></nav>
        <Heading text=Signal::derive(name) is_shown=Signal::stored(!is_beneath) is_ahead=true/>
        <Skeleton lines=8/>
    }
}

/// A component of its own, so that the secret is read inside the `Transition` around it.
#[component]
fn Content(
    target: Target,
    secret: Loaded<Answered<Secret>>,
    tab: Memo<Tab>,
    is_beneath: bool,
) -> impl IntoView {
    let params = use_params_map();
    let shown = lasting(move || secret.get());
    let refresh = Callback::new(move |()| secret.refetch());
    live(move || {
        let last = shown.get()?;
        let region = target.region.get();
        Some(match last.answer.clone() {
            Ok(secret) => html! { <Found region secret tab is_beneath refresh stale=not_refreshed(last)/> },
            Err(error) if error.code == ErrorCode::NotFound => {
                let name = params.read().get("name").unwrap_or_default();
                html! { <NotFound title=t().frame.secret_not_found_title text=t().frame.not_found_secret.with([&name, &region])/> }
            }
            Err(error) => {
                let heading = target.name.get().map(|name| name.short().to_owned()).unwrap_or_default();
                html! {
                    <nav class="breadcrumb"><a href=paths::secrets(&region)>{t().frame.secrets}</a></nav>
                    <Heading text=heading/>
                    <Failed error retry=move || refresh.run(())/>
                }
            }
        })
    })
}

#[component]
fn Found(
    region: String,
    secret: Secret,
    tab: Memo<Tab>,
    is_beneath: bool,
    refresh: Callback<()>,
    stale: Option<AnyView>,
) -> impl IntoView {
    let d = t().details();
    let name = secret.row.name.clone();
    let href = paths::secret(&region, &name);
    let activity = paths::activity_of(&region, &name);
    let tabs = [
        (Tab::Overview, d.overview, href.clone()),
        (Tab::Versions, d.versions, format!("{href}?tab=versions")),
        (Tab::Policy, t().edit().policy_tab, format!("{href}?tab=policy")),
        (Tab::Usage, t().edit().usage_tab, format!("{href}?tab=use")),
    ]
    .map(|(of, label, href)| {
        html! { <a href=href aria-current=live_option(move || (tab.get() == of).then_some("page"))>{label}</a> }
    })
    .collect_view();
    let deletion = secret.row.deletion_ms.map(|at| d.pending_banner.with([&days_left(at, secret.now_ms)]));
    let found = drift::find(&secret);
    let is_failing = secret.row.details().is_some_and(|details| details.rotation == RotationState::Failing);
    let keys = paths::access_keys_of(secret.row.user_name());
    let drift = found
        .iter()
        .map(|drift| {
            let keys = keys.clone();
            html! {
                <Remark meaning=Meaning::Danger text=d.drift(drift)>
                    <a href=keys>{t().frame.access_keys}</a>
                </Remark>
            }
        })
        .collect_view();
    let at = in_words();
    let guarded = secret.row.details().cloned();
    let guard = live(move || {
        let details = guarded.as_ref()?;
        let until = at(details.rotating_until_ms?);
        let Some(in_ram) = &details.in_ram else {
            return Some(html! { <Remark meaning=Meaning::Warning text=d.outgoing_untold.with([&until])/> });
        };
        let outgoing = in_ram.outgoing.as_ref()?;
        let text = match (outgoing.silence, outgoing.last_use) {
            (Silence::Used, LastUse::At(at_ms)) => d.outgoing_used.with([&outgoing.id, &at(at_ms), &until]),
            (Silence::Silent, _) => d.outgoing_silent.with([&outgoing.id, &until]),
            _ => d.outgoing_unknown.with([&outgoing.id, &until]),
        };
        Some(html! { <Remark meaning=Meaning::Warning text/> })
    });
    let action = match secret.row.deletion_ms {
        Some(_) => {
            let href = format!("{}?over=details", paths::restore_secret(&region, &name));
            html! { <a id="secret-action" class="button" href=href>{t().list.restore}</a> }
        }
        None => {
            let over = |href: String| format!("{href}?over=details");
            html! {
                <span class="actions">
                    <a id="rotate-now" class="button" href=over(paths::rotate_secret(&region, &name))>{t().list.rotate_now}</a>
                    <a id="change-rotation-link" class="button" href=over(paths::change_rotation(&region, &name))>
                        {t().list.change_rotation}
                    </a>
                    <a id="edit-secret-link" class="button" href=over(paths::edit_secret(&region, &name))>{t().edit().title}</a>
                    <a class="button" href=paths::after_leak(&region, &name)>{t().leak().title}</a>
                    <a id="secret-action" class="button" data-danger href=over(paths::delete_secret(&region, &name))>
                        {t().list.plan_deletion}
                    </a>
                </span>
            }
        }
    };
    html! {
        <Title text=t().frame.title.with([&name.as_str()])/>
        <div class="page-top">
            <nav class="breadcrumb"><a href=paths::secrets(&region)>{t().frame.secrets}</a></nav>
            <span class="updated">{t().list.updated} " " <Time at_ms=secret.asked_ms/></span>
            <Refresh on_refresh=move || refresh.run(())/>
        </div>
        <div class="page-head">
            <Heading text=name.short().to_owned() is_shown=Signal::stored(!is_beneath)/>
            {action}
        </div>
        {stale}
        {deletion.map(|text| html! { <Remark meaning=Meaning::Warning text/> })}
        {(is_failing && found.is_empty()).then(|| html! { <Remark meaning=Meaning::Danger text=d.failing_banner/> })}
        {drift}
        {guard}
        <nav class="tabs" aria-label=d.tabs>
            {tabs}
            <a href=activity rel="external">{t().frame.activity}</a>
        </nav>
        {live(move || match tab.get() {
            Tab::Overview => html! { {timeline(&secret)} <Overview secret=secret.clone()/> },
            Tab::Versions => html! { <Versions secret=secret.clone()/> },
            Tab::Policy => html! { <Policy region=region.clone() name=secret.row.name.clone()/> },
            Tab::Usage => html! { <Usage region=region.clone() name=secret.row.name.clone()/> },
        })}
    }
}
