//! An error: what happened, what to do next, the vendor's code and the request IDs behind "Details".

use leptos::prelude::*;

use super::copy::CopyButton;
use super::html::html;
use super::icon::{Glyph, Icon};
use crate::locales::t;
use crate::model::error::{ApiError, ErrorCode};

#[component]
pub(crate) fn ErrorAlert(
    error: ApiError,
    /// What could not be done, as a heading.
    #[prop(optional, into)]
    title: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let c = &t().common;
    let mut facts: Vec<(&str, String)> = Vec::new();
    if let Some(cloud) = &error.cloud {
        facts.push((c.vendor_action, format!("{} {}", cloud.service, cloud.action)));
        facts.extend(cloud.code.clone().map(|code| (c.vendor_code, code)));
        facts.extend(cloud.request_id.clone().map(|id| (c.vendor_request_id, id)));
    }
    if !error.request_id.is_empty() {
        facts.push((c.our_request_id, error.request_id.clone()));
    }
    let all: String = facts.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let details = (!facts.is_empty()).then(|| {
        let rows = facts
            .into_iter()
            .map(|(name, value)| html! { <dt>{name}</dt><dd><code>{value}</code></dd> })
            .collect_view();
        html! {
            <details>
                <summary>{c.error_details}</summary>
                <dl>{rows}</dl>
                <CopyButton text=all what=c.error_details/>
            </details>
        }
    });
    // That it was not done is not known.
    let is_unknown = error.code == ErrorCode::UnknownOutcome;
    html! {
        <div role="alert" class="alert" data-meaning="danger">
            <Icon glyph=Glyph::Warning/>
            <div>
                {title.map(|title| html! { <strong>{if is_unknown { t().errors.unknown.to_owned() } else { title }}</strong> })}
                <p>{error.message} " " {error.hint}</p>
                {details}
                {children.map(|children| children())}
            </div>
        </div>
    }
}

/// A standing remark on the page, with its meaning as colour and icon.
#[component]
pub(crate) fn Remark(
    meaning: super::badge::Meaning,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let name = if meaning == super::badge::Meaning::Danger { "danger" } else { "warning" };
    html! {
        <div class="alert" data-meaning=name>
            <Icon glyph=Glyph::Warning/>
            <p>{text} " " {children.map(|children| children())}</p>
        </div>
    }
}
