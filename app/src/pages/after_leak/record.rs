//! Who did what and when, with the vendor's request IDs: in this tab, until it is closed.

use leptos::prelude::*;

use super::Runbook;
use crate::browser::time;
use crate::locales::t;
use crate::model::access_key::Receipt;
use crate::paths;
use crate::ui::html::{html, live};
use crate::ui::time::Time;

#[component]
pub(super) fn Record(runbook: Runbook) -> impl IntoView {
    let l = t().leak();
    let record = runbook.record;
    let items = live(move || {
        let items = record.get().into_iter().map(|receipt| {
            let id = if receipt.request_id.is_empty() { l.answer_lost.to_owned() } else { receipt.request_id };
            html! {
                <li>
                    <Time at_ms=receipt.at_ms/> " " <code>{receipt.action}</code> " " <code>{receipt.about}</code> " "
                    <code>{id}</code> " " {receipt.by}
                </li>
            }
        });
        items.collect_view()
    });
    let download = live(move || {
        let steps = record.get();
        (!steps.is_empty()).then(|| {
            let href =
                format!("data:application/json;charset=utf-8,{}", paths::encoded(&evidence(runbook, &steps)));
            html! { <a class="button" href=href download="after-leak.json" rel="external">{l.download}</a> }
        })
    });
    html! {
        <p>{l.record_text}</p>
        <noscript><p class="remark">{l.no_record}</p></noscript>
        <ul class="record">{items}</ul>
        {download}
    }
}

fn evidence(runbook: Runbook, steps: &[Receipt]) -> String {
    let steps: Vec<_> = steps
        .iter()
        .map(|receipt| {
            let id = Some(&receipt.request_id).filter(|id| !id.is_empty());
            serde_json::json!({
                "action": receipt.action, "about": receipt.about, "at": time::iso(receipt.at_ms),
                "requestId": id, "isAnswerLost": id.is_none(), "by": receipt.by,
            })
        })
        .collect();
    let record = serde_json::json!({
        "secret": runbook.target.name.get_untracked().map(|name| name.to_string()),
        "region": runbook.target.region.get_untracked(),
        "leakedAccessKeyId": runbook.leaked.get_untracked(),
        "steps": steps,
    });
    serde_json::to_string_pretty(&record).unwrap_or_default()
}
