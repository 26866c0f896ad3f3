//! The embedded cloud. This module, and the crate behind it, are not in a binary that is built without the feature `sandbox`.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use keyturn_cloud::Credentials;
use keyturn_sandbox::{Dataset, Listeners, Sandbox};

use crate::config::{Cloud, Config};
use crate::listen;

/// What the configuration says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    pub listen: SocketAddr,
    /// HTTPS beside it.
    pub tls_listen: Option<SocketAddr>,
    pub dataset: Dataset,
    /// The RAM user that signs the console's calls; without one, the account's administrator.
    pub user: Option<String>,
    /// The file that keeps its state; without one it is lost with the process.
    pub data: Option<PathBuf>,
}

/// With its listeners, for the console or alone; on demand with one for each region.
pub async fn sandbox(config: &Config, with_regions: bool) -> anyhow::Result<(Listeners, Sandbox)> {
    let Cloud::Sandbox(embedded) = &config.cloud else {
        anyhow::bail!("KEYTURN_CLOUD: the emulator is started with sandbox alone");
    };
    let http = listen(embedded.listen, "KEYTURN_SANDBOX_LISTEN").await?;
    let https = match embedded.tls_listen {
        Some(address) => Some(listen(address, "KEYTURN_SANDBOX_TLS_LISTEN").await?),
        None => None,
    };
    let mut regions = Vec::new();
    if with_regions {
        for region in &config.regions {
            let any_port = SocketAddr::new(embedded.listen.ip(), 0);
            regions.push((region.clone(), listen(any_port, "--region-listeners").await?));
        }
    }
    let options = keyturn_sandbox::Options {
        region_ids: config.regions.clone(),
        dataset: embedded.dataset,
        data: embedded.data.clone(),
    };
    let sandbox = Sandbox::open(options).map_err(|why| anyhow::anyhow!("KEYTURN_SANDBOX_DATA: {why}"))?;
    Ok((Listeners { http, https, regions }, sandbox))
}

/// The same, with a sandbox on another port and without the file, both of which one that runs has.
pub(crate) fn beside_one_that_runs(config: &Config) -> Config {
    let mut config = config.clone();
    if let Cloud::Sandbox(embedded) = &mut config.cloud {
        embedded.listen.set_port(0);
        embedded.tls_listen = None;
        embedded.data = None;
    }
    config
}

/// What signs the console's calls there.
pub(crate) fn credentials(embedded: &Embedded, sandbox: &Sandbox) -> anyhow::Result<Credentials> {
    let (id, secret) = match &embedded.user {
        None => (
            keyturn_sandbox::ADMIN_ACCESS_KEY_ID.to_owned(),
            keyturn_sandbox::ADMIN_ACCESS_KEY_SECRET.to_owned(),
        ),
        Some(name) => sandbox.access_key_of(name).with_context(|| {
            format!("KEYTURN_SANDBOX_USER: the sandbox has no RAM user “{name}” with an active AccessKey")
        })?,
    };
    Ok(Credentials::access_key(id, secret))
}
