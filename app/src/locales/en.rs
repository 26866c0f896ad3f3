//! English, the reference. The manual's own words stand here exactly as `contract.md` has them.

use super::{Common, Create, Delete, Details, Errors, Frame, List, Messages, Restore, Rotate, States};
use crate::model::error::ErrorCode;
use crate::model::new_secret::InvalidInput;
use crate::model::region::Area;
use crate::model::rotation::{InvalidPeriod, PeriodUnit};
use crate::model::secret::{RotationState, State};

pub(super) static ENGLISH: Messages = Messages {
    lang: "en",
    common: Common {
        ok: "OK",
        cancel: "Cancel",
        copy: |what| format!("Copy {what}"),
        copied: "Copied",
        copy_failed: "Could not copy. Select the text and copy it by hand.",
        retry: "Try again",
        loading: "Loading…",
        error_details: "Details",
        our_request_id: "Keyturn's request ID",
        vendor_code: "Code",
        vendor_request_id: "Request ID",
        vendor_action: "Action",
        days,
        period: |seconds| match seconds {
            s if s % 86_400 == 0 => days(i64::try_from(s / 86_400).unwrap_or(i64::MAX)),
            3_600 => "1 hour".into(),
            s if s % 3_600 == 0 => format!("{} hours", s / 3_600),
            s => format!("{s} seconds"),
        },
    },
    frame: Frame {
        product: "Keyturn",
        title: |page| format!("{page} · Keyturn"),
        skip_to_content: "Skip to content",
        main_navigation: "Main",
        secrets: "Secrets",
        region: "Region",
        go: "Go",
        area: |area| match area {
            Area::China => "China",
            Area::AsiaPacific => "Asia Pacific",
            Area::EuropeAndAmericas => "Europe and Americas",
            Area::MiddleEast => "Middle East",
            Area::Other => "Other",
        },
        sandbox_banner: "Sandbox: this data is made up and lives on this machine.",
        sandbox_banner_more: "Nothing here reaches Alibaba Cloud.",
        account: |id| format!("Account {id}"),
        theme: "Theme",
        theme_system: "System",
        theme_light: "Light",
        theme_dark: "Dark",
        not_found_title: "Page not found",
        not_found_page: "There is no page at this address. Check it, or go on from the list of secrets.",
        not_found_region: |region| {
            format!("Keyturn does not offer a region “{region}”. Choose one of the regions at the top.")
        },
        not_found_secret: |name, region| {
            format!(
                "There is no secret “{name}” in {region}. It may have been deleted, or it lies in another region."
            )
        },
        to_the_list: "Go to the list of secrets",
    },
    list: List {
        title: "Secrets",
        create: "Create Secret",
        search: "Search by name, RAM user or tag",
        state: "State",
        rotation: "Rotation",
        tag: "Tag",
        apply: "Apply",
        clear_all: "Clear all",
        remove_filter: |filter| format!("Remove the filter {filter}"),
        name: "Name",
        user: "RAM user",
        next_rotation: "Next rotation",
        changed: "Last changed",
        tags: "Tags",
        actions: "Actions",
        view: "View",
        more: "More",
        more_for: |name| format!("More actions for {name}"),
        plan_deletion: "Plan Deletion Secret",
        restore: "Restore Secret",
        rotate_now: "Rotate Now",
        change_rotation: "Change Rotation",
        count: |matched, total| match (matched, total) {
            (1, 1) => "1 secret".into(),
            (matched, total) if matched == total => format!("{total} secrets"),
            (matched, total) => format!("{matched} of {total} secrets"),
        },
        checked: |checked, total| format!("Checked {checked} of {total}; more may follow."),
        refresh: "Refresh",
        updated: "Updated",
        ignored: |parameter, value| {
            format!("“{value}” is no valid value for “{parameter}” in this address and was left out.")
        },
        empty_title: "No secrets in this region yet",
        empty_text: "A dynamic RAM secret keeps the AccessKey pair of a RAM user and replaces it on a schedule.",
        no_match_title: "No secret matches",
        no_match_text: "Change the search, or clear the filters.",
        failed_title: "The secrets could not be loaded",
        row_failed: "Could not load details",
        pages: "Pages",
        page_of: |page, pages| format!("Page {page} of {pages}"),
        previous: "Previous page",
        next: "Next page",
        rows: "Rows on a page",
    },
    details: Details {
        tabs: "Parts of the secret",
        overview: "Overview",
        versions: "Versions",
        name: "Secret name",
        arn: "ARN",
        kind: "Type",
        kind_value: "Managed RAM secret",
        description: "Description",
        no_description: "No description",
        user: "RAM user",
        access_keys: "AccessKeys in RAM",
        access_keys_unknown: "RAM did not say. The RAM user may have been deleted.",
        key_active: "Active",
        key_inactive: "Inactive",
        last_used: "last used",
        never_used: "never used",
        use_unknown: "last use unknown",
        state: "State",
        rotation: "Automatic rotation",
        last_rotation: "Last rotation",
        never_rotated: "Not rotated yet",
        next_rotation: "Next rotation",
        no_next_rotation: "None planned",
        created: "Created",
        changed: "Last changed",
        instance: "KMS instance",
        key: "Encryption key",
        tags: "Tags",
        no_tags: "No tags",
        version_id: "Version ID",
        stages: "Stages",
        versions_hidden: "KMS does not list the versions of a secret in its deletion window. Restore the secret to see them.",
        versions_unknown: "The versions could not be loaded. Reload the page to try again.",
        pending_banner: |days_left| {
            format!(
                "This secret is deleted in {}. Until then it can be restored, and nothing can read it.",
                days(days_left)
            )
        },
        failing_banner: "Rotation fails: KMS cannot replace the AccessKey of this RAM user any more. Check in RAM that the user exists and has no second AccessKey that was made by hand.",
    },
    create: Create {
        title: "Create Secret",
        rotation_title: "Configuration rotation",
        review_title: "Review and confirm",
        done_title: "Created successfully",
        steps: "Steps",
        reloaded: "Your draft is back: everything that you had entered but the AccessKey secrets, which are never kept. Enter them again.",
        select_type: "Select Type",
        ram_type: "Managed RAM secret",
        other_types: &["Generic secret", "Managed RDS secret", "Managed ECS secret"],
        other_types_reason: "Keyturn is for RAM secrets; create the other types in the vendor's console.",
        select_user: "Select RAM User",
        user_hint: "Type to search. The RAM user must have at least one AccessKey pair.",
        user_missing: "Choose a RAM user from the list.",
        users_failed: "The RAM users could not be loaded",
        no_user_matches: "No RAM user matches.",
        no_access_key: "cannot be chosen: no AccessKey",
        already_managed: |name, region| format!("cannot be chosen: managed by {name} in {region}"),
        access_keys: |count| if count == 1 { "1 AccessKey".into() } else { format!("{count} AccessKeys") },
        set_value: "Set secret value",
        value_note: "Enter the AccessKey secret for each AccessKey ID. We recommend that you enter a valid one; if it is invalid, a new AccessKey ID and AccessKey secret are generated at the first rotation.",
        all_keys_needed: "This RAM user has two AccessKeys; KMS needs the secrets of both. The first becomes the current value, and the first rotation removes the second.",
        description: "Secret Description",
        description_hint: "Optional, up to 8,192 characters.",
        tags: "Tags",
        tags_hint: "Optional: key:value, separated by commas, up to 20.",
        instance: "KMS instance",
        key: "Encryption key",
        service_role_missing: "KMS may not manage AccessKeys in this account yet: the service role AliyunKMSManageRAMCredentialsRole is missing, and creating a secret will fail. Ask an administrator to create the role in the RAM console, for the trusted service KMS, with the system policy AliyunKMSManageRAMCredentialsRolePolicy.",
        show_value: "Show",
        discard_title: "Discard what you entered?",
        discard: "Discard",
        keep_editing: "Keep editing",
        invalid: |error| {
            match error {
            InvalidInput::Missing => "Enter a value.".into(),
            InvalidInput::TooLong(most) => format!("At most {} characters are allowed.", thousands(most)),
            InvalidInput::NotATag => "Write tags as key:value, with letters, digits and / \\ _ - . + = : @ only; a key does not begin with aliyun or acs:.".into(),
            InvalidInput::TooMany(most) => format!("At most {most} are allowed."),
        }
        },
        turn_on: "Turn on automatic rotation",
        turn_off: "Turn off automatic rotation",
        period: "Rotation Period",
        unit: "Unit",
        unit_name: |unit| match unit {
            PeriodUnit::Days => "days",
            PeriodUnit::Hours => "hours",
        },
        invalid_period: |error| match error {
            InvalidPeriod::NotANumber => "Enter a whole number.".into(),
            InvalidPeriod::TooShort(PeriodUnit::Days) => "At least 7 days. For less, choose hours.".into(),
            InvalidPeriod::TooShort(PeriodUnit::Hours) => "At least 6 hours.".into(),
            InvalidPeriod::TooLong(PeriodUnit::Days) => "At most 365 days.".into(),
            InvalidPeriod::TooLong(PeriodUnit::Hours) => "At most 8,760 hours, which is 365 days.".into(),
        },
        hours_note: "Periods of less than 7 days may be refused by KMS.",
        next_dates: "Next rotations begin:",
        both_keys_note: "A rotation takes about two days. During that time both the old and the new AccessKey work.",
        entered: |characters| format!("entered ({characters} characters)"),
        edit: |what| format!("Edit {what}"),
        next: "Next",
        previous: "Previous",
        failed: "The secret was not created",
        done: |name| format!("{name} is created."),
        done_text: "KMS now manages the AccessKeys of this RAM user as",
        close: "Close",
        view_details: "View secret details",
    },
    #[cfg(feature = "ssr")]
    plain: super::Plain {
        user_hint: "The RAM user must have at least one AccessKey pair.",
        find_user: "Find a RAM user",
        find: "Find",
        show_keys: "Show the AccessKeys of this user",
        choose_user: "Choose a RAM user",
        values_again: "AccessKey secrets are never sent back to this page: enter them again before you go on.",
        review_note: "Check everything above. OK sends it to KMS.",
    },
    delete: Delete {
        title: "Delete Secret",
        method: "Deletion method",
        key_stays: "The AccessKey pair itself stays in RAM; deleting the secret does not delete it.",
        name_taken: "The name stays taken until the secret is gone.",
        check_first: "Make sure that no application reads this secret: from now on, none can.",
        days: "Delete In (7-30 days)",
        days_invalid: "Enter a whole number of days from 7 to 30.",
        deleted_on: "Deleted on",
        immediately: "Delete Secret Immediately",
        no_way_back: "The secret is gone at once and cannot be restored.",
        name: "Secret name",
        name_hint: |name| format!("To confirm, type the whole name: {name}"),
        name_invalid: |name| format!("This is not the secret's name. Type {name}, exactly."),
        already_pending: "This secret is planned to be deleted already. It can be deleted at once, or restored.",
        failed: "The secret was not deleted",
        planned: |name, at| format!("{name} is deleted on {at}. Until then it can be restored."),
        done: |name| format!("{name} is deleted."),
    },
    restore: Restore {
        planned_for: "This secret is planned to be deleted on",
        effect: "Restoring cancels that: the secret returns to its normal state, can be read at once, and rotates as before.",
        window_ended: "The deletion window has ended: the secret is gone and cannot be restored.",
        not_pending: "This secret is not planned to be deleted; there is nothing to restore.",
        failed: "The secret was not restored",
        done: |name| format!("{name} is restored."),
    },
    rotate: Rotate {
        new_pair: "RAM makes a new AccessKey pair, and the secret returns it at once.",
        old_pair: "The old AccessKey pair stays valid for up to about two days; then KMS deletes it from RAM.",
        reload: "Applications that read the secret get the new pair when they read it next. An application that keeps the old pair stops working when it is deleted.",
        quota: "KMS allows 50 immediate rotations an hour in the account.",
        use_is_late: "RAM tells the last use late, by up to some hours.",
        two_keys: "The RAM user has two AccessKeys and there is no rotation under way. Where KMS does not know one of them, there is no room for a new one and the rotation fails: delete the one that nobody needs in RAM.",
        under_way: "A rotation is under way. Until the old AccessKey is gone, KMS takes neither another rotation nor a change.",
        in_window: "This secret is planned to be deleted. Restore it first.",
        failed: "The rotation was not started",
        started: |name| {
            format!("The rotation of {name} has started. The old AccessKey works until KMS deletes it.")
        },
        at_once: "Saving rotates at once: the last rotation and this period lie in the past.",
        save: "Save",
        change_failed: "Rotation was not changed",
        changed: |name| format!("Rotation of {name} is changed."),
    },
    states: States {
        state: |state| match state {
            State::Normal => "Normal",
            State::Rotating => "Rotating",
            State::PendingDeletion => "Pending deletion",
            State::Unavailable => "Unavailable",
        },
        rotation: |rotation| match rotation {
            RotationState::On => "On",
            RotationState::Off => "Rotation off",
            RotationState::Failing => "Rotation failing",
        },
        every: |period| format!("Every {period}"),
        days_left: |count| format!("{} left", days(count)),
        about: "until about",
    },
    errors: Errors { of: error, page_failed: "This page could not be loaded" },
};

fn days(count: i64) -> String {
    match count {
        1 => "1 day".into(),
        count => format!("{count} days"),
    }
}

/// 8192 as 8,192.
fn thousands(number: usize) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", number / 1_000, number % 1_000),
    }
}

fn error(code: ErrorCode) -> (&'static str, &'static str) {
    match code {
        ErrorCode::Malformed => ("The request could not be read.", "Reload the page and try again."),
        ErrorCode::NoSession => ("You are not signed in.", "Sign in and try again."),
        ErrorCode::Forbidden => ("You may not do this.", "Ask an administrator for the permission."),
        ErrorCode::CrossSite => (
            "The request did not come from a page of Keyturn.",
            "Open Keyturn at its own address and try again there.",
        ),
        ErrorCode::NotFound => (
            "What was asked for does not exist.",
            "It may have been deleted; go back to the list of secrets.",
        ),
        ErrorCode::InDeletionWindow => {
            ("The secret is in its deletion window.", "Restore it first, or wait until the window ends.")
        }
        ErrorCode::NotInDeletionWindow => (
            "The secret is not planned to be deleted.",
            "There is nothing to restore; reload to see its state.",
        ),
        ErrorCode::AlreadyExists => (
            "A secret for this RAM user exists already.",
            "Open the existing secret, or choose another RAM user.",
        ),
        ErrorCode::Unavailable => (
            "KMS says that this secret is unavailable.",
            "Check that its KMS instance is running and its encryption key is enabled.",
        ),
        ErrorCode::Rotating => (
            "A rotation of this secret is under way.",
            "Wait until the old AccessKey is gone, up to about two days, then try again.",
        ),
        ErrorCode::UserGone => (
            "The RAM user of this secret does not exist any more.",
            "Create the RAM user again in RAM, or delete this secret.",
        ),
        ErrorCode::NoRoomForKey => (
            "The RAM user has a second AccessKey that KMS does not know, so that there is no room for a new one.",
            "Delete that AccessKey in RAM when nobody uses it, then rotate again.",
        ),
        ErrorCode::NoServiceRole => (
            "KMS may not manage AccessKeys: its service role is missing.",
            "Create the role AliyunKMSManageRAMCredentialsRole in RAM, then try again.",
        ),
        ErrorCode::Conflict => {
            ("The secret's state does not allow this now.", "Reload to see its state, then try again.")
        }
        ErrorCode::ClientOutdated => (
            "Keyturn was updated since this page was loaded.",
            "Reload the page; what you typed is kept, but for secret values.",
        ),
        ErrorCode::TooLarge => ("The request is too large.", "Shorten what you typed and try again."),
        ErrorCode::WrongType => {
            ("The request has a type that is not accepted.", "Reload the page and try again.")
        }
        ErrorCode::WrongHost => {
            ("Keyturn does not answer under this host name.", "Use the address that Keyturn was set up with.")
        }
        ErrorCode::Invalid => ("Some values are not accepted.", "Correct the marked fields and try again."),
        ErrorCode::Throttled => {
            ("Alibaba Cloud is receiving too many requests.", "Wait a few seconds and try again.")
        }
        ErrorCode::CloudRefused => ("Alibaba Cloud refused the request.", "See the details for its reason."),
        ErrorCode::CloudFailed => ("Alibaba Cloud failed to answer.", "Try again in a moment."),
        ErrorCode::CloudUnreachable => (
            "Alibaba Cloud could not be reached.",
            "Check the network between Keyturn and the cloud, then try again.",
        ),
        ErrorCode::CloudTooSlow => ("Alibaba Cloud took too long to answer.", "Try again in a moment."),
        ErrorCode::UnknownOutcome => (
            "The answer was lost, so it is not known whether this was done.",
            "Look at the secret's state before you try again.",
        ),
        ErrorCode::Internal => ("Keyturn failed.", "Try again; if it stays, report the request ID."),
        ErrorCode::Offline => ("Keyturn could not be reached.", "Check your connection and try again."),
    }
}
