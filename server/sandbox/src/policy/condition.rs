//! Conditions of policies: operators over keys of a request's context.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::Value;

use super::like;

/// What is known of a request beside its action and resource: key, in lower case, and values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context(BTreeMap<String, Vec<String>>);

impl Context {
    pub(crate) fn set(&mut self, key: &str, value: impl Into<String>) {
        self.set_all(key, vec![value.into()]);
    }

    pub(crate) fn set_all(&mut self, key: &str, values: Vec<String>) {
        self.0.insert(key.to_lowercase(), values);
    }

    fn get(&self, key: &str) -> &[String] {
        self.0.get(&key.to_lowercase()).map(Vec::as_slice).unwrap_or_default()
    }
}

/// How a value of the request is held against one of the policy. Those that begin with `Not` are their opposites.
#[derive(Clone, Copy)]
enum Comparison {
    Equals,
    EqualsIgnoreCase,
    Like,
    Number(fn(f64, f64) -> bool),
    Date(fn(Timestamp, Timestamp) -> bool),
    Bool,
    Ip,
}

/// The operators of the vendor's table: the comparison, and whether it is turned round.
fn operator(name: &str) -> Option<(Comparison, bool)> {
    use Comparison::{Bool, Date, Equals, EqualsIgnoreCase, Ip, Like, Number};
    Some(match name {
        "StringEquals" => (Equals, false),
        "StringNotEquals" => (Equals, true),
        "StringEqualsIgnoreCase" => (EqualsIgnoreCase, false),
        "StringNotEqualsIgnoreCase" => (EqualsIgnoreCase, true),
        "StringLike" => (Like, false),
        "StringNotLike" => (Like, true),
        "NumericEquals" => (Number(|is, than| is == than), false),
        "NumericNotEquals" => (Number(|is, than| is == than), true),
        "NumericLessThan" => (Number(|is, than| is < than), false),
        "NumericLessThanEquals" => (Number(|is, than| is <= than), false),
        "NumericGreaterThan" => (Number(|is, than| is > than), false),
        "NumericGreaterThanEquals" => (Number(|is, than| is >= than), false),
        "DateEquals" => (Date(|is, than| is == than), false),
        "DateNotEquals" => (Date(|is, than| is == than), true),
        "DateLessThan" => (Date(|is, than| is < than), false),
        "DateLessThanEquals" => (Date(|is, than| is <= than), false),
        "DateGreaterThan" => (Date(|is, than| is > than), false),
        "DateGreaterThanEquals" => (Date(|is, than| is >= than), false),
        "Bool" => (Bool, false),
        "IpAddress" => (Ip, false),
        "NotIpAddress" => (Ip, true),
        _ => return None,
    })
}

/// What is wrong with the conditions, as a half sentence.
pub(super) fn check(conditions: &BTreeMap<String, BTreeMap<String, Value>>) -> Result<(), String> {
    for (name, keys) in conditions {
        if operator(name).is_none() {
            return Err(format!("the condition operator {name} is unknown"));
        }
        if keys.is_empty() {
            return Err(format!("the condition operator {name} has no key"));
        }
        if let Some((key, _)) = keys.iter().find(|(_, values)| texts(values).is_none()) {
            return Err(format!("the values of {key} are texts"));
        }
        let all = keys.values().filter_map(texts).flatten();
        let is_ip = matches!(operator(name), Some((Comparison::Ip, _)));
        if let Some(wrong) = all.into_iter().find(|text| is_ip && block(text).is_none()) {
            return Err(format!("“{wrong}” is no address and no block of addresses"));
        }
    }
    Ok(())
}

/// All operators and all their keys must hold; of a key's values one is enough. A key that the request does not have
/// holds for the opposites alone.
pub(super) fn holds(conditions: &BTreeMap<String, BTreeMap<String, Value>>, context: &Context) -> bool {
    conditions.iter().all(|(name, keys)| {
        let Some((comparison, is_opposite)) = operator(name) else { return false };
        keys.iter().all(|(key, wanted)| {
            let wanted = texts(wanted).unwrap_or_default();
            let is_met =
                context.get(key).iter().any(|is| wanted.iter().any(|than| comparison.holds(is, than)));
            is_met != is_opposite
        })
    })
}

impl Comparison {
    fn holds(self, is: &str, than: &str) -> bool {
        match self {
            Self::Equals => is == than,
            Self::EqualsIgnoreCase => is.to_lowercase() == than.to_lowercase(),
            Self::Like => like(than, is),
            Self::Bool => is.eq_ignore_ascii_case(than),
            Self::Number(compare) => match (is.parse(), than.parse()) {
                (Ok(is), Ok(than)) => compare(is, than),
                _ => false,
            },
            Self::Date(compare) => match (is.parse(), than.parse()) {
                (Ok(is), Ok(than)) => compare(is, than),
                _ => false,
            },
            Self::Ip => is.parse().is_ok_and(|is| is_in(is, than)),
        }
    }
}

/// Whether an address lies in a block such as `10.0.0.0/8`, or is that address.
fn is_in(address: IpAddr, text: &str) -> bool {
    let Some((network, length)) = block(text) else { return false };
    let bits = |address: IpAddr| match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)) << 96, 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    };
    let ((address, width), (network, other)) = (bits(address), bits(network));
    let mask = match length.min(width) {
        0 => 0,
        length => u128::MAX << (128 - length),
    };
    width == other && address & mask == network & mask
}

/// The address and the length of its prefix.
fn block(text: &str) -> Option<(IpAddr, u32)> {
    let (network, length) = match text.split_once('/') {
        Some((network, length)) => (network, length.parse().ok().filter(|length| *length <= 128)?),
        None => (text, 128),
    };
    Some((network.parse().ok()?, length))
}

/// A text, a number, a truth value, or a list of them.
fn texts(value: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    };
    match value {
        Value::Array(values) => values.iter().map(text).collect(),
        other => text(other).map(|text| vec![text]),
    }
}
