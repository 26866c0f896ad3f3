//! The vendor's quotas (`kms-ram-api.md` 0.7): so many calls a second, for each class of actions in each region, on real
//! time. Off unless a reset asks for it.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::error::ApiError;

/// Actions that share a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Class {
    Write,
    /// `ListSecrets`, `DescribeSecret` and their like (UNVERIFIED whether some have the quota of values).
    Query,
    Value,
    /// Instances and keys.
    Metadata,
    Tags,
    /// Whether the service is on, and switching it on.
    Service,
}

impl Class {
    /// `None` for RAM and STS, whose quotas no source tells.
    fn of(service: &str, action: &str) -> Option<Self> {
        if service != "kms" {
            return None;
        }
        Some(match action {
            "GetSecretValue" | "BatchGetSecretValue" => Self::Value,
            "ListKmsInstances" | "GetKmsInstance" | "GetDefaultKmsInstance" | "ListKeys" | "DescribeKey" => {
                Self::Metadata
            }
            "ListResourceTags" | "ListTagResources" => Self::Tags,
            "OpenKmsService" | "DescribeAccountKmsStatus" => Self::Service,
            _ if ["List", "Describe", "Get"].iter().any(|verb| action.starts_with(verb)) => Self::Query,
            _ => Self::Write,
        })
    }

    fn calls_a_second(self) -> u32 {
        match self {
            Self::Write => 10,
            Self::Query => 40,
            Self::Value => 450,
            Self::Metadata => 50,
            Self::Tags => 300,
            Self::Service => 1,
        }
    }
}

/// The calls of the second that runs; there are no more entries than classes times regions.
#[derive(Debug, Default)]
pub(crate) struct Throttle(HashMap<(Class, String), (i64, u32)>);

impl Throttle {
    /// Counts a call; refuses it where its second is full.
    pub(crate) fn admit(
        &mut self,
        service: &str,
        action: &str,
        region: &str,
        real: Timestamp,
    ) -> Result<(), ApiError> {
        let Some(class) = Class::of(service, action) else { return Ok(()) };
        let second = real.as_second();
        let (of, count) = self.0.entry((class, region.to_owned())).or_insert((second, 0));
        if *of != second {
            (*of, *count) = (second, 0);
        }
        *count += 1;
        let most = class.calls_a_second();
        if *count > most {
            Err(ApiError::throttled(&format!("at most {most} such calls a second")))
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_has_its_quota_in_each_region_and_each_second() {
        let now: Timestamp = "2026-01-01T00:00:00.2Z".parse().unwrap();
        let later: Timestamp = "2026-01-01T00:00:01Z".parse().unwrap();
        let mut throttle = Throttle::default();
        for (action, most) in [
            ("CreateSecret", 10),
            ("DescribeSecret", 40),
            ("GetSecretValue", 450),
            ("ListKeys", 50),
            ("OpenKmsService", 1),
        ] {
            for _ in 0..most {
                assert_eq!(throttle.admit("kms", action, "cn-hangzhou", now), Ok(()), "{action}");
            }
            let refused = throttle.admit("kms", action, "cn-hangzhou", now).unwrap_err();
            assert_eq!((refused.status, refused.code.as_str()), (429, "Rejected.Throttling"), "{action}");
            assert_eq!(throttle.admit("kms", action, "cn-shanghai", now), Ok(()), "{action}");
            assert_eq!(throttle.admit("kms", action, "cn-hangzhou", later), Ok(()), "{action}");
        }
        for _ in 0..1_000 {
            assert_eq!(throttle.admit("ram", "ListUsers", "cn-hangzhou", now), Ok(()));
        }
    }
}
