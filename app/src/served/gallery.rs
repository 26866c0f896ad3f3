//! `/_gallery`: every component in its states, for who builds pages and for the pictures of `make visual`. Not in a release build.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::forms::rotation_fields::{RotationChoice, RotationFields};
use crate::locales::t;
use crate::model::error::{ApiError, CloudCause, ErrorCode};
use crate::model::rotation::PeriodUnit;
use crate::ui::badge::{Badge, Meaning};
use crate::ui::copy::CopyButton;
use crate::ui::data_table::{Column, ColumnSort, DataTable, Rank, cell};
use crate::ui::empty::Empty;
use crate::ui::error::{ErrorAlert, Remark};
use crate::ui::html::html;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::key_values::{KeyValue, KeyValues};
use crate::ui::menu::{MenuButton, MenuLink};
use crate::ui::refresh::Refresh;
use crate::ui::skeleton::Skeleton;
use crate::ui::text_field::{TextArea, TextField};
use crate::ui::time::Time;

/// A moment that is always the same: pictures are compared.
const MOMENT_MS: i64 = 1_767_225_600_000;
const LONG: &str =
    "acs/ram/user/a-very-long-name-that-goes-on-and-on-until-it-does-not-fit-into-any-column-of-any-table";

pub(super) fn gallery() -> AnyView {
    let parts: [(&'static str, AnyView); 26] = [
        ("button", buttons()),
        ("icon button, copy", icon_buttons()),
        ("link", html! { <p><a href="#links">{t().frame.secrets}</a></p> }),
        ("text, number, password, search, date", texts()),
        ("number with unit, presets", periods()),
        ("text area", areas()),
        ("select", selects()),
        ("combobox", combobox()),
        ("radio group, check box", choices()),
        ("badge, tag", badges()),
        ("alert, remark", alerts()),
        ("banner", html! { <div class="banner"><strong>{t().frame.sandbox_banner}</strong></div> }),
        ("toast, undo", toasts()),
        ("selection bar", selection()),
        ("messages", messages()),
        ("progress, skeleton", waiting()),
        ("empty state", html! { <Empty title=t().served().no_activity text=t().served().no_activity_more/> }),
        ("key–value list, time, code", facts()),
        ("table", tables()),
        ("menu", menus()),
        ("tabs", tabs()),
        ("stepper", steps()),
        ("pagination", pages()),
        ("tooltip", tooltip()),
        ("drawer", drawer()),
        ("command palette", palette()),
    ];
    let parts = parts.into_iter().map(|(name, shown)| {
        let id = name.replace([',', ' ', '–'], "-");
        html! { <section id=id class="specimen" aria-label=name><h2><code>{name}</code></h2>{shown}</section> }
    });
    html! {
        <Title text="Gallery"/>
        <h1 tabindex="-1"><code>"/_gallery"</code></h1>
        {parts.collect_view()}
        {dialog()}
    }
}

fn buttons() -> AnyView {
    let f = &t().common;
    html! {
        <div class="page-head">
            <button type="button" class="button" data-kind="primary">{f.ok}</button>
            <button type="button" class="button">{f.cancel}</button>
            <button type="button" class="button" data-kind="danger">{t().served().sign_out}</button>
            <button type="button" class="button" disabled>{f.cancel}</button>
            <button type="button" class="button" data-kind="primary" disabled>{f.ok}</button>
            <a class="button" href="#button"><Icon glyph=Glyph::Clock/>{t().overview().export}</a>
            <Refresh on_refresh=|| ()/>
        </div>
    }
}

fn icon_buttons() -> AnyView {
    html! { <p><CopyButton text="x" what=t().frame.secrets/></p> }
}

fn texts() -> AnyView {
    let s = t().served();
    let text = |value: &str| RwSignal::new(value.to_owned());
    let wrong = Signal::stored(Some(s.invalid_filter.to_owned()));
    html! {
        <div class="pair">
            <TextField id="g-text" label=s.secret hint=Signal::stored(s.palette_hint.to_owned()) value=text(LONG)/>
            <TextField id="g-wrong" label=s.secret error=wrong value=text("?")/>
            <TextField id="g-number" label=s.event value=text("30") bounds=Signal::stored((7, 30))/>
            <div class="field"><label for="g-password">{s.password}</label><input id="g-password" type="password" value="not a secret" autocomplete="off"/></div>
            <div class="field"><label for="g-search">{s.palette_button}</label><input id="g-search" type="search" placeholder=s.palette_hint/></div>
            <div class="field"><label for="g-date">{s.from}</label><input id="g-date" type="date" value="2026-01-01"/></div>
            <div class="field"><label for="g-off">{s.secret}</label><input id="g-off" value="x" disabled/></div>
        </div>
    }
}

fn periods() -> AnyView {
    let choice = RotationChoice::new(true, "30", PeriodUnit::Days);
    html! { <RotationFields choice last_ms=None now_ms=Signal::stored(Some(MOMENT_MS))/> }
}

fn areas() -> AnyView {
    let text = RwSignal::new("{\n  \"Version\": \"1\"\n}".to_owned());
    html! { <TextArea id="g-area" label=t().served().secret value=text rows=4 class="code"/> }
}

fn selects() -> AnyView {
    let options = t().frame.area.iter().map(|area| html! { <option>{*area}</option> }).collect_view();
    html! {
        <div class="field"><label for="g-select">{t().frame.region}</label><select id="g-select">{options}</select></div>
    }
}

fn combobox() -> AnyView {
    let s = t().served();
    html! {
        <div class="field">
            <label for="g-combobox">{s.who}</label>
            <div class="combobox" data-open>
                <input id="g-combobox" role="combobox" aria-expanded="true" aria-controls="g-options" aria-activedescendant="g-first" value="checkout"/>
                <div id="g-options" role="listbox" aria-label=s.who>
                    <div role="option" id="g-first" aria-selected="true">"checkout-api"</div>
                    <div role="option" aria-selected="false">"checkout-web"</div>
                    <div role="option" aria-selected="false" aria-disabled="true">{LONG}</div>
                </div>
            </div>
        </div>
    }
}

fn choices() -> AnyView {
    let f = t().served();
    html! {
        <fieldset>
            <legend>{f.theme}</legend>
            <label class="choice"><input type="radio" name="g-radio" checked/> <span>{f.theme_light}</span></label>
            <label class="choice"><input type="radio" name="g-radio"/> <span>{f.theme_dark}</span></label>
            <label class="choice" data-disabled><input type="radio" name="g-radio" disabled/> <span>{f.theme_system}</span></label>
        </fieldset>
        <label class="choice"><input type="checkbox" checked/> <span>{t().served().single_keys}</span></label>
    }
}

fn badges() -> AnyView {
    let all = [
        (Meaning::Good, Glyph::Check),
        (Meaning::Busy, Glyph::Turning),
        (Meaning::Quiet, Glyph::Off),
        (Meaning::Warning, Glyph::Clock),
        (Meaning::Danger, Glyph::Warning),
    ];
    let words = t().served().outcomes;
    let badges = all.into_iter().enumerate().map(|(index, (meaning, glyph))| {
        html! { <Badge meaning glyph text=words[index % words.len()]/> " " }
    });
    html! { <p>{badges.collect_view()} <span class="tag">"team:web"</span></p> }
}

fn alerts() -> AnyView {
    let error = |code| ApiError {
        request_id: "01J0000000000000000000000".into(),
        cloud: Some(CloudCause {
            service: "kms".into(),
            action: "CreateSecret".into(),
            code: Some("Rejected.Throttling".into()),
            request_id: Some("f1b2".into()),
        }),
        ..ApiError::new(code)
    };
    html! {
        <ErrorAlert error=error(ErrorCode::Throttled) title=t().list.failed_title>
            <button type="button" class="button">{t().common.retry}</button>
        </ErrorAlert>
        <ErrorAlert error=ApiError::new(ErrorCode::UnknownOutcome) title=t().list.failed_title/>
        <Remark meaning=Meaning::Warning text=t().served().invalid_filter/>
        <Remark meaning=Meaning::Danger text=t().served().invalid_filter/>
    }
}

fn toasts() -> AnyView {
    let s = t().served();
    html! {
        <div class="toast">
            <p>{t().delete().planned.with([&LONG, &"1 Jan 2026, 00:00 UTC"])}</p>
            <a class="button" href="#toast--undo">{t().list.restore}</a>
            <button type="button" class="button">{s.dismiss}</button>
        </div>
    }
}

fn selection() -> AnyView {
    let s = t().served();
    html! {
        <div class="selection" role="group" aria-label=s.selection>
            <p>{s.selected.with([&3, &20])} ", " {s.selected_elsewhere.with([&1])}</p>
            <a class="button" data-kind="primary" href="#selection-bar">{s.act_on_selected}</a>
            <button type="button" class="button">{s.clear_selection}</button>
        </div>
    }
}

/// What was said before, in the sheet of settings.
fn messages() -> AnyView {
    let said = t().served().reachable_again;
    html! { <ul class="messages"><li><time>"09:41:00"</time> " " {said}</li><li><time>"09:40:52"</time> " " {said}</li></ul> }
}

fn waiting() -> AnyView {
    html! { <p><progress max="10" value="4" aria-label=t().common.loading></progress></p> <Skeleton lines=3/> }
}

fn facts() -> AnyView {
    let s = t().served();
    html! {
        <KeyValues>
            <KeyValue key=s.secret><code>{LONG}</code></KeyValue>
            <KeyValue key=s.when><Time at_ms=Signal::stored(MOMENT_MS)/></KeyValue>
        </KeyValues>
        <div class="code-block"><pre tabindex="0" role="region" aria-label=s.secret><code>"aliyun kms GetSecretValue --SecretName acs/ram/user/checkout-api"</code></pre></div>
    }
}

fn tables() -> AnyView {
    let s = t().served();
    let sorted = |label, is_descending| Column {
        label,
        sort: Some(ColumnSort { href: "#table".into(), is_descending }),
        rank: Rank::Always,
    };
    let columns = || vec![sorted(s.secret, Some(false)), sorted(s.when, None), Column::plain(s.outcome)];
    let row = |name: &'static str, is_dimmed: bool| {
        html! {
            <tr role="row" data-dimmed=is_dimmed>
                <th role="rowheader" scope="row"><a href="#table">{name}</a></th>
                {cell(s.when, Rank::Always, html! { <Time at_ms=Signal::stored(MOMENT_MS)/> })}
                {cell(s.outcome, Rank::Always, html! { <Badge meaning=Meaning::Good glyph=Glyph::Check text=s.outcomes[0]/> })}
            </tr>
        }
    };
    html! {
        <DataTable caption=s.activity columns=Signal::stored(columns()) is_busy=Signal::stored(false)>
            {row("checkout-api", false)} {row("old-reports", true)} {row(LONG, false)}
        </DataTable>
    }
}

fn menus() -> AnyView {
    let link = |label, is_dangerous| MenuLink { label, href: "#menu".into(), is_dangerous };
    let items = vec![link(t().frame.secrets, false), link(t().served().sign_out, true)];
    html! { <p><MenuButton id="g-menu".to_owned() text=t().list.more name=t().list.more items/></p> }
}

fn tabs() -> AnyView {
    let f = &t().frame;
    html! {
        <nav class="tabs" aria-label=f.overview>
            <a href="#tabs" aria-current="page">{f.overview}</a> <a href="#tabs">{f.activity}</a> <a href="#tabs">{f.access}</a>
        </nav>
    }
}

fn steps() -> AnyView {
    let f = &t().frame;
    html! {
        <ol class="steps" aria-label=f.setup>
            <li><a href="#stepper">"1. " {f.overview}</a></li>
            <li aria-current="step">
                <span class="step-number">"2. "</span> <span class="step-of">{t().create().step_of.with([&2, &3])} " "</span> {f.activity}
            </li>
            <li>"3. " {f.access}</li>
        </ol>
    }
}

fn pages() -> AnyView {
    let s = t().served();
    html! { <nav class="pagination" aria-label=s.pages><a class="button" href="#pagination">{s.first_page}</a> <a class="button" href="#pagination">{s.next_page}</a></nav> }
}

/// Of the link, and as it looks while that has the focus.
fn tooltip() -> AnyView {
    html! { <p><a href="#tooltip" data-tip=LONG>{t().frame.secrets}</a></p> <div class="tooltip">{LONG}</div> }
}

/// Opens where there is little room; elsewhere it stands in its place.
fn drawer() -> AnyView {
    let f = &t().frame;
    html! {
        <button type="button" class="button" popovertarget="g-drawer">{t().served().menu}</button>
        <nav id="g-drawer" class="side-navigation drawer" popover="" aria-label=f.overview>
            <a href="#drawer" aria-current="page">{f.overview}</a> <a href="#drawer">{f.activity}</a>
        </nav>
    }
}

/// As it stands open; the real one is `shell::tools`.
fn palette() -> AnyView {
    let s = t().served();
    let option = |text: &'static str, is_chosen: bool| html! { <div role="option" aria-selected=is_chosen.to_string()>{text}</div> };
    html! {
        <dialog open class="palette" aria-label=s.palette>
            <input type="text" role="combobox" aria-expanded="true" aria-controls="g-palette" aria-label=s.palette value="checkout"/>
            <div id="g-palette" role="listbox" aria-label=s.palette_results>
                <div role="group" aria-label=s.pages_of_keyturn>{option(t().frame.secrets, true)} {option(t().frame.activity, false)}</div>
                <div role="group" aria-label=t().frame.secrets>
                    <div role="option" aria-selected="false">"acs/ram/user/checkout-api" <small>"cn-hangzhou"</small></div>
                </div>
            </div>
            <p role="status" class="remark">{s.looking_everywhere}</p>
        </dialog>
    }
}

/// Not modal, so that it stands among the others.
fn dialog() -> AnyView {
    let s = t().served();
    html! {
        <section id="dialog" class="specimen" aria-label="dialog">
            <h2><code>"dialog"</code></h2>
            <dialog open aria-labelledby="g-dialog-title">
                <h2 id="g-dialog-title">{s.confirm}</h2>
                <div>
                    <p>{s.confirm_why}</p>
                    <div class="dialog-buttons">
                        <button type="button" class="button" data-kind="danger">{t().served().sign_out}</button>
                        <button type="button" class="button">{t().common.cancel}</button>
                    </div>
                </div>
            </dialog>
        </section>
    }
}
