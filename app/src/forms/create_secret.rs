//! `/{region}/create-secret`: the wizard. Its step is in the address, what is typed is in [`Draft`], and the AccessKey
//! secrets are in one signal, which is cleared when the wizard closes.

mod draft;
mod finish;
mod kms_field;
#[cfg(feature = "ssr")]
mod plain_wizard;
mod rotation_step;
mod secret_step;
mod user_field;

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

use super::over::{Changes, list_of, use_leave};
use crate::api::{create_secret, get_prerequisites};
use crate::browser::{document, random, storage, timers};
use crate::locales::t;
use crate::model::error::{ApiError, ErrorCode};
use crate::model::new_secret::{NewSecret, Prerequisites};
use crate::model::secret::SecretName;
use crate::paths;
use crate::ui::announce::Announcer;
use crate::ui::badge::Meaning;
use crate::ui::dialog::Dialog;
use crate::ui::error::{ErrorAlert, Remark};
use crate::ui::html::html;

use draft::Draft;
use finish::{Created, Review};
use rotation_step::RotationStep;
use secret_step::SecretStep;

/// The elements' IDs.
const ID: &str = "create-secret";
const DISCARD_ID: &str = "discard";

/// The wizard's places, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Secret,
    Rotation,
    Review,
}

impl Step {
    const ALL: [Self; 3] = [Self::Secret, Self::Rotation, Self::Review];

    fn parse(text: Option<&str>) -> Self {
        match text {
            Some("rotation") => Self::Rotation,
            Some("review") => Self::Review,
            _ => Self::Secret,
        }
    }

    fn title(self) -> &'static str {
        let c = t().create();
        match self {
            Self::Secret => c.title,
            Self::Rotation => c.rotation_title,
            Self::Review => c.review_title,
        }
    }

    fn href(self, region: &str) -> String {
        let path = paths::create_secret(region);
        match self {
            Self::Secret => path,
            Self::Rotation => format!("{path}?step=rotation"),
            Self::Review => format!("{path}?step=review"),
        }
    }
}

/// What the steps share.
#[derive(Clone, Copy)]
struct Wizard {
    region: Memo<String>,
    draft: Draft,
    /// Empty until they are known.
    prerequisites: Memo<Prerequisites>,
    create: Action<NewSecret, Result<SecretName, ApiError>>,
    /// The same for every try of one secret.
    version_id: StoredValue<String>,
}

#[component]
pub(crate) fn CreateSecret() -> impl IntoView {
    let params = use_params_map();
    let region = Memo::new(move |_| params.read().get("region").unwrap_or_default());
    #[cfg(feature = "ssr")]
    if let Some(choices) = use_context::<crate::plain::PlainPage>().and_then(|page| page.choices) {
        return html! { <plain_wizard::PlainWizard region=region.get_untracked() choices/> };
    }
    let query = use_query_map();
    let asked = Memo::new(move |_| Step::parse(query.read().get_str("step")));
    let draft = Draft::new();
    let create = Action::new(move |secret: &NewSecret| {
        let secret = secret.clone();
        async move { create_secret(region.get_untracked(), secret).await }
    });
    let asked_prerequisites = LocalResource::new(move || get_prerequisites(region.get()));
    let prerequisites =
        Memo::new(move |_| asked_prerequisites.get().and_then(Result::ok).unwrap_or_default());
    Effect::new(move || {
        if asked_prerequisites.get().is_some() {
            draft.choose_key(&prerequisites.get().instances);
        }
    });
    let version_id = StoredValue::new(String::new());
    let wizard = Wizard { region, draft, prerequisites, create, version_id };
    // Without the values nothing after the first step can be shown: a reload comes back here, and says why.
    let step = Memo::new(move |_| if draft.can_leave_first() { asked.get() } else { Step::Secret });
    let created = Memo::new(move |_| create.value().get().and_then(Result::ok));
    let was_reloaded = RwSignal::new(false);
    let leave = use_leave();
    let announcer: Announcer = expect_context();
    // A draft belongs to its region.
    let key = move || format!("{}-{}", draft::KEY, region.get_untracked());
    Effect::new(move || {
        if let Some(text) = storage::get(&key()) {
            draft.load(&text);
            was_reloaded.set(true);
            announcer.say(t().create().reloaded);
        }
        // The address follows, or the wizard would jump as soon as the last value is typed.
        if untrack(|| !draft.can_leave_first() && asked.get() != Step::Secret) {
            leave(&Step::Secret.href(&region.get_untracked()));
        }
    });
    Effect::new(move || {
        let text = draft.text();
        match created.get() {
            None if draft.is_touched() => storage::set(&key(), &text),
            _ => storage::remove(&key()),
        }
    });
    let changes: Changes = expect_context();
    let leave_done = use_leave();
    Effect::new(move || match create.value().get() {
        Some(Ok(_)) => {
            draft.forget_values();
            changes.made();
            // The heading of the last place says it. A reload begins another secret, and not at its end.
            leave_done(&Step::Secret.href(&region.get_untracked()));
        }
        // The server had the values; what became of them is not known, so they are not kept here either.
        Some(Err(error)) if error.code == ErrorCode::UnknownOutcome => draft.forget_values(),
        _ => {}
    });
    on_cleanup(move || draft.forget_values());
    let navigate = use_navigate();
    let close = move || {
        storage::remove(&key());
        navigate(&list_of(&region.get_untracked()), Default::default());
    };
    // Each place begins at its heading, which is read out; the first has the focus by the dialog.
    Effect::new(move |place: Option<(Step, bool)>| {
        let now = (step.get(), created.get().is_some());
        if place.is_some_and(|before| before != now) {
            // What was wrong at the last place is not said of this one.
            announcer.say("");
            timers::after(0, || {
                document::focus_id("create-secret-title");
            });
        }
        now
    });
    let title = Signal::derive(move || match created.get() {
        Some(_) => t().create().done_title.to_owned(),
        None => step.get().title().to_owned(),
    });
    let discard = StoredValue::new(close.clone());
    // Esc has closed the dialog already: it comes back, with the question over it.
    let leave_or_ask = move || {
        // What is on its way is waited for.
        if create.pending().get_untracked() {
            document::show_modal(ID);
        } else if created.with_untracked(Option::is_none) && draft.is_touched() {
            document::show_modal(ID);
            document::show_modal(DISCARD_ID);
        } else {
            discard.get_value()();
        }
    };
    let reload_notice = move || {
        (was_reloaded.get() && step.get() == Step::Secret)
            .then(|| html! { <Remark meaning=Meaning::Warning text=t().create().reloaded/> })
    };
    let unknown_outcome = move || {
        let error = create.value().get().and_then(Result::err);
        let error =
            error.filter(|error| step.get() == Step::Secret && error.code == ErrorCode::UnknownOutcome);
        error.map(|error| html! { <ErrorAlert error title=t().create().failed/> })
    };
    html! {
        <Dialog id=ID title is_busy=create.pending() on_close=leave_or_ask>
            {move || match created.get() {
                Some(name) => html! { <Created region=region.get() name cancel=leave_or_ask/> },
                None => html! {
                    <Steps step region/>
                    {reload_notice}
                    {unknown_outcome}
                    {move || match step.get() {
                        Step::Secret => html! { <SecretStep wizard cancel=leave_or_ask/> },
                        Step::Rotation => html! { <RotationStep wizard cancel=leave_or_ask/> },
                        Step::Review => html! { <Review wizard cancel=leave_or_ask/> },
                    }}
                },
            }}
        </Dialog>
        <Discard discard=move || discard.get_value()()/>
    }
}

/// The question before what was entered is lost. Esc goes back to it.
#[component]
fn Discard(discard: impl Fn() + 'static) -> impl IntoView {
    let c = t().create();
    html! {
        <dialog id=DISCARD_ID aria-labelledby="discard-title">
            <h2 id="discard-title">{c.discard_title}</h2>
            <div>
                <p>{c.discard_text}</p>
                <div class="dialog-buttons">
                    <button type="button" class="button" data-kind="danger" on:click=move |_| discard()>
                        {c.discard}
                    </button>
                    <button type="button" class="button" autofocus on:click=|_| document::close_dialog(DISCARD_ID)>
                        {c.keep_editing}
                    </button>
                </div>
            </div>
        </dialog>
    }
}

/// Where one is; the steps that are done are links.
#[component]
fn Steps(step: Memo<Step>, region: Memo<String>) -> impl IntoView {
    let items = Step::ALL
        .into_iter()
        .enumerate()
        .map(|(index, of)| {
            // Where there is little room, the step one is at says how many there are instead of all of them.
            let (number, place) = (index + 1, t().create().step_of.with([&(index + 1), &Step::ALL.len()]));
            html! {
                <li aria-current=move || (step.get() == of).then_some("step")>
                    {move || {
                        let text = html! {
                            <span class="step-number">{number} ". "</span> <span class="step-of">{place.clone()} " "</span> {of.title()}
                        };
                        match of < step.get() {
                            true => html! { <a href=of.href(&region.get())>{text}</a> },
                            false => html! { <span>{text}</span> },
                        }
                    }}
                </li>
            }
        })
        .collect_view();
    html! { <ol class="steps" aria-label=t().create().steps>{items}</ol> }
}

impl Wizard {
    /// The version ID of this secret, drawn once.
    fn version_id(self) -> String {
        self.version_id.update_value(|id| {
            if id.is_empty() {
                *id = random::uuid();
            }
        });
        self.version_id.get_value()
    }

    /// The way to a step.
    fn to(self, step: Step, navigate: impl Fn(&str, leptos_router::NavigateOptions)) {
        navigate(&step.href(&self.region.get_untracked()), Default::default());
        document::scroll_dialog_up(ID);
    }
}
