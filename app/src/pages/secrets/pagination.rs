//! Previous, next, and how many rows.

use leptos::prelude::*;

use super::address::{ListAddress, use_go};
use crate::api::derived;
use crate::locales::t;
use crate::model::secret_list::SecretPage;
use crate::model::secret_query::{Page, Size};
use crate::ui::html::{html, live, live_flag};

#[component]
pub(crate) fn Pagination(address: Memo<ListAddress>, page: Signal<Option<SecretPage>>) -> impl IntoView {
    let l = &t().list;
    let place = derived(move || page.get().map_or((1, 1), |page| (page.page, page.pages)));
    let to = move |number: u32| address.get().with(|query| query.page = Page(number));
    let previous = live(move || {
        let (page, _) = place.get();
        (page > 1).then(|| html! { <a class="button" rel="prev" href=to(page - 1)>{l.previous}</a> })
    });
    let next = live(move || {
        let (page, pages) = place.get();
        (page < pages).then(|| html! { <a class="button" rel="next" href=to(page + 1)>{l.next}</a> })
    });
    let options = Size::ALL
        .map(|size| {
            let rows = size.rows().to_string();
            let is_chosen = live_flag(move || address.get().query.size == size);
            html! { <option value=rows.clone() selected=is_chosen>{rows.clone()}</option> }
        })
        .collect_view();
    let go = use_go();
    let on_change = move |event| {
        let rows = event_target_value(&event);
        let size = Size::ALL.into_iter().find(|size| size.rows().to_string() == rows).unwrap_or_default();
        go(&address.get_untracked().with(|query| query.size = size), false);
    };
    html! {
        <nav class="pagination" aria-label=l.pages>
            {previous}
            <span>{live(move || { let (page, pages) = place.get(); l.page_of.with([&page, &pages]) })}</span>
            {next}
            <label class="needs-script">{l.rows} " " <select on:change=on_change>{options}</select></label>
        </nav>
    }
}
