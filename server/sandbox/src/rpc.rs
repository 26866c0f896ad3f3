//! An RPC request as the vendor reads it: query and form body merged, action and version from header or parameter.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{HeaderMap, Method, header};
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// A request before anybody looked at its signature. Values and tokens may be in it: it has no `Debug`.
#[derive(Clone)]
pub(crate) struct Rpc {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Decoded, in their order; `+` is a space.
    pub(crate) query: Vec<(String, String)>,
    /// Whether the body is a form.
    pub(crate) is_form: bool,
    /// Whether a name stands twice, in the query or in the form: which of the values was meant cannot be told.
    pub(crate) has_duplicates: bool,
    /// Query and form body; where both have a name, the body's value.
    pub(crate) parameters: Parameters,
}

/// The merged parameters of a call.
#[derive(Clone, Default)]
pub(crate) struct Parameters(pub(crate) BTreeMap<String, String>);

impl Rpc {
    pub(crate) fn parse(method: Method, query: &str, headers: HeaderMap, body: Vec<u8>) -> Self {
        let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let mut parameters: BTreeMap<_, _> = query.iter().cloned().collect();
        let is_form = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
        let mut has_duplicates = parameters.len() < query.len();
        if is_form {
            let form: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
            let distinct: BTreeSet<&String> = form.iter().map(|(name, _)| name).collect();
            has_duplicates |= distinct.len() < form.len();
            parameters.extend(form);
        }
        Self { method, headers, body, query, is_form, has_duplicates, parameters: Parameters(parameters) }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(crate) fn action(&self) -> Option<&str> {
        self.signed("x-acs-action", "Action")
    }

    pub(crate) fn version(&self) -> Option<&str> {
        self.signed("x-acs-version", "Version")
    }

    /// Clients send both a header and a parameter; what V1 signs is the parameter.
    fn signed(&self, header: &str, parameter: &str) -> Option<&str> {
        let (header, parameter) = (self.header(header), self.parameters.get(parameter));
        match self.header("authorization") {
            Some(_) => header.or(parameter),
            None => parameter.or(header),
        }
    }

    /// The region that a label of the host names, else the parameter, else the first.
    pub(crate) fn region<'a>(&'a self, regions: &'a [String]) -> &'a str {
        let host = self.header("host").unwrap_or_default();
        let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let of_host = host.split('.').find(|label| regions.iter().any(|region| region == label));
        let of_parameter = self.parameters.get("RegionId").filter(|name| regions.iter().any(|r| r == name));
        of_host.or(of_parameter).or(regions.first().map(String::as_str)).unwrap_or_default()
    }
}

impl Parameters {
    /// A parameter that is there and not empty: official clients send empty ones for "not set".
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(crate) fn required(&self, name: &str) -> Result<&str, ApiError> {
        self.get(name).ok_or_else(|| ApiError::missing(name))
    }

    /// `true` and `false` in any case: Python's clients send `True`.
    pub(crate) fn flag(&self, name: &str, default: bool) -> Result<bool, ApiError> {
        match self.get(name) {
            None => Ok(default),
            Some(value) if value.eq_ignore_ascii_case("true") => Ok(true),
            Some(value) if value.eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(ApiError::invalid(name)),
        }
    }

    pub(crate) fn number(
        &self,
        name: &str,
        default: usize,
        allowed: std::ops::RangeInclusive<usize>,
    ) -> Result<usize, ApiError> {
        match self.get(name) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .ok()
                .filter(|number| allowed.contains(number))
                .ok_or_else(|| ApiError::invalid(name)),
        }
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ApiError> {
        match self.get(name) {
            None => Ok(None),
            Some(text) => serde_json::from_str(text).map(Some).map_err(|_| ApiError::invalid(name)),
        }
    }

    /// A flattened list: `Name.1`, `Name.2`, and so on.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        (1..=1_000).map_while(|n| self.get(&format!("{name}.{n}")).map(str::to_owned)).collect()
    }

    /// A flattened map: what follows the prefix, with its value as text.
    pub(crate) fn prefixed(&self, prefix: &str) -> serde_json::Map<String, serde_json::Value> {
        let of_prefix = self.0.iter().filter_map(|(name, value)| Some((name.strip_prefix(prefix)?, value)));
        of_prefix.map(|(name, value)| (name.to_owned(), value.clone().into())).collect()
    }

    /// `PageNumber` and `PageSize`, the size at most 100.
    pub(crate) fn page(&self, default_size: usize) -> Result<(usize, usize), ApiError> {
        Ok((self.number("PageNumber", 1, 1..=usize::MAX)?, self.number("PageSize", default_size, 1..=100)?))
    }
}
