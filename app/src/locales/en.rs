//! English, the reference. The manual's own words stand here exactly as `contract.md` has them.
//!
//! A string in `w!` is a word of its own, one in `p!` has something in it (`words.rs`). The other languages' files have these
//! very strings as their keys.

use super::words::{p, w};
use super::{
    Bulk, Common, Create, Delete, Details, Edit, Errors, Frame, Keys, Leak, List, Messages, Overview,
    Restore, Rotate, States,
};
#[cfg(feature = "ssr")]
use super::{Plain, Served};
use crate::model::access_key::Silence;
use crate::model::bulk::Skip;
use crate::model::drift::{DriftKind, Role};
use crate::model::error::ErrorCode;
use crate::model::leak::Step;
use crate::model::overview::Health;
use crate::model::region::Area;
use crate::model::rotation::PeriodUnit;
use crate::model::secret::State;
use crate::model::secret_query::RotationFilter;

pub(super) fn messages() -> Messages {
    Messages {
        lang: w!("en"),
        common: Common {
            ok: w!("OK"),
            cancel: w!("Cancel"),
            comma: w!(", "),
            copy: p!("Copy {what}"),
            copied: w!("Copied"),
            copy_failed: w!("Could not copy. Select the text and copy it by hand."),
            retry: w!("Try again"),
            working: w!("Being done"),
            loading: w!("Loading…"),
            error_details: w!("Details"),
            our_request_id: w!("Keyturn's request ID"),
            vendor_code: w!("Code"),
            vendor_request_id: w!("Request ID"),
            vendor_action: w!("Action"),
            days: p!("{count, plural, one {1 day} other {# days}}"),
            hours: p!("{count, plural, one {1 hour} other {# hours}}"),
            minutes: p!("{count, plural, one {1 minute} other {# minutes}}"),
            seconds: p!("{count, plural, one {1 second} other {# seconds}}"),
        },
        frame: Frame {
            product: w!("Keyturn"),
            title: p!("{page} · Keyturn"),
            skip_to_content: w!("Skip to content"),
            main_navigation: w!("Main"),
            overview: w!("Overview"),
            secrets: w!("Secrets"),
            access_keys: w!("AccessKeys"),
            activity: w!("Activity"),
            access: w!("Access"),
            approvals: w!("Approvals"),
            setup: w!("Setup"),
            region: w!("Region"),
            go: w!("Go"),
            area: Area::ALL.map(|area| match area {
                Area::China => w!("China"),
                Area::AsiaPacific => w!("Asia Pacific"),
                Area::EuropeAndAmericas => w!("Europe and Americas"),
                Area::MiddleEast => w!("Middle East"),
                Area::Other => w!("Other"),
            }),
            sandbox_banner: w!("Sandbox: this data is made up and lives on this machine."),
            sandbox_banner_more: w!("Nothing here reaches Alibaba Cloud."),
            account: p!("Account {id}"),
            not_found_title: w!("Page not found"),
            secret_not_found_title: w!("Secret not found"),
            region_not_found_title: w!("Region not found"),
            user_not_found_title: w!("RAM user not found"),
            not_found_page: w!(
                "There is no page at this address. Check it, or go on from the list of secrets."
            ),
            not_found_region: p!(
                "Keyturn does not offer a region “{region}”. Choose one of the regions at the top."
            ),
            not_found_secret: p!(
                "There is no secret “{name}” in {region}. It may have been deleted, or it lies in another region."
            ),
            to_the_list: w!("Go to the list of secrets"),
        },
        list: List {
            title: w!("Secrets"),
            create: w!("Create Secret"),
            search: w!("Search by name, RAM user or tag"),
            state: w!("State"),
            rotation: w!("Rotation"),
            tag: w!("Tag"),
            apply: w!("Apply"),
            clear_all: w!("Clear all"),
            remove_filter: p!("Remove the filter {filter}"),
            name: w!("Name"),
            user: w!("RAM user"),
            next_rotation: w!("Next rotation"),
            changed: w!("Last changed"),
            tags: w!("Tags"),
            actions: w!("Actions"),
            view: w!("View"),
            more: w!("More"),
            more_for: p!("More actions for {name}"),
            plan_deletion: w!("Plan Deletion Secret"),
            restore: w!("Restore Secret"),
            rotate_now: w!("Rotate Now"),
            change_rotation: w!("Change Rotation"),
            act_on_many: w!("Act on many"),
            pick: p!("Select {name}"),
            pick_all: w!("Select all on this page"),
            all: p!("{total, plural, one {1 secret} other {# secrets}}"),
            some: p!("{matched} of {total} secrets"),
            checked: p!("Checked {checked} of {total}; more may follow."),
            refresh: w!("Refresh"),
            updated: w!("Updated"),
            ignored: p!("“{value}” is no valid value for “{parameter}” in this address and was left out."),
            empty_title: w!("No secrets in this region yet"),
            empty_text: w!(
                "A dynamic RAM secret keeps the AccessKey pair of a RAM user and replaces it on a schedule."
            ),
            no_match_title: w!("No secret matches"),
            no_match_text: w!("Change the search, or clear the filters."),
            failed_title: w!("The secrets could not be loaded"),
            row_failed: w!("Could not load details"),
            pages: w!("Pages"),
            page_of: p!("Page {page} of {pages}"),
            previous: w!("Previous page"),
            next: w!("Next page"),
            rows: w!("Rows on a page"),
        },
        states: States {
            state: State::ALL.map(|state| match state {
                State::Unavailable => w!("Unavailable"),
                State::PendingDeletion => w!("Pending deletion"),
                State::Rotating => w!("Rotating"),
                State::Normal => w!("Normal"),
            }),
            rotation: RotationFilter::ALL.map(|rotation| match rotation {
                RotationFilter::On => w!("On"),
                RotationFilter::DueSoon => w!("Due within 7 days"),
                RotationFilter::Overdue => w!("Overdue"),
                RotationFilter::Off => w!("Rotation off"),
                RotationFilter::Failing => w!("Rotation failing"),
            }),
            drift: DriftKind::ALL.map(|drift| match drift {
                DriftKind::UserGone => w!("RAM user gone"),
                DriftKind::CurrentKeyGone => w!("AccessKey gone from RAM"),
                DriftKind::Disabled => w!("AccessKey disabled in RAM"),
                DriftKind::Foreign => w!("AccessKey made outside KMS"),
            }),
            every: p!("Every {period}"),
            days_left: p!("{count, plural, one {1 day} other {# days}} left"),
            about: w!("until about"),
            old_key: Silence::ALL.map(|silence| match silence {
                Silence::Used => w!("old AccessKey still used"),
                Silence::Unsure => w!("use of the old AccessKey not known yet"),
                Silence::Silent => w!("old AccessKey silent"),
            }),
        },
        errors: Errors {
            of: ErrorCode::ALL.map(error),
            not_refreshed: p!("This could not be refreshed: {reason}"),
            page_failed: w!("This page could not be loaded"),
            unknown: w!("It is not known whether this was done"),
        },
    }
}

pub(super) fn overview() -> Overview {
    Overview {
        none: w!("No secrets to show in any region"),
        title: w!("Overview"),
        export: w!("Calendar (.ics)"),
        only_tag: w!("Only secrets tagged"),
        any_tag: w!("Choose a tag"),
        summary: w!("All together"),
        progress: w!("Secrets checked"),
        without: p!("These figures are not whole: {regions} did not answer the last time."),
        without_many: p!(
            "These figures are not whole: {count, plural, one {1 region} other {# regions}} did not answer the last time."
        ),
        nothing_here: w!("No secret has these tags, or there is none yet."),
        reading: p!("Reading the regions: {checked} of {total} secrets checked so far."),
        regions: w!("Regions"),
        health_column: w!("Health"),
        health: Health::ALL.map(|health| match health {
            Health::UserGone => w!("RAM user gone"),
            Health::Failing => w!("Rotation failing"),
            Health::Unavailable => w!("Unavailable"),
            Health::Drifted => w!("Changed outside KMS"),
            Health::Overdue => w!("Overdue"),
            Health::PendingDeletion => w!("Pending deletion"),
            Health::Off => w!("Rotation off"),
            Health::DueSoon => w!("Due within 7 days"),
            Health::Rotating => w!("Rotating"),
            Health::Healthy => w!("Healthy"),
        }),
        asked: w!("As of"),
        unread: p!("{count} could not be read"),
        no_secrets: p!("{count, plural, one {1 region has} other {# regions have}} no secrets to show"),
        region_failed: w!("This region could not be read the last time."),
        attention: w!("Needs attention"),
        keys_asked: p!(
            "RAM was asked about the AccessKeys of {asked} of {total} secrets so far; of the others it is not known here whether somebody changed them."
        ),
        since: w!("Date"),
        noticed: w!("Noticed by the watch"),
        more_attention: p!("And {count} more: open a region's figures to see them all."),
        nothing_wrong: w!("Nothing: every secret rotates, and none is about to be deleted."),
        calendar: w!("Next rotations"),
        planned: p!(
            "{all, plural, one {1 rotation} other {# rotations}} in {days} days; the most on one day, {most}, on {date} (UTC)."
        ),
        no_rotations: p!("No rotation is planned in the next {days} days."),
        as_table: w!("The same as a table"),
        day: w!("Day (UTC)"),
        rotations: w!("Rotations"),
        fullest_hour: w!("In its fullest hour"),
        note: w!("Note"),
        over_quota: w!(
            "More in one hour than the 50 that KMS lets an account start by hand: if some fail, they cannot all be started again at once."
        ),
        clump: w!("A third of all planned rotations fall on this day: spread them by changing some periods."),
    }
}

pub(super) fn keys() -> Keys {
    Keys {
        no_match_more: w!("Search for another RAM user or AccessKey ID, or clear the search."),
        no_match: w!("Nothing matches"),
        none_more: w!("No RAM user that you may see has an AccessKey that no secret manages."),
        none: w!("No AccessKey without rotation to show"),
        title: w!("AccessKeys that nobody rotates"),
        intro: w!(
            "The AccessKeys of RAM users that no secret manages. The older one is, and the longer nobody has used it, the better it is to put it under rotation or to delete it."
        ),
        search: w!("Search by RAM user or AccessKey ID"),
        find: w!("Search"),
        count: p!(
            "{keys, plural, one {1 AccessKey} other {# AccessKeys}} of {users, plural, one {1 RAM user} other {# RAM users}}"
        ),
        reading: p!("Checked {checked} of {total} users; more may follow."),
        more: p!("{count} more are not shown: search for a user."),
        unread: p!("RAM did not tell the AccessKeys of {count} users."),
        unread_regions: p!(
            "The secrets of these regions could not be read, so that a user whom one of them manages may stand here: {regions}"
        ),
        orphans: p!(
            "These secrets name RAM users that do not exist: {names}. If one of the users below was renamed, a secret lives by its AccessKey: do not disable it."
        ),
        key_id: w!("AccessKey ID"),
        last_use: w!("Last use"),
        left_by: p!("its secret, {name} in {region}, is about to be deleted"),
        left_behind: p!("left behind: its secret, {name} in {region}, was deleted"),
        rotate_of: p!("Create Secret for {user}"),
        no_user: p!("There is no RAM user “{user}”. It may have been deleted or renamed."),
        managed_by: p!("KMS manages this user by {name} in {region}."),
        unmanaged: w!("No secret rotates the AccessKeys of this user."),
        guide: w!(
            "Disable an AccessKey first: that can be undone at once. When nobody has missed it for a while, delete it."
        ),
        no_keys: w!("This user has no AccessKey."),
        disable: w!("Disable"),
        enable: w!("Enable again"),
        delete: w!("Delete AccessKey"),
        type_id: p!("To delete it for good, type its ID: {id}"),
        type_id_to_stop: p!("To disable it though a secret gives it out, type its ID: {id}"),
        is_value: w!(
            "The secret gives this AccessKey out: rotate the secret first, then it can be disabled here."
        ),
        wrong_id: w!("This is not the AccessKey's ID. Type it exactly."),
    }
}

pub(super) fn leak() -> Leak {
    Leak {
        title: w!("After a leak"),
        heading: p!("After a leak: {name}"),
        intro: w!(
            "An AccessKey secret got out. These steps make it worthless without stopping what uses it rightly. Each can be taken as soon as you want; only deleting cannot be undone."
        ),
        step: Step::ALL.map(|step| match step {
            Step::Rotate => w!("Rotate now"),
            Step::Watch => w!("Watch the old AccessKey fall silent"),
            Step::Disable => w!("Disable the old AccessKey"),
            Step::Delete => w!("Delete the old AccessKey"),
            Step::Done => w!("Keep the record"),
        }),
        rotate_text: w!(
            "RAM makes a new AccessKey pair, and the secret returns it at once. The leaked one works on until you disable it below, at the latest until KMS deletes it after about two days."
        ),
        other_keys: w!(
            "All AccessKeys of this RAM user, where one that KMS does not know can be disabled too"
        ),
        watch_text: w!(
            "Applications that read the secret move to the new pair by themselves. Whoever still signs with the old one either keeps it or is the thief."
        ),
        disable_text: w!(
            "From then on the old AccessKey signs nothing, whoever has it. If a rightful application fails, enable it again."
        ),
        delete_text: w!(
            "When nobody has missed it, delete it for good; otherwise KMS does when the rotation ends."
        ),
        record_text: w!(
            "What was done from this page, by whom and when, with the request IDs by which Alibaba Cloud's own log (ActionTrail) can be searched. It is kept in this tab only: download it before you close it."
        ),
        download: w!("Download the record"),
        answer_lost: w!("request ID unknown: the answer was lost"),
        done: w!("Done"),
        not_needed: w!("Not needed"),
        skipped: w!("Skipped"),
        not_the_value: w!(
            "This AccessKey is not a value that the secret gives out: rotating the secret would not change it."
        ),
        delete_text_by_hand: w!("When nobody has missed it, delete it for good: KMS will not."),
        no_such_key: p!(
            "RAM has no AccessKey {id} of this user: it is deleted, or it never was this user's."
        ),
        under_way: w!(
            "A rotation is under way, and KMS takes no other until it ends: this AccessKey stays the secret's value for up to two days. If that is too long, disable it now: whoever has it can sign nothing any more, and neither can what reads the secret, until it is enabled again or the next rotation."
        ),
        stopped: w!(
            "This AccessKey is disabled: nobody can sign with it, and what reads the secret is refused. Rotate as soon as the rotation that is under way has ended."
        ),
        now: w!("Next"),
        failed: w!("This step was not done"),
        which: w!("Which AccessKey got out?"),
        about: p!("The AccessKey that got out: {id}"),
        no_record: w!(
            "Without JavaScript there is no record here: note the request ID that is shown after each step."
        ),
        did: p!("Done: {action}, request ID {id}."),
        did_unanswered: p!(
            "Done: {action}. The answer was lost; a look at RAM and KMS shows that it took effect."
        ),
    }
}

pub(super) fn details() -> Details {
    Details {
        timeline: w!("AccessKeys over time"),
        next_key: w!("The next AccessKey"),
        works_from: w!("from"),
        until_about: w!("until about"),
        tabs: w!("Parts of the secret"),
        overview: w!("Overview"),
        versions: w!("Versions"),
        name: w!("Secret name"),
        arn: w!("ARN"),
        kind: w!("Type"),
        kind_value: w!("Managed RAM secret"),
        description: w!("Description"),
        no_description: w!("No description"),
        user: w!("RAM user"),
        access_keys: w!("AccessKeys in RAM"),
        access_keys_unknown: w!("RAM did not say which AccessKeys there are"),
        user_gone: w!("RAM has no user of this name."),
        key_active: w!("Active"),
        key_inactive: w!("Inactive"),
        last_used: w!("last used"),
        never_used: w!("never used"),
        use_unknown: w!("last use unknown"),
        state: w!("State"),
        rotation: w!("Automatic rotation"),
        last_rotation: w!("Last rotation"),
        never_rotated: w!("Not rotated yet"),
        next_rotation: w!("Next rotation"),
        no_next_rotation: w!("None planned"),
        created: w!("Created"),
        changed: w!("Last changed"),
        instance: w!("KMS instance"),
        key: w!("Encryption key"),
        tags: w!("Tags"),
        no_tags: w!("No tags"),
        version_id: w!("Version ID"),
        stages: w!("Stages"),
        versions_hidden: w!(
            "KMS does not list the versions of a secret in its deletion window. Restore the secret to see them."
        ),
        versions_unknown: w!("The versions could not be loaded. Reload the page to try again."),
        pending_banner: p!(
            "This secret is deleted in {days, plural, one {1 day} other {# days}}. Until then it can be restored, and nothing can read it."
        ),
        failing_banner: w!(
            "Rotation fails: KMS cannot replace the AccessKey of this RAM user any more. Check in RAM that the user exists and has no second AccessKey that was made by hand."
        ),
        role: Role::ALL.map(|role| match role {
            Role::Current => w!("the current value"),
            Role::Outgoing => w!("the value before; KMS deletes it when the rotation ends"),
            Role::Given => w!("one of the two that the secret was created with"),
            Role::Foreign => w!("not managed by KMS"),
        }),
        user_drifted: w!(
            "RAM has no user of this name any more: it was deleted or renamed, and its AccessKeys cannot be rotated. Create the user again in RAM, or delete this secret and create one for the renamed user."
        ),
        key_gone: w!(
            "RAM has no AccessKey that fits the current value: it was deleted outside of KMS, and what reads this secret is refused. Rotate now for a new pair."
        ),
        key_disabled: p!(
            "The current AccessKey, {id}, is disabled in RAM: what reads this secret is refused. Enable it in RAM, or rotate now for a new pair."
        ),
        key_foreign: p!(
            "The AccessKey {id} was made outside of KMS. Nobody rotates it, and it takes the room that a rotation needs: disable it when nobody uses it, then delete it."
        ),
        outgoing_used: p!(
            "The old AccessKey, {id}, is still used: it signed a call on {at}, after the rotation began. It works until about {until}; find out who uses it before then."
        ),
        outgoing_silent: p!(
            "The old AccessKey, {id}, has been silent for some hours, as far as RAM tells. It works until about {until}."
        ),
        outgoing_untold: p!(
            "RAM did not say whether the old AccessKey is still used. It works until about {until}."
        ),
        outgoing_unknown: p!(
            "The old AccessKey, {id}, works until about {until}. RAM knows of no use since the rotation began, but tells it late, by up to some hours."
        ),
    }
}

pub(super) fn create() -> Create {
    Create {
        title: w!("Create Secret"),
        rotation_title: w!("Configuration rotation"),
        review_title: w!("Review and confirm"),
        done_title: w!("Created successfully"),
        steps: w!("Steps"),
        step_of: p!("Step {step} of {count}:"),
        reloaded: w!(
            "Your draft is back: everything that you had entered but the AccessKey secrets, which are never kept. Enter them again."
        ),
        select_type: w!("Select Type"),
        ram_type: w!("Managed RAM secret"),
        other_types: [w!("Generic secret"), w!("Managed RDS secret"), w!("Managed ECS secret")],
        other_types_reason: w!("Keyturn is for RAM secrets; create the other types in the vendor's console."),
        select_user: w!("Select RAM User"),
        user_hint: w!("Type to search. The RAM user must have at least one AccessKey pair."),
        user_missing: w!("Choose a RAM user from the list."),
        users_failed: w!("The RAM users could not be loaded"),
        no_user_matches: w!("No RAM user matches."),
        no_access_key: w!("cannot be chosen: no AccessKey"),
        already_managed: p!("cannot be chosen: managed by {name} in {region}"),
        access_keys: p!("{count, plural, one {1 AccessKey} other {# AccessKeys}}"),
        set_value: w!("Set secret value"),
        value_foreign: w!("This AccessKey belongs to another user than the one that is chosen."),
        value_wrong: w!(
            "Alibaba Cloud refuses it: this is not the AccessKey secret of this AccessKey ID. Compare it with where it was kept."
        ),
        value_unknown: w!("It could not be checked now. Try again, or go on without."),
        unverified: w!("Continue with an unverified value"),
        unverified_hint: w!(
            "KMS takes it as it is. Applications that read the secret are refused until the first rotation has made a new AccessKey."
        ),
        must_verify: w!(
            "Your access rules do not cover this RAM user, so every AccessKey secret must be verified. Enter the correct AccessKey secrets, or ask an administrator to create the secret."
        ),
        checking_values: w!("Checking the AccessKey secrets…"),
        value_note: w!(
            "Enter the AccessKey secret for each AccessKey ID. We recommend that you enter a valid one; if it is invalid, a new AccessKey ID and AccessKey secret are generated at the first rotation."
        ),
        all_keys_needed: w!(
            "This RAM user has two AccessKeys; KMS needs the secrets of both. The first becomes the current value, and the first rotation removes the second."
        ),
        description: w!("Secret Description"),
        description_hint: w!("Optional, up to 8,192 characters."),
        tags: w!("Tags"),
        tags_hint: w!("Optional: key:value, separated by commas, up to 20."),
        instance: w!("KMS instance"),
        key: w!("Encryption key"),
        instances_failed: w!(
            "KMS instances or their keys could not be listed. A secret can be created, without naming one."
        ),
        service_role_missing: w!(
            "KMS may not manage AccessKeys in this account yet: the service role AliyunKMSManageRAMCredentialsRole is missing, and creating a secret will fail. An administrator can make it on the page Setup, or in the RAM console: for the trusted service KMS, with the system policy AliyunKMSManageRAMCredentialsRolePolicy."
        ),
        show_value: w!("Show"),
        discard_title: w!("Discard what you entered?"),
        discard_text: w!("It is on this page only, and cannot be brought back."),
        discard: w!("Discard"),
        keep_editing: w!("Keep editing"),
        missing: w!("Enter a value."),
        too_long: p!("At most {most} characters are allowed."),
        not_a_tag: p!(
            "“{tag}” is not a tag. Write tags as key:value, with letters, digits and / \\ _ - . + = : @ only; a key does not begin with aliyun or acs:."
        ),
        not_a_pair: p!(
            "“{pair}” does not fit. Write one pair a line, as key=value, each key once, with letters, digits, _ and - in it."
        ),
        too_many: p!("At most {most} are allowed."),
        turn_on: w!("Turn on automatic rotation"),
        turn_off: w!("Turn off automatic rotation"),
        period: w!("Rotation Period"),
        unit: w!("Unit"),
        unit_name: PeriodUnit::ALL.map(|unit| match unit {
            PeriodUnit::Days => w!("days"),
            PeriodUnit::Hours => w!("hours"),
        }),
        not_a_number: w!("Enter a whole number."),
        too_few_days: w!("At least 7 days. For less, choose hours."),
        too_few_hours: w!("At least 6 hours."),
        too_many_days: w!("At most 365 days."),
        too_many_hours: w!("At most 8,760 hours, which is 365 days."),
        hours_note: w!("Periods of less than 7 days may be refused by KMS."),
        next_dates: w!("Next rotations begin:"),
        both_keys_note: w!(
            "A rotation takes about two days. During that time both the old and the new AccessKey work."
        ),
        created: w!("created"),
        trimmed: w!("The spaces around it were left out."),
        entered: p!("entered ({characters} characters)"),
        edit: p!("Edit {what}"),
        edit_short: w!("Edit"),
        secret_name: w!("Secret name"),
        as_code: w!("The same as code"),
        as_code_about: w!(
            "For scripts and repositories. The AccessKey secret is asked for when the code runs and stands nowhere in it."
        ),
        next: w!("Next"),
        previous: w!("Previous"),
        failed: w!("The secret was not created"),
        done_text: w!("KMS now manages the AccessKeys of this RAM user as"),
        close: w!("Close"),
        view_details: w!("View secret details"),
    }
}

pub(super) fn edit() -> Edit {
    Edit {
        title: w!("Edit Details"),
        custom_data: w!("Custom data"),
        custom_data_hint: w!(
            "Optional: key=value, one pair a line, up to 10. It is not secret: never put a password here."
        ),
        failed: w!("The changes were not saved"),
        done: p!("{name} is changed."),
        policy_title: w!("Edit Policy"),
        policy: w!("Secret policy"),
        policy_hint: w!(
            "JSON, as KMS takes it: Version 1 and a list of statements, each with Effect, Principal, Action and Resource."
        ),
        policy_warning: w!(
            "A policy that leaves out your own account or role can lock everybody out of this secret."
        ),
        policy_about: w!(
            "This policy says who may do what with this secret, beside what RAM's policies say."
        ),
        policy_done: p!("The policy of {name} is changed."),
        policy_not_json: p!("This is no JSON: see line {line}, column {column}."),
        policy_version: w!("The version must be \"1\"."),
        policy_empty: w!("There must be at least one statement."),
        policy_statement: p!("Statement {number}: {element} is missing or wrong."),
        policy_allows_nothing: w!(
            "No statement allows anything: nobody could use or change this secret any more."
        ),
        policy_too_long: w!("A policy may have 32,768 bytes at the most."),
        policy_tab: w!("Policy"),
        usage_tab: w!("Use it"),
        usage_about: w!(
            "How an application reads this secret. With the SDKs it reads the pair anew when Alibaba Cloud refuses the old one, so that a rotation goes unnoticed; the others take the current value each time they run."
        ),
        value_key: w!("AccessKey in RAM"),
    }
}

pub(super) fn delete() -> Delete {
    Delete {
        title: w!("Delete Secret"),
        method: w!("Deletion method"),
        key_stays: w!("The AccessKey pair itself stays in RAM; deleting the secret does not delete it."),
        name_taken: w!("The name stays taken until the secret is gone."),
        check_first: w!("Make sure that no application reads this secret: from now on, none can."),
        days: w!("Delete In (7-30 days)"),
        days_invalid: w!("Enter a whole number of days from 7 to 30."),
        deleted_on: w!("Deleted on"),
        immediately: w!("Delete Secret Immediately"),
        no_way_back: w!("The secret is gone at once and cannot be restored."),
        name: w!("Secret name"),
        name_hint: p!("To confirm, type the whole name: {name}"),
        name_invalid: p!("This is not the secret's name. Type {name}, exactly."),
        already_pending: w!(
            "This secret is planned to be deleted already. It can be deleted at once, or restored."
        ),
        failed: w!("The secret was not deleted"),
        planned: p!("{name} is deleted on {at}. Until then it can be restored."),
        done: p!("{name} is deleted."),
    }
}

pub(super) fn restore() -> Restore {
    Restore {
        planned_for: p!("This secret is planned to be deleted on {at}."),
        effect: w!("Restoring cancels that: the secret returns to its normal state and can be read at once."),
        effect_rotates: w!("It rotates again as before."),
        effect_off: w!("Automatic rotation is off, and stays so."),
        window_ended: w!("The deletion window has ended: the secret is gone and cannot be restored."),
        not_pending: w!("This secret is not planned to be deleted; there is nothing to restore."),
        failed: w!("The secret was not restored"),
        key_fine: w!("Its AccessKey is there in RAM, and enabled."),
        key_unknown: w!("Whether its AccessKey is still enabled in RAM could not be checked."),
        done: p!("{name} is restored."),
    }
}

pub(super) fn rotate() -> Rotate {
    Rotate {
        new_pair: w!("RAM makes a new AccessKey pair, and the secret returns it at once."),
        old_pair: w!(
            "The old AccessKey pair stays valid for up to about two days; then KMS deletes it from RAM."
        ),
        reload: w!(
            "Applications that read the secret get the new pair when they read it next. An application that keeps the old pair stops working when it is deleted."
        ),
        quota: w!("KMS allows 50 immediate rotations an hour in the account."),
        use_is_late: w!("RAM tells the last use late, by up to some hours."),
        two_keys: w!(
            "The RAM user has two AccessKeys and there is no rotation under way. Where KMS does not know one of them, there is no room for a new one and the rotation fails: delete the one that nobody needs in RAM."
        ),
        under_way: w!(
            "A rotation is under way. Until the old AccessKey is gone, KMS takes neither another rotation nor a change."
        ),
        in_window: w!("This secret is planned to be deleted. Restore it first."),
        failed: w!("The rotation was not started"),
        started: p!("The rotation of {name} has started. The old AccessKey works until KMS deletes it."),
        at_once: w!("Saving rotates at once: the last rotation and this period lie in the past."),
        save: w!("Save"),
        change_failed: w!("Rotation was not changed"),
        changed: p!("Rotation of {name} is changed."),
        changed_at_once: p!("Rotation of {name} is changed, and KMS rotates it at once."),
    }
}

pub(super) fn bulk() -> Bulk {
    Bulk {
        title: w!("Act on many secrets"),
        needs_script: w!(
            "This page works secret by secret in your browser and needs JavaScript. Without it, act on each secret from its own page."
        ),
        what: w!("What is done"),
        which: w!("To which secrets"),
        choose_first: w!("Choose what is done; nothing is chosen yet."),
        gone: p!("No longer there, or not for you to see: {names}"),
        start_first: w!("Start"),
        not_selected: w!(
            "No secret is selected, so that no more are changed than was meant. Go back to the list and filter again."
        ),
        add_tag: w!("Add a tag"),
        remove_tag: w!("Remove a tag"),
        tag: w!("Tag (key:value)"),
        tag_key: w!("Key of the tag"),
        staggered: w!("More than that wait for their turn; leave this tab open until then."),
        at_once: p!(
            "{count, plural, one {1 of them rotates} other {# of them rotate}} at once: the last rotation and this period lie in the past."
        ),
        check_first: w!(
            "Make sure first that no application reads these secrets: as soon as their deletion is planned, none can. Each secret's own page shows when its AccessKey was last used."
        ),
        preview_deletion: p!(
            "{count, plural, one {1 secret} other {# secrets}} will be deleted on that day, and cannot be read from now on."
        ),
        preview_restore: p!("{count, plural, one {1 secret} other {# secrets}} will be restored."),
        confirm: w!("Number of secrets"),
        confirm_hint: p!("To confirm, type how many secrets are planned to be deleted: {count}"),
        confirm_wrong: p!("This is not the number. Type {count}."),
        too_many: p!(
            "{matched} secrets match; only the first {most} are taken at once. Narrow the list, or come again for the others."
        ),
        preview: p!("{count, plural, one {1 secret} other {# secrets}} will be changed."),
        start: p!("{what}: {count, plural, one {1 secret} other {# secrets}}"),
        skip_count: p!("{count} skipped: {why}"),
        skip: Skip::ALL.map(|skip| match skip {
            Skip::PendingDeletion => w!("in the deletion window"),
            Skip::NotPending => w!("not planned to be deleted"),
            Skip::Rotating => w!("a rotation is under way"),
            Skip::Unavailable => w!("unavailable"),
            Skip::Nothing => w!("it is so already"),
        }),
        progress: p!("{done} done, {failed} failed, {skipped} skipped, {waiting} waiting."),
        ended: p!("The run has ended: {done} done, {failed} failed, {skipped} skipped, {waiting} waiting."),
        waits: w!("The quota is used up, or Alibaba Cloud asks to wait. It goes on at"),
        stop: w!("Stop"),
        go_on: w!("Go on"),
        retry: w!("Try the failed ones again"),
        close: w!("Close"),
        outcome: w!("Result"),
        started: w!("Started; both AccessKeys work until about two days from now"),
        waiting: w!("Waiting"),
        done: w!("Done"),
        failed: w!("Failed"),
        skipped: w!("Skipped"),
    }
}

#[cfg(feature = "ssr")]
pub(super) fn served() -> Served {
    Served {
        sign_in: w!("Sign in"),
        name: w!("Name"),
        password: w!("Password"),
        wrong: w!(
            "Name or password is wrong. Check both and try again; after ten tries in ten minutes an account rests for a while."
        ),
        too_often: p!(
            "Too many tries. Wait {minutes, plural, one {a minute} other {# minutes}}, then try again."
        ),
        unavailable: w!(
            "Signing in does not work now, because the database does not answer in time. Try again in a minute; nothing is lost."
        ),
        with_provider: p!("Sign in with {name}"),
        expired: w!("This sign-in took too long, or was begun in another browser. Begin it again here."),
        provider_refused: w!(
            "You were not signed in: the provider refused it, or what it said could not be trusted. Try again; if it stays, tell an administrator."
        ),
        provider_down: w!(
            "The provider does not answer, so nobody can sign in there now. Try again in a minute."
        ),
        confirm: w!("Confirm that it is you"),
        confirm_why: w!(
            "What you are about to do cannot be undone, and your last sign-in is more than ten minutes ago."
        ),
        signed_in: w!("You are signed in"),
        signed_in_more: w!("You can close this tab: the page that you came from goes on by itself."),
        link_used: w!("This link does not open any more"),
        link_used_more: w!(
            "It was used already, or is older than a day, or there is a newer one. Ask an administrator for a new one."
        ),
        choose_password: w!("Choose a password"),
        choose_password_for: p!("For the account {name}. The link opens once."),
        password_hint: w!(
            "At least 12 characters. A few words that do not belong together are better than signs."
        ),
        password_again: w!("Password once more"),
        save_password: w!("Save the password"),
        too_short: p!("That password is too short: at least {count} characters are needed."),
        not_the_same: w!("The two passwords are not the same: type both again."),
        account: w!("Your account"),
        id: w!("ID"),
        groups: w!("Groups"),
        none: w!("None"),
        may: w!("Roles"),
        no_grants: w!(
            "Nobody has granted you anything yet. Ask an administrator, and give them the ID above."
        ),
        session: w!("Session"),
        sessions: w!("Your sessions"),
        all_sessions: w!("Everybody’s sessions"),
        address: w!("Address"),
        started: w!("Started"),
        used: w!("Last used"),
        actions: w!("Actions"),
        this_session: w!("This one"),
        end: w!("End"),
        end_session: p!("End the session of {date}"),
        activity: w!("Activity"),
        activity_about: w!(
            "Who did what, from where, and what came of it. Records are never changed; each is chained to the one before."
        ),
        when: w!("When"),
        who: w!("Who"),
        event: w!("What"),
        secret: w!("Secret"),
        on: w!("On"),
        outcome: w!("Outcome"),
        reason: w!("Reason"),
        any: w!("Any"),
        from: w!("From"),
        until: w!("Until"),
        export_csv: w!("Export CSV"),
        export_json: w!("Export JSON Lines"),
        invalid_filter: w!("A filter was not understood and is not applied: choose it again."),
        no_activity: w!("No activity"),
        no_activity_more: w!("Nothing that matches was recorded. Widen the filter, or clear it."),
        activity_failed: w!(
            "The audit log could not be read. While it is down nothing can be changed. Try again in a minute."
        ),
        pages: w!("Pages"),
        older: w!("Older"),
        access: w!("Access"),
        access_about: w!(
            "What no rule allows is denied. Whom no rule lets see a secret, is told that it does not exist."
        ),
        grants: w!("Rules"),
        role: w!("Role"),
        to: w!("To"),
        over: w!("Over"),
        everything: w!("everything"),
        configured: w!("in the configuration"),
        new_grant: w!("New rule"),
        create_grant: w!("Create rule"),
        delete_grant: w!("Delete"),
        delete_grant_of: p!("Delete the rule of {name}"),
        group: w!("Group"),
        group_hint: w!("Either a group or a person."),
        person: w!("Person"),
        person_hint: w!("The ID that the account page shows, such as local:alice."),
        regions: w!("Regions"),
        regions_hint: w!("Region IDs with commas between; empty for all."),
        names: w!("Names"),
        names_hint: w!("Patterns such as acs/ram/user/pay-* with commas between; empty for all."),
        tags: w!("Tags"),
        tags_hint: w!("All of these, such as team=payments, with commas between; empty for any."),
        accounts: w!("Accounts"),
        new_account: w!("New account"),
        create_account: w!("Create account"),
        name_hint: w!("Small letters, digits, dots, hyphens, underscores and @."),
        groups_hint: w!("With commas between."),
        state: w!("State"),
        active: w!("Active"),
        invited: w!("No password yet"),
        disabled: w!("Disabled"),
        enable: w!("Enable"),
        disable: w!("Disable"),
        new_link: w!("New one-time link"),
        one_time_link: w!("one-time link"),
        link_for: p!("Give this link to {name}. It opens once, within a day, and is shown here this once."),
        invalid_name: w!(
            "That is no name for an account: small letters, digits, dots, hyphens, underscores and @, at most 64."
        ),
        no_account: w!("There is no such account, or it is disabled: nothing was made."),
        region_id: w!("Region ID"),
        name_taken: w!(
            "There is an account of that name already. Choose another, or make a new one-time link for it."
        ),
        invalid_grant: p!("The rule was not created: {why}."),
        why: w!("Why may somebody, or why not?"),
        explain: w!("Explain"),
        may_nothing: w!("May nothing, and is told that it does not exist."),
        may_as: p!("May, as: {role}."),
        no_rules: w!("No rule is for this person."),
        fits: w!("fits"),
        other_region: w!("is for other regions"),
        other_name: w!("is for other names"),
        other_tags: w!("is for other tags"),
        ended: w!("Your session has ended"),
        ended_more: w!(
            "What you have typed is still here. Sign in, in a tab of its own, and what you did goes on by itself."
        ),
        code: w!("Code"),
        code_title: w!("Enter the code of your app"),
        code_more: w!(
            "Your password was right. Your authenticator app shows a code of six digits, a new one every 30 seconds."
        ),
        code_hint: w!("Without your app: one of your recovery codes."),
        code_wrong: w!("That code is not right, or was used already. Wait for the next one and try again."),
        go_on: w!("Go on"),
        app_title: w!("Set up an authenticator app"),
        app_more: w!(
            "Scan the picture with an authenticator app, or type the key into it. Then enter the code that it shows."
        ),
        app_needed: w!("Here a password alone does not sign in, so your account needs an app first."),
        app_picture: w!("QR code with the key below"),
        app_key: w!("Key"),
        codes_title: w!("Your recovery codes"),
        codes_more: w!(
            "Each signs in once in place of a code, when your app is lost. They are shown this once: print them, or keep them in a password manager. Those before open no more."
        ),
        codes_kept: w!("I have kept them"),
        sign_in_ways: w!("Signing in"),
        new_password: w!("Choose a new password"),
        app: w!("Authenticator app"),
        app_on: w!("Set up"),
        app_off: w!("Not set up: the password alone signs in"),
        set_up: w!("Set up"),
        set_up_another: w!("Set up another app"),
        remove_app: w!("Remove the app"),
        codes_left: p!("{count, plural, one {# recovery code is left} other {# recovery codes are left}}"),
        new_codes: w!("New recovery codes"),
        passkeys: w!("Passkeys"),
        passkeys_about: w!("A passkey signs in by itself, with the fingerprint, face or PIN of your device."),
        no_passkeys: w!("There are none where Keyturn is reached by an IP address."),
        no_script: w!("This browser makes none here; it needs JavaScript and passkeys."),
        passkey_name: w!("Name of the passkey"),
        passkey_name_hint: w!("Such as “Laptop”, to tell them apart."),
        add_passkey: w!("Add a passkey"),
        remove_passkey: w!("Remove"),
        remove_passkey_of: p!("Remove the passkey {name}"),
        with_passkey: w!("Sign in with a passkey"),
        passkey_failed: w!(
            "Nothing came of it: the device was not confirmed, or has no passkey for here. Try again, or use another way."
        ),
        passkey_refused: w!(
            "That passkey does not open an account here, or took too long. Try again, or use another way."
        ),
        passkey_not_added: w!(
            "The passkey was not added: it took too long, is here already, or there are twenty. Try again."
        ),
        remove_factors: w!("Remove app and passkeys"),
        has_app: w!("with app"),
        approvals: w!("Approvals"),
        approvals_about: w!(
            "What cannot be undone waits here for a second person. Nobody decides what they asked for themselves; what was approved can be done once, within an hour."
        ),
        no_approvals: w!("Nothing waits"),
        no_approvals_more: w!("Nobody has asked for a second person in the last seven days."),
        asked_by: w!("Asked by"),
        decided_by: w!("Decided by"),
        approve: w!("Approve"),
        deny: w!("Deny"),
        approve_of: p!("Approve: {event}, {name}"),
        deny_of: p!("Deny: {event}, {name}"),
        do_it: w!("Do it now"),
        too_late: w!(
            "That could not be decided any more: somebody else has, it has expired, or you asked for it yourself."
        ),
        state_waiting: w!("Waiting"),
        state_approved: w!("Approved"),
        state_denied: w!("Denied"),
        state_used: w!("Approved and done"),
        state_expired: w!("Expired"),
        expires: w!("Until"),
        left: p!(
            "You are signed out of Keyturn. At {name} you may still be signed in: whoever uses this browser next could come back without a password."
        ),
        leave: p!("Sign out at {name} too"),
        rule_for: w!("a rule is for one group or one person: give one of the two"),
        rule_nameless: w!("the group or the person has no name"),
        rule_odd: p!("“{text}” is too long, or has control characters"),
        rule_person: w!(
            "a person is local: and the account’s name in lower case, or oidc: with issuer and subject"
        ),
        rule_region: p!("“{region}” is no region of KMS"),
        rule_tag: p!("“{tag}” is no tag: write key=value"),
        rule_administrator: w!("an administrator is one everywhere: leave out regions, names and tags"),
        rule_same: w!("there is such a rule already"),
        rule_gone: w!("That rule is not there any more. Somebody else may have deleted it."),
        rule_made: p!("The rule of {name} is made, and holds at once."),
        rule_deleted: p!("The rule of {name} is deleted, and holds no more."),
        builtin: w!("built in"),
        stale: w!(
            "Your last sign-in is more than ten minutes ago, so nothing was changed. Confirm that it is you in another tab, then send this form again: what you typed is still here."
        ),
        account_of: p!("Account {name}"),
        save_groups: w!("Save the groups"),
        groups_saved: p!("The groups of {name} are saved, and hold at once."),
        own_groups: w!(
            "These are your own groups. Leave “administrators” among them, or you cannot come back to this page."
        ),
        new_link_about: w!("For a forgotten password. Links made before open no more."),
        end_all: w!("End all sessions"),
        end_all_about: w!("Whoever uses the account now has to sign in again."),
        sessions_ended: p!("All sessions of {name} are ended."),
        remove_factors_about: w!(
            "For somebody who has lost their phone or keys, and the recovery codes. The password alone opens then, and all sessions end."
        ),
        factors_removed: p!("{name} signs in with the password alone again."),
        disable_about: w!(
            "Nobody can sign in with it, and all of its sessions end. It can be enabled again."
        ),
        account_disabled: p!("{name} is disabled, and its sessions are ended."),
        account_enabled: p!("{name} is enabled."),
        delete_account: w!("Delete the account"),
        delete_account_about: w!(
            "Its sessions, its second factor and the rules for it that were made here go with it. What it did stays in the activity. This cannot be undone."
        ),
        type_name: p!("To confirm, type {name}"),
        wrong_name: w!("That is not the name of this account, so it was not deleted."),
        account_deleted: p!("The account {name} is deleted."),
        guessable: w!(
            "That password is easy to guess: it is common, or made of what others know. Take a few words that do not belong together."
        ),
        needs_passkey: w!(
            "A second factor is required, and this account has a passkey: sign in with it. If it is lost, ask an administrator to remove it."
        ),
        old_redirect_address: w!(
            "The identity provider redirected to an address that Keyturn no longer uses. An administrator of the provider must register the redirect address below. Then sign in again."
        ),
        last_factor: w!(
            "A second factor is required here, and this is your last: add another before you remove it."
        ),
        provider: w!("Provider"),
        provider_hint: w!(
            "Whose group it is: local, or the issuer’s address. Empty for a group of that name anywhere."
        ),
        rule_provider: w!("a provider is local or the address of an issuer, and goes with a group"),
        signed_out: w!("You are signed out."),
        cannot_explain: p!("This cannot be explained: {why}."),
        session_ended: w!("Your session has ended"),
        session_ended_about: w!(
            "What you typed is kept on this page, and nothing was done yet. Sign in in a new tab, come back to this one, and send it again."
        ),
        values_dropped: w!("AccessKey secrets are not kept: you are asked for them once more."),
        send_again: w!("Send again"),
        setup_about: w!(
            "What Keyturn needs to do its work, and whether it has it now. In a terminal, keyturn doctor says the same."
        ),
        looked_at: w!("Looked at"),
        found: w!("Found"),
        fine: w!("Fine"),
        not_checked: w!("Not checked"),
        needs_a_look: w!("Needs a look"),
        does_not_work: w!("Does not work"),
        being_looked_at: w!(
            "Being looked at: each service of each region is asked. What was found stands here as soon as it is known."
        ),
        all_fine: w!("Everything that was checked is fine."),
        some_findings: p!(
            "{count, plural, one {1 finding needs attention.} other {# findings need attention.}}"
        ),
        needs: w!("Prerequisites"),
        services: w!("Services"),
        permissions: w!("Permissions"),
        identity: w!("Identity"),
        clock: w!("Clock"),
        service_role: w!("Service role"),
        kms_instances: w!("KMS instances"),
        storage: w!("Storage"),
        signed_by: p!("Calls are signed by {arn}."),
        signed_by_account: p!("Calls are signed by the account itself, {arn}, which may do everything."),
        use_no_account: w!(
            "Give Keyturn a RAM role or a RAM user with the policy below, and delete the account's own AccessKeys."
        ),
        clock_right: w!("This machine's clock agrees with the cloud's."),
        clock_off: p!(
            "This machine's clock and the cloud's are {seconds} s apart; calls are signed with the cloud's time."
        ),
        set_clock: w!("Synchronise the machine's clock, for example by NTP."),
        role_there: p!("{name} is there."),
        no_service_role: w!("There is none: KMS cannot rotate the AccessKeys of RAM users."),
        make_service_role: w!(
            "Create it on Keyturn's page Setup, or by the vendor's page “Cloud Resource Access Authorization”."
        ),
        no_instances: w!(
            "There is none in any region. A new secret needs one, and a symmetric key in it, as the vendor's manual says."
        ),
        buy_instance: w!(
            "Buy and enable a KMS instance in the region of your secrets, and create a symmetric key in it."
        ),
        storage_fine: w!("The data directory and the database can be used."),
        check_storage: w!("Check KEYTURN_DATA_DIR and KEYTURN_DATABASE_URL."),
        answers: p!("Answers in {ms} ms."),
        allowed: w!("Allowed."),
        refused: p!("Refused. Needed for {feature}."),
        give_permission: w!(
            "Give it to Keyturn's identity: the policy below has it. A policy that names some secrets or users only is refused here too, as what was asked about has a name that nobody has."
        ),
        not_asked: w!("A call that changes something tells: it is sent where you ask for that."),
        not_tellable: p!("Cannot be told without an effect. Needed for {feature}."),
        no_answer: p!("No answer within {seconds} s."),
        check_network: w!("Check the way to it: endpoint, DNS, proxy, firewall."),
        check_changes: w!("Check permissions to change"),
        check_changes_about: w!(
            "Sends each changing call once, about a name that nobody has: nothing changes. ActionTrail shows the calls."
        ),
        create_service_role: w!("Create the service role"),
        create_service_role_about: w!(
            "Creates the RAM role AliyunKMSManageRAMCredentialsRole, which KMS alone may take, and attaches the vendor's policy AliyunKMSManageRAMCredentialsRolePolicy to it. Keyturn's identity needs ram:CreateRole and ram:AttachPolicyToRole for that, once."
        ),
        create_service_role_now: w!("Create it now"),
        service_role_made: p!("The service role {name} is there now."),
        headers: w!("Headers as they arrive"),
        headers_about: w!(
            "What Keyturn sends has to reach the browser through whatever stands in front. This browser has looked."
        ),
        headers_no_script: w!("This needs JavaScript."),
        header: w!("Header"),
        header_arrives: w!("Arrives."),
        header_missing: w!("Does not arrive with this in it. Let the proxy in front pass it on unchanged:"),
        smallest_policy: w!("The smallest policy"),
        smallest_policy_about: w!(
            "All that Keyturn asks for, and nothing more, for the role or user that signs its calls."
        ),
        configuration: w!("Configuration"),
        configuration_fine: w!("Nothing in it calls for a second look."),
        no_second_factor_needed: w!("Local accounts need a password alone."),
        set_second_factor: w!("Set KEYTURN_SECOND_FACTOR to required."),
        no_trusted_proxy: w!(
            "The public address is https, so a proxy stands in front of Keyturn, but no trusted proxy is configured: sign-in limits and the activity take its address for everybody’s."
        ),
        set_trusted_proxies: w!("Set KEYTURN_TRUSTED_PROXIES to the address of the proxy."),
        source: w!("Source of credentials"),
        source_chosen: p!("They come from: {source}."),
        assumed_role: w!("Role for people’s calls"),
        for_features: w!("What the policy is for"),
        show_policy: w!("Show the policy"),
        menu: w!("Menu"),
        no_activity_yet: w!("Nothing has been recorded yet."),
        fine_and_unchecked: p!("{fine} of {count} are fine, {unchecked} not checked yet"),
        no_permission: p!("A permission is missing: {action}."),
        no_permission_more: w!(
            "Whoever administers RAM in this account can allow it; Setup shows what is missing."
        ),
        fine_of: p!("{fine} of {count} are fine"),
        find: w!("Find"),
        next_page: w!("Next page"),
        first_page: w!("First page"),
        none_found: w!("None found."),
        account_name: w!("Name or part of it"),
        rule_too_many: p!(
            "there are {most} rules already: delete what is not needed, or give a group the role in place of each person"
        ),
        no_role: w!("No RAM role is for you, so that no call is made in your name."),
        no_role_more: w!(
            "Ask an administrator to map one of your groups to a role, in the configuration under assume_role."
        ),
        sent_as: w!("It is sent in the name of whoever is signed in then."),
        state_withdrawn: w!("Withdrawn"),
        state_ended: w!("Ended with an account or a role"),
        withdraw: w!("Withdraw"),
        withdraw_of: p!("Withdraw your request: {event} {subject}"),
        too_many_asked: p!("{most} of your requests wait for a second person already."),
        too_many_asked_more: w!("Withdraw what is not needed under Approvals, or ask a colleague to decide."),
        only_own: w!(
            "You see what you did yourself: the activity of others is for those who may see everything."
        ),
        rule_name: p!("“{name}” fits no secret: names begin with acs/ram/user/"),
        own_rule: w!(
            "You are an administrator by this rule alone: without it you would shut yourself out. Ask another administrator to delete it."
        ),
        why_no_account: w!(
            "There is no account of this name, or it is disabled: nobody can sign in with it."
        ),
        immediately: w!("Immediately, without a deletion window"),
        rotates_at_once: w!("The AccessKey pair is rotated immediately or within a day."),
        signed_in_as: p!("You are signed in as {name}."),
        why_wrong_password: w!("The password is wrong, or there is no such account."),
        why_wrong_code: w!("The code, or the passkey, is not right."),
        why_expired: w!("It was begun too long ago."),
        why_needs_passkey: w!("The account signs in by a passkey."),
        why_taken: w!("The name is taken."),
        why_no_sign_in: w!("No sign-in had been begun in this browser."),
        why_provider_refused: w!("The identity provider refused."),
        why_invalid_token: w!("What the identity provider answered does not hold."),
        needs_identity: w!("Cannot be told while the credentials are not accepted."),
        palette_button: w!("Go to"),
        palette: w!("Search pages, secrets and actions"),
        palette_hint: w!("Page, secret or action"),
        palette_results: w!("Results"),
        actions_here: w!("Actions on this page"),
        pages_of_keyturn: w!("Pages"),
        palette_regions: w!("Regions"),
        nothing_found: w!("Nothing is found."),
        looking_everywhere: w!("All regions are being searched"),
        not_found_out: w!("The secrets could not be searched. Try again in a moment."),
        selected_elsewhere: p!("{count} of them not shown here"),
        selection_cleared: w!("Selection cleared"),
        to_corner: w!("To the message or the selection below, and back"),
        dismiss: w!("Dismiss"),
        selection: w!("Selection"),
        selected: p!("{count} of {total} selected"),
        most_selected: p!("no more than {most} at once; Act on many takes all that a filter finds"),
        act_on_selected: w!("Act on the selected"),
        clear_selection: w!("Clear the selection"),
        paused_run: w!("Work over many secrets stands still while its page is closed: go on"),
        refresh_every: w!("Refresh automatically"),
        refresh_off: w!("Not automatically"),
        help: w!("Help"),
        help_title: w!("Keyboard and settings"),
        shortcuts: w!("Keyboard shortcuts"),
        single_keys: w!("Shortcuts of a single key"),
        time_zone: w!("Time zone"),
        browsers_zone: w!("As in the browser"),
        messages: w!("Messages"),
        no_messages: w!("Nothing was said in this tab so far."),
        close_sheet: w!("Close"),
        unreachable: w!(
            "Keyturn cannot be reached. The connection is tried again by itself; what you typed stays here."
        ),
        reachable_again: w!(
            "Keyturn answers again. What could not be sent meanwhile is not sent by itself: send it again."
        ),
        go_to: p!("Go to {page}"),
        this_sheet: w!("This sheet"),
        search_here: w!("Search on this page"),
        row_by_row: w!("Row by row, in a table"),
        space_key: w!("Space"),
        select_row: w!("Select the row, where rows can be selected"),
        one_back: w!("One step back"),
        no_credentials: p!("No source gives credentials: {reason}"),
        state_under_way: w!("Being done"),
        is_under_way: w!("This was approved, and is being done right now."),
        is_under_way_more: w!(
            "Look at what it comes to before you try again; after a minute it can be asked for anew."
        ),
        why_too_many: w!("There were too many refusals to write down each of them."),
        sign_out: w!("Sign out"),
        language: w!("Language"),
        theme: w!("Theme"),
        theme_system: w!("System"),
        theme_light: w!("Light"),
        theme_dark: w!("Dark"),
        cancel: w!("Cancel"),
        roles: [w!("Viewer"), w!("Operator"), w!("Administrator")],
        features: [
            w!("seeing secrets and RAM users"),
            w!("creating secrets"),
            w!("editing secrets"),
            w!("secret policies"),
            w!("rotation"),
            w!("deleting and restoring secrets"),
            w!("disabling and deleting AccessKeys"),
            w!("calls in people's own names"),
            w!("making the service role, once"),
        ],
        events: [
            w!("Create secret"),
            w!("Change secret"),
            w!("Change tags"),
            w!("Change policy"),
            w!("Change rotation"),
            w!("Rotate"),
            w!("Delete"),
            w!("Restore"),
            w!("Change AccessKey"),
            w!("Sign in"),
            w!("Sign out"),
            w!("End a session"),
            w!("Choose a password"),
            w!("Create account"),
            w!("New one-time link"),
            w!("Disable account"),
            w!("Enable account"),
            w!("Create rule"),
            w!("Delete rule"),
            w!("List secrets"),
            w!("View secret"),
            w!("View policy"),
            w!("Export activity"),
            w!("Set up authenticator app"),
            w!("Remove authenticator app"),
            w!("New recovery codes"),
            w!("Add passkey"),
            w!("Remove passkey"),
            w!("Remove app and passkeys"),
            w!("Ask for approval"),
            w!("Approve"),
            w!("Deny"),
            w!("Groups of an account"),
            w!("End all sessions"),
            w!("Delete account"),
            w!("Create the service role"),
            w!("Check permissions to change"),
            w!("Open Access"),
            w!("Open Setup"),
            w!("Change from another site"),
            w!("Withdraw a request"),
            w!("Sent from another person’s page"),
            w!("Check AccessKey pairs"),
        ],
        outcomes: [w!("Done"), w!("Failed"), w!("Refused"), w!("Outcome unknown")],
    }
}

/// What only pages need that run no script.
#[cfg(feature = "ssr")]
pub(super) fn plain() -> Plain {
    Plain {
        created: p!("{name} is created."),
        user_hint: w!("The RAM user must have at least one AccessKey pair."),
        find_user: w!("Find a RAM user"),
        find: w!("Find"),
        show_keys: w!("Show the AccessKeys of this user"),
        choose_user: w!("Choose a RAM user"),
        values_again: w!(
            "AccessKey secrets are never sent back to this page: enter them again before you go on."
        ),
        review_note: w!("Check everything above. OK sends it to KMS."),
        event: p!("{name}: AccessKey rotation"),
    }
}

fn error(code: ErrorCode) -> (&'static str, &'static str) {
    match code {
        ErrorCode::Malformed => (w!("The request could not be read."), w!("Reload the page and try again.")),
        ErrorCode::NoSession => (w!("You are not signed in."), w!("Sign in and try again.")),
        ErrorCode::Forbidden => (w!("You may not do this."), w!("Ask an administrator for the permission.")),
        ErrorCode::ConfirmIdentity => (
            w!("This cannot be undone, and your last sign-in is a while ago."),
            w!("Sign in once more, at your name at the top of the page, then do it again."),
        ),
        ErrorCode::NeedsApproval => (
            w!("This needs a second person, and waits for one now."),
            w!("Tell a colleague, who approves it under Approvals; then do it again here."),
        ),
        ErrorCode::CrossSite => (
            w!("The request did not come from a page of Keyturn."),
            w!("Open Keyturn at its own address and try again there."),
        ),
        ErrorCode::NotFound => (
            w!("What was asked for does not exist."),
            w!("It may have been deleted; go back to the list of secrets."),
        ),
        ErrorCode::InDeletionWindow => (
            w!("The secret is in its deletion window."),
            w!("Restore it first, or wait until the window ends."),
        ),
        ErrorCode::NotInDeletionWindow => (
            w!("The secret is not planned to be deleted."),
            w!("There is nothing to restore; reload to see its state."),
        ),
        ErrorCode::AlreadyExists => (
            w!("A secret for this RAM user exists already."),
            w!("Open the existing secret, or choose another RAM user."),
        ),
        ErrorCode::Unavailable => (
            w!("KMS says that this secret is unavailable."),
            w!("Check that its KMS instance is running and its encryption key is enabled."),
        ),
        ErrorCode::Rotating => (
            w!("A rotation of this secret is under way."),
            w!("Wait until the old AccessKey is gone, up to about two days, then try again."),
        ),
        ErrorCode::UserGone => (
            w!("The RAM user of this secret does not exist any more."),
            w!("Create the RAM user again in RAM, or delete this secret."),
        ),
        ErrorCode::NoRoomForKey => (
            w!(
                "The RAM user has a second AccessKey that KMS does not know, so that there is no room for a new one."
            ),
            w!("Delete that AccessKey in RAM when nobody uses it, then rotate again."),
        ),
        ErrorCode::KeyActive => {
            (w!("This AccessKey is active."), w!("Disable it first; when nobody has missed it, delete it."))
        }
        ErrorCode::KeyInUse => (
            w!("This AccessKey is the current value of a secret: what reads the secret would be refused."),
            w!("Rotate the secret first; then this is the old AccessKey, and can be disabled."),
        ),
        ErrorCode::KeyUnsure => (
            w!("It cannot be told now whether a secret lives by this AccessKey, so nothing was done."),
            w!("A region or the secret's versions could not be read: try again when they answer."),
        ),
        ErrorCode::NoServiceRole => (
            w!("KMS may not manage AccessKeys: its service role is missing."),
            w!("Create the role AliyunKMSManageRAMCredentialsRole in RAM, then try again."),
        ),
        ErrorCode::Conflict => (
            w!("The secret's state does not allow this now."),
            w!("Reload to see its state, then try again."),
        ),
        ErrorCode::ChangedMeanwhile => (
            w!("Somebody else changed this since you opened it, and nothing was overwritten."),
            w!("What you typed is still here: copy it, reload to see what changed, and edit again."),
        ),
        ErrorCode::ClientOutdated => (
            w!("This page is out of date: Keyturn was updated, or someone else signed in in this browser."),
            w!(
                "Nothing was changed. Reload the page and try again. If Keyturn was updated, what you typed is kept, except AccessKey secrets."
            ),
        ),
        ErrorCode::TooLarge => (w!("The request is too large."), w!("Shorten what you typed and try again.")),
        ErrorCode::WrongType => {
            (w!("The request has a type that is not accepted."), w!("Reload the page and try again."))
        }
        ErrorCode::WrongHost => (
            w!("Keyturn does not answer under this host name."),
            w!("Use the address that Keyturn was set up with."),
        ),
        ErrorCode::Invalid => {
            (w!("Some values are not accepted."), w!("Correct the marked fields and try again."))
        }
        ErrorCode::Throttled => {
            (w!("There were too many requests."), w!("Wait a few seconds and try again."))
        }
        ErrorCode::RotationThrottled => (
            w!("KMS takes no immediate rotation now."),
            w!(
                "An account has 50 an hour. Try again in a minute; if it is refused again, they are used up: wait up to an hour."
            ),
        ),
        ErrorCode::CloudRefused => {
            (w!("Alibaba Cloud refused the request."), w!("See the details for its reason."))
        }
        ErrorCode::CredentialsRefused => (
            w!("The credentials that Keyturn signs with are not accepted."),
            w!(
                "Renew them where Keyturn finds them; “keyturn config” names the place, and “keyturn doctor” says more."
            ),
        ),
        ErrorCode::ClockWrong => (
            w!("Alibaba Cloud refuses the time of the machine that Keyturn runs on."),
            w!("Set its clock (NTP), then try again."),
        ),
        ErrorCode::CloudFailed => (w!("Alibaba Cloud failed to answer."), w!("Try again in a moment.")),
        ErrorCode::CloudUnreachable => (
            w!("Alibaba Cloud could not be reached."),
            w!("Check the network between Keyturn and the cloud, then try again."),
        ),
        ErrorCode::CloudTooSlow => {
            (w!("Alibaba Cloud took too long to answer."), w!("Try again in a moment."))
        }
        ErrorCode::UnknownOutcome => (
            w!("The answer was lost, so it is not known whether this was done."),
            w!("Look at the secret's state before you try again."),
        ),
        ErrorCode::AuditDown => (
            w!("Nothing was changed: the audit log could not be written."),
            w!("Try again later; if it stays, tell who runs Keyturn that its database fails."),
        ),
        ErrorCode::Internal => (w!("Keyturn failed."), w!("Try again; if it stays, report the request ID.")),
        ErrorCode::Offline => {
            (w!("Keyturn could not be reached."), w!("Check your connection and try again."))
        }
    }
}
