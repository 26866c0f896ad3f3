//! What documents say to requests, and which are none.

use serde_json::json;

use super::{Context, Document, Principal, Purpose, Request, SYSTEM_POLICIES, Verdict, combined, like};

const SECRET: &str = "acs:kms:cn-hangzhou:1234567890123456:secret/acs/ram/user/alice";

fn identity(statements: serde_json::Value) -> Document {
    let text = json!({"Version": "1", "Statement": statements}).to_string();
    Document::parse(&text, Purpose::Identity).unwrap()
}

fn ask(document: &Document, action: &str, resource: &str, context: &Context) -> Verdict {
    document.verdict(None, &Request { action, resource, context })
}

#[test]
fn patterns_are_whole_texts_with_stars_and_question_marks() {
    for (pattern, text, is) in [
        ("*", "", true),
        ("kms:Get*", "kms:GetSecretValue", true),
        ("kms:Get*", "xkms:GetSecretValue", false),
        ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "a-b-b-", false),
        ("secret/?", "secret/x", true),
        ("secret/?", "secret/", false),
        ("*:1*:user/山*", "acs:ram::12:user/山田", true),
        ("", "x", false),
    ] {
        assert_eq!(like(pattern, text), is, "{pattern} {text}");
    }
}

#[test]
fn a_denial_outweighs_and_what_is_not_named_is_silent() {
    let document = identity(json!([
        {"Effect": "Allow", "Action": "kms:*", "Resource": "acs:kms:*:*:secret/*"},
        {"Effect": "Deny", "Action": ["kms:DELETESECRET"], "Resource": "*"},
    ]));
    let context = Context::default();
    assert_eq!(ask(&document, "kms:DescribeSecret", SECRET, &context), Verdict::Allow);
    assert_eq!(ask(&document, "kms:DeleteSecret", SECRET, &context), Verdict::Deny);
    assert_eq!(ask(&document, "ram:ListUsers", "*", &context), Verdict::Silent);
    assert_eq!(ask(&document, "kms:DescribeSecret", "acs:kms:cn:1:key/x", &context), Verdict::Silent);
}

#[test]
fn not_action_and_not_resource_turn_their_list_round() {
    let context = Context::default();
    let document = identity(json!([{"Effect": "Allow", "NotAction": "kms:Delete*", "NotResource": "*/bob"}]));
    assert_eq!(ask(&document, "kms:RotateSecret", SECRET, &context), Verdict::Allow);
    assert_eq!(ask(&document, "kms:DeleteSecret", SECRET, &context), Verdict::Silent);
    assert_eq!(ask(&document, "kms:RotateSecret", "secret/bob", &context), Verdict::Silent);
}

#[test]
fn conditions_hold_by_operator_key_and_value() {
    let mut context = Context::default();
    context.set("acs:SourceIp", "10.1.2.3");
    context.set("acs:SecureTransport", "false");
    context.set("acs:CurrentTime", "2026-05-01T00:00:00Z");
    context.set("kms:tag/Team", "web");
    context.set("some:number", "7");
    for (condition, is) in [
        (json!({"IpAddress": {"acs:SourceIp": ["192.168.0.0/16", "10.0.0.0/8"]}}), true),
        (json!({"IpAddress": {"acs:SourceIp": "10.1.2.4"}}), false),
        (json!({"IpAddress": {"acs:SourceIp": "::/0"}}), false),
        (json!({"NotIpAddress": {"acs:SourceIp": "10.0.0.0/8"}}), false),
        (json!({"Bool": {"acs:SecureTransport": true}}), false),
        (json!({"Bool": {"acs:SecureTransport": ["false"]}}), true),
        (json!({"DateLessThan": {"acs:CurrentTime": "2026-06-01T00:00:00Z"}}), true),
        (json!({"DateGreaterThanEquals": {"acs:CurrentTime": "2026-06-01T00:00:00Z"}}), false),
        (json!({"StringEquals": {"kms:tag/team": ["ops", "web"]}}), true),
        (json!({"StringEquals": {"kms:tag/team": "WEB"}}), false),
        (json!({"StringEqualsIgnoreCase": {"kms:tag/team": "WEB"}}), true),
        (json!({"StringLike": {"kms:tag/team": "w?b*"}}), true),
        (json!({"StringNotEquals": {"kms:tag/team": ["ops", "web"]}}), false),
        (json!({"NumericLessThanEquals": {"some:number": 7}}), true),
        (json!({"NumericLessThan": {"some:number": "7"}}), false),
        // A key that the request does not have.
        (json!({"StringEquals": {"acs:SourceVpc": "vpc-1"}}), false),
        (json!({"StringNotEquals": {"acs:SourceVpc": "vpc-1"}}), true),
        // All operators and all keys.
        (json!({"Bool": {"acs:SecureTransport": "false"}, "StringEquals": {"kms:tag/team": "ops"}}), false),
        (json!({"StringEquals": {"kms:tag/team": "web", "acs:SourceIp": "10.1.2.3"}}), true),
    ] {
        let document =
            identity(json!([{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}]));
        let expected = if is { Verdict::Allow } else { Verdict::Silent };
        assert_eq!(ask(&document, "kms:DescribeSecret", SECRET, &context), expected, "{condition}");
    }
}

#[test]
fn a_principal_is_named_itself_or_with_its_account() {
    let context = Context::default();
    let alice = Principal::Ram(vec!["acs:ram::1234567890123456:user/alice".into()]);
    for (principal, expected) in [
        (json!({"RAM": ["acs:ram::1234567890123456:user/alice"]}), Verdict::Allow),
        (json!({"RAM": "acs:ram::1234567890123456:user/al*"}), Verdict::Allow),
        (json!({"RAM": ["acs:ram::1234567890123456:*"]}), Verdict::AllowAccount),
        (json!({"RAM": "acs:ram::1234567890123456:root"}), Verdict::AllowAccount),
        (json!({"RAM": "acs:ram::*:*"}), Verdict::AllowAccount),
        (json!({"RAM": "acs:ram::*"}), Verdict::AllowAccount),
        (json!({"RAM": "*"}), Verdict::AllowAccount),
        (
            json!({"RAM": ["acs:ram::1234567890123456:root", "acs:ram::1234567890123456:user/alice"]}),
            Verdict::Allow,
        ),
        (json!({"RAM": "acs:ram::9999:user/alice"}), Verdict::Silent),
        (json!({"Service": "kms.aliyuncs.com"}), Verdict::Silent),
    ] {
        let text = json!({
            "Version": "1",
            "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": principal}],
        });
        let document = Document::parse(&text.to_string(), Purpose::Secret).unwrap();
        let request = Request { action: "kms:GetSecretValue", resource: SECRET, context: &context };
        assert_eq!(document.verdict(Some(&alice), &request), expected, "{principal}");
    }
}

#[test]
fn several_documents_speak_together() {
    let context = Context::default();
    let allows = identity(json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]));
    let denies = identity(json!([{"Effect": "Deny", "Action": "kms:Rotate*", "Resource": "*"}]));
    let request = |action| Request { action, resource: "*", context: &context };
    let both = [allows, denies];
    assert_eq!(combined(&both, &request("kms:RotateSecret")), Verdict::Deny);
    assert_eq!(combined(&both, &request("kms:ListSecrets")), Verdict::Allow);
    assert_eq!(combined(&[], &request("kms:ListSecrets")), Verdict::Silent);
}

#[test]
fn a_document_that_is_none_is_refused_with_what_is_wrong() {
    let statement = json!({"Effect": "Allow", "Action": "kms:*", "Resource": "*"});
    let with = |name: &str, value: serde_json::Value| {
        let mut statement = statement.clone();
        statement[name] = value;
        json!({"Version": "1", "Statement": [statement]}).to_string()
    };
    for (text, about) in [
        ("".to_owned(), "EOF"),
        ("[]".into(), "invalid length"),
        (json!({"Version": "2", "Statement": [statement]}).to_string(), "Version"),
        (json!({"Version": "1", "Statement": []}).to_string(), "no Statement"),
        (with("Effect", json!("Maybe")), "Maybe"),
        (with("Colour", json!("red")), "Colour"),
        (with("NotAction", json!("*")), "Action or NotAction"),
        (with("Action", json!("DescribeSecret")), "names no service"),
        (with("Principal", json!({"RAM": "*"})), "no Principal"),
        (with("Condition", json!({"StringMatches": {"a": "b"}})), "StringMatches"),
        (with("Condition", json!({"StringEquals": {"a": {}}})), "texts"),
        (with("Condition", json!({"StringEquals": {}})), "no key"),
        (with("Condition", json!({"IpAddress": {"acs:SourceIp": "banana"}})), "banana"),
        (with("Action", json!([])), "empty"),
    ] {
        let error = Document::parse(&text, Purpose::Identity).unwrap_err();
        assert!(error.contains(about), "{text}: {error}");
    }
    let foreign = with("Action", json!("ram:*"));
    assert!(Document::parse(&foreign, Purpose::Secret).is_err());
    assert!(Document::parse(&foreign, Purpose::Trust).is_err());
}

#[test]
fn the_vendors_own_policies_are_policies() {
    for policy in SYSTEM_POLICIES {
        Document::parse(policy.document, Purpose::Identity)
            .unwrap_or_else(|why| panic!("{}: {why}", policy.name));
    }
}
