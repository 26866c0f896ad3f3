//! Step 2: on or off, how often, and the next dates.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::{Step, Wizard};
use crate::browser::document;
use crate::forms::rotation_fields::RotationFields;
use crate::locales::t;
use crate::ui::announce::Announcer;
use crate::ui::form::page_of;
use crate::ui::html::html;

#[component]
pub(super) fn RotationStep(wizard: Wizard, cancel: impl Fn() + Send + 'static) -> impl IntoView {
    let c = t().create();
    let draft = wizard.draft;
    let navigate = use_navigate();
    let previous = {
        let navigate = navigate.clone();
        move |_| wizard.to(Step::Secret, navigate.clone())
    };
    let announcer: Announcer = expect_context();
    let next = move || match draft.rotation.parsed() {
        Ok(_) => wizard.to(Step::Review, navigate.clone()),
        Err(_) => {
            announcer.wrong_input();
            document::focus_first_invalid("create-secret");
        }
    };
    html! {
        <form method="post" novalidate on:submit=move |event| { event.prevent_default(); next(); }>
            {page_of()}
            <RotationFields choice=draft.rotation last_ms=None now_ms=move || wizard.prerequisites.get().now_ms/>
            <div class="dialog-buttons">
                <button type="submit" class="button" data-kind="primary">{c.next}</button>
                <button type="button" class="button" on:click=previous>{c.previous}</button>
                <button type="button" class="button" data-leave on:click=move |_| cancel()>{t().common.cancel}</button>
            </div>
        </form>
    }
}
