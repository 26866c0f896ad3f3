//! What does not exist: 404, and the way on.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use crate::layout::frame::region_of;
use crate::locales::t;
use crate::model::session::Session;
use crate::paths;
use crate::response;
use crate::ui::heading::Heading;
use crate::ui::html::html;

#[component]
pub(crate) fn NotFound(
    /// What there is none of; without it, the page.
    #[prop(optional, into)]
    text: Option<String>,
    /// The heading, where it is no page that there is none of.
    #[prop(optional)]
    title: Option<&'static str>,
    /// Then the page beneath has the title and the first heading.
    #[prop(optional)]
    is_in_dialog: bool,
) -> impl IntoView {
    response::set_status(404);
    let session: Session = expect_context();
    let region = region_of(&use_location().pathname.get_untracked(), &session);
    let f = &t().frame;
    let title = title.unwrap_or(f.not_found_title);
    let head = (!is_in_dialog).then(|| html! { <Title text=f.title.with([&title])/> <Heading text=title/> });
    html! {
        {head}
        <p>{text.unwrap_or_else(|| f.not_found_page.into())}</p>
        <p><a href=paths::secrets(&region)>{f.to_the_list}</a></p>
    }
}
