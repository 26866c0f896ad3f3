//! The profile of the vendor's command line, `~/.aliyun/config.json`.

use std::sync::Arc;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::Provider;
use super::chain::{Found, Link, Maker, Role, fixed};

/// A chain of profiles that goes on is one that goes round.
const MOST_IN_A_CHAIN: u32 = 8;

#[derive(Deserialize)]
struct Configuration {
    #[serde(default)]
    current: String,
    #[serde(default)]
    profiles: Vec<Profile>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Profile {
    name: String,
    mode: String,
    access_key_id: String,
    access_key_secret: Zeroizing<String>,
    sts_token: Zeroizing<String>,
    ram_role_arn: String,
    ram_session_name: String,
    role_session_name: String,
    ram_role_name: String,
    expired_seconds: Option<u32>,
    policy: String,
    external_id: String,
    sts_region: String,
    enable_vpc: Option<bool>,
    oidc_provider_arn: String,
    oidc_token_file: String,
    source_profile: String,
}

pub(super) fn find(maker: &Maker<'_>) -> Found {
    if maker.surroundings.is_on("CLI_PROFILE_DISABLED") {
        return Ok(None);
    }
    let Some(path) = maker.surroundings.at_home(".aliyun/config.json").filter(|path| path.is_file()) else {
        return Ok(None);
    };
    let text = super::file::read(&path, super::file::MOST_BYTES)?;
    // The parser's own words could hold what stands there.
    let configuration: Configuration = serde_json::from_str(&text)
        .map_err(|_| format!("{} is not what the command line writes", path.display()))?;
    let name = maker.surroundings.profile().unwrap_or(&configuration.current);
    let (mode, provider) = provider(maker, &configuration, name, MOST_IN_A_CHAIN)?;
    Ok(Some(Link::new(format!("CLI profile “{name}” ({mode})"), provider)))
}

fn provider(
    maker: &Maker<'_>,
    configuration: &Configuration,
    name: &str,
    left: u32,
) -> Result<(String, Arc<dyn Provider>), String> {
    let profile = configuration.profiles.iter().find(|profile| !name.is_empty() && profile.name == name);
    let Some(profile) = profile.filter(|_| left > 0) else {
        return Err(format!("there is no profile “{name}”"));
    };
    let role = Role {
        arn: given(&profile.ram_role_arn),
        session_name: given(&profile.ram_session_name).or(given(&profile.role_session_name)),
        seconds: profile.expired_seconds.filter(|seconds| *seconds > 0),
        policy: given(&profile.policy),
        external_id: given(&profile.external_id),
        sts_region: given(&profile.sts_region),
        is_vpc: profile.enable_vpc,
    };
    let pair = |token: Option<&str>| match (given(&profile.access_key_id), given(&profile.access_key_secret))
    {
        (Some(id), Some(secret)) => Ok(fixed(id, secret, token)),
        _ => Err(format!("profile “{name}” has no AccessKey pair")),
    };
    let of = |why: String| format!("profile “{name}”: {why}");
    let provider: Arc<dyn Provider> = match profile.mode.as_str() {
        "AK" => Arc::new(pair(None)?),
        "StsToken" => Arc::new(pair(Some(&profile.sts_token))?),
        "RamRoleArn" => Arc::new(maker.assumed(Arc::new(pair(None)?), &role).map_err(of)?),
        "EcsRamRole" => Arc::new(maker.instance(given(&profile.ram_role_name)).map_err(of)?),
        "OIDC" => {
            let (arn, file) = (given(&profile.oidc_provider_arn), given(&profile.oidc_token_file));
            Arc::new(maker.with_token_file(&role, arn, file).map_err(of)?)
        }
        "ChainableRamRoleArn" => {
            let (_, by) = self::provider(maker, configuration, &profile.source_profile, left - 1)?;
            Arc::new(maker.assumed(by, &role).map_err(of)?)
        }
        "CloudSSO" | "OAuth" => {
            return Err(of(format!(
                "{} asks a person to sign in, which a server cannot: use a role (RamRoleArn, EcsRamRole or OIDC)",
                profile.mode
            )));
        }
        "External" => {
            return Err(of(
                "External starts a program, which Keyturn does not: let that program answer at ALIBABA_CLOUD_CREDENTIALS_URI"
                    .into(),
            ));
        }
        mode => return Err(of(format!("“{mode}” is no mode that Keyturn knows"))),
    };
    Ok((profile.mode.clone(), provider))
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
