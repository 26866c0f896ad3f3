//! How an application reads a secret, made from the real names. The templates are files; nothing of them is in the WASM.

use keyturn_cloud::kms::DescribedSecret;

use super::details;
use super::proof::account_of;

/// What it is for, and the template.
const TEMPLATES: &[(&str, &str)] = &[
    ("Aliyun CLI", include_str!("../snippets/cli.sh")),
    ("Python SDK", include_str!("../snippets/python.py")),
    ("Java SDK", include_str!("../snippets/java.java")),
    ("Go SDK", include_str!("../snippets/go.go")),
    ("Node.js SDK", include_str!("../snippets/node.mjs")),
    ("RAM policy", include_str!("../snippets/ram-policy.json")),
    ("Terraform", include_str!("../snippets/terraform.tf")),
    ("External Secrets Operator", include_str!("../snippets/external-secrets.yaml")),
];

/// Titles and texts.
pub(super) fn of(secret: &DescribedSecret, region: &str) -> Vec<(String, String)> {
    let user_name = details::user_name(secret);
    let plain = |to: char| -> String {
        let is_kept = |c: char| c.is_ascii_alphanumeric();
        user_name.to_ascii_lowercase().chars().map(|c| if is_kept(c) { c } else { to }).collect()
    };
    let account = account_of(&secret.arn).unwrap_or_default();
    // A name that begins with a digit is none in Terraform.
    let identifier = match plain('_') {
        name if name.starts_with(|c: char| c.is_ascii_digit()) => format!("user_{name}"),
        name => name,
    };
    let seconds = details::period_seconds(secret);
    let interval = seconds.map(|seconds| format!("\n  rotation_interval         = \"{seconds}s\""));
    let place =
        [("dkms_instance_id", &secret.dkms_instance_id), ("encryption_key_id", &secret.encryption_key_id)]
            .into_iter()
            .filter_map(|(field, id)| Some(format!("\n  {field:<25} = \"{}\"", id.as_deref()?)))
            .collect::<String>();
    let key_arn = |id: &str| format!("acs:kms:{region}:{account}:key/{id}");
    let decrypt = secret.encryption_key_id.as_deref().map(|id| {
        format!(
            ",\n    {{ \"Effect\": \"Allow\", \"Action\": \"kms:Decrypt\", \"Resource\": \"{}\" }}",
            key_arn(id)
        )
    });
    let values = [
        ("{region}", region.to_owned()),
        ("{name}", secret.secret_name.clone()),
        ("{arn}", secret.arn.clone()),
        ("{account}", account.to_owned()),
        ("{label}", format!("{}-access-key", plain('-').trim_matches('-'))),
        ("{identifier}", identifier),
        ("{is_rotated}", seconds.is_some().to_string()),
        ("{interval}", interval.unwrap_or_default()),
        ("{place}", place),
        ("{decrypt}", decrypt.unwrap_or_default()),
    ];
    TEMPLATES
        .iter()
        .map(|(title, template)| {
            let text =
                values.iter().fold((*template).to_owned(), |text, (mark, value)| text.replace(mark, value));
            ((*title).to_owned(), text.trim_end().to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snippets_hold_the_real_names_and_no_mark() {
        let secret: DescribedSecret = serde_json::from_value(serde_json::json!({
            "Arn": "acs:kms:cn-hangzhou:123:secret/acs/ram/user/4.Pay", "SecretName": "acs/ram/user/4.Pay",
            "AutomaticRotation": "Enabled", "RotationInterval": "604800s", "EncryptionKeyId": "key-1",
            "CreateTime": "2026-01-01T00:00:00Z", "UpdateTime": "2026-01-01T00:00:00Z",
        }))
        .unwrap();
        let snippets = of(&secret, "cn-hangzhou");
        let of = |title: &str| &snippets.iter().find(|(of, _)| of == title).unwrap().1;
        for (title, text) in &snippets {
            let marks = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
            let is_mark =
                |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            assert!(marks.clone().all(|(name, _)| !is_mark(name)), "{title}: {text}");
        }
        let policy: serde_json::Value = serde_json::from_str(of("RAM policy")).unwrap();
        assert_eq!(policy["Statement"][1]["Resource"], "acs:kms:cn-hangzhou:123:key/key-1");
        assert!(of("Terraform").contains("rotation_interval         = \"604800s\""));
        assert!(of("Terraform").contains("\"user_4_pay\""));
        assert!(of("Terraform").contains("encryption_key_id         = \"key-1\""));
        assert!(of("External Secrets Operator").contains("name: 4-pay-access-key"));
    }
}
