//! Who may call which method of the seam. A method that is not in the table is denied.

use crate::identity::Role;

const RULES: &[(&str, Role)] = &[
    ("list_secrets", Role::Viewer),
    ("get_secret", Role::Viewer),
    ("get_overview", Role::Viewer),
    ("find_secrets", Role::Viewer),
    ("planned_rotations", Role::Viewer),
    ("search_ram_users", Role::Operator),
    ("list_unmanaged_keys", Role::Viewer),
    ("get_ram_user", Role::Viewer),
    ("change_access_key", Role::Operator),
    ("get_prerequisites", Role::Operator),
    ("check_access_keys", Role::Operator),
    ("create_secret", Role::Operator),
    ("edit_secret", Role::Operator),
    ("select_secrets", Role::Viewer),
    ("tag_secret", Role::Operator),
    ("get_secret_policy", Role::Viewer),
    ("set_secret_policy", Role::Operator),
    ("get_snippets", Role::Viewer),
    ("delete_secret", Role::Operator),
    ("restore_secret", Role::Operator),
    ("change_rotation", Role::Operator),
    ("rotate_secret", Role::Operator),
];

/// The role that a method needs; `None` where it is not in the table, which nobody may call.
pub(crate) fn needed(method: &str) -> Option<Role> {
    RULES.iter().find(|(name, _)| *name == method).map(|(_, role)| *role)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The methods of the seam, from its source.
    fn methods() -> Vec<&'static str> {
        include_str!("../../../app/src/api/backend.rs")
            .lines()
            .filter_map(|line| line.trim().strip_prefix("async fn "))
            .filter_map(|rest| rest.split('(').next())
            .collect()
    }

    #[test]
    fn s32_every_method_of_the_seam_has_a_rule_and_is_authorised_first() {
        let gateway = include_str!("../gateway.rs");
        assert!(!methods().is_empty());
        for method in methods() {
            assert!(RULES.iter().any(|(name, _)| *name == method), "{method} has no rule");
            let body =
                gateway.split(&format!("async fn {method}(")).nth(1).expect("the gateway implements it");
            let first = body.split_once("{\n").map(|(_, body)| body.trim_start()).unwrap_or_default();
            let kinds = ["all", "region", "secret", "new_secret", "user"];
            // Some say more than yes, such as whether what it is about is hidden.
            let first = match first.starts_with("let ") {
                true => first.split_once('=').map_or("", |(_, call)| call.trim_start()),
                false => first,
            };
            let is_first = |kind| first.starts_with(&format!("self.may_{kind}(\"{method}\""));
            assert!(kinds.into_iter().any(is_first), "{method} does something before it authorises");
        }
        assert_eq!(RULES.len(), methods().len(), "a rule without a method");
    }

    #[test]
    fn s32_what_has_no_rule_is_denied() {
        assert_eq!(needed("reveal_value"), None);
    }
}
