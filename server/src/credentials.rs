//! What signs the calls over the real cloud: the vendor's default chain, looked at once at the start.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use keyturn_cloud::credentials::{Chain, Surroundings, Unsigned};
use keyturn_cloud::{Client, Endpoints, Provider as _};

/// How the AccessKeys of the sandbox begin: they are public.
const PUBLIC: &str = "LTAI5tKeyturnSandbox";
/// How long the start waits for a source that must be asked.
const LIMIT: Duration = Duration::from_secs(10);

/// The chain, where it gives credentials, or may do so later: what is configured and does not answer now is tried again with
/// each call.
pub(crate) async fn found(client: &Client, surroundings: &Surroundings) -> anyhow::Result<Arc<Chain>> {
    let chain = Arc::new(Chain::new(surroundings, client, &client.regions()[0]));
    for why in chain.unusable() {
        tracing::warn!(why, "credentials that are configured cannot be used");
    }
    match tokio::time::timeout(LIMIT, chain.credentials()).await {
        Ok(Ok(credentials)) if credentials.access_key_id.starts_with(PUBLIC) => bail!(
            "{}: the AccessKey is the sandbox's, whose secret everybody knows; give one of your account",
            chain.chosen().unwrap_or_default()
        ),
        Ok(Ok(_)) => tracing::info!(source = chain.chosen(), "credentials"),
        // The role of the instance is always looked for: that alone is nobody's wish.
        Ok(Err(error)) if chain.sources().all(|name| name == "ECS instance role") => bail!(
            "KEYTURN_CLOUD=aliyun: no source gives credentials ({}). Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or give the pod, \
             the instance or a profile a role (docs/real-cloud.md)",
            error.message
        ),
        Ok(Err(error)) => {
            tracing::warn!(why = error.message, "no source gives credentials yet; each call tries again");
        }
        Err(_) => tracing::warn!("no source of credentials answers yet; each call tries again"),
    }
    Ok(chain)
}

/// The sources in their order, and which of them is in use, for `keyturn config`.
pub(crate) async fn described(endpoints: &Endpoints, surroundings: &Surroundings) -> String {
    let Ok(client) = Client::new(endpoints.clone(), Unsigned, None) else { return "unknown".into() };
    let chain = Chain::new(surroundings, &client, &client.regions()[0]);
    let sources: Vec<&str> = chain.sources().collect();
    let mut text = if sources.is_empty() { "none".to_owned() } else { sources.join(", then ") };
    for why in chain.unusable() {
        text += &format!("\n# not used: {why}");
    }
    let asked = tokio::time::timeout(LIMIT, chain.credentials()).await;
    text += &match (chain.chosen(), asked) {
        (Some(source), _) => format!("\n# in use: {source}"),
        (None, Ok(Err(error))) => format!("\n# in use: none; {}", error.message),
        (None, _) => "\n# in use: none; no source answers in time".to_owned(),
    };
    text
}
