//! The vendor's default chain (`kms-ram-api.md` 0.9): its sources in their order, the first that gives credentials is kept.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;

use super::turn::Turn;
use super::{
    AssumedRole, AssumedWithOidc, Credentials, OidcToken, Provider, Refreshing, Secret, is_role_arn,
};
use super::{ecs, environment, file, oidc, profile, uri};
use crate::client::Client;
use crate::error::CloudError;

/// What the vendor's clients call a session that has no name.
const SESSION: &str = "keyturn";
const SECONDS: u32 = 3_600;

/// What the chain looks at. Nothing else of the process is read.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The vendor's variables, `ALIBABA_CLOUD_…`; some hold secrets, and none is shown.
    pub variables: BTreeMap<String, String>,
    /// Where the vendor's files are.
    pub home: Option<PathBuf>,
    /// Where the metadata of the instance are, in place of the vendor's address: for tests.
    pub metadata: Option<String>,
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Surroundings({})", self.variables.keys().cloned().collect::<Vec<_>>().join(", "))
    }
}

impl Surroundings {
    /// `name` without its beginning; `None` where it is empty, too.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables
            .get(&format!("ALIBABA_CLOUD_{name}"))
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    }

    pub(super) fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// The name of the profile, or of the section of a file.
    pub(super) fn profile(&self) -> Option<&str> {
        self.get("PROFILE")
    }

    /// Where a relative `path` of the home folder is.
    pub(super) fn at_home(&self, path: &str) -> Option<PathBuf> {
        Some(self.home.as_ref()?.join(path))
    }
}

/// A source that is configured.
pub(super) struct Link {
    /// What people call it, with the place of its configuration.
    pub(super) name: String,
    pub(super) provider: Arc<dyn Provider>,
}

/// What a source comes to before it is asked: nothing where it is not configured, and why where it is but cannot be used.
pub(super) type Found = Result<Option<Link>, String>;

impl Link {
    pub(super) fn new(name: impl Into<String>, provider: impl Provider + 'static) -> Self {
        Self { name: name.into(), provider: Arc::new(provider) }
    }
}

/// A pair that stays, or a temporary one that somebody has put there.
pub(super) fn fixed(id: &str, secret: &str, token: Option<&str>) -> Arc<Credentials> {
    Arc::new(Credentials {
        access_key_id: id.to_owned(),
        access_key_secret: Secret::new(secret.to_owned()),
        security_token: token.filter(|token| !token.is_empty()).map(|token| Secret::new(token.to_owned())),
    })
}

/// A role, as the variables and both files describe one.
#[derive(Default)]
pub(super) struct Role<'a> {
    pub(super) arn: Option<&'a str>,
    pub(super) session_name: Option<&'a str>,
    pub(super) seconds: Option<u32>,
    pub(super) policy: Option<&'a str>,
    pub(super) external_id: Option<&'a str>,
    pub(super) sts_region: Option<&'a str>,
    pub(super) is_vpc: Option<bool>,
}

/// What makes providers out of what the sources hold.
pub(super) struct Maker<'a> {
    pub(super) surroundings: &'a Surroundings,
    /// Its own provider is not used.
    pub(super) client: &'a Client,
    pub(super) region: &'a str,
}

impl Maker<'_> {
    /// The client that asks STS, and where. What a role says goes before the variables, and those before the configuration.
    fn sts(&self, role: &Role<'_>) -> (Client, String) {
        let region = role.sts_region.or(self.surroundings.get("STS_REGION")).unwrap_or(self.region);
        let is_vpc = role.is_vpc.unwrap_or_else(|| self.surroundings.is_on("VPC_ENDPOINT_ENABLED"));
        (self.client.for_sts(region, is_vpc), region.to_owned())
    }

    fn arn_of(&self, role: &Role<'_>) -> Result<String, String> {
        let arn = role.arn.or(self.surroundings.get("ROLE_ARN")).unwrap_or_default();
        match is_role_arn(arn) {
            true => Ok(arn.to_owned()),
            false => Err(format!("“{arn}” is no ARN of a role")),
        }
    }

    fn session_of(&self, role: &Role<'_>) -> String {
        role.session_name.or(self.surroundings.get("ROLE_SESSION_NAME")).unwrap_or(SESSION).to_owned()
    }

    /// By `AssumeRole`, which `by` signs.
    pub(super) fn assumed(
        &self,
        by: Arc<dyn Provider>,
        role: &Role<'_>,
    ) -> Result<Refreshing<AssumedRole>, String> {
        let (client, region) = self.sts(role);
        Ok(Refreshing::new(AssumedRole {
            client: client.signed_by(by),
            region,
            role_arn: self.arn_of(role)?,
            session_name: self.session_of(role),
            source_identity: None,
            policy: role.policy.map(str::to_owned),
            external_id: role.external_id.map(str::to_owned),
            seconds: seconds(role)?,
        }))
    }

    /// By the token that a platform keeps in a file.
    pub(super) fn with_token_file(
        &self,
        role: &Role<'_>,
        provider_arn: Option<&str>,
        token_file: Option<&str>,
    ) -> Result<Refreshing<AssumedWithOidc>, String> {
        let (client, region) = self.sts(role);
        let given = |text: Option<&str>, variable: &str, what: &str| {
            let text = text.or(self.surroundings.get(variable));
            text.map(str::to_owned).ok_or_else(|| format!("there is no {what}"))
        };
        Ok(Refreshing::new(AssumedWithOidc {
            client,
            region,
            role_arn: self.arn_of(role)?,
            provider_arn: given(provider_arn, "OIDC_PROVIDER_ARN", "ARN of an OIDC provider")?,
            session_name: self.session_of(role),
            seconds: seconds(role)?,
            token: OidcToken::File(given(token_file, "OIDC_TOKEN_FILE", "token file")?.into()),
        }))
    }

    /// The role of the ECS instance.
    pub(super) fn instance(&self, role_name: Option<&str>) -> Result<Refreshing<ecs::Instance>, String> {
        ecs::instance(self.surroundings, role_name).map(Refreshing::new)
    }
}

fn seconds(role: &Role<'_>) -> Result<u32, String> {
    match role.seconds.unwrap_or(SECONDS) {
        seconds if (900..=43_200).contains(&seconds) => Ok(seconds),
        other => Err(format!("{other} seconds: a session lasts 900 to 43200")),
    }
}

/// The sources that are configured here.
pub struct Chain {
    links: Vec<Link>,
    /// Why others that are configured cannot be used.
    unusable: Vec<String>,
    chosen: OnceLock<usize>,
    /// Of who looks for the first that works.
    turn: Turn,
}

impl Chain {
    /// `client` makes calls that nothing signs, in `region` where nothing names another.
    pub fn new(surroundings: &Surroundings, client: &Client, region: &str) -> Self {
        let maker = Maker { surroundings, client, region };
        let sources: [(&str, Found); 6] = [
            ("environment", environment::find(surroundings)),
            ("OIDC role of a pod", oidc::find(&maker)),
            ("CLI profile", profile::find(&maker)),
            ("credentials file", file::find(&maker)),
            ("ECS instance role", ecs::find(&maker)),
            ("credentials URI", uri::find(surroundings)),
        ];
        let (mut links, mut unusable) = (Vec::new(), Vec::new());
        for (name, found) in sources {
            match found {
                Ok(Some(link)) => links.push(link),
                Ok(None) => {}
                Err(why) => unusable.push(format!("{name}: {why}")),
            }
        }
        Self { links, unusable, chosen: OnceLock::new(), turn: Turn::default() }
    }

    /// In the order in which they are asked.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.links.iter().map(|link| link.name.as_str())
    }

    /// What is configured but cannot be used, and why.
    pub fn unusable(&self) -> &[String] {
        &self.unusable
    }

    /// The source that has given credentials.
    pub fn chosen(&self) -> Option<&str> {
        Some(&self.links[*self.chosen.get()?].name)
    }

    /// The place of the first that gives credentials, which is the chosen one from then on.
    async fn first(&self) -> Result<usize, CloudError> {
        let mut reasons = self.unusable.clone();
        for (place, link) in self.links.iter().enumerate() {
            match link.provider.credentials().await {
                Ok(_) => {
                    let _ = self.chosen.set(place);
                    return Ok(place);
                }
                Err(error) => reasons.push(format!("{}: {}", link.name, error.message)),
            }
        }
        if reasons.is_empty() {
            reasons.push("none is there".into());
        }
        Err(CloudError::without_credentials(reasons.join("; ")))
    }
}

#[async_trait]
impl Provider for Chain {
    async fn credentials(&self) -> Result<Arc<Credentials>, CloudError> {
        let chosen = match self.chosen.get() {
            Some(chosen) => *chosen,
            None => self.turn.of(|| self.chosen.get().copied(), self.first()).await?,
        };
        // Who was the first to find it has them still.
        self.links[chosen].provider.credentials().await
    }

    fn refused(&self, credentials: &Credentials) {
        if let Some(chosen) = self.chosen.get() {
            self.links[*chosen].provider.refused(credentials);
        }
    }
}

/// Shared with who asks it for what it has chosen.
#[async_trait]
impl Provider for Arc<Chain> {
    async fn credentials(&self) -> Result<Arc<Credentials>, CloudError> {
        (**self).credentials().await
    }

    fn refused(&self, credentials: &Credentials) {
        (**self).refused(credentials);
    }
}
