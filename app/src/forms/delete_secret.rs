//! `/{region}/delete-secret/{name…}`: plans a deletion, or deletes at once with the whole name typed.

use leptos::prelude::*;

use super::delete_in::DeleteIn;
use super::over::{Changes, list_of, use_leave, use_target};
use super::secret_dialog::{Cancel, DialogButtons, SecretDialog, failure};
use crate::api::delete_secret;
use crate::browser::{document, time};
use crate::locales::t;
use crate::model::deletion::{Deletion, RecoveryWindow};
use crate::model::error::ApiError;
use crate::model::secret::Secret;
use crate::pages::secret::overview::AccessKeys;
use crate::paths;
use crate::plain;
use crate::ui::announce::Announcer;
use crate::ui::badge::Meaning;
use crate::ui::error::{ErrorAlert, Remark};
use crate::ui::form::page_of;
use crate::ui::html::html;
use crate::ui::text_field::TextField;

/// What is sent: the method, and the name that was typed for an immediate deletion.
type Request = (Deletion, String);

#[component]
pub(crate) fn DeleteSecret() -> impl IntoView {
    let target = use_target();
    let delete = Action::new(move |(deletion, typed): &Request| {
        let (deletion, typed) = (*deletion, typed.clone());
        async move {
            let (region, name) = target.secret()?;
            delete_secret(region, name, deletion, typed).await
        }
    });
    let (leave, announcer, changes) =
        (use_leave(), expect_context::<Announcer>(), expect_context::<Changes>());
    Effect::new(move || {
        if let Some(Ok(deletion_ms)) = delete.value().get() {
            let name = target.name.get_untracked().map(|name| name.to_string()).unwrap_or_default();
            changes.made();
            match deletion_ms {
                Some(at_ms) => {
                    let at = time::local_or_utc(at_ms);
                    let undo = target.secret().map(|(region, name)| paths::restore_secret(&region, &name));
                    let words = t().delete().planned.with([&name, &at]);
                    announcer.result_undone_at(words, undo.unwrap_or_default());
                    leave(&target.beneath());
                }
                // There are no details to go back to.
                None => {
                    announcer.result(t().delete().done.with([&name]));
                    leave(&list_of(&target.region.get_untracked()));
                }
            }
        }
    });
    let body = move |secret, cancel| html! { <Body secret delete cancel/> };
    html! { <SecretDialog target id="delete-secret" title=t().delete().title is_busy=delete.pending() body/> }
}

#[component]
fn Body(
    secret: Secret,
    delete: Action<Request, Result<Option<i64>, ApiError>>,
    cancel: Cancel,
) -> impl IntoView {
    let d = t().delete();
    let name = secret.row.name.to_string();
    let is_pending = secret.row.deletion_ms.is_some();
    // A planned deletion cannot be planned again.
    let is_immediate = RwSignal::new(is_pending || plain::typed("method", "") == "immediate");
    let days = RwSignal::new(plain::typed("days", "30"));
    let typed = RwSignal::new(plain::typed("name", ""));
    let was_sent = RwSignal::new(plain::error().is_some());
    let window = move || RecoveryWindow::parse(&days.get());
    let days_error = Signal::derive(move || {
        (was_sent.get() && !is_immediate.get() && window().is_err()).then(|| d.days_invalid.to_owned())
    });
    let name_error = {
        let name = name.clone();
        Signal::derive(move || {
            let is_wrong = was_sent.get() && is_immediate.get() && typed.get().trim() != name;
            is_wrong.then(|| d.name_invalid.with([&name]))
        })
    };
    let announcer: Announcer = expect_context();
    let submit = {
        let name = name.clone();
        move || {
            was_sent.set(true);
            if delete.pending().get_untracked() {
                return;
            }
            if is_immediate.get_untracked() {
                let typed = typed.get_untracked().trim().to_owned();
                if typed == name {
                    delete.dispatch((Deletion::Immediate, typed));
                } else {
                    announcer.wrong_input();
                    document::focus_id("secret-name");
                }
            } else {
                match RecoveryWindow::parse(&days.get_untracked()) {
                    Ok(window) => {
                        delete.dispatch((Deletion::Planned(window), String::new()));
                    }
                    Err(_) => {
                        announcer.wrong_input();
                        document::focus_id("delete-in");
                    }
                }
            }
        }
    };
    let now_ms = secret.now_ms;
    let of_keys = secret.clone();
    let failure = failure(delete);
    let error = move || failure().map(|error| html! { <ErrorAlert error title=d.failed/> });
    html! {
        <form method="post" novalidate on:submit=move |event| { event.prevent_default(); submit(); }>
            {page_of()}
            <p><strong>{name.clone()}</strong> " · " {t().list.user} " " {secret.row.user_name().to_owned()}</p>
            {is_pending.then(|| html! { <Remark meaning=Meaning::Warning text=d.already_pending/> })}
            <ul class="facts">
                <li>{d.key_stays}</li>
                {move || (!is_immediate.get()).then(|| html! { <li>{d.name_taken}</li> })}
                <li>{d.check_first}</li>
            </ul>
            <h3>{t().details().access_keys}</h3>
            <AccessKeys secret=of_keys/>
            <fieldset class="field">
                <legend>{d.method}</legend>
                <label class="choice">
                    <input
                        type="radio"
                        name="method"
                        value="planned"
                        disabled=is_pending
                        checked=!is_immediate.get_untracked()
                        prop:checked=move || !is_immediate.get()
                        on:change=move |_| is_immediate.set(false)
                    />
                    {t().list.plan_deletion}
                </label>
                <div class="nested">
                    <DeleteIn id="delete-in" error=days_error value=days now_ms/>
                </div>
                <label class="choice">
                    <input
                        type="radio"
                        name="method"
                        value="immediate"
                        checked=is_immediate.get_untracked()
                        prop:checked=move || is_immediate.get()
                        on:change=move |_| is_immediate.set(true)
                    />
                    {d.immediately}
                </label>
                <div class="nested">
                    <Remark meaning=Meaning::Danger text=d.no_way_back/>
                    <TextField id="secret-name" name="name" label=d.name hint=d.name_hint.with([&name]) error=name_error value=typed/>
                </div>
            </fieldset>
            {error}
            <DialogButtons label=t().common.ok is_dangerous=true is_disabled=move || delete.pending().get() cancel/>
        </form>
    }
}
