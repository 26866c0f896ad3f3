//! The rules: a group or a person has a role over part of the world. What no rule allows is denied.

use std::sync::Arc;

use keyturn_app::model::secret::{RAM_SECRET_PREFIX, Tag};
use keyturn_app::served::RuleProblem;
use serde::{Deserialize, Serialize};

use crate::audit::is_odd;

/// What one may. Each role may all that the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// Sees secrets and what happens to them.
    Viewer,
    /// Changes them too.
    Operator,
    /// Everything, and says who else may what.
    Administrator,
}

impl Role {
    /// As the configuration has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Administrator => "administrator",
        }
    }
}

/// One rule, as it stands in the configuration (`[[grant]]`) and in the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grant {
    pub(crate) role: Role,
    /// For everybody in this group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<String>,
    /// Whose group it is: `local`, or the issuer of a provider; a group of that name anywhere without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) provider: Option<String>,
    /// For this person: the ID that the log and `/account` show, such as `local:alice`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) person: Option<String>,
    /// In these regions; everywhere where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) regions: Vec<String>,
    /// For secrets of these names, `*` for any text: `acs/ram/user/pay-*`. All where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) names: Vec<String>,
    /// For secrets with all of these tags, each `key=value`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
}

/// What is asked about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) region: &'a str,
    pub(crate) name: &'a str,
    pub(crate) tags: &'a [Tag],
}

/// The rules that are for one person.
#[derive(Clone, Debug)]
pub(crate) struct Grants(Vec<Grant>);

/// Why somebody may or may not: each rule that is for the person, and what of it does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Why {
    /// Whether no account of this name can sign in: then it may nothing, whatever rules say.
    pub(crate) is_no_account: bool,
    pub(crate) role: Option<Role>,
    pub(crate) rules: Vec<(Grant, Option<Misfit>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    Region,
    Name,
    Tags,
}

impl Grant {
    /// Over everything, for everybody: where there is no sign-in.
    pub(crate) fn new(role: Role) -> Self {
        Self {
            role,
            group: None,
            provider: None,
            person: None,
            regions: Vec::new(),
            names: Vec::new(),
            tags: Vec::new(),
        }
    }

    /// What is wrong with it.
    pub(crate) fn check(&self, known_regions: &[String]) -> Result<(), RuleProblem> {
        if self.group.is_some() == self.person.is_some() {
            return Err(RuleProblem::For);
        }
        if self.group.iter().chain(&self.person).any(String::is_empty) {
            return Err(RuleProblem::Nameless);
        }
        let is_provider =
            |of: &String| of == "local" || of.starts_with("https://") || of.starts_with("http://");
        if self.provider.as_ref().is_some_and(|of| self.group.is_none() || !is_provider(of)) {
            return Err(RuleProblem::Provider);
        }
        if let Some(name) = self.names.iter().find(|name| !can_be_a_secret(name)) {
            return Err(RuleProblem::Name(name.escape_debug().take(80).collect()));
        }
        let parts =
            self.group.iter().chain(&self.provider).chain(&self.person).chain(&self.names).chain(&self.tags);
        if let Some(odd) = parts.into_iter().find(|part| !is_plain(part)) {
            return Err(RuleProblem::Odd(odd.escape_debug().take(40).collect()));
        }
        if self.person.as_deref().is_some_and(|of| !is_person(of)) {
            return Err(RuleProblem::Person);
        }
        if let Some(region) = self.regions.iter().find(|region| !known_regions.contains(region)) {
            return Err(unknown_region(region));
        }
        if let Some(tag) = self.tags.iter().find(|tag| !is_tag(tag)) {
            return Err(RuleProblem::Tag(tag.escape_debug().take(80).collect()));
        }
        if self.role == Role::Administrator && !self.is_everywhere() {
            return Err(RuleProblem::Administrator);
        }
        Ok(())
    }

    /// The group or the person it is for.
    pub(crate) fn to(&self) -> &str {
        self.person.as_deref().or(self.group.as_deref()).unwrap_or_default()
    }

    /// What it is over, for people who read it.
    pub(crate) fn over(&self) -> String {
        let parts: Vec<&str> =
            self.regions.iter().chain(&self.names).chain(&self.tags).map(String::as_str).collect();
        if parts.is_empty() { "everything".into() } else { parts.join(", ") }
    }

    fn is_for(&self, person: &str, groups: &[String]) -> bool {
        match (&self.person, &self.group) {
            (Some(of), _) => of == person,
            (None, Some(group)) => is_in(person, groups, group, self.provider.as_deref()),
            (None, None) => true,
        }
    }

    fn is_everywhere(&self) -> bool {
        self.regions.is_empty() && self.names.is_empty() && self.tags.is_empty()
    }

    fn covers_region(&self, region: &str) -> bool {
        self.regions.is_empty() || self.regions.iter().any(|of| of == region)
    }

    fn covers_name(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|pattern| is_match(pattern, name))
    }

    fn misfit(&self, place: Place<'_>) -> Option<Misfit> {
        let has = |tag: &String| {
            place.tags.iter().any(|of| Some((of.key.as_str(), of.value.as_str())) == tag.split_once('='))
        };
        match () {
            () if !self.covers_region(place.region) => Some(Misfit::Region),
            () if !self.covers_name(place.name) => Some(Misfit::Name),
            () if !self.tags.iter().all(has) => Some(Misfit::Tags),
            () => None,
        }
    }
}

impl Grants {
    /// Those of `all` that are for this person.
    pub(crate) fn new(all: Arc<[Grant]>, person: &str, groups: &[String]) -> Self {
        Self(all.iter().filter(|grant| grant.is_for(person, groups)).cloned().collect())
    }

    /// The role over everything.
    pub(crate) fn everywhere(&self) -> Option<Role> {
        self.best(Grant::is_everywhere)
    }

    /// The best role over anything.
    pub(crate) fn anywhere(&self) -> Option<Role> {
        self.best(|_| true)
    }

    /// The best role over anything in a region.
    pub(crate) fn in_region(&self, region: &str) -> Option<Role> {
        self.best(|grant| grant.covers_region(region))
    }

    /// The role over a secret.
    pub(crate) fn over(&self, place: Place<'_>) -> Option<Role> {
        self.best(|grant| grant.misfit(place).is_none())
    }

    /// The role over a RAM user that no secret manages: users are the account's, and have no tags of a secret.
    pub(crate) fn over_user(&self, name: &str) -> Option<Role> {
        let secret = format!("{RAM_SECRET_PREFIX}{name}");
        self.best(|grant| grant.regions.is_empty() && grant.tags.is_empty() && grant.covers_name(&secret))
    }

    /// The role that a secret of this name could be made with, if it bears the right tags.
    pub(crate) fn over_new(&self, region: &str, name: &str) -> Option<Role> {
        self.best(|grant| grant.covers_region(region) && grant.covers_name(name))
    }

    pub(crate) fn rules(&self) -> &[Grant] {
        &self.0
    }

    pub(crate) fn why(&self, place: Place<'_>) -> Why {
        let rules = self.0.iter().map(|grant| (grant.clone(), grant.misfit(place))).collect();
        Why { is_no_account: false, role: self.over(place), rules }
    }

    fn best(&self, fits: impl Fn(&Grant) -> bool) -> Option<Role> {
        self.0.iter().filter(|grant| fits(grant)).map(|grant| grant.role).max()
    }
}

/// Whether a person with these groups is in `group` of `provider`, or of any where none is said.
pub(crate) fn is_in(person: &str, groups: &[String], group: &str, provider: Option<&str>) -> bool {
    groups.iter().any(|of| of == group) && provider.is_none_or(|of| is_from(person, of))
}

/// Whether a person comes by this provider: `local`, or an issuer.
fn is_from(person: &str, provider: &str) -> bool {
    match provider {
        "local" => person.starts_with("local:"),
        issuer => person
            .strip_prefix("oidc:")
            .and_then(|rest| rest.strip_prefix(issuer))
            .is_some_and(|rest| rest.starts_with('|')),
    }
}

/// Whether it is a person's ID: `local:` and an account's name, which is lower case, or `oidc:` with issuer and subject.
pub(crate) fn is_person(text: &str) -> bool {
    match text.split_once(':') {
        Some(("local", name)) => !name.is_empty() && name.to_lowercase() == name,
        Some(("oidc", who)) => !who.is_empty(),
        _ => false,
    }
}

/// Whether it is a tag, `key=value`.
pub(crate) fn is_tag(text: &str) -> bool {
    text.split_once('=').is_some_and(|(key, _)| !key.is_empty())
}

/// Tags as they are typed, `key=value`; what is none is left out.
pub(crate) fn tags_of(texts: &[String]) -> Vec<Tag> {
    let pairs = texts.iter().filter_map(|text| text.split_once('='));
    pairs.map(|(key, value)| Tag { key: key.into(), value: value.into() }).collect()
}

/// Whether a pattern fits the name of any secret: all begin alike.
fn can_be_a_secret(pattern: &str) -> bool {
    let start = pattern.split('*').next().unwrap_or_default();
    start.starts_with(RAM_SECRET_PREFIX) || (pattern.contains('*') && RAM_SECRET_PREFIX.starts_with(start))
}

/// A region that KMS does not have, as it can be shown.
pub(crate) fn unknown_region(region: &str) -> RuleProblem {
    RuleProblem::Region(region.escape_debug().take(40).collect())
}

/// What can be shown in a line and a cell.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= 200 && !text.contains(is_odd)
}

/// `*` stands for any text, the empty one too; everything else for itself.
fn is_match(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(part) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    text.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(toml: &str) -> Grant {
        toml::from_str(toml).unwrap()
    }

    fn tag(text: &str) -> Tag {
        let (key, value) = text.split_once('=').unwrap();
        Tag { key: key.into(), value: value.into() }
    }

    #[test]
    fn a_pattern_matches_as_its_stars_say() {
        for (pattern, text, matches) in [
            ("acs/ram/user/pay-*", "acs/ram/user/pay-roll", true),
            ("acs/ram/user/pay-*", "acs/ram/user/pay-", true),
            ("acs/ram/user/pay-*", "acs/ram/user/repay-roll", false),
            ("*", "", true),
            ("*roll", "payroll", true),
            ("*roll", "payrolls", false),
            ("a*b*c", "a1b2b3c", true),
            ("a*b*c", "acb", false),
            ("ab*ba", "aba", false),
            ("a**a", "aa", true),
            ("", "", true),
            ("", "a", false),
            ("é*", "école", true),
        ] {
            assert_eq!(is_match(pattern, text), matches, "{pattern} {text}");
        }
    }

    #[test]
    fn s32_a_role_reaches_as_far_as_its_rule_and_no_further() {
        let rules: Arc<[Grant]> = Arc::from([
            grant("role = 'viewer'\ngroup = 'all'"),
            grant(
                "role = 'operator'\ngroup = 'pay'\nregions = ['r']\nnames = ['acs/ram/user/pay-*']\ntags = ['team=payments']",
            ),
            grant("role = 'administrator'\nperson = 'local:root'"),
        ]);
        let of = |person: &str, groups: &[&str]| {
            let groups: Vec<String> = groups.iter().map(ToString::to_string).collect();
            Grants::new(rules.clone(), person, &groups)
        };
        let tags = [tag("team=payments"), tag("env=prod")];
        let place = |region: &'static str, name: &'static str, tags| Place { region, name, tags };
        let pay = of("local:eva", &["all", "pay"]);
        assert_eq!(pay.over(place("r", "acs/ram/user/pay-1", &tags)), Some(Role::Operator));
        assert_eq!(pay.over(place("s", "acs/ram/user/pay-1", &tags)), Some(Role::Viewer));
        assert_eq!(pay.over(place("r", "acs/ram/user/web-1", &tags)), Some(Role::Viewer));
        assert_eq!(pay.over(place("r", "acs/ram/user/pay-1", &tags[1..])), Some(Role::Viewer));
        assert_eq!((pay.everywhere(), pay.anywhere()), (Some(Role::Viewer), Some(Role::Operator)));
        let only = of("local:ann", &["pay"]);
        assert_eq!(only.over(place("s", "acs/ram/user/pay-1", &tags)), None);
        assert_eq!(
            (only.everywhere(), only.in_region("s"), only.in_region("r")),
            (None, None, Some(Role::Operator))
        );
        // A user is no part of a region and bears no tags.
        assert_eq!(
            (only.over_user("pay-1"), of("x", &["all"]).over_user("pay-1")),
            (None, Some(Role::Viewer))
        );
        assert_eq!(of("local:nobody", &[]).anywhere(), None);
        assert_eq!(of("local:root", &[]).everywhere(), Some(Role::Administrator));
    }

    #[test]
    fn s32_a_group_of_one_provider_is_none_of_another() {
        let rules: Arc<[Grant]> = Arc::from([
            super::super::Rules::builtin(),
            grant("role = 'operator'\ngroup = 'pay'\nprovider = 'https://id.example.com'"),
        ]);
        let of =
            |person: &str, group: &str| Grants::new(rules.clone(), person, &[group.to_owned()]).anywhere();
        assert_eq!(of("local:eva", "administrators"), Some(Role::Administrator));
        assert_eq!(of("oidc:https://contractors.example|7", "administrators"), None);
        assert_eq!(of("oidc:https://id.example.com|7", "pay"), Some(Role::Operator));
        assert_eq!(of("oidc:https://id.example.com.evil|7", "pay"), None);
        assert_eq!(of("local:eva", "pay"), None);
        assert!(grant("role = 'viewer'\nperson = 'local:eva'\nprovider = 'local'").check(&[]).is_err());
        assert!(grant("role = 'viewer'\ngroup = 'a'\nprovider = 'company'").check(&[]).is_err());
    }

    #[test]
    fn why_names_each_rule_and_what_of_it_does_not_fit() {
        let rules: Arc<[Grant]> = Arc::from([
            grant("role = 'viewer'\ngroup = 'g'\nregions = ['s']"),
            grant("role = 'viewer'\ngroup = 'g'\nnames = ['b*']"),
            grant("role = 'operator'\ngroup = 'g'\ntags = ['a=b']"),
            grant("role = 'viewer'\ngroup = 'other'"),
        ]);
        let why = Grants::new(rules, "p", &["g".into()]).why(Place { region: "r", name: "acs", tags: &[] });
        let misfits: Vec<Option<Misfit>> = why.rules.iter().map(|(_, misfit)| *misfit).collect();
        assert_eq!(why.role, None);
        assert_eq!(misfits, [Some(Misfit::Region), Some(Misfit::Name), Some(Misfit::Tags)]);
    }

    #[test]
    fn a_rule_that_cannot_be_meant_is_refused() {
        let known = ["r".to_owned()];
        let check = |text: &str| grant(text).check(&known);
        assert!(check("role = 'viewer'\ngroup = 'g'\nregions = ['r']\ntags = ['a=']").is_ok());
        for wrong in [
            "role = 'viewer'",
            "role = 'viewer'\ngroup = 'g'\nperson = 'p'",
            "role = 'viewer'\ngroup = ''",
            "role = 'viewer'\nperson = 'bob'",
            "role = 'viewer'\nperson = 'local:'",
            "role = 'viewer'\ngroup = 'a\u{202e}b'",
            "role = 'viewer'\ngroup = 'g'\nregions = ['x']",
            "role = 'viewer'\ngroup = 'g'\ntags = ['a']",
            "role = 'administrator'\ngroup = 'g'\nregions = ['r']",
        ] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
        assert!(toml::from_str::<Grant>("role = 'root'\ngroup = 'g'").is_err());
        assert!(toml::from_str::<Grant>("role = 'viewer'\ngroups = 'g'").is_err());
    }
}
