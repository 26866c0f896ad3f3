//! Rotation over all regions: how each secret fares, what needs a person, and which days rotate how many.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::DAY_MS;
use super::drift::DriftKind;
use super::error::ApiError;
use super::limits::ROTATIONS_AN_HOUR;
use super::secret::{Details, Known, RotationState, SecretName, SecretRow, State, Tag};

/// A rotation within so many days is due soon.
pub const DUE_SOON_DAYS: i64 = 7;
/// The calendar's days, today's among them.
pub const CALENDAR_DAYS: usize = 35;
/// Secrets that the overview names one by one.
pub const MOST_NAMED: usize = 50;

const HOUR_MS: i64 = 3_600_000;
/// KMS does not rotate to the second: only later than that is a rotation overdue.
const OVERDUE_AFTER_MS: i64 = HOUR_MS;
/// A day that holds so many rotations, and a third of all, is a clump.
const CLUMP: usize = 10;

/// How a secret fares; the order is that of severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// RAM has no such user: it was deleted or renamed.
    UserGone,
    Failing,
    Unavailable,
    /// Somebody changed its AccessKeys outside of KMS.
    Drifted,
    Overdue,
    PendingDeletion,
    Off,
    DueSoon,
    Rotating,
    Healthy,
}

/// How many secrets there are of each kind, in the order of [`Health::ALL`].
pub type Counts = [usize; Health::ALL.len()];

/// All regions as far as they are known now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// The worst first.
    pub regions: Vec<RegionHealth>,
    /// What needs a person, the worst first; no more than [`MOST_NAMED`].
    pub attention: Vec<Attention>,
    /// How many need a person.
    pub attention_total: usize,
    /// Secrets whose AccessKeys RAM could be asked about, and those that it has been asked about.
    pub with_keys: usize,
    pub keys_asked: usize,
    /// The next [`CALENDAR_DAYS`] days.
    pub days: Vec<Day>,
    /// The tags there are to filter by.
    pub tags: Vec<Tag>,
    /// The time that "due" is reckoned from.
    pub now_ms: i64,
}

/// One region. What could not be read is told beside the figures that were read before, if any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionHealth {
    pub id: String,
    /// When KMS told the list that the figures count, real time; `None` where it never did.
    pub asked_ms: Option<i64>,
    /// Why the last try failed.
    pub error: Option<ApiError>,
    pub is_reading: bool,
    pub total: usize,
    /// Secrets whose details are known, or known not to be told.
    pub checked: usize,
    /// Secrets whose details could not be read.
    pub unread: usize,
    pub counts: Counts,
}

/// A secret that needs a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    pub region: String,
    pub name: SecretName,
    pub health: Health,
    /// When it was due, or when it is deleted.
    pub at_ms: Option<i64>,
    /// When the watch noticed it, real time, where it is on.
    pub noticed_ms: Option<i64>,
}

/// A day of the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    pub start_ms: i64,
    /// Rotations that are planned on it.
    pub count: usize,
    /// Those of its fullest hour.
    pub busiest_hour: usize,
}

/// A rotation that is planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRotation {
    pub region: String,
    pub name: SecretName,
    pub at_ms: i64,
}

/// Every rotation that is planned, and the regions that could not be read for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// The next first.
    pub rotations: Vec<PlannedRotation>,
    pub unread_regions: Vec<String>,
}

/// What has been read of a region.
pub struct RegionRows {
    pub id: String,
    pub rows: Vec<SecretRow>,
    /// Those whose RAM user does not exist.
    pub without_user: HashSet<SecretName>,
    pub asked_ms: Option<i64>,
    pub error: Option<ApiError>,
    pub is_reading: bool,
}

impl Health {
    pub const ALL: [Self; 10] = [
        Self::UserGone,
        Self::Failing,
        Self::Unavailable,
        Self::Drifted,
        Self::Overdue,
        Self::PendingDeletion,
        Self::Off,
        Self::DueSoon,
        Self::Rotating,
        Self::Healthy,
    ];

    pub fn value(self) -> &'static str {
        match self {
            Self::UserGone => "user-gone",
            Self::Failing => "failing",
            Self::Unavailable => "unavailable",
            Self::Drifted => "drifted",
            Self::Overdue => "overdue",
            Self::PendingDeletion => "pending-deletion",
            Self::Off => "off",
            Self::DueSoon => "due-soon",
            Self::Rotating => "rotating",
            Self::Healthy => "healthy",
        }
    }

    /// `None` where the details are not known.
    pub fn of(row: &SecretRow, now_ms: i64) -> Option<Self> {
        match row.state()? {
            State::Unavailable => return Some(Self::Unavailable),
            State::PendingDeletion => return Some(Self::PendingDeletion),
            State::Rotating | State::Normal => {}
        }
        let details = row.details()?;
        let next = details.next_rotation_ms;
        let drift = details.in_ram.as_ref().and_then(|in_ram| in_ram.drift);
        Some(match details.rotation {
            _ if drift == Some(DriftKind::UserGone) => Self::UserGone,
            RotationState::Failing => Self::Failing,
            _ if drift.is_some() => Self::Drifted,
            _ if row.state() == Some(State::Rotating) => Self::Rotating,
            RotationState::Off => Self::Off,
            RotationState::On if next.is_some_and(|at| at + OVERDUE_AFTER_MS < now_ms) => Self::Overdue,
            RotationState::On if next.is_some_and(|at| at < now_ms + DUE_SOON_DAYS * DAY_MS) => Self::DueSoon,
            RotationState::On => Self::Healthy,
        })
    }

    fn needs_a_person(self) -> bool {
        self <= Self::Off
    }
}

impl RegionRows {
    fn health(&self, row: &SecretRow, now_ms: i64) -> Option<Health> {
        let of = Health::of(row, now_ms)?;
        let is_gone = of != Health::PendingDeletion && self.without_user.contains(&row.name);
        Some(if is_gone { Health::UserGone } else { of })
    }
}

impl Day {
    /// More rotations in one hour than KMS lets a person start.
    pub fn is_over_quota(&self) -> bool {
        self.busiest_hour > ROTATIONS_AN_HOUR
    }
}

impl RegionHealth {
    /// Whether it was read, and holds none.
    pub fn is_empty(&self) -> bool {
        self.total == 0 && self.asked_ms.is_some() && self.error.is_none()
    }

    /// The worst there is, for the order; regions that could not be read stand before all that could.
    fn severity(&self) -> (bool, Option<std::cmp::Reverse<Health>>, usize) {
        let worst = Health::ALL.into_iter().zip(self.counts).find(|(_, count)| *count > 0);
        let weight = worst.map_or(0, |(_, count)| count);
        (self.error.is_some(), worst.map(|(health, _)| std::cmp::Reverse(health)), weight)
    }
}

impl Overview {
    /// The regions that could not be read the last time, those that failed alike together, with why the first of them did.
    pub fn failures(&self) -> Vec<(ApiError, Vec<&str>)> {
        let mut failures: Vec<(ApiError, Vec<&str>)> = Vec::new();
        for region in &self.regions {
            let Some(error) = &region.error else { continue };
            match failures.iter_mut().find(|(of, _)| (of.code, &of.message) == (error.code, &error.message)) {
                Some((_, alike)) => alike.push(&region.id),
                None => failures.push((error.clone(), vec![&region.id])),
            }
        }
        failures
    }

    /// Whether a later answer would show more.
    pub fn is_reading(&self) -> bool {
        self.regions.iter().any(|region| region.is_reading)
    }

    /// Whether every region has said that it has no secret.
    pub fn is_none(&self) -> bool {
        !self.is_reading() && self.total() == 0 && self.regions.iter().all(|region| region.error.is_none())
    }

    pub fn checked(&self) -> usize {
        self.regions.iter().map(|region| region.checked).sum()
    }

    pub fn total(&self) -> usize {
        self.regions.iter().map(|region| region.total).sum()
    }

    pub fn counts(&self) -> Counts {
        let mut sum = Counts::default();
        for region in &self.regions {
            for (all, own) in sum.iter_mut().zip(region.counts) {
                *all += own;
            }
        }
        sum
    }

    /// Whether a day holds so many of all planned rotations that they are better spread.
    pub fn is_clump(&self, day: &Day) -> bool {
        let all: usize = self.days.iter().map(|day| day.count).sum();
        day.count >= CLUMP && day.count * 3 > all
    }
}

/// Counts what has been read, of the secrets that have all of these tags.
pub fn build(read: &[RegionRows], wanted: &[Tag], now_ms: i64) -> Overview {
    let mut tags: Vec<Tag> =
        read.iter().flat_map(|region| &region.rows).flat_map(|row| row.tags.iter().cloned()).collect();
    tags.sort();
    tags.dedup();
    let mut regions: Vec<RegionHealth> = read
        .iter()
        .map(|region| {
            let mut health = RegionHealth {
                id: region.id.clone(),
                asked_ms: region.asked_ms,
                error: region.error.clone(),
                is_reading: region.is_reading,
                total: 0,
                checked: 0,
                unread: 0,
                counts: Counts::default(),
            };
            for row in with_tags(&region.rows, wanted) {
                health.total += 1;
                health.checked += usize::from(row.is_settled());
                let Some(of) = region.health(row, now_ms) else {
                    health.unread += usize::from(matches!(row.known, Known::Failed(_)));
                    continue;
                };
                health.counts[of as usize] += 1;
            }
            health
        })
        .collect();
    // Stable: what fares alike keeps the order of the regions.
    regions.sort_by_key(|region| std::cmp::Reverse(region.severity()));
    let mut attention = attention(read, wanted, now_ms);
    let attention_total = attention.len();
    attention.truncate(MOST_NAMED);
    let details: Vec<&Details> = read
        .iter()
        .flat_map(|region| with_tags(&region.rows, wanted))
        .filter(|row| row.deletion_ms.is_none())
        .filter_map(SecretRow::details)
        .collect();
    Overview {
        regions,
        attention,
        attention_total,
        with_keys: details.len(),
        keys_asked: details.iter().filter(|details| details.in_ram.is_some()).count(),
        days: days(read, wanted, now_ms),
        tags,
        now_ms,
    }
}

/// Every secret that needs a person, the worst first.
pub fn attention(read: &[RegionRows], wanted: &[Tag], now_ms: i64) -> Vec<Attention> {
    let mut attention: Vec<Attention> = read
        .iter()
        .flat_map(|region| {
            with_tags(&region.rows, wanted).filter_map(|row| {
                let health = region.health(row, now_ms).filter(|health| health.needs_a_person())?;
                let due = row.details().and_then(|details| details.next_rotation_ms);
                Some(Attention {
                    region: region.id.clone(),
                    name: row.name.clone(),
                    health,
                    at_ms: row.deletion_ms.or(due.filter(|_| health == Health::Overdue)),
                    noticed_ms: None,
                })
            })
        })
        .collect();
    attention.sort_by(|a, b| {
        let key = |it: &Attention| (it.health, it.at_ms.unwrap_or(i64::MAX));
        key(a).cmp(&key(b)).then_with(|| (&a.region, a.name.as_str()).cmp(&(&b.region, b.name.as_str())))
    });
    attention
}

/// Every rotation that is planned, the next first.
pub fn planned(read: &[RegionRows], wanted: &[Tag], now_ms: i64) -> Planned {
    let is_whole = |region: &RegionRows| {
        region.asked_ms.is_some()
            && region.error.is_none()
            && region.rows.iter().all(|row| row.is_settled() && !matches!(row.known, Known::Failed(_)))
    };
    let mut rotations: Vec<PlannedRotation> = read
        .iter()
        .flat_map(|region| {
            with_tags(&region.rows, wanted).filter_map(|row| {
                // What is overdue is not planned any more.
                let at_ms = row.next_rotation_ms().filter(|at| *at >= now_ms)?;
                Some(PlannedRotation { region: region.id.clone(), name: row.name.clone(), at_ms })
            })
        })
        .collect();
    rotations.sort_by(|a, b| a.at_ms.cmp(&b.at_ms).then_with(|| a.name.as_str().cmp(b.name.as_str())));
    let unread_regions = read.iter().filter(|region| !is_whole(region)).map(|region| region.id.clone());
    Planned { rotations, unread_regions: unread_regions.collect() }
}

fn days(read: &[RegionRows], wanted: &[Tag], now_ms: i64) -> Vec<Day> {
    let today = now_ms.div_euclid(DAY_MS) * DAY_MS;
    let mut hours = [[0_usize; 24]; CALENDAR_DAYS];
    for rotation in planned(read, wanted, now_ms).rotations {
        let Ok(hour) = usize::try_from((rotation.at_ms - today).div_euclid(HOUR_MS)) else { continue };
        if let Some(day) = hours.get_mut(hour / 24) {
            day[hour % 24] += 1;
        }
    }
    (0_i64..)
        .zip(hours)
        .map(|(index, hours)| Day {
            start_ms: today + index * DAY_MS,
            count: hours.iter().sum(),
            busiest_hour: hours.into_iter().max().unwrap_or_default(),
        })
        .collect()
}

fn with_tags<'a>(rows: &'a [SecretRow], wanted: &'a [Tag]) -> impl Iterator<Item = &'a SecretRow> {
    rows.iter().filter(|row| wanted.iter().all(|tag| row.tags.contains(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::error::ErrorCode;
    use crate::model::secret::{Details, InRam};

    const NOW: i64 = 100 * DAY_MS;

    fn row(name: &str, rotation: RotationState, next_ms: Option<i64>) -> SecretRow {
        SecretRow {
            name: SecretName::parse(&format!("acs/ram/user/{name}")).unwrap(),
            tags: vec![Tag { key: "team".into(), value: name[..1].into() }],
            created_ms: 0,
            changed_ms: 0,
            deletion_ms: None,
            known: Known::Details(Details {
                user_name: name.into(),
                rotation,
                period_seconds: None,
                last_rotation_ms: None,
                next_rotation_ms: next_ms,
                rotating_until_ms: None,
                in_ram: None,
            }),
        }
    }

    fn region(id: &str, rows: Vec<SecretRow>) -> RegionRows {
        RegionRows {
            id: id.into(),
            rows,
            without_user: HashSet::new(),
            asked_ms: Some(NOW),
            error: None,
            is_reading: false,
        }
    }

    #[test]
    fn each_secret_fares_as_its_state_and_dates_say() {
        use RotationState::{Failing, Off, On};
        let pending = SecretRow { deletion_ms: Some(NOW + 1), ..row("p", On, Some(NOW - DAY_MS)) };
        let drifted = |drift, rotation| {
            let mut row = row("a", rotation, Some(NOW + 30 * DAY_MS));
            if let Known::Details(details) = &mut row.known {
                details.in_ram = Some(InRam { outgoing: None, drift: Some(drift) });
            }
            row
        };
        let cases = [
            (row("a", Failing, None), Some(Health::Failing)),
            (row("a", Off, None), Some(Health::Off)),
            (row("a", On, Some(NOW - 2 * HOUR_MS)), Some(Health::Overdue)),
            (row("a", On, Some(NOW - 1)), Some(Health::DueSoon)),
            (row("a", On, Some(NOW + 6 * DAY_MS)), Some(Health::DueSoon)),
            (row("a", On, Some(NOW + 8 * DAY_MS)), Some(Health::Healthy)),
            (drifted(DriftKind::Disabled, On), Some(Health::Drifted)),
            (drifted(DriftKind::Foreign, Failing), Some(Health::Failing)),
            (drifted(DriftKind::UserGone, Failing), Some(Health::UserGone)),
            (pending, Some(Health::PendingDeletion)),
            (SecretRow { known: Known::Unavailable, ..row("a", On, None) }, Some(Health::Unavailable)),
            (SecretRow { known: Known::Pending, ..row("a", On, None) }, None),
            (SecretRow { known: Known::Failed(ErrorCode::CloudFailed), ..row("a", On, None) }, None),
        ];
        for (row, expected) in cases {
            assert_eq!(Health::of(&row, NOW), expected, "{row:?}");
        }
    }

    #[test]
    fn the_worst_region_and_the_worst_secret_come_first() {
        use RotationState::{Failing, Off, On};
        let down = RegionRows {
            error: Some(ApiError::new(ErrorCode::CloudFailed)),
            asked_ms: None,
            ..region("down", Vec::new())
        };
        let read = [
            region("empty", Vec::new()),
            region("fine", vec![row("f", On, Some(NOW + 30 * DAY_MS))]),
            region("off", vec![row("o", Off, None), row("p", Off, None)]),
            region("bad", vec![row("b", Failing, None)]),
            down,
        ];
        let overview = build(&read, &[], NOW);
        let order: Vec<&str> = overview.regions.iter().map(|region| region.id.as_str()).collect();
        assert_eq!(order, ["down", "bad", "off", "fine", "empty"]);
        let named: Vec<&str> = overview.attention.iter().map(|it| it.name.short()).collect();
        assert_eq!(named, ["b", "o", "p"]);
        assert_eq!((overview.total(), overview.checked(), overview.attention_total), (4, 4, 3));
        assert_eq!(overview.counts()[Health::Off as usize], 2);
    }

    #[test]
    fn tags_choose_the_secrets_and_stay_to_be_chosen() {
        let read =
            [region("r", vec![row("a", RotationState::Off, None), row("b", RotationState::Off, None)])];
        let wanted = [Tag { key: "team".into(), value: "a".into() }];
        let overview = build(&read, &wanted, NOW);
        assert_eq!((overview.total(), overview.tags.len()), (1, 2));
    }

    #[test]
    fn the_calendar_counts_days_and_marks_clumps_and_hours_beyond_the_quota() {
        let at = |n: i64| NOW + 3 * DAY_MS + n % 2;
        let rows = (0..51).map(|n| row("c", RotationState::On, Some(at(n)))).collect();
        let far = row("far", RotationState::On, Some(NOW + 300 * DAY_MS));
        let overview = build(&[region("r", rows), region("s", vec![far])], &[], NOW);
        let day = overview.days[3];
        assert_eq!((overview.days.len(), day.count, day.busiest_hour), (CALENDAR_DAYS, 51, 51));
        assert!(day.is_over_quota() && overview.is_clump(&day) && !overview.is_clump(&overview.days[4]));
    }

    #[test]
    fn a_secret_without_its_user_is_the_worst_and_a_region_that_is_down_is_named_in_the_calendar() {
        use RotationState::On;
        let rows = vec![row("a", On, Some(NOW + DAY_MS)), row("b", On, Some(NOW - DAY_MS))];
        let without_user = HashSet::from([rows[0].name.clone()]);
        let read = [
            RegionRows { without_user, ..region("r", rows) },
            RegionRows {
                error: Some(ApiError::new(ErrorCode::CloudFailed)),
                ..region("down", vec![row("c", On, Some(NOW + 1))])
            },
        ];
        let overview = build(&read, &[], NOW);
        assert_eq!(overview.attention[0].health, Health::UserGone);
        let planned = planned(&read, &[], NOW);
        let names: Vec<&str> = planned.rotations.iter().map(|of| of.name.short()).collect();
        assert_eq!((names, planned.unread_regions), (vec!["c", "a"], vec!["down".to_owned()]));
    }

    #[test]
    fn regions_that_fail_alike_are_one_failure() {
        let down = |id, code| RegionRows { error: Some(ApiError::new(code)), ..region(id, Vec::new()) };
        let read = [
            down("a", ErrorCode::CloudFailed),
            region("fine", Vec::new()),
            down("b", ErrorCode::CloudRefused),
            down("c", ErrorCode::CloudFailed),
        ];
        let overview = build(&read, &[], NOW);
        let failures: Vec<_> =
            overview.failures().into_iter().map(|(error, regions)| (error.code, regions)).collect();
        let expected = [(ErrorCode::CloudFailed, vec!["a", "c"]), (ErrorCode::CloudRefused, vec!["b"])];
        assert_eq!(failures, expected);
    }

    #[test]
    fn a_region_that_is_being_read_says_how_far() {
        let unknown = SecretRow { known: Known::Pending, ..row("u", RotationState::On, None) };
        let failed =
            SecretRow { known: Known::Failed(ErrorCode::CloudFailed), ..row("f", RotationState::On, None) };
        let read = RegionRows { is_reading: true, ..region("r", vec![unknown, failed]) };
        let overview = build(&[read], &[], NOW);
        let region = &overview.regions[0];
        assert_eq!((region.total, region.checked, region.unread), (2, 1, 1));
        assert!(overview.is_reading());
    }
}
