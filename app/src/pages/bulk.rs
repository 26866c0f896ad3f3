//! `/{region}/bulk`: the same done to many secrets of the list's query. It runs in this tab, one secret after the other; a
//! reload goes on where it was.

mod choose;
mod progress;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::api::{
    change_rotation, delete_secret, load, restore_secret, rotate_secret, select_secrets, tag_secret,
};
use crate::browser::{storage, time, timers};
use crate::forms::over::Changes;
use crate::json::Json;
use crate::locales::t;
use crate::model::bulk::{BulkAction, Item, Run};
use crate::model::deletion::Deletion;
use crate::model::error::{ApiError, ErrorCode};
use crate::model::secret::SecretName;
use crate::model::secret_query::SecretQuery;
use crate::pages::failed::Failed;
use crate::pages::secrets::ignored_remark;
use crate::paths;
use crate::ui::announce::Announcer;
use crate::ui::badge::Meaning;
use crate::ui::empty::Empty;
use crate::ui::error::Remark;
use crate::ui::heading::Heading;
use crate::ui::html::{html, live};
use crate::ui::skeleton::Skeleton;

use choose::Choose;
use progress::Progress;

/// Between two secrets: KMS takes ten changes a second from an account in a region.
const PAUSE_MS: i64 = 150;
/// Where the cloud does not say how long to wait.
const THROTTLED_MS: i64 = 2_000;
const ROTATION_THROTTLED_MS: i64 = 300_000;
/// How soon secrets whose details are not known are asked for again.
const PENDING_MS: u32 = 700;

/// The run of this region, kept in the tab.
#[derive(Clone, Copy)]
struct Bulk {
    region: Memo<String>,
    run: RwSignal<Option<Run>>,
    /// Counts the runs that were closed: what is chosen from is asked for again.
    again: RwSignal<u32>,
    /// It has been begun just now: the button for that is gone, and the focus with it.
    has_begun: StoredValue<bool>,
}

/// When rotations were started from this tab, in any region and run: the hourly quota is the account's.
const ROTATIONS: &str = "keyturn-rotations";

#[component]
pub(crate) fn BulkPage() -> impl IntoView {
    let params = use_params_map();
    let region = Memo::new(move |_| params.read().get("region").unwrap_or_default());
    let parameters = use_query_map();
    let parsed = Memo::new(move |_| {
        let parameters = parameters.read();
        SecretQuery::parse(|name| parameters.get_all(name).map(|values| values.join(",")))
    });
    // What was left out would have narrowed it: no more is changed than was meant.
    let ignored = Memo::new(move |_| parsed.get().1);
    let query = Memo::new(move |_| parsed.get().0);
    // Those that were selected one by one in the list, by their RAM users.
    let names = Memo::new(move |_| {
        let users = parameters.read().get_all("name").unwrap_or_default();
        users.iter().filter_map(|user| SecretName::of_user(user)).collect::<Vec<_>>()
    });
    let run = RwSignal::new(None::<Run>);
    let again = RwSignal::new(0_u32);
    let bulk = Bulk { region, run, again, has_begun: StoredValue::new(false) };
    Effect::new(move || {
        run.set(storage::get(&bulk.key()).and_then(|text| Json::read(text.as_bytes()).ok()));
    });
    drive(bulk);
    let selection = load(
        move || (region.get(), query.get(), names.get(), again.get()),
        |(region, query, names, _)| select_secrets(region, query, names),
    );
    Effect::new(move || {
        let is_pending =
            matches!(selection.get(), Some(Ok(page)) if !page.is_settled(&query.get_untracked()));
        if is_pending {
            timers::after(PENDING_MS, move || selection.refetch());
        }
    });
    let is_chosen = Memo::new(move |_| run.read().is_some());
    let choose = move || match selection.get()? {
        _ if !ignored.read().is_empty() => {
            let what = ignored.get().into_iter().map(ignored_remark).collect_view();
            Some(html! { {what} <p class="remark">{t().bulk().not_selected}</p> })
        }
        // The form is not made anew under the person's hands: it comes when everything is known.
        Ok(page) if !page.is_settled(&query.get()) => {
            let known = page.rows.iter().filter(|row| row.is_settled()).count();
            let total = page.rows.len();
            Some(html! {
                <p class="count">
                    <span class="pending" role="status">{t().list.checked.with([&known, &total])}</span>
                    <progress max=total.to_string() value=known.to_string() aria-label=t().bulk().title></progress>
                </p>
            })
        }
        Ok(page) if page.rows.is_empty() => {
            let l = &t().list;
            Some(html! { <Empty title=l.no_match_title text=l.no_match_text/> })
        }
        Ok(page) => {
            let is_gone = |name: &&SecretName| page.rows.iter().all(|row| row.name != **name);
            let names = names.get();
            let gone: Vec<&str> = names.iter().filter(is_gone).map(SecretName::short).collect();
            let gone = (!gone.is_empty()).then(|| {
                let text = t().bulk().gone.with([&gone.join(", ")]);
                html! { <Remark meaning=Meaning::Warning text/> }
            });
            Some(html! { {gone} <Choose bulk page/> })
        }
        Err(error) => Some(html! {
            <Failed error title=t().list.failed_title retry=move || selection.refetch()/>
        }),
    };
    let b = t().bulk();
    let back = move || paths::secrets_with(&region.get(), &query.get());
    html! {
        <Title text=t().frame.title.with([&b.title])/>
        <nav class="breadcrumb"><a href=back>{t().frame.secrets}</a></nav>
        <Heading text=b.title/>
        <noscript><p class="remark">{b.needs_script}</p></noscript>
        <Transition fallback=|| html! { <Skeleton lines=10/> }>
            {live(move || match is_chosen.get() {
                true => Some(html! { <Progress bulk/> }),
                false => choose(),
            })}
        </Transition>
    }
}

/// Does one secret after the other while the run is on.
fn drive(bulk: Bulk) {
    let run = bulk.run;
    let (announcer, changes) = (expect_context::<Announcer>(), expect_context::<Changes>());
    let one = Action::new(move |(index, action, item): &(usize, BulkAction, Item)| {
        let (index, action, item) = (*index, action.clone(), item.clone());
        async move { (index, execute(bulk.region.get_untracked(), action, item).await) }
    });
    Effect::new(move || {
        let Some((index, answer)) = one.value().get() else { return };
        let now_ms = time::now();
        bulk.change(|run| match answer {
            Ok(()) => run.done(index, now_ms),
            Err(error) => {
                let asked = error.retry_after_ms.and_then(|wait| i64::try_from(wait).ok());
                // Beyond the hourly quota of rotations a short wait is in vain.
                let is_rotation = run.action == BulkAction::Rotate;
                let least = if is_rotation { ROTATION_THROTTLED_MS } else { THROTTLED_MS };
                let is_throttled = matches!(error.code, ErrorCode::Throttled | ErrorCode::RotationThrottled);
                let wait_ms = is_throttled.then(|| asked.unwrap_or_default().max(least));
                run.failed(index, error.to_string(), wait_ms, now_ms);
            }
        });
    });
    // Whatever changes the run sets the next one off.
    Effect::new(move || {
        let Some(now) = run.get().filter(|run| run.is_running) else { return };
        if one.pending().get_untracked() {
            return;
        }
        match now.next(time::now()) {
            Some((index, wait_ms)) => {
                let wait = u32::try_from(wait_ms.max(PAUSE_MS)).unwrap_or(u32::MAX);
                timers::after(wait, move || {
                    one.dispatch((index, now.action.clone(), now.items[index].clone()));
                });
            }
            None => {
                bulk.change(|run| run.is_running = false);
                announcer.say(t().bulk().ended(now.counts()));
                changes.made();
            }
        }
    });
}

/// What is so already is done: a call whose answer was lost by a reload is made again.
async fn execute(region: String, action: BulkAction, item: Item) -> Result<(), ApiError> {
    let name = item.name;
    match action {
        BulkAction::ChangeRotation(rotation) => change_rotation(region, name, rotation).await,
        BulkAction::Rotate => rotate_secret(region, name, item.version_id).await.map(drop),
        BulkAction::AddTag(tag) => tag_secret(region, name, vec![tag], Vec::new()).await,
        BulkAction::RemoveTag(key) => tag_secret(region, name, Vec::new(), vec![key]).await,
        BulkAction::PlanDeletion(window) => {
            let answer = delete_secret(region, name, Deletion::Planned(window), String::new()).await;
            or_already(answer.map(drop), ErrorCode::InDeletionWindow)
        }
        BulkAction::Restore => or_already(restore_secret(region, name).await, ErrorCode::NotInDeletionWindow),
    }
}

fn or_already(answer: Result<(), ApiError>, already: ErrorCode) -> Result<(), ApiError> {
    match answer {
        Err(error) if error.code == already => Ok(()),
        other => other,
    }
}

impl Bulk {
    fn key(self) -> String {
        format!("keyturn-bulk-{}", self.region.get_untracked())
    }

    /// Changes the run, and keeps it for a reload.
    fn change(self, change: impl FnOnce(&mut Run)) {
        self.run.update(|run| {
            if let Some(run) = run {
                change(run);
                storage::set(&self.key(), &serde_json::to_string(run).unwrap_or_default());
                if run.action == BulkAction::Rotate {
                    storage::set(ROTATIONS, &serde_json::to_string(run.rotated()).unwrap_or_default());
                }
            }
        });
    }

    fn start(self, mut run: Run) {
        let kept = storage::get(ROTATIONS).and_then(|text| Json::read(text.as_bytes()).ok());
        run.rotated_before(kept.unwrap_or_default());
        self.has_begun.set_value(true);
        self.run.set(Some(run));
        self.change(|_| {});
    }

    fn close(self) {
        storage::remove(&self.key());
        self.run.set(None);
        self.again.update(|count| *count += 1);
    }
}
