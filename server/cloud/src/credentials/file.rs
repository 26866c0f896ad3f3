//! The credentials file that the vendor's clients share, `~/.alibabacloud/credentials.ini`.

use std::collections::HashMap as Map;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use configparser::ini::{Ini, IniDefault};
use zeroize::Zeroizing;

use super::Provider;
use super::chain::{Found, Link, Maker, Role, fixed};

/// The vendor's files are far smaller.
pub(super) const MOST_BYTES: u64 = 1 << 20;

pub(super) fn find(maker: &Maker<'_>) -> Found {
    let named = maker.surroundings.get("CREDENTIALS_FILE").map(PathBuf::from);
    let is_named = named.is_some();
    let Some(path) = named.or_else(|| maker.surroundings.at_home(".alibabacloud/credentials.ini")) else {
        return Ok(None);
    };
    if !is_named && !path.is_file() {
        return Ok(None);
    }
    let text = read(&path, MOST_BYTES)?;
    let all = parsed(&text).ok_or_else(|| format!("{} is no file of sections and values", path.display()))?;
    let name = maker.surroundings.profile().unwrap_or("default");
    let section = all.get(name).ok_or_else(|| format!("{} has no section [{name}]", path.display()))?;
    // As the vendor's clients read it: what follows a # is a remark.
    let get = |key: &str| {
        let value = section.iter().find(|(of, _)| of.eq_ignore_ascii_case(key))?.1.as_deref()?;
        Some(value.split('#').next().unwrap_or_default().trim()).filter(|text| !text.is_empty())
    };
    let role = Role {
        arn: get("role_arn"),
        session_name: get("role_session_name"),
        policy: get("policy"),
        ..Role::default()
    };
    let pair = || match (get("access_key_id"), get("access_key_secret")) {
        (Some(id), Some(secret)) => Ok(fixed(id, secret, None)),
        _ => Err(format!("[{name}] has no AccessKey pair")),
    };
    let kind = get("type").unwrap_or_default();
    let provider: Arc<dyn Provider> = match kind {
        "access_key" => Arc::new(pair()?),
        "ram_role_arn" => Arc::new(maker.assumed(Arc::new(pair()?), &role)?),
        "oidc_role_arn" => {
            Arc::new(maker.with_token_file(&role, get("oidc_provider_arn"), get("oidc_token_file_path"))?)
        }
        "ecs_ram_role" => Arc::new(maker.instance(get("role_name"))?),
        "rsa_key_pair" => {
            return Err(format!(
                "[{name}] is an RSA key pair, which Alibaba Cloud has given up: use a role in its place"
            ));
        }
        kind => return Err(format!("[{name}] has the type “{kind}”, which Keyturn does not know")),
    };
    Ok(Some(Link::new(format!("credentials file [{name}] ({kind})"), provider)))
}

fn parsed(text: &str) -> Option<Map<String, Map<String, Option<String>>>> {
    let mut syntax = IniDefault::default();
    syntax.case_sensitive = true;
    // No section is the default of others here.
    syntax.default_section = String::new();
    syntax.inline_comment_symbols = Some(Vec::new());
    let mut ini = Ini::new_from_defaults(syntax);
    ini.read(text.to_owned()).ok()
}

/// A small file that may hold secrets.
pub(super) fn read(path: &Path, most_bytes: u64) -> Result<Zeroizing<String>, String> {
    let cannot = |why: String| format!("{} cannot be read: {why}", path.display());
    // Anything else could keep whoever reads it waiting.
    if std::fs::metadata(path).is_ok_and(|of| !of.is_file()) {
        return Err(cannot("it is no file".into()));
    }
    let file = std::fs::File::open(path).map_err(|error| cannot(error.to_string()))?;
    let length = file.metadata().map_err(|error| cannot(error.to_string()))?.len();
    if length > most_bytes {
        return Err(cannot(format!("it is larger than {most_bytes} bytes")));
    }
    // All of its room at once: nothing is left behind by growing.
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(length).unwrap_or_default() + 1));
    file.take(most_bytes).read_to_string(&mut text).map_err(|error| cannot(error.to_string()))?;
    Ok(text)
}
