//! Rotation periods: 6 hours to 365 days, in days or hours.

use serde::{Deserialize, Serialize};

use super::limits::{ROTATION_MAX_DAYS, ROTATION_MIN_DAYS, ROTATION_MIN_HOURS};

/// A rotation period that the service takes, in hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct RotationPeriod(u32);

/// The units of the field `Unit`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PeriodUnit {
    #[default]
    Days,
    Hours,
}

impl PeriodUnit {
    pub const ALL: [Self; 2] = [Self::Days, Self::Hours];
}

/// What is wrong with a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidPeriod {
    NotANumber,
    /// Less than 7 days, in days, or less than 6 hours.
    TooShort(PeriodUnit),
    /// More than 365 days.
    TooLong(PeriodUnit),
}

impl PeriodUnit {
    pub fn value(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Hours => "hours",
        }
    }

    pub fn parse(text: &str) -> Self {
        if text == "hours" { Self::Hours } else { Self::Days }
    }

    /// The smallest and the largest number that is allowed in this unit.
    pub fn bounds(self) -> (u32, u32) {
        match self {
            Self::Days => (ROTATION_MIN_DAYS, ROTATION_MAX_DAYS),
            Self::Hours => (ROTATION_MIN_HOURS, ROTATION_MAX_DAYS * 24),
        }
    }
}

impl RotationPeriod {
    /// Reads what a person typed.
    pub fn parse(number: &str, unit: PeriodUnit) -> Result<Self, InvalidPeriod> {
        let number: u32 = number.trim().parse().map_err(|_| InvalidPeriod::NotANumber)?;
        let (least, most) = unit.bounds();
        match number {
            _ if number < least => Err(InvalidPeriod::TooShort(unit)),
            _ if number > most => Err(InvalidPeriod::TooLong(unit)),
            _ if unit == PeriodUnit::Days => Ok(Self(number * 24)),
            _ => Ok(Self(number)),
        }
    }

    pub fn seconds(self) -> u64 {
        u64::from(self.0) * 3_600
    }

    pub fn milliseconds(self) -> i64 {
        i64::from(self.0) * 3_600_000
    }

    /// Whether it is over, reckoned from this moment: then KMS rotates as soon as it is set.
    pub fn has_passed(self, from_ms: i64, now_ms: i64) -> bool {
        from_ms + self.milliseconds() <= now_ms
    }

    /// As a person reads and types it: whole days in days.
    pub fn number(self) -> (u32, PeriodUnit) {
        match self.0 % 24 {
            0 if self.0 / 24 >= ROTATION_MIN_DAYS => (self.0 / 24, PeriodUnit::Days),
            _ => (self.0, PeriodUnit::Hours),
        }
    }

    /// When KMS rotates first under this period: a period after the last rotation, and at once where that has passed.
    pub fn first_ms(self, last_ms: Option<i64>, now_ms: i64) -> i64 {
        (last_ms.unwrap_or(now_ms) + self.milliseconds()).max(now_ms)
    }

    /// As KMS tells it, in seconds; `None` for what is no whole number of hours in the bounds.
    pub fn of_seconds(seconds: u64) -> Option<Self> {
        let hours = u32::try_from(seconds / 3_600).ok().filter(|_| seconds.is_multiple_of(3_600))?;
        Self::try_from(hours).ok()
    }
}

impl TryFrom<u32> for RotationPeriod {
    type Error = &'static str;

    fn try_from(hours: u32) -> Result<Self, Self::Error> {
        if (ROTATION_MIN_HOURS..=ROTATION_MAX_DAYS * 24).contains(&hours) {
            Ok(Self(hours))
        } else {
            Err("a rotation period lies between 6 hours and 365 days")
        }
    }
}

impl From<RotationPeriod> for u32 {
    fn from(period: RotationPeriod) -> Self {
        period.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_go_from_7_to_365_and_hours_from_6() {
        use PeriodUnit::{Days, Hours};
        let cases = [
            ("7", Days, Ok(168)),
            (" 30 ", Days, Ok(720)),
            ("365", Days, Ok(8_760)),
            ("6", Hours, Ok(6)),
            ("8760", Hours, Ok(8_760)),
            ("6", Days, Err(InvalidPeriod::TooShort(Days))),
            ("5", Hours, Err(InvalidPeriod::TooShort(Hours))),
            ("366", Days, Err(InvalidPeriod::TooLong(Days))),
            ("8761", Hours, Err(InvalidPeriod::TooLong(Hours))),
            ("", Days, Err(InvalidPeriod::NotANumber)),
            ("7.5", Days, Err(InvalidPeriod::NotANumber)),
            ("-7", Days, Err(InvalidPeriod::NotANumber)),
            ("99999999999", Days, Err(InvalidPeriod::NotANumber)),
        ];
        for (number, unit, expected) in cases {
            assert_eq!(RotationPeriod::parse(number, unit).map(u32::from), expected, "{number} {unit:?}");
        }
    }

    #[test]
    fn a_period_is_shown_as_it_is_typed() {
        for (seconds, shown) in [
            (604_800, Some((7, PeriodUnit::Days))),
            (21_600, Some((6, PeriodUnit::Hours))),
            (86_400, Some((24, PeriodUnit::Hours))),
            (3_601, None),
            (3_600, None),
        ] {
            assert_eq!(RotationPeriod::of_seconds(seconds).map(RotationPeriod::number), shown, "{seconds}");
        }
    }

    #[test]
    fn the_first_rotation_is_a_period_after_the_last_and_never_in_the_past() {
        let week = RotationPeriod::of_seconds(604_800).unwrap();
        let day = 86_400_000;
        assert_eq!(week.first_ms(None, 100 * day), 107 * day);
        assert_eq!(week.first_ms(Some(98 * day), 100 * day), 105 * day);
        assert_eq!(week.first_ms(Some(90 * day), 100 * day), 100 * day);
    }

    #[test]
    fn a_period_from_the_wire_is_checked_again() {
        assert!(serde_json::from_str::<RotationPeriod>("5").is_err());
        assert!(serde_json::from_str::<RotationPeriod>("720").is_ok());
    }
}
