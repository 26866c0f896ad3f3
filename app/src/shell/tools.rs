//! What stands around every page and needs no WASM: the tools of the top bar, the command palette, the sheet of shortcuts with
//! the person's settings, and the word that Keyturn cannot be reached. `page.js` brings them to life.

use leptos::prelude::*;

use crate::layout::language_select::LanguageSelect;
use crate::layout::theme_select::ThemeSelect;
use crate::locales::t;
use crate::model::session::Session;
use crate::paths;
use crate::ui::form::page_of;
use crate::ui::html::html;

/// The zone that the person chose, such as `Asia/Tokyo`; empty for the browser's.
#[derive(Clone, Debug, Default)]
pub struct TimeZone(pub String);

/// The end of the top bar, as HTML: the browser's code leaves it as it is.
pub(crate) fn tools(session: &Session) -> String {
    let s = t().served();
    let person = session.person.clone().map(|person| {
        html! {
            <a href=paths::ACCOUNT rel="external">{person.name}</a>
            <form method="post" action="/sign-out">{page_of()}<button class="button">{s.sign_out}</button></form>
        }
    });
    // Where there is little room the navigation is a drawer, and the script puts the other tools into it.
    let tools = html! {
        <button type="button" class="button drawer-button" popovertarget="navigation">{s.menu}</button>
        <div class="tool-set">
            <button type="button" class="button needs-script" data-opens="palette" aria-haspopup="dialog" aria-keyshortcuts="Control+K">
                {s.palette_button} <kbd aria-hidden="true">"Ctrl K"</kbd>
            </button>
            <LanguageSelect/>
            <ThemeSelect/>
            <button type="button" class="button needs-script" data-opens="help" aria-haspopup="dialog" aria-keyshortcuts="?">{s.help}</button>
            {person}
            <button type="button" class="button drawer-button" popovertarget="navigation" popovertargetaction="hide">{s.close_sheet}</button>
        </div>
    };
    tools.to_html()
}

/// Their names stand in an address; proxies take 8 kB.
const MOST_SELECTED: u32 = 100;

/// What a page of somebody who is in carries beside the app.
pub(super) fn dialogs() -> impl IntoView {
    let s = t().served();
    html! {
        <dialog id="palette" class="palette" aria-label=s.palette>
            <input
                type="text"
                enterkeyhint="search"
                role="combobox"
                aria-expanded="true"
                aria-controls="palette-options"
                aria-autocomplete="list"
                aria-label=s.palette
                placeholder=s.palette_hint
                autocomplete="off"
                spellcheck="false"
            />
            <div
                id="palette-options"
                role="listbox"
                aria-label=s.palette_results
                data-actions=s.actions_here
                data-create=t().list.create
                data-pages=s.pages_of_keyturn
                data-secrets=t().frame.secrets
                data-regions=s.palette_regions
            ></div>
            <p role="status" class="remark" data-none=s.nothing_found data-busy=s.looking_everywhere data-failed=s.not_found_out data-results=s.palette_results></p>
        </dialog>
        <dialog id="help" aria-labelledby="help-title">
            <h2 id="help-title" tabindex="-1">{s.help_title}</h2>
            <div>
                <dl class="shortcuts" aria-label=s.shortcuts>{shortcuts()}</dl>
                <div class="field">
                    <label class="choice"><input type="checkbox" id="single-keys" checked/> <span>{s.single_keys}</span></label>
                </div>
                <div class="field">
                    <label for="time-zone">{s.time_zone}</label>
                    <select id="time-zone"><option value="">{s.browsers_zone}</option><option value="UTC">"UTC"</option></select>
                </div>
                <h3>{s.messages}</h3>
                <ul id="messages" class="messages" data-none=s.no_messages></ul>
                <form method="dialog" class="dialog-buttons"><button class="button">{s.close_sheet}</button></form>
            </div>
        </dialog>
        <dialog id="leave-edits" aria-labelledby="leave-edits-title">
            <h2 id="leave-edits-title">{t().create().discard_title}</h2>
            <p>{t().create().discard_text}</p>
            <form method="dialog" class="dialog-buttons">
                <button class="button" data-kind="danger" value="discard">{t().create().discard}</button>
                <button class="button" autofocus>{t().create().keep_editing}</button>
            </form>
        </dialog>
        <div id="toast" class="toast" popover="manual" data-copied=t().common.copied>
            <p></p>
            <a class="button">{t().list.restore}</a>
            <button type="button" class="button">{s.dismiss}</button>
        </div>
        <p id="selection-said" class="visually-hidden" aria-live="polite" data-cleared=s.selection_cleared></p>
        <div id="selection" class="selection" popover="manual" role="group" aria-label=s.selection data-most=MOST_SELECTED.to_string()>
            <p data-count=s.selected.with([&"{count}", &"{total}"]) data-elsewhere=s.selected_elsewhere.with([&"{count}"]) data-full=s.most_selected.with([&MOST_SELECTED])></p>
            <a class="button" data-kind="primary">{s.act_on_selected}</a>
            <button type="button" class="button">{s.clear_selection}</button>
        </div>
        <a id="paused-run" class="paused-run" popover="manual">{s.paused_run}</a>
        <template id="refresh-every">
            <select class="quiet" aria-label=s.refresh_every>{intervals()}</select>
        </template>
        <div id="unreachable" class="unreachable" role="alert" popover="manual" data-lost=s.unreachable data-back=s.reachable_again></div>
    }
}

/// How often a page asks again, in seconds; 0 for never.
fn intervals() -> Vec<AnyView> {
    let s = t().served();
    [0, 10, 30, 120, 300]
        .map(|seconds| {
            let text = match seconds {
                0 => s.refresh_off.to_owned(),
                _ => t().states.every.with([&t().common.period(seconds)]),
            };
            html! { <option value=seconds.to_string()>{text}</option> }
        })
        .into()
}

/// Keys, and what they do.
fn shortcuts() -> Vec<AnyView> {
    let (s, f) = (t().served(), &t().frame);
    let go = |key: &'static str, to: &'static str| (vec!["g", key], s.go_to.with([&to]));
    let all = [
        (vec!["Ctrl", "K"], s.palette.to_owned()),
        (vec!["?"], s.this_sheet.to_owned()),
        (vec!["/"], s.search_here.to_owned()),
        (vec!["c"], t().list.create.to_owned()),
        go("o", f.overview),
        go("s", f.secrets),
        go("k", f.access_keys),
        go("a", f.activity),
        (vec!["↑", "↓"], s.row_by_row.to_owned()),
        (vec![s.space_key], s.select_row.to_owned()),
        (vec!["F6"], s.to_corner.to_owned()),
        (vec!["Esc"], s.one_back.to_owned()),
    ];
    let row = |(keys, does): (Vec<&'static str>, String)| {
        let keys = keys.into_iter().map(|key| html! { <kbd>{key}</kbd> " " }).collect_view();
        html! { <div><dt>{keys}</dt><dd>{does}</dd></div> }
    };
    all.into_iter().map(row).collect()
}
