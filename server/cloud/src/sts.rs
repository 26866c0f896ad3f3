//! STS 2015-04-01: who the credentials belong to.

use serde::Deserialize;

use crate::client::{Client, Effect, Parameters, Reply};
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

impl Client {
    /// Who signs the calls; needs no permission.
    pub async fn get_caller_identity(&self, region: &str) -> Result<CallerIdentity, CloudError> {
        let reply: Reply<CallerIdentity> =
            self.call(Service::Sts, "GetCallerIdentity", region, Effect::Read, Parameters::default()).await?;
        Ok(reply.body)
    }
}
