//! The translation layer: every string that a person sees is a field here, and each language is one value of [`Messages`].
//!
//! A language with a missing string does not compile, and a string that nobody uses is an unused field. Strings
//! with something in them are functions, so that each language has its own order and plurals.
//! Why not a catalogue library, and why the strings are not in the WASM: `docs/decisions/translations.md`.

mod en;
mod words;

use std::sync::OnceLock;

use crate::model::access_key::Receipt;
use crate::model::bulk::{Counts, Skip};
use crate::model::drift::{Drift, DriftKind, Role};
use crate::model::error::ErrorCode;
use crate::model::leak::Step;
use crate::model::new_secret::InvalidInput;
use crate::model::overview::Health;
use crate::model::region::Area;
use crate::model::rotation::{InvalidPeriod, PeriodUnit};
use crate::model::secret::State;
use crate::model::secret_edit::InvalidPolicy;
use crate::model::secret_query::RotationFilter;

/// The catalogue of the person's language. English is the only one so far.
#[inline(never)]
pub(crate) fn t() -> &'static Messages {
    static MESSAGES: OnceLock<Messages> = OnceLock::new();
    MESSAGES.get_or_init(|| words::section(0, en::messages))
}

/// The parts that the first page does not need: each is made, by the code that is fetched with its page, when it is first used.
macro_rules! parts {
    ($($number:literal $name:ident: $type:ident),* $(,)?) => {
        impl Messages {
            $(
                #[inline(never)]
                pub(crate) fn $name(&self) -> &'static $type {
                    static PART: OnceLock<$type> = OnceLock::new();
                    PART.get_or_init(|| words::section($number, en::$name))
                }
            )*
        }

        /// The strings, a section for each part, for [`read_words`] in the browser.
        #[cfg(feature = "ssr")]
        pub(crate) fn words() -> String {
            words::join(&[words::told_by(en::messages), $(words::told_by(en::$name)),*])
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
    #[cfg(feature = "ssr")]
    pub(crate) plain: Plain,
}

pub(crate) struct Common {
    pub(crate) ok: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) copy: fn(&str) -> String,
    pub(crate) copied: &'static str,
    pub(crate) copy_failed: &'static str,
    pub(crate) retry: &'static str,
    pub(crate) loading: &'static str,
    pub(crate) error_details: &'static str,
    pub(crate) our_request_id: &'static str,
    pub(crate) vendor_code: &'static str,
    pub(crate) vendor_request_id: &'static str,
    pub(crate) vendor_action: &'static str,
    pub(crate) days: fn(i64) -> String,
    /// A period in seconds, as days or hours.
    pub(crate) period: fn(u64) -> String,
}

pub(crate) struct Frame {
    pub(crate) product: &'static str,
    pub(crate) title: fn(&str) -> String,
    pub(crate) skip_to_content: &'static str,
    pub(crate) main_navigation: &'static str,
    pub(crate) overview: &'static str,
    pub(crate) secrets: &'static str,
    pub(crate) access_keys: &'static str,
    pub(crate) region: &'static str,
    pub(crate) go: &'static str,
    pub(crate) area: fn(Area) -> &'static str,
    pub(crate) sandbox_banner: &'static str,
    pub(crate) sandbox_banner_more: &'static str,
    pub(crate) account: fn(&str) -> String,
    pub(crate) theme: &'static str,
    pub(crate) theme_system: &'static str,
    pub(crate) theme_light: &'static str,
    pub(crate) theme_dark: &'static str,
    pub(crate) not_found_title: &'static str,
    pub(crate) not_found_page: &'static str,
    pub(crate) not_found_region: fn(&str) -> String,
    pub(crate) not_found_secret: fn(&str, &str) -> String,
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
    pub(crate) remove_filter: fn(&str) -> String,
    pub(crate) name: &'static str,
    pub(crate) user: &'static str,
    pub(crate) next_rotation: &'static str,
    pub(crate) changed: &'static str,
    pub(crate) tags: &'static str,
    pub(crate) actions: &'static str,
    pub(crate) view: &'static str,
    pub(crate) more: &'static str,
    pub(crate) more_for: fn(&str) -> String,
    pub(crate) plan_deletion: &'static str,
    pub(crate) restore: &'static str,
    pub(crate) rotate_now: &'static str,
    pub(crate) change_rotation: &'static str,
    pub(crate) act_on_many: &'static str,
    /// How many match out of how many.
    pub(crate) count: fn(usize, usize) -> String,
    pub(crate) checked: fn(usize, usize) -> String,
    pub(crate) refresh: &'static str,
    pub(crate) updated: &'static str,
    pub(crate) ignored: fn(&str, &str) -> String,
    pub(crate) empty_title: &'static str,
    pub(crate) empty_text: &'static str,
    pub(crate) no_match_title: &'static str,
    pub(crate) no_match_text: &'static str,
    pub(crate) failed_title: &'static str,
    pub(crate) row_failed: &'static str,
    pub(crate) pages: &'static str,
    pub(crate) page_of: fn(u32, u32) -> String,
    pub(crate) previous: &'static str,
    pub(crate) next: &'static str,
    pub(crate) rows: &'static str,
}

/// All regions.
pub(crate) struct Overview {
    pub(crate) title: &'static str,
    pub(crate) export: &'static str,
    pub(crate) only_tag: &'static str,
    pub(crate) any_tag: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) progress: &'static str,
    pub(crate) without: fn(&str) -> String,
    pub(crate) nothing_here: &'static str,
    pub(crate) reading: fn(usize, usize) -> String,
    pub(crate) regions: &'static str,
    pub(crate) health_column: &'static str,
    pub(crate) health: fn(Health) -> &'static str,
    pub(crate) asked: &'static str,
    pub(crate) unread: fn(usize) -> String,
    pub(crate) no_secrets: fn(usize) -> String,
    pub(crate) region_failed: &'static str,
    pub(crate) attention: &'static str,
    pub(crate) since: &'static str,
    pub(crate) noticed: &'static str,
    pub(crate) more_attention: fn(usize) -> String,
    pub(crate) nothing_wrong: &'static str,
    pub(crate) calendar: &'static str,
    /// All rotations, in so many days, the most on one, and its date.
    pub(crate) planned: fn(usize, usize, usize, &str) -> String,
    pub(crate) no_rotations: fn(usize) -> String,
    pub(crate) as_table: &'static str,
    pub(crate) day: &'static str,
    pub(crate) rotations: &'static str,
    pub(crate) fullest_hour: &'static str,
    pub(crate) note: &'static str,
    pub(crate) over_quota: &'static str,
    pub(crate) clump: &'static str,
    #[cfg(feature = "ssr")]
    pub(crate) event: fn(&str) -> String,
}

/// AccessKeys by hand.
pub(crate) struct Keys {
    pub(crate) title: &'static str,
    pub(crate) intro: &'static str,
    pub(crate) search: &'static str,
    pub(crate) find: &'static str,
    /// AccessKeys that match, of so many users.
    pub(crate) count: fn(usize, usize) -> String,
    pub(crate) reading: fn(usize, usize) -> String,
    pub(crate) more: fn(usize) -> String,
    pub(crate) unread: fn(usize) -> String,
    pub(crate) unread_regions: fn(&str) -> String,
    pub(crate) orphans: fn(&str) -> String,
    pub(crate) key_id: &'static str,
    pub(crate) last_use: &'static str,
    pub(crate) left_by: fn(&str, &str) -> String,
    pub(crate) rotate_of: fn(&str) -> String,
    pub(crate) no_user: fn(&str) -> String,
    pub(crate) managed_by: fn(&str, &str) -> String,
    pub(crate) unmanaged: &'static str,
    pub(crate) guide: &'static str,
    pub(crate) no_keys: &'static str,
    pub(crate) disable: &'static str,
    pub(crate) enable: &'static str,
    pub(crate) delete: &'static str,
    pub(crate) type_id: fn(&str) -> String,
    pub(crate) wrong_id: &'static str,
}

/// After a leak.
pub(crate) struct Leak {
    pub(crate) title: &'static str,
    pub(crate) heading: fn(&str) -> String,
    pub(crate) intro: &'static str,
    pub(crate) step: fn(Step) -> &'static str,
    pub(crate) rotate_text: &'static str,
    pub(crate) other_keys: &'static str,
    pub(crate) watch_text: &'static str,
    pub(crate) disable_text: &'static str,
    pub(crate) delete_text: &'static str,
    pub(crate) record_text: &'static str,
    pub(crate) download: &'static str,
    pub(crate) answer_lost: &'static str,
    pub(crate) done: &'static str,
    pub(crate) now: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) which: &'static str,
    pub(crate) about: fn(&str) -> String,
    pub(crate) no_record: &'static str,
    pub(crate) did: fn(&Receipt) -> String,
}

pub(crate) struct Details {
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
    pub(crate) access_keys_unknown: fn(&str) -> String,
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
    pub(crate) pending_banner: fn(i64) -> String,
    pub(crate) failing_banner: &'static str,
    pub(crate) role: fn(Role) -> &'static str,
    pub(crate) drift: fn(&Drift) -> String,
    /// The AccessKey ID, its last use, and until when it lives.
    pub(crate) outgoing_used: fn(&str, &str, &str) -> String,
    pub(crate) outgoing_silent: fn(&str, &str) -> String,
    pub(crate) outgoing_unknown: fn(&str, &str) -> String,
}

pub(crate) struct Create {
    pub(crate) title: &'static str,
    pub(crate) rotation_title: &'static str,
    pub(crate) review_title: &'static str,
    pub(crate) done_title: &'static str,
    pub(crate) steps: &'static str,
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
    pub(crate) already_managed: fn(&str, &str) -> String,
    pub(crate) access_keys: fn(usize) -> String,
    pub(crate) set_value: &'static str,
    pub(crate) value_note: &'static str,
    pub(crate) all_keys_needed: &'static str,
    pub(crate) description: &'static str,
    pub(crate) description_hint: &'static str,
    pub(crate) tags: &'static str,
    pub(crate) tags_hint: &'static str,
    pub(crate) instance: &'static str,
    pub(crate) key: &'static str,
    pub(crate) service_role_missing: &'static str,
    pub(crate) show_value: &'static str,
    pub(crate) discard_title: &'static str,
    pub(crate) discard: &'static str,
    pub(crate) keep_editing: &'static str,
    pub(crate) invalid: fn(InvalidInput) -> String,
    pub(crate) turn_on: &'static str,
    pub(crate) turn_off: &'static str,
    pub(crate) period: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) unit_name: fn(PeriodUnit) -> &'static str,
    pub(crate) invalid_period: fn(InvalidPeriod) -> String,
    pub(crate) hours_note: &'static str,
    pub(crate) next_dates: &'static str,
    pub(crate) both_keys_note: &'static str,
    pub(crate) entered: fn(usize) -> String,
    pub(crate) edit: fn(&str) -> String,
    pub(crate) next: &'static str,
    pub(crate) previous: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) done: fn(&str) -> String,
    pub(crate) done_text: &'static str,
    pub(crate) close: &'static str,
    pub(crate) view_details: &'static str,
}

/// The wizard as one page; only the server renders it.
#[cfg(feature = "ssr")]
pub(crate) struct Plain {
    pub(crate) user_hint: &'static str,
    pub(crate) find_user: &'static str,
    pub(crate) find: &'static str,
    pub(crate) show_keys: &'static str,
    pub(crate) choose_user: &'static str,
    pub(crate) values_again: &'static str,
    pub(crate) review_note: &'static str,
}

/// Description, custom data, tags, policy, and how the secret is used.
pub(crate) struct Edit {
    pub(crate) title: &'static str,
    pub(crate) custom_data: &'static str,
    pub(crate) custom_data_hint: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) done: fn(&str) -> String,
    pub(crate) policy_title: &'static str,
    pub(crate) policy: &'static str,
    pub(crate) policy_hint: &'static str,
    pub(crate) policy_warning: &'static str,
    pub(crate) policy_about: &'static str,
    pub(crate) policy_done: fn(&str) -> String,
    pub(crate) invalid_policy: fn(&InvalidPolicy) -> String,
    pub(crate) policy_tab: &'static str,
    pub(crate) usage_tab: &'static str,
    pub(crate) usage_about: &'static str,
    pub(crate) value_key: &'static str,
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
    pub(crate) name_hint: fn(&str) -> String,
    pub(crate) name_invalid: fn(&str) -> String,
    pub(crate) already_pending: &'static str,
    pub(crate) failed: &'static str,
    /// The name and the date.
    pub(crate) planned: fn(&str, &str) -> String,
    pub(crate) done: fn(&str) -> String,
}

/// The same done to many.
pub(crate) struct Bulk {
    pub(crate) title: &'static str,
    pub(crate) needs_script: &'static str,
    pub(crate) what: &'static str,
    pub(crate) which: &'static str,
    pub(crate) add_tag: &'static str,
    pub(crate) remove_tag: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) tag_key: &'static str,
    pub(crate) field_wrong: &'static str,
    pub(crate) staggered: &'static str,
    pub(crate) at_once: fn(usize) -> String,
    pub(crate) confirm: &'static str,
    pub(crate) confirm_hint: fn(usize) -> String,
    pub(crate) confirm_wrong: fn(usize) -> String,
    pub(crate) too_many: fn(usize, usize) -> String,
    pub(crate) preview: fn(usize) -> String,
    pub(crate) start: fn(usize) -> String,
    pub(crate) skip: fn(Skip) -> &'static str,
    pub(crate) progress: fn(Counts) -> String,
    pub(crate) ended: fn(Counts) -> String,
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

pub(crate) struct Restore {
    pub(crate) planned_for: &'static str,
    pub(crate) effect: &'static str,
    pub(crate) not_pending: &'static str,
    pub(crate) window_ended: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) done: fn(&str) -> String,
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
    pub(crate) started: fn(&str) -> String,
    pub(crate) at_once: &'static str,
    pub(crate) save: &'static str,
    pub(crate) change_failed: &'static str,
    pub(crate) changed: fn(&str) -> String,
}

pub(crate) struct States {
    pub(crate) state: fn(State) -> &'static str,
    rotation: [&'static str; RotationFilter::ALL.len()],
    drift: [&'static str; DriftKind::ALL.len()],
    pub(crate) every: fn(&str) -> String,
    pub(crate) days_left: fn(i64) -> String,
    pub(crate) about: &'static str,
    pub(crate) old_key_used: &'static str,
}

impl States {
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
    pub(crate) page_failed: &'static str,
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
        let s = &t().states;
        for (index, rotation) in RotationFilter::ALL.into_iter().enumerate() {
            assert_eq!(index, rotation as usize, "{rotation:?} {}", s.rotation(rotation));
        }
        for (index, drift) in DriftKind::ALL.into_iter().enumerate() {
            assert_eq!(index, drift as usize, "{drift:?} {}", s.drift(drift));
        }
    }

    #[test]
    fn every_error_code_says_what_happened_and_what_to_do() {
        for (index, code) in ErrorCode::ALL.into_iter().enumerate() {
            assert_eq!(index, code as usize, "{code:?} stands elsewhere in ALL");
            let (message, hint) = t().errors.of(code);
            assert!(message.ends_with('.') && hint.ends_with('.'), "{code:?}: {message} {hint}");
        }
    }
}
