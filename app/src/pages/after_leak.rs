//! `/{region}/after-leak/{name…}?key=`: an AccessKey got out. Which one; rotate, watch it fall silent, disable it, delete it,
//! and keep a record of what was done.

mod record;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::{Answered, Loaded, derived, lasting, refetch_in_time, rotate_secret};
use crate::browser::{document, random, storage, timers};
use crate::forms::key_change::{Change, KeyActions, StopForm, change_action, when_ended};
use crate::forms::over::{Changes, Target, load_secret, use_target};
use crate::json::Json;
use crate::locales::t;
use crate::model::access_key::Receipt;
use crate::model::drift;
use crate::model::error::{ApiError, ErrorCode};
use crate::model::leak::{Past, Standing, Step};
use crate::model::secret::{Secret, State};
use crate::pages::access_key::summary;
use crate::pages::failed::{Failed, PartFailed, not_refreshed};
use crate::pages::not_found::NotFound;
use crate::paths;
use crate::plain;
use crate::ui::badge::{Badge, Meaning};
use crate::ui::error::{ErrorAlert, Remark};
use crate::ui::form::page_of;
use crate::ui::heading::Heading;
use crate::ui::html::{html, live};
use crate::ui::icon::Glyph;
use crate::ui::skeleton::Skeleton;

use record::Record;

const HEADING: &str = "leak-heading";

type Rotate = Action<String, Result<Receipt, ApiError>>;

/// What the page does and has done.
#[derive(Clone, Copy)]
struct Runbook {
    target: Target,
    /// The AccessKey that got out, from the address; empty while it is not chosen.
    leaked: Memo<String>,
    rotate: Rotate,
    /// The same for every try: a second click rotates no second time.
    version_id: StoredValue<String>,
    change: Change,
    /// What was done in this tab; it survives a reload.
    record: RwSignal<Vec<Receipt>>,
}

/// What is shown below the heading; while it stays, nothing is drawn anew under the person's hands.
#[derive(Clone, PartialEq)]
enum Sight {
    /// Why RAM did not say.
    NoKeys(ApiError),
    Choose(Box<Secret>),
    Steps(Box<Standing>),
}

#[component]
pub(crate) fn AfterLeak() -> impl IntoView {
    let target = use_target();
    let query = use_query_map();
    let leaked = Memo::new(move |_| query.read().get("key").unwrap_or_default());
    let rotate: Rotate = Action::new(move |version_id: &String| {
        let version_id = version_id.clone();
        async move {
            let (region, name) = target.secret()?;
            rotate_secret(region, name, version_id).await
        }
    });
    let version_id = match plain::typed("version", "") {
        version if version.is_empty() => random::uuid(),
        version => version,
    };
    let runbook = Runbook {
        target,
        leaked,
        rotate,
        version_id: StoredValue::new(version_id),
        change: change_action(),
        record: RwSignal::new(Vec::new()),
    };
    let secret = load_secret(target);
    Effect::new(move |before: Option<String>| {
        let now = leaked.get();
        // The link that chose it is gone.
        if before.is_some_and(|before| before != now) {
            timers::after(0, || {
                document::focus_id(HEADING);
            });
        }
        let kept = storage::get(&runbook.key()).and_then(|text| Json::read(text.as_bytes()).ok());
        runbook.record.set(kept.unwrap_or_default());
        now
    });
    let changes: Changes = expect_context();
    let go_on = move |receipt: Option<Receipt>| {
        if let Some(receipt) = receipt {
            runbook.keep(receipt);
            changes.made();
        }
        secret.refetch();
    };
    when_ended(rotate, HEADING, go_on);
    when_ended(runbook.change, HEADING, go_on);
    refetch_in_time(secret);
    html! {
        <Transition fallback=|| html! { <Skeleton lines=8/> }><Content secret runbook/></Transition>
    }
}

/// A component of its own, so that the secret is read inside the `Transition` around it. The heading stays while what is
/// below it changes: it has the focus then.
#[component]
fn Content(secret: Loaded<Answered<Secret>>, runbook: Runbook) -> impl IntoView {
    let target = runbook.target;
    let shown = lasting(move || secret.get());
    let failed = derived(move || shown.get().and_then(|shown| shown.answer.err()));
    let found = derived(move || shown.get().and_then(|shown| shown.answer.ok()));
    let is_found = derived(move || found.get().is_some());
    live(move || match failed.get() {
        Some(error) if error.code == ErrorCode::NotFound => {
            let name = target.name.get().map(|name| name.to_string()).unwrap_or_default();
            html! { <NotFound title=t().frame.secret_not_found_title text=t().frame.not_found_secret.with([&name, &target.region.get()])/> }
        }
        Some(error) => html! {
            <Heading text=t().leak().title/>
            <Failed error retry=move || secret.refetch()/>
        },
        None => html! {
            {live(move || is_found.get().then(|| html! { <Head found runbook/> }))}
            {live(move || shown.get().and_then(not_refreshed))}
            <Body found runbook retry=Callback::new(move |()| secret.refetch())/>
        },
    })
}

#[component]
fn Body(found: Signal<Option<Secret>>, runbook: Runbook, retry: Callback<()>) -> impl IntoView {
    let sight = derived(move || {
        let secret = found.get()?;
        let leaked = runbook.leaked.get();
        Some(match (secret.is_user_gone, &secret.ram_error) {
            (false, Some(why)) => Sight::NoKeys(why.clone()),
            _ if leaked.is_empty() => Sight::Choose(Box::new(Secret { now_ms: 0, asked_ms: 0, ..secret })),
            // Without a user there is no key.
            _ => Sight::Steps(Box::new(Standing::of(&secret, &leaked).unwrap_or(Standing::GONE))),
        })
    });
    let user_name =
        derived(move || found.get().map(|secret| secret.row.user_name().to_owned()).unwrap_or_default());
    live(move || {
        Some(match sight.get()? {
            Sight::NoKeys(why) => html! {
                <PartFailed error=why title=t().details().access_keys_unknown retry=move || retry.run(())/>
            },
            Sight::Choose(secret) => html! { <Choose secret=*secret runbook/> },
            Sight::Steps(standing) => html! { <Steps standing=*standing runbook user_name/> },
        })
    })
}

impl Runbook {
    fn key(self) -> String {
        let name = self.target.name.get_untracked().map(|name| name.to_string()).unwrap_or_default();
        format!("keyturn-leak-{}-{name}-{}", self.target.region.get_untracked(), self.leaked.get_untracked())
    }

    fn keep(self, receipt: Receipt) {
        self.record.update(|record| record.push(receipt));
        storage::set(&self.key(), &serde_json::to_string(&self.record.get_untracked()).unwrap_or_default());
    }
}

#[component]
fn Head(found: Signal<Option<Secret>>, runbook: Runbook) -> impl IntoView {
    let l = t().leak();
    let remarks = derived(move || {
        found.get().map(|secret| (secret.row.state(), drift::find(&secret))).unwrap_or_default()
    });
    let Some(name) = runbook.target.name.get_untracked() else { return ().into_any() };
    let region = runbook.target.region.get_untracked();
    let refused = plain::error();
    let failure = move || {
        let failed = |value: Option<Result<Receipt, ApiError>>| value.and_then(Result::err);
        let (change, rotate) = (runbook.change, runbook.rotate);
        let error =
            failed(change.value().get()).or_else(|| failed(rotate.value().get())).or_else(|| refused.clone());
        error
            .filter(|_| !change.pending().get() && !rotate.pending().get())
            .map(|error| html! { <ErrorAlert error title=l.failed/> })
    };
    let restore = paths::restore_secret(&region, &name);
    let remarks = live(move || {
        let (state, drift) = remarks.get();
        let pending = (state == Some(State::PendingDeletion)).then(|| {
            html! {
                <Remark meaning=Meaning::Warning text=t().rotate().in_window/>
                <p><a class="button" href=restore.clone()>{t().list.restore}</a></p>
            }
        });
        let drift = drift.iter().map(|drift| {
            html! { <Remark meaning=Meaning::Danger text=t().details().drift(drift)/> }
        });
        html! { {pending} {drift.collect_view()} }
    });
    html! {
        <Title text=t().frame.title.with([&l.title])/>
        <nav class="breadcrumb">
            <a href=paths::secrets(&region)>{t().frame.secrets}</a> " / "
            <a href=paths::secret(&region, &name)>{name.short().to_owned()}</a>
        </nav>
        <Heading id=HEADING text=l.heading.with([&name.short()])/>
        <p>{l.intro}</p>
        {remarks}
        {failure}
    }
}

/// Which AccessKey got out: another one than the current may have.
#[component]
fn Choose(secret: Secret, runbook: Runbook) -> impl IntoView {
    let l = t().leak();
    let (region, name) = (runbook.target.region.get_untracked(), secret.row.name.clone());
    let nothing = secret
        .access_keys
        .as_ref()
        .is_none_or(Vec::is_empty)
        .then(|| html! { <p class="remark">{t().keys().no_keys}</p> });
    let items = drift::keys(&secret)
        .map(|(key, role)| {
            let href = paths::after_leak_of(&region, &name, &key.id);
            html! {
                <li><a class="button" href=href><code>{key.id.clone()}</code></a> " " {summary(key, role)}</li>
            }
        })
        .collect_view();
    html! {
        <h2>{l.which}</h2>
        {nothing}
        <ul class="leaked-keys">{items}</ul>
    }
}

#[component]
fn Steps(standing: Standing, runbook: Runbook, user_name: Signal<String>) -> impl IntoView {
    let l = t().leak();
    let leaked = runbook.leaked.get_untracked();
    let user_name = user_name.get_untracked();
    let (step, key) = (standing.step, standing.key.clone());
    let keys_href = paths::access_keys_of(&user_name);
    let old_key =
        key.as_ref().map(|key| html! { <p><code>{key.id.clone()}</code> " " {summary(key, None)}</p> });
    let change = runbook.change;
    let actions = |is_now: bool| {
        let key = key.clone().filter(|_| is_now)?;
        Some(html! { <KeyActions user_name=user_name.clone() key change/> })
    };
    let is_gone = key.is_none();
    // KMS takes no second rotation: the only way out is to stop what reads the secret.
    let stop =
        key.clone().filter(|_| step == Step::Rotate && standing.is_rotating).map(|key| match key.is_active {
            true => html! {
                <Remark meaning=Meaning::Warning text=l.under_way/>
                <StopForm user_name=user_name.clone() key change/>
            },
            false => html! { <Remark meaning=Meaning::Warning text=l.stopped/> },
        });
    let (rotate_text, delete_text) = match standing.is_of_secret() || is_gone {
        true => (l.rotate_text, l.delete_text),
        false => (l.not_the_value, l.delete_text_by_hand),
    };
    let can_rotate = step == Step::Rotate && !standing.is_rotating;
    let item = |of: Step, content: AnyView| step_item(of, &standing, content);
    html! {
        <p><strong>{l.about.with([&leaked])}</strong></p>
        {is_gone.then(|| html! { <p class="remark">{l.no_such_key.with([&leaked])}</p> })}
        <ol class="runbook">
            {item(Step::Rotate, html! {
                <p>{rotate_text}</p>
                {stop}
                {can_rotate.then(|| html! { <RotateForm runbook/> })}
                <p class="hint"><a href=keys_href>{l.other_keys}</a></p>
            })}
            {item(Step::Watch, html! { <p>{l.watch_text}</p> {old_key} <p class="hint">{t().rotate().use_is_late}</p> })}
            {item(Step::Disable, html! {
                <p>{l.disable_text}</p> {actions(matches!(step, Step::Watch | Step::Disable))}
            })}
            {item(Step::Delete, html! { <p>{delete_text}</p> {actions(step == Step::Delete)} })}
            {item(Step::Done, html! { <Record runbook/> })}
        </ol>
    }
}

/// A step under its number: done, what is next, or later.
fn step_item(of: Step, standing: &Standing, content: AnyView) -> AnyView {
    let l = t().leak();
    let state = match of.cmp(&standing.step) {
        std::cmp::Ordering::Less => "done",
        std::cmp::Ordering::Equal => "now",
        std::cmp::Ordering::Greater => "later",
    };
    let badge = match standing.past(of) {
        Some(Past::Done) => Some(html! { <Badge meaning=Meaning::Good glyph=Glyph::Check text=l.done/> }),
        Some(Past::NotNeeded) => {
            Some(html! { <Badge meaning=Meaning::Quiet glyph=Glyph::Off text=l.not_needed/> })
        }
        Some(Past::Skipped) => {
            Some(html! { <Badge meaning=Meaning::Quiet glyph=Glyph::Off text=l.skipped/> })
        }
        None => {
            (state == "now").then(|| html! { <Badge meaning=Meaning::Busy glyph=Glyph::Clock text=l.now/> })
        }
    };
    html! {
        <li data-state=state aria-current=(state == "now").then_some("step")>
            <h2>{l.step[of as usize]} " " {badge}</h2>
            {content}
        </li>
    }
}

#[component]
fn RotateForm(runbook: Runbook) -> impl IntoView {
    let rotate = runbook.rotate;
    let version_id = runbook.version_id.get_value();
    let dispatched = version_id.clone();
    let submit = move || {
        if !rotate.pending().get_untracked() {
            rotate.dispatch(dispatched.clone());
        }
    };
    html! {
        <form method="post" on:submit=move |event| { event.prevent_default(); submit(); }>
            {page_of()}
            <input type="hidden" name="change" value="rotate"/>
            <input type="hidden" name="key" value=runbook.leaked.get_untracked()/>
            <input type="hidden" name="version" value=version_id/>
            <button type="submit" class="button" data-kind="primary" aria-disabled=move || rotate.pending().get().to_string()>
                {t().list.rotate_now}
            </button>
        </form>
    }
}
