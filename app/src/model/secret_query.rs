//! The list's query, as it stands in the address (`contract.md`): what is searched, filtered, sorted, and which page.

use serde::{Deserialize, Serialize};

use super::secret::{State, Tag};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretQuery {
    pub text: String,
    pub states: Vec<State>,
    pub rotations: Vec<RotationFilter>,
    pub tags: Vec<Tag>,
    pub sort: Sort,
    pub page: Page,
    pub size: Size,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    pub key: SortKey,
    pub is_descending: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SortKey {
    #[default]
    Name,
    User,
    Changed,
    NextRotation,
    State,
}

/// What the rotation of a secret can be filtered by. `Failing` and `Off` are what KMS calls it; the others divide those that
/// are on by their next date, as the overview does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RotationFilter {
    On,
    DueSoon,
    Overdue,
    Off,
    Failing,
}

/// A page's number, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page(pub u32);

impl Default for Page {
    fn default() -> Self {
        Self(1)
    }
}

/// Rows on a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Size {
    #[default]
    Twenty,
    Fifty,
    Hundred,
}

/// A value in the address that was left out of account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    pub parameter: &'static str,
    pub value: String,
}

/// Longer searches are cut: no name, tag or user is longer.
const TEXT_MAX_CHARS: usize = 200;

impl SortKey {
    pub const ALL: [Self; 5] = [Self::Name, Self::User, Self::Changed, Self::NextRotation, Self::State];

    pub fn value(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::User => "user",
            Self::Changed => "changed",
            Self::NextRotation => "next-rotation",
            Self::State => "state",
        }
    }

    /// Whether rows can only be ordered once their details are known.
    pub fn needs_details(self) -> bool {
        matches!(self, Self::NextRotation | Self::State)
    }
}

impl RotationFilter {
    pub const ALL: [Self; 5] = [Self::On, Self::DueSoon, Self::Overdue, Self::Off, Self::Failing];

    pub fn value(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::DueSoon => "due-soon",
            Self::Overdue => "overdue",
            Self::Off => "off",
            Self::Failing => "failing",
        }
    }
}

impl Size {
    pub const ALL: [Self; 3] = [Self::Twenty, Self::Fifty, Self::Hundred];

    pub fn rows(self) -> usize {
        match self {
            Self::Twenty => 20,
            Self::Fifty => 50,
            Self::Hundred => 100,
        }
    }
}

impl SecretQuery {
    /// Reads the address; what is not valid is left out and named.
    pub fn parse(get: impl Fn(&str) -> Option<String>) -> (Self, Vec<Ignored>) {
        let mut query = Self::default();
        let mut ignored = Vec::new();
        let mut ignore =
            |parameter, value: &str| ignored.push(Ignored { parameter, value: value.to_owned() });
        let list = |name: &str| -> Vec<String> {
            let text = get(name).unwrap_or_default();
            text.split(',').filter(|item| !item.is_empty()).map(str::to_owned).collect()
        };
        query.text = get("q").unwrap_or_default().chars().take(TEXT_MAX_CHARS).collect();
        for item in list("state") {
            match State::ALL.into_iter().find(|state| state.value() == item) {
                Some(state) => push_new(&mut query.states, state),
                None => ignore("state", &item),
            }
        }
        for item in list("rotation") {
            match RotationFilter::ALL.into_iter().find(|rotation| rotation.value() == item) {
                Some(rotation) => push_new(&mut query.rotations, rotation),
                None => ignore("rotation", &item),
            }
        }
        for item in list("tag") {
            match item.split_once(':') {
                Some((key, value)) if !key.is_empty() => {
                    push_new(&mut query.tags, Tag { key: key.into(), value: value.into() });
                }
                _ => ignore("tag", &item),
            }
        }
        if let Some(text) = get("sort").filter(|text| !text.is_empty()) {
            let name = text.strip_prefix('-').unwrap_or(&text);
            match SortKey::ALL.into_iter().find(|key| key.value() == name) {
                Some(key) => query.sort = Sort { key, is_descending: text.starts_with('-') },
                None => ignore("sort", &text),
            }
        }
        if let Some(text) = get("page").filter(|text| !text.is_empty()) {
            match text.parse().ok().filter(|page| *page >= 1) {
                Some(page) => query.page = Page(page),
                None => ignore("page", &text),
            }
        }
        if let Some(text) = get("size").filter(|text| !text.is_empty()) {
            match Size::ALL.into_iter().find(|size| size.rows().to_string() == text) {
                Some(size) => query.size = size,
                None => ignore("size", &text),
            }
        }
        (query, ignored)
    }

    /// The parameters for an address; what is the default is left out.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let join = |values: Vec<String>| values.join(",");
        let pairs = [
            ("q", self.text.clone()),
            ("state", join(self.states.iter().map(|state| state.value().into()).collect())),
            ("rotation", join(self.rotations.iter().map(|rotation| rotation.value().into()).collect())),
            ("tag", join(self.tags.iter().map(|tag| format!("{}:{}", tag.key, tag.value)).collect())),
            ("sort", if self.sort == Sort::default() { String::new() } else { self.sort.value() }),
            ("page", if self.page.0 == 1 { String::new() } else { self.page.0.to_string() }),
            ("size", if self.size == Size::default() { String::new() } else { self.size.rows().to_string() }),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The same search on its first page.
    pub fn on_first_page(mut self) -> Self {
        self.page = Page::default();
        self
    }

    /// Whether the answer depends on every secret's details.
    pub fn needs_details(&self) -> bool {
        !self.states.is_empty() || !self.rotations.is_empty() || self.sort.key.needs_details()
    }
}

impl Sort {
    pub fn value(self) -> String {
        format!("{}{}", if self.is_descending { "-" } else { "" }, self.key.value())
    }
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> (SecretQuery, Vec<Ignored>) {
        SecretQuery::parse(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn what_is_written_into_an_address_is_read_back() {
        let (query, ignored) = parse(&[
            ("q", "pay roll"),
            ("state", "normal,pending-deletion"),
            ("rotation", "failing"),
            ("tag", "team:a,env:"),
            ("sort", "-next-rotation"),
            ("page", "3"),
            ("size", "50"),
        ]);
        assert_eq!(ignored, []);
        let pairs = query.pairs();
        let again = SecretQuery::parse(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone())
        });
        assert_eq!(again, (query, Vec::new()));
    }

    #[test]
    fn invalid_values_are_left_out_and_named() {
        let (query, ignored) = parse(&[
            ("state", "normal,gone"),
            ("rotation", "maybe"),
            ("tag", ":x"),
            ("sort", "size"),
            ("page", "0"),
            ("size", "21"),
        ]);
        assert_eq!(query, SecretQuery { states: vec![State::Normal], ..SecretQuery::default() });
        let named: Vec<_> =
            ignored.iter().map(|ignored| (ignored.parameter, ignored.value.as_str())).collect();
        let expected = [
            ("state", "gone"),
            ("rotation", "maybe"),
            ("tag", ":x"),
            ("sort", "size"),
            ("page", "0"),
            ("size", "21"),
        ];
        assert_eq!(named, expected);
    }

    #[test]
    fn the_defaults_need_no_parameter() {
        assert_eq!(SecretQuery::default().pairs(), []);
    }
}
