//! STS 2015-04-01: who the credentials belong to, and temporary ones of a role.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use crate::client::{Client, Effect, Parameters, Reply};
use crate::clock::Clock;
use crate::credentials::{AssumedRole, AssumedWithOidc, Credentials, Secret, Temporary};
use crate::endpoint::Service;
use crate::error::CloudError;

/// The answer of `GetCallerIdentity`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CallerIdentity {
    pub account_id: String,
    pub arn: String,
    /// `Account`, `RAMUser` or `AssumedRoleUser`.
    pub identity_type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Assumed {
    credentials: AssumedCredentials,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AssumedCredentials {
    access_key_id: String,
    access_key_secret: String,
    security_token: String,
    expiration: Timestamp,
}

impl Assumed {
    fn temporary(self, clock: &Clock) -> Temporary {
        let AssumedCredentials { access_key_id, access_key_secret, security_token, expiration } =
            self.credentials;
        let credentials = Credentials {
            access_key_id,
            access_key_secret: Secret::new(access_key_secret),
            security_token: Some(Secret::new(security_token)),
        };
        Temporary { credentials: Arc::new(credentials), life: clock.left_until(expiration) }
    }
}

impl Client {
    /// Who signs the calls; needs no permission.
    pub async fn get_caller_identity(&self, region: &str) -> Result<CallerIdentity, CloudError> {
        let reply: Reply<CallerIdentity> =
            self.call(Service::Sts, "GetCallerIdentity", region, Effect::Read, Parameters::default()).await?;
        Ok(reply.body)
    }

    /// Temporary credentials of a role that trusts who signs this call. It changes nothing, so it may be repeated.
    pub(crate) async fn assume_role(&self, role: &AssumedRole) -> Result<Temporary, CloudError> {
        let parameters = Parameters::default()
            .with("RoleArn", &role.role_arn)
            .with("RoleSessionName", &role.session_name)
            .with("DurationSeconds", role.seconds)
            .with_option("SourceIdentity", role.source_identity.as_deref())
            .with_option("Policy", role.policy.as_deref())
            .with_option("ExternalId", role.external_id.as_deref());
        let reply: Reply<Assumed> =
            self.call(Service::Sts, "AssumeRole", &role.region, Effect::Read, parameters).await?;
        Ok(reply.body.temporary(&self.clock))
    }

    /// Temporary credentials of a role that trusts the token's issuer. Not signed: the token is the proof. It goes in the
    /// body, as in the vendor's clients, so that it is in no URL.
    pub(crate) async fn assume_role_with_oidc(
        &self,
        role: &AssumedWithOidc,
        token: &Secret,
    ) -> Result<Temporary, CloudError> {
        let parameters = Parameters::unsigned()
            .with_form("RoleArn", role.role_arn.as_bytes())
            .with_form("OIDCProviderArn", role.provider_arn.as_bytes())
            .with_form("RoleSessionName", role.session_name.as_bytes())
            .with_form("DurationSeconds", role.seconds.to_string().as_bytes())
            .with_form("OIDCToken", token.expose().as_bytes());
        let reply: Reply<Assumed> =
            self.call(Service::Sts, "AssumeRoleWithOIDC", &role.region, Effect::Read, parameters).await?;
        Ok(reply.body.temporary(&self.clock))
    }
}
