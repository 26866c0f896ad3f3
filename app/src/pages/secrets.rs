//! `/{region}/secrets`: search, filters, table, paging. The address holds the query, the server answers one page of it.

mod address;
mod filters;
mod pagination;
pub(crate) mod row;
mod table;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::{Answered, list_secrets, load, refetch_in_time, refetch_until};
use crate::forms::over::{Changes, LastList};
use crate::locales::t;
use crate::model::secret_list::SecretPage;
use crate::model::secret_query::{Ignored, SecretQuery};
use crate::pages::region::ListView;
use crate::paths;
use crate::ui::announce::Announcer;
use crate::ui::heading::Heading;
use crate::ui::html::{html, live, live_flag, live_text};
use crate::ui::refresh::Refresh;
use crate::ui::skeleton::Skeleton;

use address::ListAddress;
use filters::Filters;
use table::SecretsTable;

/// `None` while the list is not shown and not asked for.
type Answer = Option<Answered<SecretPage>>;

#[component]
pub(crate) fn SecretsPage(region: Memo<String>, list: Memo<ListView>) -> impl IntoView {
    let parameters = use_query_map();
    let parsed = Memo::new(move |_| {
        let parameters = parameters.read();
        SecretQuery::parse(|name| parameters.get_all(name).map(|values| values.join(",")))
    });
    let is_listed = Memo::new(move |_| list.get() != ListView::Hidden);
    let is_page = Memo::new(move |_| list.get() == ListView::Page);
    let ignored = Memo::new(move |_| if is_page.get() { parsed.get().1 } else { Vec::new() });
    // A dialog's address has no query; the list beneath keeps the one it had.
    let address = Memo::new(move |before: Option<&ListAddress>| {
        let region = region.get();
        match before {
            Some(before) if !is_page.get() && before.region == region => before.clone(),
            _ => {
                let query = if is_page.get() { parsed.get().0 } else { SecretQuery::default() };
                ListAddress { region, query }
            }
        }
    });
    let (LastList(last), changes) = (expect_context::<LastList>(), expect_context::<Changes>());
    Effect::new(move || {
        let ListAddress { region, query } = address.get();
        last.set(paths::secrets_with(&region, &query));
    });
    let answer = load(
        move || is_listed.get().then(|| (address.get(), changes.track())),
        |asked| async move {
            match asked {
                Some((ListAddress { region, query }, _)) => {
                    let question = paths::secrets_with(&region, &query);
                    Some((question, list_secrets(region, query).await))
                }
                None => None,
            }
        },
    );
    let announcer: Announcer = expect_context();
    Effect::new(move || {
        if let Some(Some((_, Ok(page)))) = answer.get() {
            announcer.say(t().list.count(page.matched, page.total));
        }
    });
    refetch_until(answer, move |answer| match answer {
        Some((_, answer)) => Some(answer.as_ref().ok()?.is_whole(&address.get_untracked().query)),
        None => Some(true),
    });
    refetch_in_time(answer);
    provide_context(Retry(Callback::new(move |()| answer.refetch())));
    let l = &t().list;
    html! {
        <section hidden=live_flag(move || !is_listed.get()) aria-labelledby="list-heading">
            {live(move || is_page.get().then(|| html! { <Title text=t().frame.title.with([&l.title])/> }))}
            <div class="page-head">
                <Heading id="list-heading" text=l.title is_shown=is_page/>
                <Refresh on_refresh=move || answer.refetch()/>
                <a id="create-secret-link" class="button" data-kind="primary" href=live_text(move || paths::create_secret(&region.get()))>
                    {l.create}
                </a>
            </div>
            {live(move || ignored.get().into_iter().map(ignored_remark).collect_view())}
            <Filters address answer/>
            <Transition fallback=|| html! { <Skeleton lines=10/> }>
                <SecretsTable address answer/>
            </Transition>
        </section>
    }
}

/// Asks for the list again; rows whose details failed offer it.
#[derive(Clone, Copy)]
pub(crate) struct Retry(pub(crate) Callback<()>);

pub(crate) fn ignored_remark(ignored: Ignored) -> impl IntoView {
    let text = t().list.ignored.with([&ignored.value, &ignored.parameter]);
    html! { <p class="remark">{text}</p> }
}
