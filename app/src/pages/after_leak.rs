//! `/{region}/after-leak/{name…}`: an AccessKey got out. Rotate, watch the old one fall silent, disable it, delete it, and
//! keep a record of what was done.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::{get_secret, load, rotate_secret};
use crate::browser::{document, random, storage, time, timers};
use crate::forms::key_change::{Change, KeyActions, change_action};
use crate::forms::over::{Changes, Target, use_target};
use crate::locales::t;
use crate::model::access_key::{AccessKey, Receipt};
use crate::model::error::{ApiError, ErrorCode};
use crate::model::leak::{self, Step};
use crate::model::secret::{Secret, State};
use crate::pages::last_use::last_used;
use crate::pages::not_found::NotFound;
use crate::paths;
use crate::plain;
use crate::response;
use crate::ui::announce::Announcer;
use crate::ui::badge::{Badge, Meaning};
use crate::ui::error::{ErrorAlert, Remark};
use crate::ui::heading::Heading;
use crate::ui::html::{html, live};
use crate::ui::icon::Glyph;
use crate::ui::skeleton::Skeleton;
use crate::ui::time::Time;

const REFRESH_MS: u32 = 15_000;

type Rotate = Action<String, Result<Receipt, ApiError>>;

/// What the page does and has done.
#[derive(Clone, Copy)]
struct Runbook {
    target: Target,
    rotate: Rotate,
    change: Change,
    /// What was done in this tab; it survives a reload.
    record: RwSignal<Vec<Receipt>>,
}

#[component]
pub(crate) fn AfterLeak() -> impl IntoView {
    let target = use_target();
    let rotate: Rotate = Action::new(move |version_id: &String| {
        let version_id = version_id.clone();
        async move {
            let (region, name) = target.secret()?;
            rotate_secret(region, name, version_id).await
        }
    });
    let change = change_action();
    let record = RwSignal::new(Vec::new());
    let runbook = Runbook { target, rotate, change, record };
    let secret = load(
        move || (target.region.get(), target.name.get()),
        |(region, name)| async move {
            match name {
                Some(name) => get_secret(region, name).await,
                None => Err(ApiError::new(ErrorCode::NotFound)),
            }
        },
    );
    let key = move || {
        let name = target.name.get_untracked().map(|name| name.to_string()).unwrap_or_default();
        format!("keyturn-leak-{}-{name}", target.region.get_untracked())
    };
    Effect::new(move || {
        if let Some(kept) = storage::get(&key()).and_then(|text| serde_json::from_str(&text).ok()) {
            record.set(kept);
        }
    });
    let (announcer, changes) = (expect_context::<Announcer>(), expect_context::<Changes>());
    let done = move |receipt: Receipt| {
        announcer.result((t().leak().did)(&receipt.action, &receipt.request_id));
        record.update(|record| record.push(receipt));
        storage::set(&key(), &serde_json::to_string(&record.get_untracked()).unwrap_or_default());
        changes.made();
        secret.refetch();
    };
    Effect::new(move || {
        if let Some(Ok(receipt)) = rotate.value().get() {
            done(receipt);
        }
    });
    Effect::new(move || {
        if let Some(Ok(receipt)) = change.value().get() {
            done(receipt);
        }
    });
    Effect::new(move || {
        if secret.get().is_some() {
            timers::after(REFRESH_MS, move || {
                if document::is_visible() {
                    secret.refetch();
                }
            });
        }
    });
    let found = move || match secret.get()? {
        Ok(secret) => Some(html! { <Steps secret runbook/> }),
        Err(error) if error.code == ErrorCode::NotFound => {
            let name = target.name.get().map(|name| name.to_string()).unwrap_or_default();
            Some(html! { <NotFound text=(t().frame.not_found_secret)(&name, &target.region.get())/> })
        }
        Err(error) => {
            response::set_status(error.code.status());
            Some(html! {
                <Heading text=t().leak().title/>
                <ErrorAlert error title=t().errors.page_failed>
                    <button type="button" class="button needs-script" on:click=move |_| secret.refetch()>
                        {t().common.retry}
                    </button>
                </ErrorAlert>
            })
        }
    };
    html! {
        <Transition fallback=|| html! { <Skeleton lines=8/> }>{live(found)}</Transition>
    }
}

#[component]
fn Steps(secret: Secret, runbook: Runbook) -> impl IntoView {
    let l = t().leak();
    let Runbook { target, rotate, change, record } = runbook;
    let (region, name) = (target.region.get_untracked(), secret.row.name.clone());
    let is_rotating = secret.row.state() == Some(State::Rotating);
    let is_pending = secret.row.state() == Some(State::PendingDeletion);
    let has_rotated =
        Memo::new(move |_| record.read().iter().any(|receipt| receipt.action == "RotateSecret"));
    let user_name = secret.row.user_name().to_owned();
    let refused = plain::error();
    let failure = move || {
        let failed = |value: Option<Result<Receipt, ApiError>>| value.and_then(Result::err);
        let error =
            failed(change.value().get()).or_else(|| failed(rotate.value().get())).or_else(|| refused.clone());
        error
            .filter(|_| !change.pending().get() && !rotate.pending().get())
            .map(|error| html! { <ErrorAlert error title=l.failed/> })
    };
    let pending =
        is_pending.then(|| html! { <Remark meaning=Meaning::Warning text=t().rotate().in_window/> });
    let keys_href = paths::access_keys_of(&user_name);
    let head = html! {
        <Title text=(t().frame.title)(l.title)/>
        <nav class="breadcrumb">
            <a href=paths::secrets(&region)>{t().frame.secrets}</a> " / "
            <a href=paths::secret(&region, &name)>{name.short().to_owned()}</a>
        </nav>
        <Heading text=(l.heading)(name.short())/>
        <p>{l.intro}</p>
        {pending}
        {failure}
    };
    let steps = live(move || {
        let (now, old) = leak::step(&secret, has_rotated.get());
        let item = |of: Step, content: AnyView| step_item(of, now, content);
        let old_key = old.clone().map(|key| html! { <OldKey key/> });
        let actions = || {
            let key = old.clone()?;
            Some(html! { <KeyActions user_name=user_name.clone() key change/> })
        };
        html! {
            <ol class="runbook">
                {item(Step::Rotate, html! {
                    <p>{l.rotate_text}</p>
                    {(now == Step::Rotate && !is_rotating && !is_pending).then(|| html! { <RotateForm rotate/> })}
                    <p class="hint"><a href=keys_href.clone()>{l.other_keys}</a></p>
                })}
                {item(Step::Watch, html! { <p>{l.watch_text}</p> {old_key} <p class="hint">{t().rotate().use_is_late}</p> })}
                {item(Step::Disable, html! {
                    <p>{l.disable_text}</p>
                    {matches!(now, Step::Watch | Step::Disable).then(actions)}
                })}
                {item(Step::Delete, html! {
                    <p>{l.delete_text}</p>
                    {(now == Step::Delete).then(actions)}
                })}
                {item(Step::Done, html! { <Record region=region.clone() name=name.to_string() record/> })}
            </ol>
        }
    });
    html! { {head} {steps} }
}

/// A step under its number: done, what is next, or later.
fn step_item(of: Step, now: Step, content: AnyView) -> AnyView {
    let l = t().leak();
    let state = match of.cmp(&now) {
        std::cmp::Ordering::Less => "done",
        std::cmp::Ordering::Equal => "now",
        std::cmp::Ordering::Greater => "later",
    };
    let badge = match state {
        "done" => Some(html! { <Badge meaning=Meaning::Good glyph=Glyph::Check text=l.done/> }),
        "now" => Some(html! { <Badge meaning=Meaning::Busy glyph=Glyph::Clock text=l.now/> }),
        _ => None,
    };
    html! {
        <li data-state=state aria-current=(state == "now").then_some("step")>
            <h2>{(l.step)(of)} " " {badge}</h2>
            {content}
        </li>
    }
}

#[component]
fn RotateForm(rotate: Rotate) -> impl IntoView {
    // The same for every try: a second click rotates no second time.
    let version_id = match plain::typed("version", "") {
        version if version.is_empty() => random::uuid(),
        version => version,
    };
    let dispatched = version_id.clone();
    let submit = move || {
        if !rotate.pending().get_untracked() {
            rotate.dispatch(dispatched.clone());
        }
    };
    html! {
        <form method="post" on:submit=move |event| { event.prevent_default(); submit(); }>
            <input type="hidden" name="change" value="rotate"/>
            <input type="hidden" name="version" value=version_id/>
            <button type="submit" class="button" data-kind="primary" aria-disabled=move || rotate.pending().get().to_string()>
                {t().list.rotate_now}
            </button>
        </form>
    }
}

#[component]
fn OldKey(key: AccessKey) -> impl IntoView {
    let d = t().details();
    let status = if key.is_active { d.key_active } else { d.key_inactive };
    html! { <p><code>{key.id}</code> " " {status} ", " {last_used(key.last_use)}</p> }
}

/// Who did what and when, with the vendor's request IDs: in this tab, until it is closed.
#[component]
fn Record(region: String, name: String, record: RwSignal<Vec<Receipt>>) -> impl IntoView {
    let l = t().leak();
    let items = live(move || {
        let items = record.get().into_iter().map(|receipt| {
            let id = if receipt.request_id.is_empty() { l.answer_lost.to_owned() } else { receipt.request_id };
            html! { <li><Time at_ms=receipt.at_ms/> " " <code>{receipt.action}</code> " " <code>{id}</code> " " {receipt.by}</li> }
        });
        items.collect_view()
    });
    let download = live(move || {
        let steps = record.get();
        (!steps.is_empty()).then(|| {
            let text = evidence(&region, &name, &steps);
            let href = format!("data:application/json;charset=utf-8,{}", paths::encoded(&text));
            html! { <a class="button" href=href download="after-leak.json" rel="external">{l.download}</a> }
        })
    });
    html! {
        <p>{l.record_text}</p>
        <ul class="record">{items}</ul>
        {download}
    }
}

fn evidence(region: &str, name: &str, steps: &[Receipt]) -> String {
    let steps: Vec<_> = steps
        .iter()
        .map(|receipt| {
            serde_json::json!({
                "action": receipt.action, "at": time::iso(receipt.at_ms),
                "requestId": receipt.request_id, "by": receipt.by,
            })
        })
        .collect();
    let record = serde_json::json!({"secret": name, "region": region, "steps": steps});
    serde_json::to_string_pretty(&record).unwrap_or_default()
}
