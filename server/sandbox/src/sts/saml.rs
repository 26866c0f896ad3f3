//! Assertions of SAML, by their shape alone.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use roxmltree::{Document, Node};

use crate::error::ApiError;
use crate::rpc::Parameters;

const MOST_CHARACTERS: usize = 100_000;
const FORMAT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:";

/// What the vendor tells about an assertion.
#[derive(Debug)]
pub(crate) struct Assertion {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) subject_type: String,
    pub(crate) recipient: String,
}

impl Assertion {
    /// `SAMLAssertion`: a whole response, base64.
    pub(crate) fn read(parameters: &Parameters) -> Result<Self, ApiError> {
        let text = parameters.get("SAMLAssertion").ok_or_else(|| {
            let message = "Parameter SAMLAssertion is required.";
            ApiError::new(StatusCode::BAD_REQUEST, "MissingParameter.SAMLAssertion", message)
        })?;
        Self::parse(text).ok_or_else(|| {
            let message = "The SAML Assertion is invalid.";
            ApiError::new(StatusCode::UNAUTHORIZED, "AuthenticationFail.SAMLAssertion.Invalid", message)
        })
    }

    fn parse(text: &str) -> Option<Self> {
        if text.len() > MOST_CHARACTERS {
            return None;
        }
        let xml = String::from_utf8(BASE64.decode(text).ok()?).ok()?;
        // It refuses documents with a DTD, and with it entities that grow.
        let document = Document::parse(&xml).ok()?;
        let named = |node: Node<'_, '_>, name: &str| node.is_element() && node.tag_name().name() == name;
        let assertion = document.descendants().find(|node| named(*node, "Assertion"))?;
        let find = |name: &str| assertion.descendants().find(|node| named(*node, name));
        let text = |node: Node<'_, '_>| node.text().map(|text| text.trim().to_owned());
        let subject = find("NameID")?;
        let format = subject.attribute("Format").unwrap_or_default();
        Some(Self {
            issuer: text(find("Issuer")?)?,
            subject: text(subject)?,
            subject_type: format.strip_prefix(FORMAT).unwrap_or(format).to_owned(),
            recipient: find("SubjectConfirmationData")?.attribute("Recipient")?.to_owned(),
        })
    }
}
