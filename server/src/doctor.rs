//! What Keyturn needs to do its work, and whether it has it: for `/setup`, and for `keyturn doctor`.

mod permissions;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use keyturn_app::served::{Check, Feature, Finding, Found};
use keyturn_cloud::clock::TOLERATED_MS;
use keyturn_cloud::credentials::{Chain, Source};
use keyturn_cloud::error::NO_CREDENTIALS;
use keyturn_cloud::{Client, CloudError, ErrorKind};
use tokio::sync::Mutex;

use crate::config::{Auth, Cloud, Config};
use crate::gateway::{AssumeRole, service_role, to_api};

/// How long one answer is waited for.
const LIMIT: Duration = Duration::from_secs(8);
/// Calls beside each other.
const CONCURRENT: usize = 12;
/// Whoever asks again so soon gets what was found before.
const FRESH: Duration = Duration::from_secs(2);

pub(crate) struct Doctor {
    client: Client,
    /// Whose administrator everybody is.
    is_sandbox: bool,
    /// The roles that people's calls run under, each way of taking one once.
    roles: Vec<AssumeRole>,
    /// Of the configuration.
    remarks: Vec<Found>,
    /// Over the real cloud.
    chain: Option<Arc<Chain>>,
    /// One at a time looks, however many ask.
    latest: Mutex<Option<Latest>>,
}

struct Latest {
    findings: Arc<[Finding]>,
    with_changes: bool,
    at: Instant,
}

impl Doctor {
    pub(crate) fn new(client: Client, chain: Option<Arc<Chain>>, config: &Config) -> Self {
        let mut roles: Vec<AssumeRole> = Vec::new();
        for role in &config.assume_roles {
            if !roles.iter().any(|other| other.is_taken_as(role)) {
                roles.push(role.clone());
            }
        }
        Self {
            client,
            is_sandbox: !matches!(config.cloud, Cloud::Aliyun { .. }),
            roles,
            remarks: remarks(config),
            chain,
            latest: Mutex::default(),
        }
    }

    /// Looks at everything. `with_changes`: at the permissions to change, too, by calls that change nothing.
    pub(crate) async fn examine(&self, with_changes: bool) -> Arc<[Finding]> {
        let mut latest = self.latest.lock().await;
        if let Some(known) = &*latest
            && known.at.elapsed() < FRESH
            && known.with_changes == with_changes
        {
            return known.findings.clone();
        }
        let ram = timed(self.client.may(self.default_region(), "ram:GetRole"));
        let ((identity, sts), (role, permissions), regions, ram, roles) = tokio::join!(
            self.identity(),
            async {
                let role = within(self.service_role()).await;
                let permissions = self.permissions(with_changes, role != Found::NoRole).await;
                (role, permissions)
            },
            self.regions(),
            within(ram),
            self.assumed_roles(),
        );
        let instances = regions.iter().filter_map(|(region, _, count)| Some((region.clone(), (*count)?)));
        let instances: Vec<(String, usize)> = instances.filter(|(_, count)| *count > 0).collect();
        let is_known = regions.iter().any(|(_, _, count)| count.is_some());
        let of = |check, found| Finding { check, found };
        let mut findings: Vec<_> =
            self.remarks.iter().map(|remark| of(Check::Configuration, remark.clone())).collect();
        // Known by now: who signs was asked for.
        let source = self.chain.as_ref().and_then(|chain| chain.chosen()).map(str::to_owned);
        findings.extend(source.map(|name| of(Check::Source, Found::Source(name))));
        findings.extend([of(Check::Identity, identity), of(Check::ServiceRole, role)]);
        match instances.is_empty() {
            false => findings.push(of(Check::Instances, Found::Instances(instances))),
            true if is_known => findings.push(of(Check::Instances, Found::NoInstances)),
            // That no region answers, or lets them be seen, is said of each.
            true => {}
        }
        findings.extend(self.clock().map(|found| of(Check::Clock, found)));
        findings
            .extend([("RAM", ram), ("STS", sts)].map(|(name, found)| of(Check::Service(name.into()), found)));
        findings.extend(
            regions.into_iter().map(|(region, found, _)| of(Check::Service(format!("KMS {region}")), found)),
        );
        findings.extend(permissions);
        findings.extend(roles);
        let findings: Arc<[Finding]> = findings.into();
        *latest = Some(Latest { findings: findings.clone(), with_changes, at: Instant::now() });
        findings
    }

    /// What was found is no more: something was changed.
    pub(crate) async fn forget(&self) {
        *self.latest.lock().await = None;
    }

    /// The smallest policy that lets these be done, JSON.
    pub(crate) fn smallest_policy(&self, features: &[Feature]) -> String {
        let by_us = self.roles.iter().filter(|role| role.oidc_provider_arn.is_none());
        let arns: BTreeSet<&str> = by_us.map(|role| role.role_arn.as_str()).collect();
        permissions::smallest_policy(features, &arns)
    }

    fn default_region(&self) -> &str {
        &self.client.regions()[0]
    }

    /// Who signs the calls, and by the same call whether STS answers.
    async fn identity(&self) -> (Found, Found) {
        let started = Instant::now();
        let asked = self.client.get_caller_identity(self.default_region());
        let Ok(asked) = tokio::time::timeout(LIMIT, asked).await else {
            return (Found::NoAnswer(LIMIT.as_secs()), Found::NoAnswer(LIMIT.as_secs()));
        };
        let service = answered(&asked, started);
        let who = match asked {
            Ok(who) if who.identity_type == "Account" && !self.is_sandbox => Found::SignedByAccount(who.arn),
            Ok(who) => Found::SignedBy(who.arn),
            Err(error) => match error.code.as_deref() {
                Some(NO_CREDENTIALS) => Found::NoCredentials(error.message),
                _ => failed(error),
            },
        };
        (who, service)
    }

    async fn service_role(&self) -> Found {
        match service_role(&self.client, self.default_region()).await {
            Ok(Some(role)) => Found::Role(role),
            Ok(None) => Found::NoRole,
            Err(error) => failed(error),
        }
    }

    /// Whether KMS answers in each region, and how many instances there are.
    async fn regions(&self) -> Vec<(String, Found, Option<usize>)> {
        let looks: Vec<_> = self.client.regions().iter().map(|region| self.region(region)).collect();
        stream::iter(looks).buffered(CONCURRENT).collect().await
    }

    async fn region(&self, region: &str) -> (String, Found, Option<usize>) {
        // Needs no permission: that it is answered is all that is asked.
        let found = within(timed(self.client.describe_regions(region))).await;
        let listed = tokio::time::timeout(LIMIT, self.client.list_kms_instances(region)).await;
        (region.to_owned(), found, listed.ok().and_then(Result::ok).map(|reply| reply.body.len()))
    }

    /// By the last answer that there was.
    fn clock(&self) -> Option<Found> {
        let ahead_ms = self.client.cloud_is_ahead_ms()?;
        Some(match ahead_ms.abs() <= TOLERATED_MS {
            true => Found::ClockRight,
            false => Found::ClockOff(ahead_ms.unsigned_abs() / 1_000),
        })
    }

    /// Each role that people's calls run under is taken as theirs take it, by the doctor's name.
    async fn assumed_roles(&self) -> Vec<Finding> {
        let look = async |role: &AssumeRole| {
            let found = match role.oidc_provider_arn {
                Some(_) => Found::NotTellable,
                None => within(self.may_assume(role)).await,
            };
            Finding { check: Check::AssumedRole(role.role_arn.clone()), found }
        };
        stream::iter(self.roles.iter().map(look)).buffered(CONCURRENT).collect().await
    }

    async fn may_assume(&self, role: &AssumeRole) -> Found {
        let (client, region) = (self.client.clone(), self.default_region().to_owned());
        match role.by_us(client, region, "keyturn-doctor".into()).fetch().await {
            Ok(_) => Found::Allowed,
            Err(error) => failed(error),
        }
    }

    async fn permissions(&self, with_changes: bool, has_service_role: bool) -> Vec<Finding> {
        let looks: Vec<_> = permissions::needed(has_service_role)
            .map(|(action, feature)| self.permission(action, feature, with_changes))
            .collect();
        stream::iter(looks).buffered(CONCURRENT).collect().await
    }

    async fn permission(&self, action: &'static str, feature: Feature, with_changes: bool) -> Finding {
        let found = match keyturn_cloud::permissions::is_write(action) && !with_changes {
            true => Found::NotAsked,
            false => within(self.may(action)).await,
        };
        Finding { check: Check::Permission(action, feature), found }
    }

    async fn may(&self, action: &'static str) -> Found {
        match self.client.may(self.default_region(), action).await {
            Ok(Some(true)) => Found::Allowed,
            Ok(Some(false)) => Found::Refused,
            Ok(None) => Found::NotTellable,
            Err(error) if error.kind == ErrorKind::BadCredentials => Found::NoIdentity,
            Err(error) => failed(error),
        }
    }
}

/// What of the configuration is allowed but calls for a second look.
fn remarks(config: &Config) -> Vec<Found> {
    let is_real = matches!(config.cloud, Cloud::Aliyun { .. });
    let has_local = matches!(config.auth, Auth::SignIn { local: true, .. });
    // Keyturn itself speaks plain HTTP.
    let has_proxy = config.public_url.starts_with("https:");
    let remarks = [
        (is_real && has_local && !config.needs_second_factor, Found::NoSecondFactor),
        (has_proxy && config.trusted_proxies.is_empty(), Found::NoTrustedProxy),
    ];
    let mut remarks: Vec<Found> = remarks.into_iter().filter(|(is_so, _)| *is_so).map(|(_, of)| of).collect();
    if remarks.is_empty() {
        remarks.push(Found::ConfigurationFine);
    }
    remarks
}

/// How long it takes to be answered.
async fn timed<T>(call: impl Future<Output = Result<T, CloudError>>) -> Found {
    let started = Instant::now();
    answered(&call.await, started)
}

/// Also a refusal is an answer: of credentials that are wrong another row tells.
fn answered<T>(result: &Result<T, CloudError>, since: Instant) -> Found {
    match result {
        Err(error) if error.status.is_none_or(|status| status >= 500) => failed(error.clone()),
        _ => Found::Answers(u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)),
    }
}

async fn within(look: impl Future<Output = Found>) -> Found {
    tokio::time::timeout(LIMIT, look).await.unwrap_or(Found::NoAnswer(LIMIT.as_secs()))
}

fn failed(error: CloudError) -> Found {
    match error.kind {
        // Of the credentials another row tells; nothing was sent.
        _ if error.code.as_deref() == Some(NO_CREDENTIALS) => Found::NoIdentity,
        ErrorKind::NoPermission => Found::Refused,
        _ => Found::Failed(to_api(error)),
    }
}
