//! HTTPS with a certificate of the sandbox's own making.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};
use tokio_rustls::TlsAcceptor;

/// The certificate that serves, and the one that vouches for it; the latter's key is forgotten at once.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Certificate {
    /// To be trusted by clients: PEM.
    pub(crate) authority: String,
    certificate: String,
    key: String,
    /// The names that it is good for.
    names: Vec<String>,
}

impl Certificate {
    /// A new one for loopback and for each region's names.
    pub(crate) fn make(region_ids: &[String]) -> Result<Self, rcgen::Error> {
        let mut authority = CertificateParams::new(Vec::new())?;
        authority.distinguished_name.push(DnType::CommonName, "Keyturn sandbox authority");
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let authority_key = KeyPair::generate()?;
        let vouched = authority.self_signed(&authority_key)?.pem();
        let issuer = Issuer::new(authority, authority_key);
        let names = names(region_ids);
        let mut own = CertificateParams::new(names.clone())?;
        own.distinguished_name.push(DnType::CommonName, "Keyturn sandbox");
        own.use_authority_key_identifier_extension = true;
        own.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate()?;
        let certificate = own.signed_by(&key, &issuer)?.pem();
        Ok(Self { authority: vouched, certificate, key: key.serialize_pem(), names })
    }

    /// Whether it is good for all regions.
    pub(crate) fn covers(&self, region_ids: &[String]) -> bool {
        names(region_ids).iter().all(|name| self.names.contains(name))
    }

    /// What accepts connections with it. TLS 1.2 and 1.3.
    pub(crate) fn acceptor(&self) -> std::io::Result<TlsAcceptor> {
        let other = |error: &dyn std::fmt::Display| std::io::Error::other(error.to_string());
        let certificate = CertificateDer::from_pem_slice(self.certificate.as_bytes());
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| other(&error))?
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.map_err(|error| other(&error))?],
                key.map_err(|error| other(&error))?,
            )
            .map_err(|error| other(&error))?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

fn names(region_ids: &[String]) -> Vec<String> {
    let loopback = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let of_regions = region_ids
        .iter()
        .flat_map(|id| ["kms", "ram", "sts"].map(|service| format!("{service}.{id}.localhost")));
    loopback.into_iter().chain(of_regions).collect()
}
