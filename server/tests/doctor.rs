//! What Keyturn needs and whether it has it: on its page and in a terminal; and that the smallest policy is enough, and the
//! smallest.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "crash/client.rs"]
mod client;
#[path = "support/people.rs"]
mod people;
mod support;

use client::Client;
use keyturn_app::model::secret_query::SecretQuery;
use keyturn_app::model::unmanaged::KeyQuery;
use keyturn_app::served::{Check, Feature, Finding, Found, Health};
use people::{Console, GRANTS, REGION, SECRET, administrator, member, start_with};
use serde_json::{Value, json};

const RAM: &str = "2015-05-01";
const USER: &str = "console";
const ROLE: &str = "AliyunKMSManageRAMCredentialsRole";

fn found<'a>(findings: &'a [Finding], check: &Check) -> &'a Found {
    &findings.iter().find(|finding| finding.check == *check).unwrap().found
}

fn refused(findings: &[Finding]) -> Vec<&'static str> {
    let refused = findings.iter().filter(|finding| finding.found == Found::Refused);
    refused
        .filter_map(|finding| match finding.check {
            Check::Permission(action, _) => Some(action),
            _ => None,
        })
        .collect()
}

fn cloud_of(console: &Console) -> Client {
    Client::new(console.sandbox_url.trim_start_matches("http://"))
}

/// A RAM user whose only policy is this one; its AccessKey pair.
async fn make_user(cloud: &Client, policy: &str) -> (String, String) {
    let user = ("UserName", USER.to_owned());
    cloud.call(RAM, "CreateUser", std::slice::from_ref(&user)).await.unwrap();
    allow(cloud, "smallest", policy).await;
    let made = cloud.call(RAM, "CreateAccessKey", &[user]).await.unwrap();
    let text = |name: &str| made["AccessKey"][name].as_str().unwrap().to_owned();
    (text("AccessKeyId"), text("AccessKeySecret"))
}

async fn allow(cloud: &Client, name: &str, policy: &str) {
    let made = [("PolicyName", name.to_owned()), ("PolicyDocument", policy.to_owned())];
    cloud.call(RAM, "CreatePolicy", &made).await.unwrap();
    cloud.call(RAM, "AttachPolicyToUser", &of_user(name)).await.unwrap();
}

fn of_user(policy: &str) -> [(&'static str, String); 3] {
    [("UserName", USER.into()), ("PolicyType", "Custom".into()), ("PolicyName", policy.to_owned())]
}

/// A console whose calls that user signs, and with it what is kept from it.
async fn signed_by(account: &Console, id: &str, secret: &str) -> Console {
    let settings = [
        ("cloud", "aliyun"),
        ("regions", REGION),
        ("endpoint_kms", account.sandbox_url.as_str()),
        ("endpoint_ram", &account.sandbox_url),
        ("endpoint_sts", &account.sandbox_url),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", id),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret),
    ];
    start_with(&settings, GRANTS).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s40_the_smallest_policy_is_enough_for_everything_and_each_part_of_it_is_needed() {
    let account = start_with(&[], "").await;
    let cloud = cloud_of(&account);
    let policy = keyturn::examine(&account.config, &Feature::usual()).await.unwrap().smallest_policy;
    let (id, secret) = make_user(&cloud, &policy).await;
    let console = signed_by(&account, &id, &secret).await;

    let report = keyturn::examine(&console.config, &Feature::usual()).await.unwrap();
    let open = report.findings.iter().filter(|finding| finding.health() > Health::NotChecked);
    let open: Vec<_> = open.map(|finding| (&finding.check, &finding.found)).collect();
    assert_eq!(open, [(&Check::Configuration, &Found::NoSecondFactor)]);
    assert_eq!(
        found(&report.findings, &Check::Source),
        &Found::Source("environment (ALIBABA_CLOUD_ACCESS_KEY_ID)".into())
    );
    assert_eq!(
        found(&report.findings, &Check::Identity),
        &Found::SignedBy(format!("acs:ram::1234567890123456:user/{USER}"))
    );
    work(&console).await;

    // Without one action of it, that one is missed, and no other.
    let whole: Value = serde_json::from_str(&policy).unwrap();
    let told: Vec<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.found == Found::Allowed)
        .filter_map(|finding| match finding.check {
            Check::Permission(action, _) => Some(action),
            _ => None,
        })
        .collect();
    assert_eq!(told.len(), 20, "{told:?}");
    let mut attached = "smallest".to_owned();
    for (place, action) in told.into_iter().enumerate() {
        let mut less = whole.clone();
        less["Statement"].as_array_mut().unwrap().retain_mut(|statement| {
            let actions = statement["Action"].as_array_mut().unwrap();
            actions.retain(|of| of != action);
            !actions.is_empty()
        });
        cloud.call(RAM, "DetachPolicyFromUser", &of_user(&attached)).await.unwrap();
        attached = format!("less-{place}");
        allow(&cloud, &attached, &less.to_string()).await;
        let report = keyturn::examine(&console.config, &Feature::usual()).await.unwrap();
        assert_eq!(refused(&report.findings), [action]);
        if action == "ram:GetRole" {
            assert_eq!(found(&report.findings, &Check::ServiceRole), &Found::Refused);
        }
    }
}

/// For what an operator wants to offer, and no more; what makes the service role is there only where somebody asks for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s40_the_policy_is_for_the_features_that_are_chosen() {
    let account = start_with(&[], "").await;
    let cloud = cloud_of(&account);
    delete_service_role(&cloud).await;
    let usual = keyturn::examine(&account.config, &Feature::usual()).await.unwrap().smallest_policy;
    assert!(!usual.contains("ram:CreateRole") && !usual.contains("ram:AttachPolicyToRole"), "{usual}");
    let features = [Feature::See, Feature::Create, Feature::Rotate, Feature::ServiceRole];
    let policy = keyturn::examine(&account.config, &features).await.unwrap().smallest_policy;
    let (id, secret) = make_user(&cloud, &policy).await;
    let console = signed_by(&account, &id, &secret).await;
    let findings = keyturn::examine(&console.config, &features).await.unwrap().findings;
    let mut told = 0;
    for finding in &findings {
        let Check::Permission(action, feature) = finding.check else { continue };
        if !matches!(finding.found, Found::NotTellable) {
            told += 1;
            let expected = if features.contains(&feature) { Found::Allowed } else { Found::Refused };
            assert_eq!(finding.found, expected, "{action}");
        }
    }
    assert_eq!(told, 21);
    let admin = administrator(&console).await;
    let made = admin.post("/setup/create-service-role", &[]).send().await.unwrap();
    assert_eq!(made.status(), 303, "{}", made.text().await.unwrap());
    let page = admin.get("/setup?for=see&for=rotate").send().await.unwrap().text().await.unwrap();
    let shown = page.split("id=\"smallest-policy\"").nth(1).unwrap().split("</code>").next().unwrap();
    assert!(shown.contains("kms:RotateSecret") && shown.contains("kms:ListSecrets"), "{shown}");
    assert!(!shown.contains("kms:DeleteSecret") && !shown.contains("ram:CreateRole"), "{shown}");
}

async fn delete_service_role(cloud: &Client) {
    let role = ("RoleName", ROLE.to_owned());
    let attached = [role.clone(), ("PolicyType", "System".into()), ("PolicyName", format!("{ROLE}Policy"))];
    cloud.call(RAM, "DetachPolicyFromRole", &attached).await.unwrap();
    cloud.call(RAM, "DeleteRole", &[role]).await.unwrap();
}

/// Everything that the console does, once; nothing of it may be refused.
async fn work(console: &Console) {
    let admin = administrator(console).await;
    let query = serde_json::to_value(SecretQuery::default()).unwrap();
    let keys = serde_json::to_value(KeyQuery::default()).unwrap();
    let call = async |function: &str, body: Value| -> Value {
        let (status, answer) = admin.call(function, &body).await;
        assert_eq!(status, 200, "{function}: {answer}");
        answer
    };
    let user = call("get-ram-user", json!({"user_name": "checkout-api"})).await;
    let values: Vec<Value> = user["access_keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| json!({"id": key["id"], "secret": "a-value-that-nobody-checks-000"}))
        .collect();
    assert!(!values.is_empty(), "{user}");
    let prerequisites = call("get-prerequisites", json!({"region": REGION})).await;
    let instance = &prerequisites["instances"][0];
    let new = json!({
        "user_name": "checkout-api", "access_keys": values, "description": "", "rotation": 720,
        "version_id": "0123456789abcdef0123456789abcdef", "tags": [{"key": "team", "value": "web"}],
        "instance": [instance["id"], instance["key_ids"][0]], "is_checked": true
    });
    call("search-ram-users", json!({"region": REGION, "text": ""})).await;
    call("create-secret", json!({"region": REGION, "secret": new})).await;
    let with = |more: Value| {
        let mut body = json!({"region": REGION, "name": "acs/ram/user/checkout-api"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    call("list-secrets", json!({"region": REGION, "query": query})).await;
    call("get-overview", json!({"tags": [], "is_refresh": true})).await;
    let mut unmanaged = call("list-unmanaged-keys", json!({"query": keys, "is_refresh": true})).await;
    while unmanaged["is_reading"] == true {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        unmanaged = call("list-unmanaged-keys", json!({"query": keys, "is_refresh": false})).await;
    }
    // Not the one that signs the calls.
    let mut others = unmanaged["keys"].as_array().unwrap().iter();
    let unmanaged = others.find(|key| key["user_name"] != USER).unwrap();
    let secret = call("get-secret", with(json!({}))).await;
    let edit = json!({"description": "x", "custom_data": null, "tags": null, "seen_ms": secret["row"]["changed_ms"]});
    call("edit-secret", with(json!({"edit": edit}))).await;
    let tags = json!({"tags": [{"key": "a", "value": "b"}], "removed_keys": ["team"]});
    call("tag-secret", with(tags)).await;
    let policy = call("get-secret-policy", with(json!({}))).await;
    let seen = policy.as_str().unwrap();
    call("set-secret-policy", with(json!({"policy": seen, "seen": seen}))).await;
    call("change-rotation", with(json!({"rotation": 336}))).await;
    call("rotate-secret", with(json!({"version_id": "abcdef0123456789abcdef0123456789"}))).await;
    let change = json!({
        "user_name": unmanaged["user_name"], "access_key_id": unmanaged["key"]["id"],
        "change": "disable", "typed_id": ""
    });
    call("change-access-key", change).await;
    let delete = json!({"region": REGION, "name": SECRET, "deletion": {"planned": 30}, "typed_name": ""});
    call("delete-secret", delete).await;
    call("restore-secret", json!({"region": REGION, "name": SECRET})).await;
}

#[tokio::test]
async fn what_is_missing_is_found_and_the_service_role_is_made() {
    let console = start_with(&[], GRANTS).await;
    let cloud = cloud_of(&console);
    let admin = administrator(&console).await;
    let viewer = member(&admin, "vera", "viewers").await;
    delete_service_role(&cloud).await;

    let page = async || admin.get("/setup").send().await.unwrap().text().await.unwrap();
    let without = page().await;
    assert!(without.contains("KMS cannot rotate the AccessKeys"), "{without}");
    assert!(
        without.contains("it is sent where you ask for that"),
        "nothing that could change is sent by a GET"
    );
    assert_eq!(viewer.post("/setup/create-service-role", &[]).send().await.unwrap().status(), 403);
    for _ in 0..2 {
        let made = admin.post("/setup/create-service-role", &[]).send().await.unwrap();
        assert_eq!((made.status().as_u16(), made.headers()["location"].to_str().unwrap()), (303, "/setup"));
    }
    assert!(page().await.contains(&format!("{ROLE} is there")));
    cloud.call(RAM, "GetRole", &[("RoleName", ROLE.to_owned())]).await.unwrap();
    let log =
        admin.get("/activity.jsonl?event=create_service_role").send().await.unwrap().text().await.unwrap();
    assert!(
        log.contains(r#""outcome":"done""#) && log.contains("cloudRequestIds") && log.contains(ROLE),
        "{log}"
    );

    // A region that does not answer is said to be down, the others are not.
    let fault = json!({"service": "kms", "region": "cn-shanghai", "kind": "error", "status": 503});
    cloud.control("faults", Some(fault)).await.unwrap();
    let with_changes = admin.post("/setup", &[]).send().await.unwrap().text().await.unwrap();
    let row = |of: &str| {
        let row = with_changes.split("<tr").find(|row| row.contains(&format!(">{of}<"))).unwrap();
        row.contains("Does not work")
    };
    assert!(row("KMS cn-shanghai") && !row("KMS cn-hangzhou") && !row("RAM") && !row("kms:DeleteSecret"));
    assert!(!with_changes.contains("it is sent where you ask for that"));
}

#[tokio::test]
async fn credentials_that_are_refused_are_found_before_anybody_meets_them() {
    let account = start_with(&[], "").await;
    let (id, _) = make_user(
        &cloud_of(&account),
        r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["kms:ListSecrets"],"Resource":"*"}]}"#,
    )
    .await;
    let console = signed_by(&account, &id, "not-the-secret-of-it-000000000").await;
    let findings = keyturn::examine(&console.config, &Feature::usual()).await.unwrap().findings;
    let identity = findings.iter().find(|finding| finding.check == Check::Identity).unwrap();
    assert_eq!(identity.health(), Health::Broken);
    assert!(identity.words().contains("SignatureDoesNotMatch"), "{}", identity.words());
    assert_eq!(found(&findings, &Check::Storage), &Found::StorageFine);
    // It is said once: of what they may, nothing can be told.
    let permissions = findings.iter().filter(|finding| matches!(finding.check, Check::Permission(..)));
    for finding in permissions {
        assert!(matches!(finding.found, Found::NoIdentity | Found::NotTellable), "{finding:?}");
    }
}
