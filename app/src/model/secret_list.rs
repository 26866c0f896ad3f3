//! Searching, filtering, sorting and paging of rows.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::bulk::BULK_MAX;
use super::overview::Health;
use super::secret::{RotationState, SecretRow, Tag};
use super::secret_query::{RotationFilter, SecretQuery, SortKey};

/// One page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretPage {
    pub rows: Vec<SecretRow>,
    /// Secrets in the region.
    pub total: usize,
    /// Secrets that match the query, as far as their details are known.
    pub matched: usize,
    /// Secrets whose details are known. Where the query needs details, the answer is complete when this is `total`.
    pub checked: usize,
    /// The page that is shown: the asked one, or the last there is.
    pub page: u32,
    pub pages: u32,
    /// The tags there are to filter by.
    pub tags: Vec<Tag>,
    /// The time that "days left" is reckoned from.
    pub now_ms: i64,
    /// When KMS was asked, real time.
    pub asked_ms: i64,
}

impl SecretPage {
    /// Whether a later answer to the same query would show more.
    pub fn is_settled(&self, query: &SecretQuery) -> bool {
        self.rows.iter().all(SecretRow::is_settled) && (!query.needs_details() || self.checked == self.total)
    }

    /// Settled, and RAM has been asked about each row.
    pub fn is_whole(&self, query: &SecretQuery) -> bool {
        self.is_settled(query) && self.rows.iter().all(SecretRow::is_whole)
    }
}

/// Filters, sorts and cuts one page out of all rows of a region.
pub fn page(all: &[SecretRow], query: &SecretQuery, now_ms: i64, asked_ms: i64) -> SecretPage {
    cut(all, query, query.size.rows(), now_ms, asked_ms)
}

/// The first so many of all that match, for what is done to many at once.
pub fn select(all: &[SecretRow], query: &SecretQuery, now_ms: i64, asked_ms: i64) -> SecretPage {
    cut(all, &query.clone().on_first_page(), BULK_MAX, now_ms, asked_ms)
}

fn cut(all: &[SecretRow], query: &SecretQuery, size: usize, now_ms: i64, asked_ms: i64) -> SecretPage {
    let mut matching: Vec<&SecretRow> = all.iter().filter(|row| matches(row, query, now_ms)).collect();
    matching.sort_by(|a, b| {
        let order = compare(a, b, query.sort.key, query.sort.is_descending);
        order.then_with(|| a.name.as_str().cmp(b.name.as_str()))
    });
    let pages = matching.len().div_ceil(size).max(1);
    let page = usize::try_from(query.page.0).unwrap_or(usize::MAX).min(pages);
    let mut tags: Vec<Tag> = all.iter().flat_map(|row| row.tags.iter().cloned()).collect();
    tags.sort();
    tags.dedup();
    SecretPage {
        rows: matching.iter().skip((page - 1) * size).take(size).map(|row| (*row).clone()).collect(),
        total: all.len(),
        matched: matching.len(),
        checked: all.iter().filter(|row| row.is_settled()).count(),
        page: u32::try_from(page).unwrap_or(u32::MAX),
        pages: u32::try_from(pages).unwrap_or(u32::MAX),
        tags,
        now_ms,
        asked_ms,
    }
}

/// A row whose details are not known does not match a filter that needs them.
fn matches(row: &SecretRow, query: &SecretQuery, now_ms: i64) -> bool {
    let text = query.text.trim().to_lowercase();
    let contains = |haystack: &str| haystack.to_lowercase().contains(&text);
    let has_text = text.is_empty()
        || contains(row.name.as_str())
        || contains(row.user_name())
        || row.tags.iter().any(|tag| contains(&tag.key) || contains(&tag.value));
    let has_state = query.states.is_empty() || row.state().is_some_and(|state| query.states.contains(&state));
    let rotation = row.details().map(|details| details.rotation);
    let health = Health::of(row, now_ms);
    let is_of = |filter: &RotationFilter| match filter {
        RotationFilter::On => rotation == Some(RotationState::On),
        RotationFilter::Off => rotation == Some(RotationState::Off),
        RotationFilter::Failing => rotation == Some(RotationState::Failing),
        RotationFilter::DueSoon => health == Some(Health::DueSoon),
        RotationFilter::Overdue => health == Some(Health::Overdue),
    };
    let has_rotation = query.rotations.is_empty() || query.rotations.iter().any(is_of);
    has_text && has_state && has_rotation && query.tags.iter().all(|tag| row.tags.contains(tag))
}

/// What is not known, or not there, comes last in either direction.
fn compare(a: &SecretRow, b: &SecretRow, key: SortKey, is_descending: bool) -> Ordering {
    let turn = |order: Ordering| if is_descending { order.reverse() } else { order };
    match key {
        SortKey::Name => turn(a.name.short().cmp(b.name.short())),
        SortKey::User => turn(a.user_name().cmp(b.user_name())),
        SortKey::Changed => turn(a.changed_ms.cmp(&b.changed_ms)),
        SortKey::NextRotation => missing_last(a.next_rotation_ms(), b.next_rotation_ms(), turn),
        SortKey::State => {
            let severity = |row: &SecretRow| {
                row.state().map(|state| (state, row.details().map(|details| details.rotation)))
            };
            missing_last(severity(a), severity(b), turn)
        }
    }
}

fn missing_last<T: Ord>(a: Option<T>, b: Option<T>, turn: impl Fn(Ordering) -> Ordering) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => turn(a.cmp(&b)),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::secret::{Details, Known, RotationState, SecretName, State};
    use crate::model::secret_query::{Page, Sort};

    fn row(name: &str, next: Option<i64>) -> SecretRow {
        SecretRow {
            name: SecretName::parse(&format!("acs/ram/user/{name}")).unwrap(),
            tags: vec![Tag { key: "team".into(), value: name.into() }],
            created_ms: 0,
            changed_ms: 0,
            deletion_ms: None,
            known: Known::Details(Details {
                user_name: name.into(),
                rotation: if next.is_some() { RotationState::On } else { RotationState::Off },
                period_seconds: None,
                last_rotation_ms: None,
                next_rotation_ms: next,
                rotating_until_ms: None,
                in_ram: None,
            }),
        }
    }

    fn names(page: &SecretPage) -> Vec<&str> {
        page.rows.iter().map(|row| row.name.short()).collect()
    }

    #[test]
    fn what_never_rotates_comes_last_in_either_direction() {
        let rows = [row("a", None), row("b", Some(2)), row("c", Some(1))];
        let sorted = |is_descending| {
            let sort = Sort { key: SortKey::NextRotation, is_descending };
            page(&rows, &SecretQuery { sort, ..SecretQuery::default() }, 0, 0)
        };
        assert_eq!(names(&sorted(false)), ["c", "b", "a"]);
        assert_eq!(names(&sorted(true)), ["b", "c", "a"]);
    }

    #[test]
    fn a_page_beyond_the_end_is_the_last_one() {
        let rows: Vec<_> = (0..45).map(|n| row(&format!("r{n:02}"), None)).collect();
        let last = page(&rows, &SecretQuery { page: Page(9), ..SecretQuery::default() }, 0, 0);
        assert_eq!((last.page, last.pages, last.rows.len()), (3, 3, 5));
    }

    #[test]
    fn a_filter_that_needs_details_says_how_far_it_has_looked() {
        let pending = SecretRow { known: Known::Pending, ..row("a", None) };
        let query = SecretQuery { rotations: vec![RotationFilter::Off], ..SecretQuery::default() };
        let answer = page(&[pending, row("b", None)], &query, 0, 0);
        assert_eq!((answer.checked, answer.total, answer.matched), (1, 2, 1));
        assert!(!answer.is_settled(&query));
        assert!(page(&[row("b", None)], &query, 0, 0).is_settled(&query));
    }

    #[test]
    fn what_is_due_is_found_as_the_overview_counts_it() {
        let day = 86_400_000;
        let rows = [
            row("off", None),
            row("late", Some(day)),
            row("soon", Some(12 * day)),
            row("far", Some(30 * day)),
        ];
        let of = |rotations: &[RotationFilter]| {
            let query = SecretQuery { rotations: rotations.to_vec(), ..SecretQuery::default() };
            names(&page(&rows, &query, 10 * day, 0)).join(" ")
        };
        assert_eq!(of(&[RotationFilter::Overdue]), "late");
        assert_eq!(of(&[RotationFilter::DueSoon]), "soon");
        assert_eq!(of(&[RotationFilter::Overdue, RotationFilter::Off]), "late off");
        assert_eq!(of(&[RotationFilter::On]), "far late soon");
    }

    #[test]
    fn the_count_of_pages_follows_the_filter() {
        let rows: Vec<_> = (0..45).map(|n| row(&format!("r{n:02}"), None)).collect();
        let one = page(&rows, &SecretQuery { text: "R07".into(), ..SecretQuery::default() }, 0, 0);
        assert_eq!((one.matched, one.pages, names(&one)), (1, 1, vec!["r07"]));
        let gone =
            page(&rows, &SecretQuery { states: vec![State::Rotating], ..SecretQuery::default() }, 0, 0);
        assert_eq!((gone.matched, gone.pages), (0, 1));
    }
}
