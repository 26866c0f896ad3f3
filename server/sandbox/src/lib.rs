//! `keyturn-sandbox`: KMS, RAM and STS on one's own machine, speaking the vendor's wire.
//!
//! ```text
//! listener ──► rpc (parameters) ──► verify (signature) ──► authorize (policies) ──► kms · ram · sts ──► world ──► store
//!          └─► control, page (`/_sandbox/…`)                                                clock ──┘
//! ```
//! It shares no code with the client that talks to it: a bug in signing would hide itself.

mod account;
mod authorize;
mod calls;
mod clock;
mod control;
mod dataset;
mod dispatch;
mod error;
mod faults;
#[cfg(fuzzing)]
pub mod fuzz;
mod ids;
mod kms;
mod listener;
mod page;
mod policy;
mod ram;
mod rpc;
mod sandbox;
mod secret;
mod store;
mod sts;
mod throttle;
mod tls;
mod verify;
mod wire;
mod world;
mod xml;

pub use dataset::Dataset;
pub use listener::Listeners;
pub use sandbox::{Options, Sandbox};

/// The one account of the sandbox.
pub const ACCOUNT_ID: &str = "1234567890123456";
/// The account administrator's AccessKey ID; public.
pub const ADMIN_ACCESS_KEY_ID: &str = "LTAI5tKeyturnSandboxAdmin1";
/// The account administrator's AccessKey secret; public, worth nothing outside the sandbox.
pub const ADMIN_ACCESS_KEY_SECRET: &str = "KeyturnSandboxAdminSecret00001";
