//! Which URL a service has in a region. Only regions that were configured can be called.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The three services that Keyturn calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    Kms,
    Ram,
    Sts,
}

impl Service {
    /// The name in lower case, as it stands in host names, metrics and errors.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kms => "kms",
            Self::Ram => "ram",
            Self::Sts => "sts",
        }
    }

    /// The API version whose actions this client speaks.
    pub fn version(self) -> &'static str {
        match self {
            Self::Kms => "2016-01-20",
            Self::Ram => "2015-05-01",
            Self::Sts => "2015-04-01",
        }
    }
}

/// URL templates with `{region}` in them, and the regions that may be put there.
#[derive(Clone, Debug)]
pub struct Endpoints {
    pub kms: String,
    pub ram: String,
    pub sts: String,
    pub regions: Vec<String>,
    /// Whom they trust beside the machine's own roots: certificates in PEM, or nothing. A dedicated KMS instance has a private one.
    pub roots_pem: String,
}

impl Endpoints {
    /// The vendor's public endpoints (`kms-ram-api.md` 0.5).
    pub fn aliyun(regions: Vec<String>) -> Self {
        Self {
            kms: "https://kms.{region}.aliyuncs.com".into(),
            ram: "https://ram.aliyuncs.com".into(),
            sts: "https://sts.{region}.aliyuncs.com".into(),
            regions,
            roots_pem: String::new(),
        }
    }

    /// A sandbox that listens on this address; its host names lie under `.localhost`.
    pub fn sandbox(address: SocketAddr, regions: Vec<String>) -> Self {
        let port = address.port();
        Self {
            kms: format!("http://kms.{{region}}.localhost:{port}"),
            ram: format!("http://ram.localhost:{port}"),
            sts: format!("http://sts.{{region}}.localhost:{port}"),
            regions,
            roots_pem: String::new(),
        }
    }

    /// Whether all of them are: nothing else is reached in clear.
    pub(crate) fn are_on_this_machine(&self) -> bool {
        [&self.kms, &self.ram, &self.sts].iter().all(|url| url.starts_with("http://"))
    }

    /// The URL of a service in a region; `None` for a region that is not configured.
    pub fn url(&self, service: Service, region: &str) -> Option<String> {
        if !self.regions.iter().any(|known| known == region) {
            return None;
        }
        let template = match service {
            Service::Kms => &self.kms,
            Service::Ram => &self.ram,
            Service::Sts => &self.sts,
        };
        Some(template.replace("{region}", region))
    }
}

/// Names under `.localhost` are loopback, whatever the machine's resolver says (RFC 6761, 6.3).
#[derive(Clone, Debug, Default)]
pub(crate) struct LoopbackFirst;

impl reqwest::dns::Resolve for LoopbackFirst {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async move {
            let host = name.as_str();
            let addresses: Vec<SocketAddr> = if host == "localhost" || host.ends_with(".localhost") {
                vec![SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)]
            } else {
                tokio::net::lookup_host((host, 0)).await?.collect()
            };
            Ok(Box::new(addresses.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s41_only_a_configured_region_has_a_url() {
        let endpoints = Endpoints::aliyun(vec!["cn-hangzhou".into()]);
        assert_eq!(
            endpoints.url(Service::Kms, "cn-hangzhou").as_deref(),
            Some("https://kms.cn-hangzhou.aliyuncs.com")
        );
        for foreign in ["cn-shanghai", "evil.example/", "cn-hangzhou.evil.example", "", "{region}", "@evil"] {
            assert_eq!(endpoints.url(Service::Kms, foreign), None, "{foreign}");
        }
    }

    proptest::proptest! {
        /// Whatever a browser sends as a region: it is one of those that were configured, or there is no URL.
        #[test]
        fn s41_no_text_leads_to_another_host(text in r"[a-z0-9@:./?#%{}\\-]{0,30}") {
            let endpoints = Endpoints::aliyun(vec!["cn-hangzhou".into(), "eu-central-1".into()]);
            for service in [Service::Kms, Service::Ram, Service::Sts] {
                let url = endpoints.url(service, &text);
                proptest::prop_assert_eq!(url.is_some(), endpoints.regions.contains(&text));
            }
        }
    }
}
