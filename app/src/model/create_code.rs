//! Creating a secret as code: the call that the wizard makes, for those who keep their cloud in scripts. AccessKey secrets are
//! asked for when the code runs: they stand in no file and in no shell's history.

use super::secret::Tag;

/// What the wizard has gathered, without the values.
#[derive(Clone, Debug, Default)]
pub struct CreateCall {
    pub region: String,
    pub user_name: String,
    pub access_key_ids: Vec<String>,
    pub description: String,
    /// `None` leaves automatic rotation off.
    pub period_seconds: Option<u64>,
    pub tags: Vec<Tag>,
    /// The KMS instance and its key.
    pub instance: Option<(String, String)>,
}

impl CreateCall {
    /// Titles and texts.
    pub fn code(&self) -> [(&'static str, String); 3] {
        [("Aliyun CLI", self.cli()), ("Terraform", self.terraform()), ("Python SDK", self.python())]
    }

    /// For bash.
    fn cli(&self) -> String {
        let mut lines = vec![format!(
            "# Asks for the AccessKey {}; needs jq.",
            if self.access_key_ids.len() > 1 { "secrets" } else { "secret" }
        )];
        let mut arguments = String::new();
        let mut pairs = Vec::new();
        for (index, id) in self.access_key_ids.iter().enumerate() {
            let number = index + 1;
            let prompt = shell(&format!("AccessKey secret of {id}: "));
            lines.push(format!("read -rsp {prompt} secret{number}; echo >&2"));
            arguments.push_str(&format!(" --arg secret{number} \"$secret{number}\""));
            pairs.push(format!("{{AccessKeyId: {}, AccessKeySecret: $secret{number}}}", quoted(id)));
        }
        let data = shell(&format!("{{AccessKeys: [{}]}}", pairs.join(", ")));
        let mut call = vec![
            "aliyun kms CreateSecret".to_owned(),
            format!("--region {}", self.region),
            "--SecretName '$Auto'".to_owned(),
            "--SecretType RAMCredentials".to_owned(),
            "--SecretDataType text".to_owned(),
            "--VersionId \"$(uuidgen)\"".to_owned(),
            format!("--ExtendedConfig {}", shell(&self.config())),
            format!("--EnableAutomaticRotation {}", self.period_seconds.is_some()),
        ];
        let mut option = |name: &str, value: Option<String>| {
            call.extend(value.map(|value| format!("--{name} {}", shell(&value))));
        };
        option("RotationInterval", self.interval());
        option("DKMSInstanceId", self.instance.as_ref().map(|(instance, _)| instance.clone()));
        option("EncryptionKeyId", self.instance.as_ref().map(|(_, key)| key.clone()));
        option("Tags", self.tags());
        option("Description", Some(self.description.clone()).filter(|text| !text.is_empty()));
        call.push(format!("--SecretData \"$(jq -nc{arguments} {data})\""));
        lines.push(call.join(" \\\n  "));
        lines.join("\n")
    }

    fn terraform(&self) -> String {
        let mut text = String::new();
        let mut pairs = String::new();
        for (index, id) in self.access_key_ids.iter().enumerate() {
            let number = index + 1;
            text.push_str(&format!(
                "variable \"access_key_secret_{number}\" {{\n  description = {}\n  type        = string\n  sensitive   = true\n}}\n\n",
                hcl(&format!("AccessKey secret of {id}"))
            ));
            pairs.push_str(&format!(
                "\n      {{ AccessKeyId = {}, AccessKeySecret = var.access_key_secret_{number} }},",
                hcl(id)
            ));
        }
        let mut fields = vec![
            ("secret_name", "\"$Auto\"".to_owned()),
            ("secret_type", "\"RAMCredentials\"".to_owned()),
            ("version_id", "\"v1\"".to_owned()),
            (
                "extended_config",
                format!(
                    "jsonencode({{ SecretSubType = \"RamUserAccessKey\", UserName = {}, CustomData = {{}} }})",
                    hcl(&self.user_name)
                ),
            ),
            ("enable_automatic_rotation", self.period_seconds.is_some().to_string()),
        ];
        fields.extend(self.interval().map(|interval| ("rotation_interval", hcl(&interval))));
        if let Some((instance, key)) = &self.instance {
            fields.extend([("dkms_instance_id", hcl(instance)), ("encryption_key_id", hcl(key))]);
        }
        if !self.description.is_empty() {
            fields.push(("description", hcl(&self.description)));
        }
        if !self.tags.is_empty() {
            let tags: Vec<String> =
                self.tags.iter().map(|tag| format!("{} = {}", hcl(&tag.key), hcl(&tag.value))).collect();
            fields.push(("tags", format!("{{ {} }}", tags.join(", "))));
        }
        let identifier: String = self
            .user_name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
            .collect();
        text.push_str(&format!("resource \"alicloud_kms_secret\" \"user_{identifier}\" {{\n"));
        for (name, value) in fields {
            text.push_str(&format!("  {name:<25} = {value}\n"));
        }
        text.push_str(&format!("  secret_data = jsonencode({{\n    AccessKeys = [{pairs}\n    ]\n  }})\n\n"));
        text.push_str(
            "  lifecycle {\n    # A replacement would delete the secret, and with it what applications read.\n    prevent_destroy = true\n    # KMS makes the name, and replaces the value at each rotation.\n    ignore_changes = [secret_name, secret_data, version_id, version_stages]\n  }\n}",
        );
        text
    }

    fn python(&self) -> String {
        let pairs: String = self
            .access_key_ids
            .iter()
            .map(|id| {
                let prompt = quoted(&format!("AccessKey secret of {id}: "));
                format!("\n    {{\"AccessKeyId\": {}, \"AccessKeySecret\": getpass({prompt})}},", quoted(id))
            })
            .collect();
        let mut fields = vec![
            ("secret_name", "\"$Auto\"".to_owned()),
            ("secret_type", "\"RAMCredentials\"".to_owned()),
            ("secret_data_type", "\"text\"".to_owned()),
            ("version_id", "str(uuid.uuid4())".to_owned()),
            ("secret_data", "json.dumps({\"AccessKeys\": access_keys})".to_owned()),
            ("extended_config", self.config()),
            (
                "enable_automatic_rotation",
                if self.period_seconds.is_some() { "True" } else { "False" }.to_owned(),
            ),
        ];
        let mut option = |name: &'static str, value: Option<String>| {
            fields.extend(value.map(|value| (name, quoted(&value))));
        };
        option("rotation_interval", self.interval());
        option("dkmsinstance_id", self.instance.as_ref().map(|(instance, _)| instance.clone()));
        option("encryption_key_id", self.instance.as_ref().map(|(_, key)| key.clone()));
        option("tags", self.tags());
        option("description", Some(self.description.clone()).filter(|text| !text.is_empty()));
        let fields: String = fields.iter().map(|(name, value)| format!("    {name}={value},\n")).collect();
        let region = &self.region;
        format!(
            r#"# pip install alibabacloud_kms20160120
import json
import uuid
from getpass import getpass

from alibabacloud_credentials.client import Client as Credentials
from alibabacloud_kms20160120.client import Client
from alibabacloud_kms20160120.models import CreateSecretRequest
from alibabacloud_tea_openapi.models import Config

kms = Client(Config(credential=Credentials(), endpoint="kms.{region}.aliyuncs.com"))
access_keys = [{pairs}
]
answer = kms.create_secret(CreateSecretRequest(
{fields}))
print(answer.body.secret_name)"#
        )
    }

    /// `ExtendedConfig`.
    fn config(&self) -> String {
        let user = quoted(&self.user_name);
        format!(r#"{{"SecretSubType": "RamUserAccessKey", "UserName": {user}, "CustomData": {{}}}}"#)
    }

    fn interval(&self) -> Option<String> {
        self.period_seconds.map(|seconds| format!("{seconds}s"))
    }

    /// `Tags`, as KMS takes them.
    fn tags(&self) -> Option<String> {
        let of =
            |tag: &Tag| format!(r#"{{"TagKey": {}, "TagValue": {}}}"#, quoted(&tag.key), quoted(&tag.value));
        let tags: Vec<String> = self.tags.iter().map(of).collect();
        (!tags.is_empty()).then(|| format!("[{}]", tags.join(", ")))
    }
}

/// A string of JSON; Python reads it alike.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string is JSON")
}

/// One word of a POSIX shell.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A quoted string of HCL: that of JSON, without templates.
fn hcl(text: &str) -> String {
    quoted(text).replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn call() -> CreateCall {
        CreateCall {
            region: "cn-hangzhou".into(),
            user_name: "it's.me".into(),
            access_key_ids: vec!["LTAI1".into(), "LTAI2".into()],
            description: "a \"b\" ${c} 'd'\n$(e)".into(),
            period_seconds: Some(604_800),
            tags: vec![Tag { key: "team".into(), value: "a".into() }],
            instance: Some(("kst-1".into(), "key-1".into())),
        }
    }

    /// Runs it as a person would: `aliyun` notes what it is given, the secrets are typed.
    #[test]
    fn the_shell_gives_the_client_what_the_wizard_would_send() {
        let [(_, cli), ..] = call().code();
        let script = format!("uuidgen() {{ echo 0123; }}\naliyun() {{ printf '%s\\0' \"$@\"; }}\n{cli}");
        let run = std::process::Command::new("bash")
            .args(["-c", &format!("{{ {script}\n}} <<< $'first\\nsecond'")])
            .output()
            .expect("bash");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let said = String::from_utf8(run.stdout).unwrap();
        let words: Vec<&str> = said.split('\0').collect();
        let of = |name: &str| words[words.iter().position(|word| *word == name).expect(name) + 1];
        assert_eq!(of("--Description"), call().description);
        assert_eq!(of("--SecretName"), "$Auto");
        assert_eq!(of("--VersionId"), "0123");
        let json = |name: &str| serde_json::from_str::<Value>(of(name)).unwrap();
        assert_eq!(json("--ExtendedConfig")["UserName"], "it's.me");
        assert_eq!(json("--Tags"), json!([{"TagKey": "team", "TagValue": "a"}]));
        assert_eq!(
            json("--SecretData"),
            json!({"AccessKeys": [
                {"AccessKeyId": "LTAI1", "AccessKeySecret": "first"},
                {"AccessKeyId": "LTAI2", "AccessKeySecret": "second"},
            ]})
        );
    }

    #[test]
    fn terraform_reads_text_as_text() {
        let [_, (_, terraform), _] = call().code();
        assert!(
            terraform.contains(r#"description               = "a \"b\" $${c} 'd'\n$(e)""#),
            "{terraform}"
        );
        assert!(terraform.contains(r#"resource "alicloud_kms_secret" "user_it_s_me""#));
        assert!(terraform.contains("AccessKeySecret = var.access_key_secret_2 }"));
        assert_eq!(terraform.matches("sensitive   = true").count(), 2);
    }

    #[test]
    fn what_was_not_chosen_is_not_there() {
        let plain = CreateCall { user_name: "a".into(), ..CreateCall::default() };
        for (title, code) in plain.code() {
            for word in ["nterval", "nstance", "ags", "escription"] {
                assert!(!code.contains(word), "{title}: {word}");
            }
        }
    }
}
