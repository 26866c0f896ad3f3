//! Every key: its name, its default, what is allowed, what it means. `--help` and `keyturn config` are made from it.

/// A key of the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Lower case, as in the file; the environment has it in upper case behind `KEYTURN_`.
    pub name: &'static str,
    pub default: Option<&'static str>,
    pub allowed: &'static str,
    pub meaning: &'static str,
}

/// All keys, in the order in which they are shown.
pub const KEYS: &[Key] = &[
    key("listen", Some("127.0.0.1:3000"), "an address and port", "where the console listens"),
    key(
        "public_url",
        None,
        "http:// or https://, a host, and a port where it is not the scheme's",
        "how browsers reach the console; on loopback http://localhost and the port",
    ),
    key(
        "cloud",
        Some(if cfg!(feature = "sandbox") { "sandbox" } else { "aliyun" }),
        if cfg!(feature = "sandbox") { "sandbox or aliyun" } else { "aliyun" },
        "which cloud answers; nothing else decides",
    ),
    key(
        "endpoint_kms",
        None,
        "https:// and a host with {region} in it; http:// on loopback",
        "where KMS is reached, in place of the vendor's public endpoint",
    ),
    key("endpoint_ram", None, "https:// and a host; http:// on loopback", "the same of RAM"),
    key(
        "endpoint_sts",
        None,
        "https:// and a host with {region} in it; http:// on loopback",
        "the same of STS",
    ),
    key(
        "ca_file",
        None,
        "a file of certificates in PEM",
        "whom to trust at these endpoints beside the machine's own roots, such as a dedicated KMS instance's",
    ),
    key(
        "sandbox_listen",
        Some("127.0.0.1:3999"),
        "a loopback address and port",
        "where the embedded sandbox speaks the vendor's wire",
    ),
    key(
        "sandbox_tls_listen",
        None,
        "a loopback address and port",
        "HTTPS beside it, by a certificate of its own",
    ),
    key("sandbox_data", None, "a file", "where the sandbox keeps its state; without it, in memory"),
    key("sandbox_dataset", Some("demo"), "demo, mixed or empty", "what the sandbox starts with"),
    key(
        "sandbox_user",
        None,
        "a RAM user of the sandbox with an AccessKey",
        "who signs the console's calls there, by what its policies allow; without it the account's administrator",
    ),
    key("regions", None, "a comma list of region IDs", "the offered regions, the default first"),
    key("data_dir", None, "a directory that can be written", "where Keyturn keeps what must outlive it"),
    key(
        "database_url",
        None,
        "sqlite:// and a file, or postgres://…",
        "where sessions, accounts, grants and the audit log lie; without it keyturn.db in the data directory",
    ),
    key(
        "auth",
        None,
        "none, or a comma list of local and oidc",
        "how people sign in; none, which is the default there, on loopback over the sandbox only",
    ),
    key(
        "second_factor",
        Some("optional"),
        "optional or required",
        "whether local accounts need an authenticator app beside their password",
    ),
    key(
        "session_idle",
        Some("1h"),
        "minutes or hours such as 30m or 1h, up to 24h",
        "after how long without use a session ends",
    ),
    key("session_max", Some("12h"), "hours such as 12h, up to 168h", "how long a session lasts at most"),
    key(
        "four_eyes",
        None,
        "a comma list of delete, rotate and access-key",
        "what waits for a second person: immediate deletion, Rotate Now, deleting AccessKeys, disabling one that is a secret's value",
    ),
    key(
        "rotations_an_hour",
        Some("off"),
        "off, or a number up to 1000",
        "how many immediate rotations are sent for all people together; KMS takes 50, the sandbox any number",
    ),
    key(
        "quota_share",
        None,
        "off, or a percentage from 1 to 100",
        "how much of the account's quotas of KMS this replica uses; 90 over the real cloud, off over the sandbox",
    ),
    key(
        "watch",
        Some("off"),
        "off, or minutes such as 15m, up to 1440m",
        "how often all regions are looked at, to record what fails, is overdue or about to be deleted",
    ),
    key(
        "embed_origins",
        None,
        "a comma list of origins such as https://portal.example.com",
        "whose pages may show the console in a frame; every change there asks who it is. Of the same site, or no session gets there",
    ),
    key(
        "trusted_proxies",
        None,
        "a comma list of addresses",
        "the proxies in front, whose X-Forwarded-For says where a request comes from; nobody else's does",
    ),
    key(
        "client_networks",
        Some("24,64"),
        "an IPv4 prefix length from 8 to 32, a comma, and an IPv6 prefix length from 16 to 128",
        "the networks that limits count client addresses by; 32,128 counts each address on its own",
    ),
    key(
        "audit_syslog",
        None,
        "udp://, tcp:// or tls://, a host and a port",
        "a syslog server to which the audit log is forwarded, in RFC 5424",
    ),
    key(
        "audit_webhook",
        None,
        "https:// and an address; http:// on loopback",
        "where the audit log is posted to as JSON, signed as Standard Webhooks are",
    ),
    key("audit_webhook_secret", None, "whsec_ and at least 24 bytes in base64", "what signs those posts"),
    key("metrics_listen", None, "an address and port", "a listener for /metrics alone"),
    key("log", Some("info"), "a filter such as info or keyturn=debug", "what is logged"),
    key("log_format", Some("text"), "text or json", "how it is logged"),
];

const fn key(
    name: &'static str,
    default: Option<&'static str>,
    allowed: &'static str,
    meaning: &'static str,
) -> Key {
    Key { name, default, allowed, meaning }
}

pub(super) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}
