//! `keyturn-cloud`: a signed client for KMS 2016-01-20, RAM 2015-05-01 and STS 2015-04-01.
//!
//! ```text
//! kms.rs · ram.rs · sts.rs   one method for each action, named as the vendor names it
//!          client.rs         sends one action: endpoint → sign → HTTP → answer or error
//!          sign.rs           ACS3-HMAC-SHA256, free of I/O
//!          credentials.rs    what signs it, and where that comes from
//!          circuit.rs        who does not answer is not asked for a while
//!          quota.rs          how many calls a second
//!          asked.rs         for whom, and until when the answer is of use
//!          clock.rs          the time to sign with, where this machine's is wrong
//! ```
//! It knows nothing of the console, of the sandbox, or of who is asking.

pub mod asked;
mod circuit;
pub mod client;
pub mod clock;
pub mod credentials;
pub mod endpoint;
pub mod error;
pub mod kms;
pub mod permissions;
mod quota;
pub mod ram;
pub mod sign;
pub mod sts;

pub use client::{Client, Observer, Reply};
pub use credentials::{Credentials, Provider};
pub use endpoint::{Endpoints, Service};
pub use error::{CloudError, ErrorKind};
