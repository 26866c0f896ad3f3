//! Who may call which method of the seam. A method that is not in the table is denied.

/// Who is asking. There is no sign-in yet, so it is everyone; roles come with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    Everyone,
}

/// What a method needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// Reading: every role may.
    Viewer,
    /// Changing secrets.
    Operator,
}

const RULES: &[(&str, Needs)] = &[
    ("list_secrets", Needs::Viewer),
    ("get_secret", Needs::Viewer),
    ("get_overview", Needs::Viewer),
    ("planned_rotations", Needs::Viewer),
    ("search_ram_users", Needs::Operator),
    ("list_unmanaged_keys", Needs::Viewer),
    ("get_ram_user", Needs::Viewer),
    ("change_access_key", Needs::Operator),
    ("get_prerequisites", Needs::Operator),
    ("create_secret", Needs::Operator),
    ("edit_secret", Needs::Operator),
    ("select_secrets", Needs::Viewer),
    ("tag_secret", Needs::Operator),
    ("get_secret_policy", Needs::Viewer),
    ("set_secret_policy", Needs::Operator),
    ("get_snippets", Needs::Viewer),
    ("delete_secret", Needs::Operator),
    ("restore_secret", Needs::Operator),
    ("change_rotation", Needs::Operator),
    ("rotate_secret", Needs::Operator),
];

pub(crate) fn is_allowed(caller: Caller, method: &str) -> bool {
    let rule = RULES.iter().find(|(name, _)| *name == method);
    match (caller, rule) {
        (_, None) => false,
        (Caller::Everyone, Some((_, Needs::Viewer | Needs::Operator))) => true,
    }
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
            assert!(
                first.starts_with(&format!("self.authorise(\"{method}\""))
                    || first.starts_with(&format!("self.authorise_all(\"{method}\"")),
                "{method} does something before it authorises"
            );
        }
        assert_eq!(RULES.len(), methods().len(), "a rule without a method");
    }

    #[test]
    fn s32_what_has_no_rule_is_denied() {
        assert!(!is_allowed(Caller::Everyone, "reveal_value"));
    }
}
