//! STS 2015-04-01: who calls, and temporary credentials of roles.

pub(crate) mod oidc;
pub(crate) mod saml;

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::ACCOUNT_ID;
use crate::account::{Caller, Role, Session, role_arn};
use crate::authorize;
use crate::clock::format;
use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::policy::{Document, Principal, Purpose, Request, Verdict};
use crate::world::World;

const SHORTEST: usize = 900;
const DEFAULT: usize = 3_600;
const MOST_POLICY: usize = 2_048;

pub(crate) fn get_caller_identity(world: &mut World, call: &Call<'_>) -> Answer {
    let id = principal_id(world, call.caller);
    let mut answer =
        json!({"AccountId": ACCOUNT_ID, "PrincipalId": id, "Arn": call.caller.arn().unwrap_or_default()});
    match call.caller {
        Caller::Administrator | Caller::Anonymous => {
            answer["IdentityType"] = json!("Account");
            answer["UserId"] = json!(id);
        }
        Caller::User(_) => {
            answer["IdentityType"] = json!("RAMUser");
            answer["UserId"] = json!(id);
        }
        // A role has no user's ID.
        Caller::Role { role, .. } => {
            answer["IdentityType"] = json!("AssumedRoleUser");
            answer["RoleId"] = json!(role_id(world, role));
        }
    }
    Ok(answer)
}

/// The ID by which the vendor tells identities apart.
pub(crate) fn principal_id(world: &World, caller: &Caller) -> String {
    match caller {
        Caller::Administrator | Caller::Anonymous => ACCOUNT_ID.to_owned(),
        Caller::User(name) => world.users().get(name).map(|user| user.user_id.clone()).unwrap_or_default(),
        Caller::Role { role, session, .. } => format!("{}:{session}", role_id(world, role)),
    }
}

/// Wants both the caller's policies and the role's trust.
pub(crate) fn assume_role(world: &mut World, call: &Call<'_>) -> Answer {
    if *call.caller == Caller::Administrator {
        let message = "Roles may not be assumed by root accounts.";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "NoPermission", message));
    }
    let wanted = Wanted::read(world, call)?;
    let arn = role_arn(&wanted.name);
    authorize::on_resource(world, call, "sts:AssumeRole", &arn)?;
    let mut context = authorize::context(call, None);
    if let Some(id) = call.parameters.get("ExternalId") {
        context.set("sts:ExternalId", id);
    }
    let request = Request { action: "sts:AssumeRole", resource: &arn, context: &context };
    // The trust in the whole account is enough: the caller's own policies were asked.
    match wanted.trust()?.verdict(Some(&authorize::principal(call.caller)), &request) {
        Verdict::Allow | Verdict::AllowAccount => Ok(wanted.grant(world, call)),
        Verdict::Deny | Verdict::Silent => Err(ApiError::no_permission()),
    }
}

/// Unsigned: the token, checked against its issuer's keys, is what is trusted.
pub(crate) fn assume_role_with_oidc(world: &mut World, call: &Call<'_>) -> Answer {
    let verified = match call.oidc {
        Some(Ok(verified)) => verified,
        Some(Err(error)) => return Err(error.clone()),
        None => return Err(ApiError::missing("OIDCToken")),
    };
    let wanted = Wanted::read(world, call)?;
    let mut context = authorize::context(call, None);
    context.set("oidc:iss", verified.issuer.as_str());
    context.set_all("oidc:aud", verified.audiences.clone());
    context.set("oidc:sub", verified.subject.as_str());
    wanted.trusted_by(&verified.provider_arn, &context)?;
    let mut answer = wanted.grant(world, call);
    answer["OIDCTokenInfo"] = json!({
        "Issuer": verified.issuer,
        "Subject": verified.subject,
        "ClientIds": verified.audiences.join(","),
        "IssuanceTime": verified.issued.map(format).unwrap_or_default(),
        "ExpirationTime": format(verified.expires),
        "VerificationInfo": "Success",
    });
    Ok(answer)
}

/// Unsigned. The shape of the assertion is read, its signature is NOT checked (`docs/sandbox-differences.md`).
pub(crate) fn assume_role_with_saml(world: &mut World, call: &Call<'_>) -> Answer {
    let assertion = saml::Assertion::read(call.parameters)?;
    let provider = call.parameters.required("SAMLProviderArn")?;
    if !provider.starts_with(&format!("acs:ram::{ACCOUNT_ID}:saml-provider/")) {
        let message = "Can not find SAML provider.";
        return Err(ApiError::new(StatusCode::NOT_FOUND, "EntityNotExist.SAMLProvider", message));
    }
    let wanted = Wanted::read(world, call)?;
    let mut context = authorize::context(call, None);
    context.set("saml:recipient", assertion.recipient.as_str());
    wanted.trusted_by(provider, &context)?;
    let mut answer = wanted.grant(world, call);
    answer["SAMLAssertionInfo"] = json!({
        "Issuer": assertion.issuer,
        "Subject": assertion.subject,
        "SubjectType": assertion.subject_type,
        "Recipient": assertion.recipient,
    });
    Ok(answer)
}

/// What the three ways of assuming a role are asked for.
struct Wanted {
    name: String,
    role: Role,
    session: String,
    seconds: usize,
    policy: Option<String>,
}

impl Wanted {
    fn read(world: &World, call: &Call<'_>) -> Result<Self, ApiError> {
        let bad = |parameter: &str, message: &str| {
            ApiError::new(StatusCode::BAD_REQUEST, &format!("InvalidParameter.{parameter}"), message)
        };
        let arn = call.parameters.required("RoleArn")?;
        let name = arn
            .strip_prefix("acs:ram::")
            .and_then(|rest| rest.split_once(":role/"))
            .ok_or_else(|| bad("RoleArn", "The parameter RoleArn is wrongly formed."))?;
        let (name, role) = world
            .account()
            .roles
            .iter()
            .find(|(of, _)| name.0 == ACCOUNT_ID && of.eq_ignore_ascii_case(name.1))
            .ok_or_else(|| {
                let message = format!("The role not exists: {arn}.");
                ApiError::new(StatusCode::NOT_FOUND, "EntityNotExist.Role", message)
            })?;
        // An assertion of SAML names the session itself.
        let session = match call.parameters.get("RoleSessionName") {
            None if call.parameters.get("SAMLAssertion").is_some() => "saml",
            _ => call.parameters.required("RoleSessionName")?,
        };
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || ".@-_".contains(c);
        if !(2..=64).contains(&session.len()) || !session.chars().all(is_allowed) {
            return Err(bad("RoleSessionName", "The parameter RoleSessionName is wrongly formed."));
        }
        let source = call.parameters.get("SourceIdentity").unwrap_or_default();
        if source.len() > 64 || !source.chars().all(is_allowed) {
            return Err(bad("SourceIdentity", "The parameter SourceIdentity is wrongly formed."));
        }
        let most = role.max_session_seconds;
        let seconds =
            call.parameters.number("DurationSeconds", DEFAULT.min(most), SHORTEST..=most).map_err(|_| {
                let message = format!("The Min/Max value of DurationSeconds is 15min/{most}s.");
                bad("DurationSeconds", &message)
            })?;
        let policy = call.parameters.get("Policy").map(str::to_owned);
        if let Some(text) = &policy {
            if text.chars().count() > MOST_POLICY {
                return Err(bad("PolicySize", "The size of Policy must be smaller than 2048 bytes."));
            }
            Document::parse(text, Purpose::Identity).map_err(|why| {
                bad("PolicyGrammar", &format!("The parameter Policy has not passed grammar check: {why}."))
            })?;
        }
        Ok(Self { name: name.clone(), role: role.clone(), session: session.to_owned(), seconds, policy })
    }

    /// A trust that cannot be read any more trusts nobody.
    fn trust(&self) -> Result<Document, ApiError> {
        Document::parse(&self.role.trust, Purpose::Trust).map_err(|_| ApiError::no_permission())
    }

    fn trusted_by(&self, provider: &str, context: &crate::policy::Context) -> Result<(), ApiError> {
        let arn = role_arn(&self.name);
        let request = Request { action: "sts:AssumeRole", resource: &arn, context };
        match self.trust()?.verdict(Some(&Principal::Federated(provider.to_owned())), &request) {
            Verdict::Allow => Ok(()),
            _ => Err(oidc::failed("NoPermission", "There is no permission.")),
        }
    }

    /// Makes the credentials; they run on real time.
    fn grant(&self, world: &mut World, call: &Call<'_>) -> Value {
        let seconds = i64::try_from(self.seconds).expect("it is bounded by the role's");
        let session = Session {
            secret: world.ids.base62(40),
            token: format!("CAIS{}", world.ids.base62(96)),
            role: self.name.clone(),
            name: self.session.clone(),
            policy: self.policy.clone(),
            expires: call.origin.at + SignedDuration::from_secs(seconds),
        };
        let id = format!("STS.NU{}", world.ids.base62(22));
        let mut answer = json!({
            "AssumedRoleUser": {
                "Arn": format!("{}/{}", role_arn(&self.name), self.session),
                "AssumedRoleId": format!("{}:{}", self.role.id, self.session),
            },
            "Credentials": {
                "AccessKeyId": id,
                "AccessKeySecret": session.secret,
                "SecurityToken": session.token,
                "Expiration": format(session.expires),
            },
        });
        if let Some(source) = call.parameters.get("SourceIdentity") {
            answer["SourceIdentity"] = json!(source);
        }
        world.add_session(id, session, call.origin.at);
        answer
    }
}

fn role_id(world: &World, name: &str) -> String {
    world.account().roles.get(name).map(|role| role.id.clone()).unwrap_or_default()
}
