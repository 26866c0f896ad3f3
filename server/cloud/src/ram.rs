//! RAM 2015-05-01: users, their AccessKeys, and roles. RAM is global: it is reached through any region.

use serde::Deserialize;

use crate::client::{Client, Effect, Parameters, Reply};
use crate::endpoint::Service;
use crate::error::CloudError;

/// No list is read further than this many pages of 1,000.
const MAX_PAGES: usize = 100;

/// A RAM user.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct User {
    pub user_name: String,
    #[serde(default)]
    pub display_name: String,
}

/// An AccessKey of a RAM user; RAM never tells its secret.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccessKey {
    pub access_key_id: String,
    /// `Active` or `Inactive`.
    pub status: String,
    pub create_date: String,
}

/// A RAM role, as far as its existence is asked for.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Role {
    pub role_name: String,
    pub arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UserPage {
    users: UserItems,
    #[serde(default)]
    is_truncated: bool,
    marker: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UserItems {
    #[serde(default)]
    user: Vec<User>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AccessKeyList {
    access_keys: AccessKeyItems,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AccessKeyItems {
    #[serde(default)]
    access_key: Vec<AccessKey>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LastUsedAnswer {
    access_key_last_used: LastUsed,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LastUsed {
    #[serde(default)]
    last_used_date: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RoleAnswer {
    role: Role,
}

impl Client {
    /// All RAM users of the account, page by page.
    pub async fn list_users(&self, region: &str) -> Result<Vec<User>, CloudError> {
        let mut users = Vec::new();
        let mut marker = None;
        for _ in 0..MAX_PAGES {
            let parameters = Parameters::default().with("MaxItems", 1_000).with_option("Marker", marker);
            let page: Reply<UserPage> =
                self.call(Service::Ram, "ListUsers", region, Effect::Read, parameters).await?;
            users.extend(page.body.users.user);
            marker = page.body.marker.filter(|_| page.body.is_truncated);
            if marker.is_none() {
                break;
            }
        }
        Ok(users)
    }

    /// The AccessKeys of a user: two at the most.
    pub async fn list_access_keys(
        &self,
        region: &str,
        user_name: &str,
    ) -> Result<Vec<AccessKey>, CloudError> {
        let parameters = Parameters::default().with("UserName", user_name);
        let reply: Reply<AccessKeyList> =
            self.call(Service::Ram, "ListAccessKeys", region, Effect::Read, parameters).await?;
        Ok(reply.body.access_keys.access_key)
    }

    /// When an AccessKey last signed a call, as the vendor writes it; empty where it never did.
    pub async fn get_access_key_last_used(
        &self,
        region: &str,
        user_name: &str,
        access_key_id: &str,
    ) -> Result<String, CloudError> {
        let parameters = access_key(user_name, access_key_id);
        let reply: Reply<LastUsedAnswer> =
            self.call(Service::Ram, "GetAccessKeyLastUsed", region, Effect::Read, parameters).await?;
        Ok(reply.body.access_key_last_used.last_used_date)
    }

    /// Enables or disables an AccessKey; answers the request's ID. Never repeated by itself.
    pub async fn update_access_key(
        &self,
        region: &str,
        user_name: &str,
        access_key_id: &str,
        is_active: bool,
    ) -> Result<String, CloudError> {
        let status = if is_active { "Active" } else { "Inactive" };
        let parameters = access_key(user_name, access_key_id).with("Status", status);
        self.order(Service::Ram, "UpdateAccessKey", region, parameters).await
    }

    /// Deletes an AccessKey for good; answers the request's ID. Never repeated by itself.
    pub async fn delete_access_key(
        &self,
        region: &str,
        user_name: &str,
        access_key_id: &str,
    ) -> Result<String, CloudError> {
        let parameters = access_key(user_name, access_key_id);
        self.order(Service::Ram, "DeleteAccessKey", region, parameters).await
    }

    /// A role; an error of the kind `NotFound` where there is none of that name.
    pub async fn get_role(&self, region: &str, role_name: &str) -> Result<Role, CloudError> {
        let parameters = Parameters::default().with("RoleName", role_name);
        let reply: Reply<RoleAnswer> =
            self.call(Service::Ram, "GetRole", region, Effect::Read, parameters).await?;
        Ok(reply.body.role)
    }

    /// Makes a role that `trust`, a policy, lets take; answers the request's ID. Never repeated by itself.
    pub async fn create_role(
        &self,
        region: &str,
        role_name: &str,
        trust: &str,
        description: &str,
    ) -> Result<String, CloudError> {
        let parameters = Parameters::default()
            .with("RoleName", role_name)
            .with("AssumeRolePolicyDocument", trust)
            .with("Description", description);
        self.order(Service::Ram, "CreateRole", region, parameters).await
    }

    /// Gives a role one of the vendor's own policies; answers the request's ID. Never repeated by itself.
    pub async fn attach_system_policy_to_role(
        &self,
        region: &str,
        policy_name: &str,
        role_name: &str,
    ) -> Result<String, CloudError> {
        let parameters = Parameters::default()
            .with("PolicyType", "System")
            .with("PolicyName", policy_name)
            .with("RoleName", role_name);
        self.order(Service::Ram, "AttachPolicyToRole", region, parameters).await
    }
}

fn access_key(user_name: &str, id: &str) -> Parameters {
    Parameters::default().with("UserName", user_name).with("UserAccessKeyId", id)
}
