//! `Select RAM User`: an editable combobox with a listbox (ARIA Authoring Practices), searched by the server.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Wizard;
use crate::api::search_ram_users;
use crate::browser::{document, timers};
use crate::locales::t;
use crate::model::access_key::{NotEligible, RamUser};
use crate::model::secret::SecretName;
use crate::paths;
use crate::ui::error::ErrorAlert;
use crate::ui::field::{Field, described_by};
use crate::ui::html::html;

const TYPING_MS: u32 = 200;
/// Between a user's name and what is said of the user.
const SEPARATOR: &str = " · ";

#[component]
pub(super) fn UserField(wizard: Wizard, was_sent: RwSignal<bool>) -> impl IntoView {
    let c = t().create();
    let draft = wizard.draft;
    let chosen = draft.user.get_untracked().map(|user| user.name);
    // Who comes from a user's AccessKeys has named the user already.
    let named = use_query_map().read_untracked().get("user").filter(|_| chosen.is_none()).unwrap_or_default();
    // What stands in the field: the chosen user's name, or what is being typed.
    let text = RwSignal::new(chosen.unwrap_or_else(|| named.clone()));
    let sought = RwSignal::new(named.clone());
    let is_open = RwSignal::new(false);
    // Each opening asks anew. Closing does not: what was found, or why nothing was, stays to be acted on.
    let openings = RwSignal::new(i32::from(!named.is_empty()));
    let open = move || {
        if !is_open.get_untracked() {
            is_open.set(true);
            openings.update(|count| *count += 1);
        }
    };
    let active = RwSignal::new(None::<usize>);
    let users = LocalResource::new(move || {
        let (region, sought, was_opened) = (wizard.region.get(), sought.get(), openings.get() > 0);
        async move { if was_opened { Some(search_ram_users(region, sought).await) } else { None } }
    });
    // A draft that comes back from the tab's storage names its user.
    Effect::new(move || {
        if let Some(user) = draft.user.get() {
            text.set(user.name);
        }
    });
    let found = Memo::new(move |_| {
        let users = users.get().and_then(|answer| answer?.ok()).unwrap_or_default();
        // While the server is asked, what does not fit any more is gone already: nobody chooses it by a quick Enter.
        let is_chosen = draft.user.with(|user| user.as_ref().is_some_and(|user| user.name == text.get()));
        let sought = if is_chosen { String::new() } else { text.get() };
        users.into_iter().filter(|user| user.matches(&sought)).collect::<Vec<_>>()
    });
    let is_listed = Memo::new(move |_| is_open.get() && found.with(|found| !found.is_empty()));
    let choose = move |user: RamUser| {
        if user.eligible().is_ok() {
            text.set(user.name.clone());
            is_open.set(false);
            active.set(None);
            // New fields are not wrong before anybody has typed into them.
            was_sent.set(false);
            draft.choose(user);
        }
    };
    Effect::new(move || {
        let users = users.get().and_then(|answer| answer?.ok()).unwrap_or_default();
        let is_named = !named.is_empty()
            && draft.user.with_untracked(Option::is_none)
            && *text.read_untracked() == named;
        if let Some(user) = users.into_iter().find(|user| is_named && user.name == named) {
            choose(user);
        }
    });
    Effect::new(move || {
        let typed = text.get();
        timers::after(TYPING_MS, move || {
            let chosen = draft.user.get_untracked().map(|user| user.name).unwrap_or_default();
            // An open field shows all users until something else than the chosen name is typed.
            let wanted = if typed == chosen { String::new() } else { typed };
            if sought.get_untracked() != wanted {
                sought.set(wanted);
            }
        });
    });
    let on_input = move |event| {
        text.set(event_target_value(&event));
        draft.user.set(None);
        draft.values.set(Vec::new());
        active.set(None);
        open();
    };
    let on_key = move |event: KeyboardEvent| {
        let count = found.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" => {
                event.prevent_default();
                open();
                let step = if event.key() == "ArrowDown" { 1 } else { count.saturating_sub(1) };
                if count > 0 {
                    let next = active
                        .get_untracked()
                        .map_or(if step == 1 { 0 } else { count - 1 }, |at| (at + step) % count);
                    active.set(Some(next));
                }
            }
            "Enter" if is_open.get_untracked() => {
                if let Some(user) =
                    active.get_untracked().and_then(|at| found.get_untracked().get(at).cloned())
                {
                    event.prevent_default();
                    choose(user);
                }
            }
            "Escape" if is_open.get_untracked() => {
                // The list closes, the dialog stays.
                event.prevent_default();
                event.stop_propagation();
                is_open.set(false);
            }
            "Tab" => is_open.set(false),
            _ => {}
        }
    };
    let error = Signal::derive(move || {
        (was_sent.get() && draft.user.get().is_none()).then(|| c.user_missing.to_owned())
    });
    let options = move || {
        found
            .get()
            .into_iter()
            .enumerate()
            .map(|(index, user)| {
                let note = note(&user);
                let is_disabled = user.eligible().is_err();
                let label = format!("{}{SEPARATOR}{}{note}", user.name, user.display_name);
                let of = user.clone();
                html! {
                    <div
                        role="option"
                        id=option_id(index)
                        aria-selected=move || (active.get() == Some(index)).to_string()
                        aria-disabled=is_disabled.to_string()
                        on:mousedown=move |event| { event.prevent_default(); choose(of.clone()); }
                    >
                        {label}
                    </div>
                }
            })
            .collect_view()
    };
    let state = move || match users.get() {
        None if openings.get() > 0 => Some(t().common.loading.into_any()),
        Some(Some(Ok(found))) if found.is_empty() => Some(c.no_user_matches.into_any()),
        // Whose name is typed whole but cannot be chosen: why not, and where its secret is.
        Some(Some(Ok(found))) => {
            let user = found.into_iter().find(|user| user.name == text.get() && user.eligible().is_err())?;
            let why = note(&user).trim_start_matches(SEPARATOR).to_owned();
            let secret = user.managed_by.and_then(|(region, name)| {
                let name = SecretName::parse(&name)?;
                Some(html! { " " <a href=paths::secret(&region, &name)>{t().list.view}</a> })
            });
            Some(html! { {why} {secret} })
        }
        _ => None,
    };
    let retry = move |_| {
        users.refetch();
        is_open.set(true);
        // The button goes with the error.
        document::focus_id("user");
    };
    let failed = move || {
        let error = users.get().flatten().and_then(Result::err);
        error.map(|error| {
            html! {
                <ErrorAlert error title=c.users_failed>
                    <button type="button" class="button" on:click=retry>{t().common.retry}</button>
                </ErrorAlert>
            }
        })
    };
    html! {
        <Field id="user" label=c.select_user hint=c.user_hint error=error>
            <div class="combobox">
                <input
                    id="user"
                    name="user"
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    spellcheck="false"
                    aria-expanded=move || is_listed.get().to_string()
                    aria-controls="user-options"
                    aria-autocomplete="list"
                    aria-activedescendant=move || active.get().map(option_id)
                    aria-describedby=described_by("user")
                    aria-invalid=move || error.get().is_some().to_string()
                    prop:value=move || text.get()
                    on:input=on_input
                    on:keydown=on_key
                    on:click=move |_| open()
                    on:blur=move |_| is_open.set(false)
                />
                <div id="user-options" role="listbox" aria-label=c.select_user hidden=move || !is_listed.get()>
                    {options}
                </div>
            </div>
            <span class="hint" role="status">{state}</span>
        </Field>
        {failed}
    }
}

fn option_id(index: usize) -> String {
    format!("user-option-{index}")
}

/// How many AccessKeys, or why the user cannot be chosen.
pub(super) fn note(user: &RamUser) -> String {
    let c = t().create();
    match user.eligible() {
        Err(NotEligible::NoAccessKey) => format!("{SEPARATOR}{}", c.no_access_key),
        Err(NotEligible::AlreadyManaged { region, name }) => {
            format!("{SEPARATOR}{}", c.already_managed.with([&name, &region]))
        }
        Ok(()) => match &user.access_keys {
            Some(keys) => format!("{SEPARATOR}{}", c.access_keys.with([&keys.len()])),
            None => String::new(),
        },
    }
}
