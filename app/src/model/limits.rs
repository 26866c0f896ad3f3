//! The vendor's limits, each with its source (`kms-ram-api.md`). Messages name them; validation uses them.

/// Characters of a description. The vendor documents no limit for a secret's; this is the one of its keys (UNVERIFIED).
pub const DESCRIPTION_MAX_CHARS: usize = 8_192;
/// Characters of an AccessKey secret that is typed; the vendor's have 30.
pub const ACCESS_KEY_SECRET_MAX_CHARS: usize = 128;
/// Characters of an AccessKey's ID; the vendor's have 24.
pub const ACCESS_KEY_ID_MAX_CHARS: usize = 64;
/// AccessKeys of a RAM user.
pub const ACCESS_KEYS_MAX: usize = 2;
/// Characters of a RAM user's name (RAM's `CreateUser`).
pub const RAM_USER_NAME_MAX_CHARS: usize = 64;
/// The shortest rotation period (0.3).
pub const ROTATION_MIN_HOURS: u32 = 6;
/// The longest rotation period (0.3).
pub const ROTATION_MAX_DAYS: u32 = 365;
/// The shortest period in days; below it the service may refuse (0.3: two ranges are documented).
pub const ROTATION_MIN_DAYS: u32 = 7;
/// The shortest deletion window (0.4).
pub const DELETION_MIN_DAYS: u8 = 7;
/// The longest deletion window, and the vendor's default (0.4).
pub const DELETION_MAX_DAYS: u8 = 30;
/// Rotations that a person may start in an hour, in the account (`facts.md`, Throttling).
pub const ROTATIONS_AN_HOUR: usize = 50;
/// Characters of a secret's name (2, `CreateSecret`).
pub const SECRET_NAME_MAX_CHARS: usize = 192;
/// Characters of a tag's key or value (0.2).
pub const TAG_MAX_CHARS: usize = 128;
/// Tags of a secret (0.2).
pub const TAGS_MAX: usize = 20;
/// Pairs of a secret's custom data, and the characters of the `ExtendedConfig` that holds them (0.2); some are its own.
pub const CUSTOM_DATA_MAX: usize = 10;
pub const CUSTOM_DATA_MAX_CHARS: usize = 900;
/// Bytes of a secret's policy (2, `SetSecretPolicy`).
pub const POLICY_MAX_BYTES: usize = 32_768;
/// Characters of a version's ID (2, `RotateSecret`).
pub const VERSION_ID_MAX_CHARS: usize = 64;
