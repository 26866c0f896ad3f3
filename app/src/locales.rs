//! The translation layer: every string that a person sees is a field here, and each language is one value of [`Messages`].
//!
//! A language with a missing string does not compile, and a string that nobody uses is an unused field. Strings
//! with something in them are functions, so that each language has its own order and plurals.
//! Why not a catalogue library, and why the strings are not in the WASM: `docs/decisions/translations.md`.

mod en;
#[cfg(not(feature = "hydrate"))]
mod language;
mod words;

use std::sync::OnceLock;

#[cfg(feature = "ssr")]
pub use language::CURRENT as CURRENT_LANGUAGE;
#[cfg(not(feature = "hydrate"))]
pub use language::Language;

use crate::model::access_key::{Receipt, Silence};
use crate::model::bulk::{Counts, Skip};
use crate::model::drift::{self, Drift, DriftKind, Role};
use crate::model::error::ErrorCode;
use crate::model::leak::Step;
use crate::model::new_secret::{InvalidInput, Proof};
use crate::model::overview::Health;
use crate::model::region::Area;
use crate::model::rotation::{InvalidPeriod, PeriodUnit};
use crate::model::secret::{Secret, State};
use crate::model::secret_edit::InvalidPolicy;
use crate::model::secret_query::RotationFilter;
pub(crate) use words::Pattern;

/// The catalogue of the person's language.
#[inline(never)]
pub(crate) fn t() -> &'static Messages {
    static MESSAGES: PerLanguage<Messages> = PerLanguage::new();
    MESSAGES.get(0, en::messages)
}

/// A part of the catalogue. The browser has it in one language, the server in each.
#[cfg(feature = "hydrate")]
struct PerLanguage<T>(OnceLock<T>);
#[cfg(not(feature = "hydrate"))]
struct PerLanguage<T>([OnceLock<T>; Language::COUNT]);

#[cfg(feature = "hydrate")]
impl<T> PerLanguage<T> {
    const fn new() -> Self {
        Self(OnceLock::new())
    }

    fn get(&self, number: usize, make: fn() -> T) -> &T {
        self.0.get_or_init(|| words::section(number, make))
    }
}
#[cfg(not(feature = "hydrate"))]
impl<T> PerLanguage<T> {
    const fn new() -> Self {
        Self([const { OnceLock::new() }; Language::COUNT])
    }

    fn get(&self, _number: usize, make: fn() -> T) -> &T {
        let language = Language::current();
        self.0[language as usize].get_or_init(|| words::section(language, make))
    }
}

/// The parts that the first page does not need: each is made, by the code that is fetched with its page, when it is first used.
macro_rules! parts {
    ($($number:literal $name:ident: $type:ident),* $(,)?) => {
        impl Messages {
            $(
                #[inline(never)]
                pub(crate) fn $name(&self) -> &'static $type {
                    static PART: PerLanguage<$type> = PerLanguage::new();
                    PART.get($number, en::$name)
                }
            )*
        }

        /// The strings of a language, a section for each part, for [`read_words`] in the browser.
        #[cfg(feature = "ssr")]
        pub(crate) fn words(language: Language) -> String {
            words::join(&[words::told_by(language, en::messages), $(words::told_by(language, en::$name)),*])
        }
    };
}
parts! {
    1 overview: Overview,
    2 keys: Keys,
    3 leak: Leak,
    4 details: Details,
    5 create: Create,
    6 edit: Edit,
    7 delete: Delete,
    8 restore: Restore,
    9 rotate: Rotate,
    10 bulk: Bulk,
}

/// Before anything is shown: the strings that the server's `words` gave.
#[cfg(feature = "hydrate")]
pub(crate) fn read_words(text: String) {
    words::read(text);
}

pub(crate) struct Messages {
    /// The language's tag, for `<html lang>`.
    pub(crate) lang: &'static str,
    pub(crate) frame: Frame,
    pub(crate) list: List,
    pub(crate) states: States,
    pub(crate) errors: Errors,
    pub(crate) common: Common,
}

pub(crate) struct Common {
    pub(crate) ok: &'static str,
    pub(crate) cancel: &'static str,
    /// Between two things that are said.
    pub(crate) comma: &'static str,
    pub(crate) copy: Pattern<1>,
    pub(crate) copied: &'static str,
    pub(crate) copy_failed: &'static str,
    pub(crate) retry: &'static str,
    pub(crate) working: &'static str,
    pub(crate) loading: &'static str,
    pub(crate) error_details: &'static str,
    pub(crate) our_request_id: &'static str,
    pub(crate) vendor_code: &'static str,
    pub(crate) vendor_request_id: &'static str,
    pub(crate) vendor_action: &'static str,
    pub(crate) days: Pattern<1>,
    hours: Pattern<1>,
    minutes: Pattern<1>,
    seconds: Pattern<1>,
}

impl Common {
    /// A period in seconds, in the largest unit that holds it whole.
    pub(crate) fn period(&self, seconds: u64) -> String {
        match seconds {
            _ if seconds.is_multiple_of(86_400) => self.days.with([&(seconds / 86_400)]),
            _ if seconds.is_multiple_of(3_600) => self.hours.with([&(seconds / 3_600)]),
            _ if seconds.is_multiple_of(60) => self.minutes.with([&(seconds / 60)]),
            _ => self.seconds.with([&seconds]),
        }
    }
}

pub(crate) struct Frame {
    pub(crate) product: &'static str,
    pub(crate) title: Pattern<1>,
    pub(crate) skip_to_content: &'static str,
    pub(crate) main_navigation: &'static str,
    pub(crate) overview: &'static str,
    pub(crate) secrets: &'static str,
    pub(crate) access_keys: &'static str,
    pub(crate) activity: &'static str,
    pub(crate) access: &'static str,
    pub(crate) approvals: &'static str,
    pub(crate) setup: &'static str,
    pub(crate) region: &'static str,
    pub(crate) go: &'static str,
    pub(crate) area: [&'static str; Area::ALL.len()],
    pub(crate) sandbox_banner: &'static str,
    pub(crate) sandbox_banner_more: &'static str,
    pub(crate) account: Pattern<1>,
    pub(crate) not_found_title: &'static str,
    pub(crate) secret_not_found_title: &'static str,
    pub(crate) region_not_found_title: &'static str,
    pub(crate) user_not_found_title: &'static str,
    pub(crate) not_found_page: &'static str,
    pub(crate) not_found_region: Pattern<1>,
    pub(crate) not_found_secret: Pattern<2>,
    pub(crate) to_the_list: &'static str,
}

pub(crate) struct List {
    pub(crate) title: &'static str,
    pub(crate) create: &'static str,
    pub(crate) search: &'static str,
    pub(crate) state: &'static str,
    pub(crate) rotation: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) apply: &'static str,
    pub(crate) clear_all: &'static str,
    pub(crate) remove_filter: Pattern<1>,
    pub(crate) name: &'static str,
    pub(crate) user: &'static str,
    pub(crate) next_rotation: &'static str,
    pub(crate) changed: &'static str,
    pub(crate) tags: &'static str,
    pub(crate) actions: &'static str,
    pub(crate) view: &'static str,
    pub(crate) more: &'static str,
    pub(crate) more_for: Pattern<1>,
    pub(crate) plan_deletion: &'static str,
    pub(crate) restore: &'static str,
    pub(crate) rotate_now: &'static str,
    pub(crate) change_rotation: &'static str,
    pub(crate) act_on_many: &'static str,
    pub(crate) pick: Pattern<1>,
    pub(crate) pick_all: &'static str,
    /// How many match out of how many.
    all: Pattern<1>,
    some: Pattern<2>,
    pub(crate) checked: Pattern<2>,
    pub(crate) refresh: &'static str,
    pub(crate) updated: &'static str,
    pub(crate) ignored: Pattern<2>,
    pub(crate) empty_title: &'static str,
    pub(crate) empty_text: &'static str,
    pub(crate) no_match_title: &'static str,
    pub(crate) no_match_text: &'static str,
    pub(crate) failed_title: &'static str,
    pub(crate) row_failed: &'static str,
    pub(crate) pages: &'static str,
    pub(crate) page_of: Pattern<2>,
    pub(crate) previous: &'static str,
    pub(crate) next: &'static str,
    pub(crate) rows: &'static str,
}

impl List {
    pub(crate) fn count(&self, matched: usize, total: usize) -> String {
        if matched == total { self.all.with([&total]) } else { self.some.with([&matched, &total]) }
    }
}

/// All regions.
pub(crate) struct Overview {
    pub(crate) none: &'static str,
    pub(crate) title: &'static str,
    pub(crate) export: &'static str,
    pub(crate) only_tag: &'static str,
    pub(crate) any_tag: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) progress: &'static str,
    pub(crate) without: Pattern<1>,
    pub(crate) without_many: Pattern<1>,
    pub(crate) nothing_here: &'static str,
    pub(crate) reading: Pattern<2>,
    pub(crate) regions: &'static str,
    pub(crate) health_column: &'static str,
    pub(crate) health: [&'static str; Health::ALL.len()],
    pub(crate) keys_asked: Pattern<2>,
    pub(crate) asked: &'static str,
    pub(crate) unread: Pattern<1>,
    pub(crate) no_secrets: Pattern<1>,
    pub(crate) region_failed: &'static str,
    pub(crate) attention: &'static str,
    pub(crate) since: &'static str,
    pub(crate) noticed: &'static str,
    pub(crate) more_attention: Pattern<1>,
    pub(crate) nothing_wrong: &'static str,
    pub(crate) calendar: &'static str,
    /// All rotations, in so many days, the most on one, and its date.
    pub(crate) planned: Pattern<4>,
    pub(crate) no_rotations: Pattern<1>,
    pub(crate) as_table: &'static str,
    pub(crate) day: &'static str,
    pub(crate) rotations: &'static str,
    pub(crate) fullest_hour: &'static str,
    pub(crate) note: &'static str,
    pub(crate) over_quota: &'static str,
    pub(crate) clump: &'static str,
}

/// AccessKeys by hand.
pub(crate) struct Keys {
    pub(crate) no_match_more: &'static str,
    pub(crate) no_match: &'static str,
    pub(crate) none_more: &'static str,
    pub(crate) none: &'static str,
    pub(crate) title: &'static str,
    pub(crate) intro: &'static str,
    pub(crate) search: &'static str,
    pub(crate) find: &'static str,
    /// AccessKeys that match, of so many users.
    pub(crate) count: Pattern<2>,
    pub(crate) reading: Pattern<2>,
    pub(crate) more: Pattern<1>,
    pub(crate) unread: Pattern<1>,
    pub(crate) unread_regions: Pattern<1>,
    pub(crate) orphans: Pattern<1>,
    pub(crate) key_id: &'static str,
    pub(crate) last_use: &'static str,
    pub(crate) left_by: Pattern<2>,
    pub(crate) left_behind: Pattern<2>,
    pub(crate) rotate_of: Pattern<1>,
    pub(crate) no_user: Pattern<1>,
    pub(crate) managed_by: Pattern<2>,
    pub(crate) unmanaged: &'static str,
    pub(crate) guide: &'static str,
    pub(crate) no_keys: &'static str,
    pub(crate) disable: &'static str,
    pub(crate) enable: &'static str,
    pub(crate) delete: &'static str,
    pub(crate) type_id: Pattern<1>,
    pub(crate) type_id_to_stop: Pattern<1>,
    pub(crate) is_value: &'static str,
    pub(crate) wrong_id: &'static str,
}

/// After a leak.
pub(crate) struct Leak {
    pub(crate) title: &'static str,
    pub(crate) heading: Pattern<1>,
    pub(crate) intro: &'static str,
    pub(crate) step: [&'static str; Step::ALL.len()],
    pub(crate) rotate_text: &'static str,
    pub(crate) other_keys: &'static str,
    pub(crate) watch_text: &'static str,
    pub(crate) disable_text: &'static str,
    pub(crate) delete_text: &'static str,
    pub(crate) record_text: &'static str,
    pub(crate) download: &'static str,
    pub(crate) answer_lost: &'static str,
    pub(crate) done: &'static str,
    pub(crate) not_needed: &'static str,
    pub(crate) skipped: &'static str,
    pub(crate) not_the_value: &'static str,
    pub(crate) delete_text_by_hand: &'static str,
    pub(crate) no_such_key: Pattern<1>,
    pub(crate) under_way: &'static str,
    pub(crate) stopped: &'static str,
    pub(crate) now: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) which: &'static str,
    pub(crate) about: Pattern<1>,
    pub(crate) no_record: &'static str,
    pub(crate) did: Pattern<2>,
    did_unanswered: Pattern<1>,
}

impl Leak {
    pub(crate) fn did(&self, receipt: &Receipt) -> String {
        match receipt.request_id.is_empty() {
            true => self.did_unanswered.with([&receipt.action]),
            false => self.did.with([&receipt.action, &receipt.request_id]),
        }
    }
}

pub(crate) struct Details {
    pub(crate) timeline: &'static str,
    pub(crate) next_key: &'static str,
    pub(crate) works_from: &'static str,
    pub(crate) until_about: &'static str,
    pub(crate) tabs: &'static str,
    pub(crate) overview: &'static str,
    pub(crate) versions: &'static str,
    pub(crate) name: &'static str,
    pub(crate) arn: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) kind_value: &'static str,
    pub(crate) description: &'static str,
    pub(crate) no_description: &'static str,
    pub(crate) user: &'static str,
    pub(crate) access_keys: &'static str,
    pub(crate) access_keys_unknown: &'static str,
    pub(crate) user_gone: &'static str,
    pub(crate) key_active: &'static str,
    pub(crate) key_inactive: &'static str,
    pub(crate) last_used: &'static str,
    pub(crate) never_used: &'static str,
    pub(crate) use_unknown: &'static str,
    pub(crate) state: &'static str,
    pub(crate) rotation: &'static str,
    pub(crate) last_rotation: &'static str,
    pub(crate) never_rotated: &'static str,
    pub(crate) next_rotation: &'static str,
    pub(crate) no_next_rotation: &'static str,
    pub(crate) created: &'static str,
    pub(crate) changed: &'static str,
    pub(crate) instance: &'static str,
    pub(crate) key: &'static str,
    pub(crate) tags: &'static str,
    pub(crate) no_tags: &'static str,
    pub(crate) version_id: &'static str,
    pub(crate) stages: &'static str,
    pub(crate) versions_hidden: &'static str,
    pub(crate) versions_unknown: &'static str,
    pub(crate) pending_banner: Pattern<1>,
    pub(crate) failing_banner: &'static str,
    pub(crate) role: [&'static str; Role::ALL.len()],
    user_drifted: &'static str,
    key_gone: &'static str,
    key_disabled: Pattern<1>,
    key_foreign: Pattern<1>,
    /// The AccessKey ID, its last use, and until when it lives.
    pub(crate) outgoing_used: Pattern<3>,
    pub(crate) outgoing_silent: Pattern<2>,
    pub(crate) outgoing_unknown: Pattern<2>,
    pub(crate) outgoing_untold: Pattern<1>,
}

impl Details {
    pub(crate) fn drift(&self, drift: &Drift) -> String {
        match drift {
            Drift::UserGone => self.user_drifted.into(),
            Drift::CurrentKeyGone => self.key_gone.into(),
            Drift::Disabled(id) => self.key_disabled.with([id]),
            Drift::Foreign(id) => self.key_foreign.with([id]),
        }
    }
}

pub(crate) struct Create {
    pub(crate) title: &'static str,
    pub(crate) rotation_title: &'static str,
    pub(crate) review_title: &'static str,
    pub(crate) done_title: &'static str,
    pub(crate) steps: &'static str,
    pub(crate) step_of: Pattern<2>,
    pub(crate) reloaded: &'static str,
    pub(crate) select_type: &'static str,
    pub(crate) ram_type: &'static str,
    pub(crate) other_types: [&'static str; 3],
    pub(crate) other_types_reason: &'static str,
    pub(crate) select_user: &'static str,
    pub(crate) user_hint: &'static str,
    pub(crate) user_missing: &'static str,
    pub(crate) users_failed: &'static str,
    pub(crate) no_user_matches: &'static str,
    pub(crate) no_access_key: &'static str,
    pub(crate) already_managed: Pattern<2>,
    pub(crate) access_keys: Pattern<1>,
    pub(crate) set_value: &'static str,
    pub(crate) value_foreign: &'static str,
    pub(crate) value_wrong: &'static str,
    pub(crate) value_unknown: &'static str,
    pub(crate) unverified: &'static str,
    pub(crate) unverified_hint: &'static str,
    pub(crate) must_verify: &'static str,
    pub(crate) checking_values: &'static str,
    pub(crate) value_note: &'static str,
    pub(crate) all_keys_needed: &'static str,
    pub(crate) description: &'static str,
    pub(crate) description_hint: &'static str,
    pub(crate) tags: &'static str,
    pub(crate) tags_hint: &'static str,
    pub(crate) instance: &'static str,
    pub(crate) key: &'static str,
    pub(crate) instances_failed: &'static str,
    pub(crate) service_role_missing: &'static str,
    pub(crate) show_value: &'static str,
    pub(crate) discard_title: &'static str,
    pub(crate) discard_text: &'static str,
    pub(crate) discard: &'static str,
    pub(crate) keep_editing: &'static str,
    missing: &'static str,
    too_long: Pattern<1>,
    not_a_tag: Pattern<1>,
    not_a_pair: Pattern<1>,
    too_many: Pattern<1>,
    pub(crate) turn_on: &'static str,
    pub(crate) turn_off: &'static str,
    pub(crate) period: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) unit_name: [&'static str; PeriodUnit::ALL.len()],
    not_a_number: &'static str,
    too_few_days: &'static str,
    too_few_hours: &'static str,
    too_many_days: &'static str,
    too_many_hours: &'static str,
    pub(crate) hours_note: &'static str,
    pub(crate) next_dates: &'static str,
    pub(crate) both_keys_note: &'static str,
    pub(crate) created: &'static str,
    pub(crate) trimmed: &'static str,
    pub(crate) entered: Pattern<1>,
    pub(crate) edit: Pattern<1>,
    pub(crate) edit_short: &'static str,
    pub(crate) secret_name: &'static str,
    pub(crate) as_code: &'static str,
    pub(crate) as_code_about: &'static str,
    pub(crate) next: &'static str,
    pub(crate) previous: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) done_text: &'static str,
    pub(crate) close: &'static str,
    pub(crate) view_details: &'static str,
}

impl Create {
    /// Why an AccessKey secret is not proven.
    pub(crate) fn unproven(&self, proof: Proof) -> &'static str {
        match proof {
            Proof::Valid | Proof::Foreign => self.value_foreign,
            Proof::Wrong => self.value_wrong,
            Proof::Unknown => self.value_unknown,
        }
    }

    pub(crate) fn invalid(&self, error: InvalidInput) -> String {
        match error {
            InvalidInput::Missing => self.missing.into(),
            InvalidInput::TooLong(most) => self.too_long.with([&thousands(most)]),
            InvalidInput::NotATag(wrong) => self.not_a_tag.with([&wrong]),
            InvalidInput::NotAPair(wrong) => self.not_a_pair.with([&wrong]),
            InvalidInput::TooMany(most) => self.too_many.with([&most]),
        }
    }

    pub(crate) fn invalid_period(&self, error: InvalidPeriod) -> String {
        let text = match error {
            InvalidPeriod::NotANumber => self.not_a_number,
            InvalidPeriod::TooShort(PeriodUnit::Days) => self.too_few_days,
            InvalidPeriod::TooShort(PeriodUnit::Hours) => self.too_few_hours,
            InvalidPeriod::TooLong(PeriodUnit::Days) => self.too_many_days,
            InvalidPeriod::TooLong(PeriodUnit::Hours) => self.too_many_hours,
        };
        text.into()
    }
}

/// 8192 as 8,192, as all of our languages write it.
fn thousands(number: usize) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", number / 1_000, number % 1_000),
    }
}

#[cfg(feature = "ssr")]
impl Messages {
    pub(crate) fn plain(&self) -> &'static Plain {
        static PART: PerLanguage<Plain> = PerLanguage::new();
        PART.get(0, en::plain)
    }

    pub(crate) fn served(&self) -> &'static Served {
        static PART: PerLanguage<Served> = PerLanguage::new();
        PART.get(0, en::served)
    }
}

/// What the pages say that the server alone renders.
#[cfg(feature = "ssr")]
pub(crate) struct Served {
    pub(crate) sign_in: &'static str,
    pub(crate) name: &'static str,
    pub(crate) password: &'static str,
    pub(crate) wrong: &'static str,
    pub(crate) too_often: Pattern<1>,
    pub(crate) unavailable: &'static str,
    pub(crate) with_provider: Pattern<1>,
    pub(crate) expired: &'static str,
    pub(crate) provider_refused: &'static str,
    pub(crate) provider_down: &'static str,
    pub(crate) confirm: &'static str,
    pub(crate) confirm_why: &'static str,
    pub(crate) signed_in: &'static str,
    pub(crate) signed_in_more: &'static str,
    pub(crate) link_used: &'static str,
    pub(crate) link_used_more: &'static str,
    pub(crate) choose_password: &'static str,
    pub(crate) choose_password_for: Pattern<1>,
    pub(crate) password_hint: &'static str,
    pub(crate) password_again: &'static str,
    pub(crate) save_password: &'static str,
    pub(crate) too_short: Pattern<1>,
    pub(crate) not_the_same: &'static str,
    pub(crate) account: &'static str,
    pub(crate) id: &'static str,
    pub(crate) groups: &'static str,
    pub(crate) none: &'static str,
    pub(crate) may: &'static str,
    pub(crate) no_grants: &'static str,
    pub(crate) session: &'static str,
    pub(crate) sessions: &'static str,
    pub(crate) all_sessions: &'static str,
    pub(crate) address: &'static str,
    pub(crate) started: &'static str,
    pub(crate) used: &'static str,
    pub(crate) actions: &'static str,
    pub(crate) this_session: &'static str,
    pub(crate) end: &'static str,
    pub(crate) end_session: Pattern<1>,
    pub(crate) activity: &'static str,
    pub(crate) activity_about: &'static str,
    pub(crate) when: &'static str,
    pub(crate) who: &'static str,
    pub(crate) event: &'static str,
    pub(crate) secret: &'static str,
    pub(crate) on: &'static str,
    pub(crate) outcome: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) any: &'static str,
    pub(crate) from: &'static str,
    pub(crate) until: &'static str,
    pub(crate) export_csv: &'static str,
    pub(crate) export_json: &'static str,
    pub(crate) invalid_filter: &'static str,
    pub(crate) no_activity: &'static str,
    pub(crate) no_activity_more: &'static str,
    pub(crate) activity_failed: &'static str,
    pub(crate) pages: &'static str,
    pub(crate) older: &'static str,
    pub(crate) access: &'static str,
    pub(crate) access_about: &'static str,
    pub(crate) grants: &'static str,
    pub(crate) role: &'static str,
    pub(crate) to: &'static str,
    pub(crate) over: &'static str,
    pub(crate) everything: &'static str,
    pub(crate) configured: &'static str,
    pub(crate) new_grant: &'static str,
    pub(crate) create_grant: &'static str,
    pub(crate) delete_grant: &'static str,
    pub(crate) delete_grant_of: Pattern<1>,
    pub(crate) group: &'static str,
    pub(crate) group_hint: &'static str,
    pub(crate) person: &'static str,
    pub(crate) person_hint: &'static str,
    pub(crate) regions: &'static str,
    pub(crate) regions_hint: &'static str,
    pub(crate) names: &'static str,
    pub(crate) names_hint: &'static str,
    pub(crate) tags: &'static str,
    pub(crate) tags_hint: &'static str,
    pub(crate) accounts: &'static str,
    pub(crate) new_account: &'static str,
    pub(crate) create_account: &'static str,
    pub(crate) name_hint: &'static str,
    pub(crate) groups_hint: &'static str,
    pub(crate) state: &'static str,
    pub(crate) active: &'static str,
    pub(crate) invited: &'static str,
    pub(crate) disabled: &'static str,
    pub(crate) enable: &'static str,
    pub(crate) disable: &'static str,
    pub(crate) new_link: &'static str,
    pub(crate) one_time_link: &'static str,
    pub(crate) link_for: Pattern<1>,
    pub(crate) invalid_name: &'static str,
    pub(crate) name_taken: &'static str,
    pub(crate) no_account: &'static str,
    pub(crate) region_id: &'static str,
    pub(crate) invalid_grant: Pattern<1>,
    pub(crate) why: &'static str,
    pub(crate) explain: &'static str,
    pub(crate) may_nothing: &'static str,
    pub(crate) may_as: Pattern<1>,
    pub(crate) no_rules: &'static str,
    pub(crate) fits: &'static str,
    pub(crate) other_region: &'static str,
    pub(crate) other_name: &'static str,
    pub(crate) other_tags: &'static str,
    pub(crate) ended: &'static str,
    pub(crate) ended_more: &'static str,
    pub(crate) code: &'static str,
    pub(crate) code_title: &'static str,
    pub(crate) code_more: &'static str,
    pub(crate) code_hint: &'static str,
    pub(crate) code_wrong: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) app_title: &'static str,
    pub(crate) app_more: &'static str,
    pub(crate) app_needed: &'static str,
    pub(crate) app_picture: &'static str,
    pub(crate) app_key: &'static str,
    pub(crate) codes_title: &'static str,
    pub(crate) codes_more: &'static str,
    pub(crate) codes_kept: &'static str,
    pub(crate) sign_in_ways: &'static str,
    pub(crate) new_password: &'static str,
    pub(crate) app: &'static str,
    pub(crate) app_on: &'static str,
    pub(crate) app_off: &'static str,
    pub(crate) set_up: &'static str,
    pub(crate) set_up_another: &'static str,
    pub(crate) remove_app: &'static str,
    pub(crate) codes_left: Pattern<1>,
    pub(crate) new_codes: &'static str,
    pub(crate) passkeys: &'static str,
    pub(crate) passkeys_about: &'static str,
    pub(crate) no_passkeys: &'static str,
    pub(crate) no_script: &'static str,
    pub(crate) passkey_name: &'static str,
    pub(crate) passkey_name_hint: &'static str,
    pub(crate) add_passkey: &'static str,
    pub(crate) remove_passkey: &'static str,
    pub(crate) remove_passkey_of: Pattern<1>,
    pub(crate) with_passkey: &'static str,
    pub(crate) passkey_failed: &'static str,
    pub(crate) passkey_refused: &'static str,
    pub(crate) passkey_not_added: &'static str,
    pub(crate) remove_factors: &'static str,
    pub(crate) has_app: &'static str,
    pub(crate) approvals: &'static str,
    pub(crate) approvals_about: &'static str,
    pub(crate) no_approvals: &'static str,
    pub(crate) no_approvals_more: &'static str,
    pub(crate) asked_by: &'static str,
    pub(crate) decided_by: &'static str,
    pub(crate) approve: &'static str,
    pub(crate) deny: &'static str,
    pub(crate) approve_of: Pattern<2>,
    pub(crate) deny_of: Pattern<2>,
    pub(crate) do_it: &'static str,
    pub(crate) too_late: &'static str,
    pub(crate) state_waiting: &'static str,
    pub(crate) state_approved: &'static str,
    pub(crate) state_denied: &'static str,
    pub(crate) state_used: &'static str,
    pub(crate) state_expired: &'static str,
    pub(crate) expires: &'static str,
    pub(crate) left: Pattern<1>,
    pub(crate) leave: Pattern<1>,
    pub(crate) rule_for: &'static str,
    pub(crate) rule_nameless: &'static str,
    pub(crate) rule_odd: Pattern<1>,
    pub(crate) rule_person: &'static str,
    pub(crate) rule_region: Pattern<1>,
    pub(crate) rule_tag: Pattern<1>,
    pub(crate) rule_administrator: &'static str,
    pub(crate) rule_same: &'static str,
    pub(crate) rule_gone: &'static str,
    pub(crate) rule_made: Pattern<1>,
    pub(crate) rule_deleted: Pattern<1>,
    pub(crate) builtin: &'static str,
    pub(crate) stale: &'static str,
    pub(crate) account_of: Pattern<1>,
    pub(crate) save_groups: &'static str,
    pub(crate) groups_saved: Pattern<1>,
    pub(crate) own_groups: &'static str,
    pub(crate) new_link_about: &'static str,
    pub(crate) end_all: &'static str,
    pub(crate) end_all_about: &'static str,
    pub(crate) sessions_ended: Pattern<1>,
    pub(crate) remove_factors_about: &'static str,
    pub(crate) factors_removed: Pattern<1>,
    pub(crate) disable_about: &'static str,
    pub(crate) account_disabled: Pattern<1>,
    pub(crate) account_enabled: Pattern<1>,
    pub(crate) delete_account: &'static str,
    pub(crate) delete_account_about: &'static str,
    pub(crate) type_name: Pattern<1>,
    pub(crate) wrong_name: &'static str,
    pub(crate) account_deleted: Pattern<1>,
    pub(crate) guessable: &'static str,
    pub(crate) needs_passkey: &'static str,
    pub(crate) old_redirect_address: &'static str,
    pub(crate) last_factor: &'static str,
    pub(crate) provider: &'static str,
    pub(crate) provider_hint: &'static str,
    pub(crate) rule_provider: &'static str,
    pub(crate) signed_out: &'static str,
    pub(crate) cannot_explain: Pattern<1>,
    pub(crate) session_ended: &'static str,
    pub(crate) session_ended_about: &'static str,
    pub(crate) values_dropped: &'static str,
    pub(crate) send_again: &'static str,
    pub(crate) setup_about: &'static str,
    pub(crate) looked_at: &'static str,
    pub(crate) found: &'static str,
    pub(crate) fine: &'static str,
    pub(crate) not_checked: &'static str,
    pub(crate) needs_a_look: &'static str,
    pub(crate) does_not_work: &'static str,
    pub(crate) being_looked_at: &'static str,
    pub(crate) all_fine: &'static str,
    pub(crate) some_findings: Pattern<1>,
    pub(crate) needs: &'static str,
    pub(crate) services: &'static str,
    pub(crate) permissions: &'static str,
    pub(crate) identity: &'static str,
    pub(crate) clock: &'static str,
    pub(crate) service_role: &'static str,
    pub(crate) kms_instances: &'static str,
    pub(crate) storage: &'static str,
    pub(crate) signed_by: Pattern<1>,
    pub(crate) signed_by_account: Pattern<1>,
    pub(crate) use_no_account: &'static str,
    pub(crate) clock_right: &'static str,
    pub(crate) clock_off: Pattern<1>,
    pub(crate) set_clock: &'static str,
    pub(crate) role_there: Pattern<1>,
    pub(crate) no_service_role: &'static str,
    pub(crate) make_service_role: &'static str,
    pub(crate) no_instances: &'static str,
    pub(crate) buy_instance: &'static str,
    pub(crate) storage_fine: &'static str,
    pub(crate) check_storage: &'static str,
    pub(crate) answers: Pattern<1>,
    pub(crate) allowed: &'static str,
    pub(crate) refused: Pattern<1>,
    pub(crate) give_permission: &'static str,
    pub(crate) not_asked: &'static str,
    pub(crate) not_tellable: Pattern<1>,
    pub(crate) no_answer: Pattern<1>,
    pub(crate) check_network: &'static str,
    pub(crate) check_changes: &'static str,
    pub(crate) check_changes_about: &'static str,
    pub(crate) create_service_role: &'static str,
    pub(crate) create_service_role_about: &'static str,
    pub(crate) create_service_role_now: &'static str,
    pub(crate) service_role_made: Pattern<1>,
    pub(crate) headers: &'static str,
    pub(crate) headers_about: &'static str,
    pub(crate) headers_no_script: &'static str,
    pub(crate) header: &'static str,
    pub(crate) header_arrives: &'static str,
    pub(crate) header_missing: &'static str,
    pub(crate) smallest_policy: &'static str,
    pub(crate) smallest_policy_about: &'static str,
    pub(crate) configuration: &'static str,
    pub(crate) configuration_fine: &'static str,
    pub(crate) no_second_factor_needed: &'static str,
    pub(crate) set_second_factor: &'static str,
    pub(crate) no_trusted_proxy: &'static str,
    pub(crate) set_trusted_proxies: &'static str,
    pub(crate) source: &'static str,
    pub(crate) source_chosen: Pattern<1>,
    pub(crate) assumed_role: &'static str,
    pub(crate) for_features: &'static str,
    pub(crate) show_policy: &'static str,
    pub(crate) menu: &'static str,
    pub(crate) no_activity_yet: &'static str,
    pub(crate) fine_and_unchecked: Pattern<3>,
    pub(crate) no_permission: Pattern<1>,
    pub(crate) no_permission_more: &'static str,
    pub(crate) fine_of: Pattern<2>,
    pub(crate) find: &'static str,
    pub(crate) next_page: &'static str,
    pub(crate) first_page: &'static str,
    pub(crate) none_found: &'static str,
    pub(crate) account_name: &'static str,
    pub(crate) rule_too_many: Pattern<1>,
    pub(crate) no_role: &'static str,
    pub(crate) no_role_more: &'static str,
    pub(crate) sent_as: &'static str,
    pub(crate) state_withdrawn: &'static str,
    pub(crate) state_ended: &'static str,
    pub(crate) withdraw: &'static str,
    pub(crate) withdraw_of: Pattern<2>,
    pub(crate) too_many_asked: Pattern<1>,
    pub(crate) too_many_asked_more: &'static str,
    pub(crate) only_own: &'static str,
    pub(crate) rule_name: Pattern<1>,
    pub(crate) own_rule: &'static str,
    pub(crate) why_no_account: &'static str,
    pub(crate) immediately: &'static str,
    pub(crate) rotates_at_once: &'static str,
    pub(crate) signed_in_as: Pattern<1>,
    pub(crate) why_wrong_password: &'static str,
    pub(crate) why_wrong_code: &'static str,
    pub(crate) why_expired: &'static str,
    pub(crate) why_needs_passkey: &'static str,
    pub(crate) why_taken: &'static str,
    pub(crate) why_no_sign_in: &'static str,
    pub(crate) why_provider_refused: &'static str,
    pub(crate) why_invalid_token: &'static str,
    pub(crate) needs_identity: &'static str,
    pub(crate) palette_button: &'static str,
    pub(crate) palette: &'static str,
    pub(crate) palette_hint: &'static str,
    pub(crate) palette_results: &'static str,
    pub(crate) actions_here: &'static str,
    pub(crate) pages_of_keyturn: &'static str,
    pub(crate) palette_regions: &'static str,
    pub(crate) nothing_found: &'static str,
    pub(crate) looking_everywhere: &'static str,
    pub(crate) not_found_out: &'static str,
    pub(crate) selected_elsewhere: Pattern<1>,
    pub(crate) selection_cleared: &'static str,
    pub(crate) to_corner: &'static str,
    pub(crate) dismiss: &'static str,
    pub(crate) selection: &'static str,
    pub(crate) selected: Pattern<2>,
    pub(crate) most_selected: Pattern<1>,
    pub(crate) act_on_selected: &'static str,
    pub(crate) clear_selection: &'static str,
    pub(crate) paused_run: &'static str,
    pub(crate) refresh_every: &'static str,
    pub(crate) refresh_off: &'static str,
    pub(crate) help: &'static str,
    pub(crate) help_title: &'static str,
    pub(crate) shortcuts: &'static str,
    pub(crate) single_keys: &'static str,
    pub(crate) time_zone: &'static str,
    pub(crate) browsers_zone: &'static str,
    pub(crate) messages: &'static str,
    pub(crate) no_messages: &'static str,
    pub(crate) close_sheet: &'static str,
    pub(crate) unreachable: &'static str,
    pub(crate) reachable_again: &'static str,
    pub(crate) go_to: Pattern<1>,
    pub(crate) this_sheet: &'static str,
    pub(crate) search_here: &'static str,
    pub(crate) row_by_row: &'static str,
    pub(crate) space_key: &'static str,
    pub(crate) select_row: &'static str,
    pub(crate) one_back: &'static str,
    pub(crate) no_credentials: Pattern<1>,
    pub(crate) state_under_way: &'static str,
    pub(crate) is_under_way: &'static str,
    pub(crate) is_under_way_more: &'static str,
    pub(crate) why_too_many: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) language: &'static str,
    pub(crate) theme: &'static str,
    pub(crate) theme_system: &'static str,
    pub(crate) theme_light: &'static str,
    pub(crate) theme_dark: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) roles: [&'static str; 3],
    /// In the order of `Feature`.
    pub(crate) features: [&'static str; 9],
    pub(crate) events: [&'static str; 43],
    pub(crate) outcomes: [&'static str; 4],
}

/// What only the server says: the wizard as one page, and the calendar for other programs.
#[cfg(feature = "ssr")]
pub(crate) struct Plain {
    pub(crate) created: Pattern<1>,
    pub(crate) user_hint: &'static str,
    pub(crate) find_user: &'static str,
    pub(crate) find: &'static str,
    pub(crate) show_keys: &'static str,
    pub(crate) choose_user: &'static str,
    pub(crate) values_again: &'static str,
    pub(crate) review_note: &'static str,
    /// A rotation in a calendar.
    pub(crate) event: Pattern<1>,
}

/// Description, custom data, tags, policy, and how the secret is used.
pub(crate) struct Edit {
    pub(crate) title: &'static str,
    pub(crate) custom_data: &'static str,
    pub(crate) custom_data_hint: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) done: Pattern<1>,
    pub(crate) policy_title: &'static str,
    pub(crate) policy: &'static str,
    pub(crate) policy_hint: &'static str,
    pub(crate) policy_warning: &'static str,
    pub(crate) policy_about: &'static str,
    pub(crate) policy_done: Pattern<1>,
    policy_not_json: Pattern<2>,
    policy_version: &'static str,
    policy_empty: &'static str,
    policy_statement: Pattern<2>,
    policy_allows_nothing: &'static str,
    policy_too_long: &'static str,
    pub(crate) policy_tab: &'static str,
    pub(crate) usage_tab: &'static str,
    pub(crate) usage_about: &'static str,
    pub(crate) value_key: &'static str,
}

impl Edit {
    pub(crate) fn invalid_policy(&self, error: &InvalidPolicy) -> String {
        match error {
            InvalidPolicy::NotJson(line, column) => self.policy_not_json.with([line, column]),
            InvalidPolicy::Version => self.policy_version.into(),
            InvalidPolicy::NoStatement => self.policy_empty.into(),
            InvalidPolicy::Statement(number, element) => self.policy_statement.with([number, element]),
            InvalidPolicy::NothingAllowed => self.policy_allows_nothing.into(),
            InvalidPolicy::TooLong => self.policy_too_long.into(),
        }
    }
}

pub(crate) struct Delete {
    pub(crate) title: &'static str,
    pub(crate) method: &'static str,
    pub(crate) key_stays: &'static str,
    pub(crate) name_taken: &'static str,
    pub(crate) check_first: &'static str,
    pub(crate) days: &'static str,
    pub(crate) days_invalid: &'static str,
    pub(crate) deleted_on: &'static str,
    pub(crate) immediately: &'static str,
    pub(crate) no_way_back: &'static str,
    pub(crate) name: &'static str,
    pub(crate) name_hint: Pattern<1>,
    pub(crate) name_invalid: Pattern<1>,
    pub(crate) already_pending: &'static str,
    pub(crate) failed: &'static str,
    /// The name and the date.
    pub(crate) planned: Pattern<2>,
    pub(crate) done: Pattern<1>,
}

/// The same done to many.
pub(crate) struct Bulk {
    pub(crate) title: &'static str,
    pub(crate) needs_script: &'static str,
    pub(crate) what: &'static str,
    pub(crate) choose_first: &'static str,
    pub(crate) gone: Pattern<1>,
    pub(crate) start_first: &'static str,
    pub(crate) not_selected: &'static str,
    pub(crate) which: &'static str,
    pub(crate) add_tag: &'static str,
    pub(crate) remove_tag: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) tag_key: &'static str,
    pub(crate) staggered: &'static str,
    pub(crate) at_once: Pattern<1>,
    pub(crate) check_first: &'static str,
    pub(crate) confirm: &'static str,
    pub(crate) confirm_hint: Pattern<1>,
    pub(crate) confirm_wrong: Pattern<1>,
    pub(crate) too_many: Pattern<2>,
    pub(crate) preview: Pattern<1>,
    pub(crate) preview_deletion: Pattern<1>,
    pub(crate) preview_restore: Pattern<1>,
    pub(crate) start: Pattern<2>,
    pub(crate) skip_count: Pattern<2>,
    pub(crate) skip: [&'static str; Skip::ALL.len()],
    progress: Pattern<4>,
    ended: Pattern<4>,
    pub(crate) waits: &'static str,
    pub(crate) stop: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) retry: &'static str,
    pub(crate) close: &'static str,
    pub(crate) outcome: &'static str,
    pub(crate) started: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) done: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) skipped: &'static str,
}

impl Bulk {
    pub(crate) fn progress(&self, counts: Counts) -> String {
        self.of_counts(self.progress, counts)
    }

    pub(crate) fn ended(&self, counts: Counts) -> String {
        self.of_counts(self.ended, counts)
    }

    fn of_counts(&self, pattern: Pattern<4>, counts: Counts) -> String {
        let Counts { waiting, done, failed, skipped } = counts;
        pattern.with([&done, &failed, &skipped, &waiting])
    }
}

pub(crate) struct Restore {
    pub(crate) planned_for: Pattern<1>,
    pub(crate) effect: &'static str,
    pub(crate) not_pending: &'static str,
    pub(crate) effect_rotates: &'static str,
    pub(crate) effect_off: &'static str,
    pub(crate) window_ended: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) key_fine: &'static str,
    pub(crate) key_unknown: &'static str,
    pub(crate) done: Pattern<1>,
}

impl Restore {
    /// What restoring came to, with whether the AccessKey still works as far as that can be told.
    pub(crate) fn result(&self, name: &str, now: Option<&Secret>) -> String {
        let found = now.and_then(drift::look);
        let of_key = match found.as_deref() {
            None => self.key_unknown.to_owned(),
            // That one is not the secret's.
            Some([] | [Drift::Foreign(_), ..]) => self.key_fine.to_owned(),
            Some([worst, ..]) => t().details().drift(worst),
        };
        format!("{} {of_key}", self.done.with([&name]))
    }
}

/// Rotating now, and changing when it happens by itself.
pub(crate) struct Rotate {
    pub(crate) new_pair: &'static str,
    pub(crate) old_pair: &'static str,
    pub(crate) reload: &'static str,
    pub(crate) quota: &'static str,
    pub(crate) use_is_late: &'static str,
    pub(crate) two_keys: &'static str,
    pub(crate) under_way: &'static str,
    pub(crate) in_window: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) started: Pattern<1>,
    pub(crate) at_once: &'static str,
    pub(crate) save: &'static str,
    pub(crate) change_failed: &'static str,
    pub(crate) changed: Pattern<1>,
    pub(crate) changed_at_once: Pattern<1>,
}

pub(crate) struct States {
    state: [&'static str; State::ALL.len()],
    rotation: [&'static str; RotationFilter::ALL.len()],
    drift: [&'static str; DriftKind::ALL.len()],
    pub(crate) every: Pattern<1>,
    pub(crate) days_left: Pattern<1>,
    pub(crate) about: &'static str,
    /// By `Silence`.
    pub(crate) old_key: [&'static str; Silence::ALL.len()],
}

impl States {
    pub(crate) fn state(&self, state: State) -> &'static str {
        self.state[state as usize]
    }

    pub(crate) fn rotation(&self, rotation: RotationFilter) -> &'static str {
        self.rotation[rotation as usize]
    }

    pub(crate) fn drift(&self, drift: DriftKind) -> &'static str {
        self.drift[drift as usize]
    }
}

pub(crate) struct Errors {
    /// What happened, and what to do next.
    pub(crate) of: [(&'static str, &'static str); ErrorCode::ALL.len()],
    pub(crate) not_refreshed: Pattern<1>,
    pub(crate) page_failed: &'static str,
    /// Above an outcome that is not known.
    pub(crate) unknown: &'static str,
}

impl Errors {
    pub(crate) fn of(&self, code: ErrorCode) -> (&'static str, &'static str) {
        self.of[code as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_looked_up_by_place_stand_at_theirs() {
        macro_rules! in_order {
            ($($kind:ident),*) => {
                $(for (index, of) in $kind::ALL.into_iter().enumerate() {
                    assert_eq!(index, of as usize, "{of:?} stands elsewhere in ALL");
                })*
            };
        }
        in_order!(
            Silence,
            RotationFilter,
            DriftKind,
            State,
            Health,
            Area,
            Step,
            Role,
            Skip,
            PeriodUnit,
            ErrorCode
        );
    }

    /// Each string of the catalogue, in English.
    #[cfg(feature = "ssr")]
    fn asked() -> std::collections::BTreeSet<&'static str> {
        words::asked_by(|| {
            words(Language::Longer);
            words::section(Language::Longer, en::plain);
            words::section(Language::Longer, en::served);
        })
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn every_string_has_every_language_and_no_language_has_another() {
        let asked = asked();
        assert!(asked.len() > 400, "{}", asked.len());
        for language in [Language::Chinese, Language::Japanese] {
            let words = language.words().unwrap();
            let missing: Vec<_> = asked.iter().filter(|english| !words.contains_key(**english)).collect();
            assert!(missing.is_empty(), "{language:?} lacks {missing:#?}");
            let unused: Vec<_> = words.keys().filter(|english| !asked.contains(english.as_str())).collect();
            assert!(unused.is_empty(), "{language:?} has what nobody asks for: {unused:#?}");
        }
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn a_translation_has_the_places_of_its_english_pattern() {
        let places = |pattern| {
            words::names(pattern).into_iter().map(str::to_owned).collect::<std::collections::BTreeSet<_>>()
        };
        for language in [Language::Chinese, Language::Japanese] {
            for (english, word) in language.words().unwrap() {
                assert_eq!(places(english), places(word), "{language:?}: {word}");
                assert!(!word.is_empty() && !word.contains('\n'), "{language:?}: {english}");
                assert!(!word.contains(" one {"), "{language:?} has no singular: {word}");
            }
        }
    }

    #[test]
    fn every_error_code_says_what_happened_and_what_to_do() {
        for code in ErrorCode::ALL {
            let (message, hint) = t().errors.of(code);
            assert!(message.ends_with('.') && hint.ends_with('.'), "{code:?}: {message} {hint}");
        }
    }
}
