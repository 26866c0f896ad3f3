//! Disabling, enabling and deleting one AccessKey in RAM, guided: what works is disabled first, what is deleted is named.

use leptos::prelude::*;

use crate::api::change_access_key;
use crate::browser::{document, timers};
use crate::locales::t;
use crate::model::access_key::{AccessKey, KeyChange, Receipt};
use crate::model::error::ApiError;
use crate::plain;
use crate::ui::announce::Announcer;
use crate::ui::form::page_of;
use crate::ui::html::html;

/// The user, the AccessKey's ID, what is done to it, and what was typed.
pub(crate) type Asked = (String, String, KeyChange, String);
pub(crate) type Change = Action<Asked, Result<Receipt, ApiError>>;

pub(crate) fn change_action() -> Change {
    Action::new(|(user_name, id, change, typed): &Asked| {
        change_access_key(user_name.clone(), id.clone(), *change, typed.clone())
    })
}

/// When a change has ended: says it, moves the focus to this heading, for what was pressed is gone, and goes on with its
/// receipt, where it was done.
pub(crate) fn when_ended<I: 'static>(
    change: Action<I, Result<Receipt, ApiError>>,
    heading: &'static str,
    go_on: impl Fn(Option<Receipt>) + 'static,
) {
    let announcer: Announcer = expect_context();
    Effect::new(move || {
        let Some(answer) = change.value().get() else { return };
        if let Ok(receipt) = &answer {
            announcer.result(t().leak().did(receipt));
            timers::after(0, move || {
                document::focus_id(heading);
            });
        }
        go_on(answer.ok());
    });
}

/// What may be done to this AccessKey now.
#[component]
pub(crate) fn KeyActions(user_name: String, key: AccessKey, change: Change) -> impl IntoView {
    let k = t().keys();
    match key.is_active {
        true => html! {
            <ChangeForm user_name key_id=key.id of=KeyChange::Disable change label=k.disable/>
        },
        false => html! {
            <ChangeForm user_name=user_name.clone() key_id=key.id.clone() of=KeyChange::Enable change label=k.enable/>
            <ChangeForm user_name key_id=key.id of=KeyChange::Delete change label=k.delete/>
        },
    }
}

/// For an AccessKey that is a secret's value, where waiting is worse than an outage.
#[component]
pub(crate) fn StopForm(user_name: String, key: AccessKey, change: Change) -> impl IntoView {
    html! {
        <ChangeForm user_name key_id=key.id of=KeyChange::DisableInUse change label=t().keys().disable/>
    }
}

#[component]
fn ChangeForm(
    user_name: String,
    key_id: String,
    of: KeyChange,
    change: Change,
    label: &'static str,
) -> impl IntoView {
    let k = t().keys();
    let is_typed = of.is_typed();
    // A refused post shows what was typed where it belongs.
    let typed_before = plain::typed("typed", "");
    let typed = RwSignal::new(if is_typed { typed_before } else { String::new() });
    let is_wrong = RwSignal::new(false);
    let submit = {
        let asked = (user_name.clone(), key_id.clone());
        move || {
            let text = typed.get_untracked().trim().to_owned();
            let (user_name, id) = asked.clone();
            is_wrong.set(is_typed && text != id);
            if !is_wrong.get_untracked() && !change.pending().get_untracked() {
                change.dispatch((user_name, id, of, text));
            }
        }
    };
    let ask = if of == KeyChange::Delete { k.type_id } else { k.type_id_to_stop };
    let confirmation = is_typed.then(|| {
        let field = format!("typed-{key_id}");
        let error = format!("{field}-error");
        html! {
            <div class="field">
                <label for=field.clone()>{ask.with([&key_id])}</label>
                <input
                    id=field
                    name="typed"
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    value=typed.get_untracked()
                    aria-describedby=error.clone()
                    aria-invalid=move || is_wrong.get().to_string()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <span class="field-error" id=error role="alert">{move || is_wrong.get().then_some(k.wrong_id)}</span>
            </div>
        }
    });
    let name = format!("{label} {key_id}");
    html! {
        <form class="key-change" method="post" on:submit=move |event| { event.prevent_default(); submit(); }>
            {page_of()}
            <input type="hidden" name="user" value=user_name/>
            <input type="hidden" name="key" value=key_id/>
            <input type="hidden" name="change" value=of.value()/>
            {confirmation}
            <button
                type="submit"
                class="button"
                data-kind=is_typed.then_some("danger")
                aria-label=name
                aria-disabled=move || change.pending().get().to_string()
            >
                {label}
            </button>
        </form>
    }
}
