//! Where the credentials of the real cloud come from: the first of the vendor's default chain that is there.
//!
//! Of the chain (`kms-ram-api.md` 0.9) the environment and the OIDC role of pods are looked for; profile files, the role of an
//! ECS instance and a credentials URI are not yet.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use keyturn_cloud::credentials::{OidcTokenFile, Refreshing, Secret, is_role_arn};
use keyturn_cloud::{Client, Credentials, Provider};

/// How the AccessKeys of the sandbox begin: they are public.
const PUBLIC: &str = "LTAI5tKeyturnSandbox";
/// What the vendor's clients call a session that has no name.
const SESSION: &str = "keyturn";

/// The vendor's own variables, which may hold secrets: none is shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Vendor(pub(crate) BTreeMap<String, String>);

impl std::fmt::Debug for Vendor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vendor({})", self.0.keys().cloned().collect::<Vec<_>>().join(", "))
    }
}

impl Vendor {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(&format!("ALIBABA_CLOUD_{name}")).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// In a few words, for `keyturn config`; what is missing where nothing is found.
    pub(crate) fn source(&self) -> &'static str {
        match self.chosen() {
            Some(Chosen::Pair) => "environment: ALIBABA_CLOUD_ACCESS_KEY_ID",
            Some(Chosen::Oidc) => "OIDC role of the pod: ALIBABA_CLOUD_OIDC_TOKEN_FILE",
            None => "none found",
        }
    }

    fn chosen(&self) -> Option<Chosen> {
        let has = |names: &[&str]| names.iter().all(|name| self.get(name).is_some());
        match () {
            () if has(&["ACCESS_KEY_ID", "ACCESS_KEY_SECRET"]) => Some(Chosen::Pair),
            () if has(&["OIDC_TOKEN_FILE", "ROLE_ARN", "OIDC_PROVIDER_ARN"]) => Some(Chosen::Oidc),
            () => None,
        }
    }

    /// What signs the calls. `client` is one that can make calls which nothing signs.
    pub(crate) fn provider(&self, client: &Client, region: &str) -> anyhow::Result<Arc<dyn Provider>> {
        let text = |name: &str| self.get(name).unwrap_or_default().to_owned();
        match self.chosen() {
            Some(Chosen::Pair) => {
                if text("ACCESS_KEY_ID").starts_with(PUBLIC) {
                    bail!(
                        "ALIBABA_CLOUD_ACCESS_KEY_ID: it is the sandbox's, whose secret everybody knows; give one of your account"
                    );
                }
                Ok(Arc::new(Arc::new(Credentials {
                    access_key_id: text("ACCESS_KEY_ID"),
                    access_key_secret: Secret::new(text("ACCESS_KEY_SECRET")),
                    security_token: self.get("SECURITY_TOKEN").map(|token| Secret::new(token.to_owned())),
                })))
            }
            Some(Chosen::Oidc) => {
                if !is_role_arn(&text("ROLE_ARN")) {
                    bail!("ALIBABA_CLOUD_ROLE_ARN: “{}” is no ARN of a role", text("ROLE_ARN"));
                }
                Ok(Arc::new(Refreshing::new(OidcTokenFile {
                    client: client.clone(),
                    region: region.to_owned(),
                    role_arn: text("ROLE_ARN"),
                    provider_arn: text("OIDC_PROVIDER_ARN"),
                    token_file: PathBuf::from(text("OIDC_TOKEN_FILE")),
                    session_name: self.get("ROLE_SESSION_NAME").unwrap_or(SESSION).to_owned(),
                    seconds: 3_600,
                })))
            }
            None => bail!(
                "KEYTURN_CLOUD=aliyun: no credentials were found. Set ALIBABA_CLOUD_ACCESS_KEY_ID and \
                 ALIBABA_CLOUD_ACCESS_KEY_SECRET (with ALIBABA_CLOUD_SECURITY_TOKEN where they are temporary), or, for a \
                 pod, ALIBABA_CLOUD_ROLE_ARN, ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE"
            ),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chosen {
    Pair,
    Oidc,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vendor(values: &[(&str, &str)]) -> Vendor {
        let value = |(name, value): &(&str, &str)| (format!("ALIBABA_CLOUD_{name}"), (*value).to_owned());
        Vendor(values.iter().map(value).collect())
    }

    #[test]
    fn the_first_of_the_chain_that_is_whole_is_taken_and_nothing_of_it_is_shown() {
        let pair = [("ACCESS_KEY_ID", "LTAI5tReal"), ("ACCESS_KEY_SECRET", "canary-secret")];
        let oidc = [
            ("OIDC_TOKEN_FILE", "/t"),
            ("ROLE_ARN", "acs:ram::1234567890123456:role/a"),
            ("OIDC_PROVIDER_ARN", "p"),
        ];
        assert_eq!(vendor(&pair).chosen(), Some(Chosen::Pair));
        assert_eq!(vendor(&oidc).chosen(), Some(Chosen::Oidc));
        assert_eq!(vendor(&[pair.as_slice(), &oidc].concat()).chosen(), Some(Chosen::Pair));
        assert_eq!(vendor(&[&pair[..1], &oidc].concat()).chosen(), Some(Chosen::Oidc), "half a pair is none");
        assert_eq!(vendor(&oidc[..2]).chosen(), None);
        assert_eq!(vendor(&[("ACCESS_KEY_ID", ""), ("ACCESS_KEY_SECRET", "")]).chosen(), None);
        assert!(!format!("{:?}", vendor(&pair)).contains("canary"));
        assert!(!vendor(&pair).source().contains("canary"));
    }
}
