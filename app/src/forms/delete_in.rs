//! In how many days a secret is deleted, and which day that is.

use leptos::prelude::*;

use crate::locales::t;
use crate::model::deletion::RecoveryWindow;
use crate::ui::html::{html, live};
use crate::ui::text_field::TextField;
use crate::ui::time::Time;

#[component]
pub(crate) fn DeleteIn(
    id: &'static str,
    #[prop(into)] error: Signal<Option<String>>,
    value: RwSignal<String>,
    /// The time that the days are reckoned from.
    now_ms: i64,
) -> impl IntoView {
    let d = t().delete();
    let day = live(move || {
        let at_ms = RecoveryWindow::parse(&value.get()).ok()?.ends_ms(now_ms);
        Some(html! { {d.deleted_on} " " <Time at_ms/> })
    });
    html! {
        <TextField id name="days" label=d.days error value bounds=(7, 30)/>
        <p class="hint">{day}</p>
    }
}
