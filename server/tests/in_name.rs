//! In whose name calls are made: in the person's own under a role of the sandbox, whose policies then do the refusing, or
//! with the credentials of the environment, as over the real cloud.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "crash/client.rs"]
mod client;
#[path = "support/people.rs"]
mod people;
mod support;

use serde_json::{Value, json};

use client::Client;
use keyturn_app::model::secret_query::SecretQuery;
use keyturn_app::served::{Check, Feature, Health};
use people::{GRANTS, REGION, SECRET, administrator, member, start_with};

const ROLES: &str = r#"
[[grant]]
role = "operator"
group = "bold"
[[grant]]
role = "operator"
group = "unmapped"
[[assume_role]]
group = "administrators"
role_arn = "acs:ram::1234567890123456:role/operators"
[[assume_role]]
group = "viewers"
role_arn = "acs:ram::1234567890123456:role/auditor"
[[assume_role]]
group = "bold"
role_arn = "acs:ram::1234567890123456:role/auditor"
[[assume_role]]
group = "operators"
role_arn = "acs:ram::1234567890123456:role/operators"
"#;

/// A role that any user of the account may assume, and that may all with secrets.
async fn make_role(cloud: &Client) {
    let trust = json!({"Version": "1", "Statement": [
        {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"RAM": ["acs:ram::1234567890123456:root"]}}
    ]});
    let role = [("RoleName", "operators".to_owned()), ("AssumeRolePolicyDocument", trust.to_string())];
    cloud.call("2015-05-01", "CreateRole", &role).await.unwrap();
    for policy in ["AliyunKMSFullAccess", "AliyunRAMReadOnlyAccess"] {
        let attached = [
            ("RoleName", "operators".to_owned()),
            ("PolicyType", "System".into()),
            ("PolicyName", policy.into()),
        ];
        cloud.call("2015-05-01", "AttachPolicyToRole", &attached).await.unwrap();
    }
}

async fn calls(cloud: &Client) -> Vec<(String, String)> {
    let calls = cloud.control("calls?limit=1000", None).await.unwrap();
    let text = |call: &Value, name: &str| call[name].as_str().unwrap_or_default().to_owned();
    calls.as_array().unwrap().iter().map(|call| (text(call, "action"), text(call, "caller"))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s34_each_acts_under_a_role_in_their_own_name_and_ram_refuses_what_it_may_not() {
    let file = format!("{GRANTS}{ROLES}");
    let console = start_with(&[("sandbox_user", "oncall-pager")], &file).await;
    let cloud = Client::new(console.sandbox_url.trim_start_matches("http://"));
    make_role(&cloud).await;
    let admin = administrator(&console).await;
    let viewer = member(&admin, "vera", "viewers").await;
    let operator = member(&admin, "olga", "operators").await;
    let bold = member(&admin, "bob", "bold").await;
    let unmapped = member(&admin, "una", "unmapped").await;

    let list = json!({"region": REGION, "query": serde_json::to_value(SecretQuery::default()).unwrap()});
    let delete = json!({"region": REGION, "name": SECRET, "deletion": {"planned": 30}, "typed_name": ""});
    let secret = json!({"region": REGION, "name": SECRET});
    // Who has no role gets no call: that is Keyturn's word, not the cloud's.
    let (status, error) = unmapped.call("list-secrets", &list).await;
    assert_eq!(
        (status, error["code"].as_str(), &error["cloud"]),
        (403, Some("forbidden"), &json!(null)),
        "{error}"
    );
    assert!(error["message"].as_str().is_some_and(|text| text.contains("No RAM role")), "{error}");
    assert_eq!(viewer.call("list-secrets", &list).await.0, 200);
    assert_eq!(bold.call("list-secrets", &list).await.0, 200);
    let (status, error) = bold.call("delete-secret", &delete).await;
    assert_eq!((status, error["code"].as_str()), (502, Some("cloud_refused")), "{error}");
    assert_eq!(operator.call("delete-secret", &delete).await.0, 200);
    assert_eq!(operator.call("restore-secret", &secret).await.0, 200);
    // What one identity has read serves no other: the viewer's role reads again.
    assert_eq!(viewer.call("get-secret", &secret).await.0, 200);

    let calls = calls(&cloud).await;
    let callers = |action: &str, of: &str| {
        calls.iter().filter(|(it, caller)| it == action && caller.contains(of)).count()
    };
    assert!(callers("ListSecrets", ":assumed-role/auditor/vera-") > 0, "{calls:?}");
    assert!(callers("ListSecrets", ":assumed-role/auditor/bob-") > 0, "no cache of somebody else's identity");
    assert!(callers("DescribeSecret", ":assumed-role/auditor/vera-") > 0);
    assert_eq!(callers("DeleteSecret", ":assumed-role/operators/olga-"), 1);
    assert_eq!(callers("RestoreSecret", ":assumed-role/operators/olga-"), 1);
    // Once for each person: the credentials are kept. Nothing but that is signed by Keyturn itself.
    assert_eq!(callers("AssumeRole", "user/oncall-pager"), 3);
    let own: Vec<&(String, String)> = calls
        .iter()
        .filter(|(action, caller)| caller.ends_with("user/oncall-pager") && action != "AssumeRole")
        .collect();
    assert!(own.is_empty(), "{own:?}");

    // The doctor takes each role once: this one trusts us.
    let setup = admin.get("/setup").send().await.unwrap().text().await.unwrap();
    let row = setup.split("<tr").find(|row| row.contains(":role/operators<")).unwrap();
    assert!(row.contains("Allowed."), "{row}");

    keyturn::verify_audit(&console.config, None).await.unwrap();
    let log = admin
        .get("/activity.jsonl?event=delete_secret&outcome=done")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let record: Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert_eq!(record["parameters"]["roleArn"], "acs:ram::1234567890123456:role/operators");
    assert!(record["hash"].as_str().is_some_and(|hash| hash.len() == 64));
}

#[tokio::test]
async fn a_role_that_does_not_trust_keyturn_is_said_to_be_the_reason() {
    let file = format!(
        "{GRANTS}[[assume_role]]\ngroup = \"administrators\"\nrole_arn = \"acs:ram::1234567890123456:role/nowhere\"\n"
    );
    let console = start_with(&[("sandbox_user", "oncall-pager")], &file).await;
    let admin = administrator(&console).await;
    let list = json!({"region": REGION, "query": serde_json::to_value(SecretQuery::default()).unwrap()});
    let (_, error) = admin.call("list-secrets", &list).await;
    assert_eq!(
        (&error["cloud"]["service"], &error["cloud"]["action"]),
        (&json!("sts"), &json!("AssumeRole")),
        "{error}"
    );
    let findings = keyturn::examine(&console.config, &Feature::usual()).await.unwrap().findings;
    let role = Check::AssumedRole("acs:ram::1234567890123456:role/nowhere".into());
    let finding = findings.iter().find(|finding| finding.check == role).unwrap();
    assert_eq!(finding.health(), Health::Broken, "{finding:?}");
}

/// As people's calls take it: what they would be refused is not called allowed.
#[tokio::test]
async fn the_doctor_takes_each_role_for_as_long_as_people_would_and_names_it_once() {
    // In every sandbox, for an hour at the most.
    let role = "acs:ram::1234567890123456:role/auditor";
    let of = |group: &str, seconds: u32| {
        format!("[[assume_role]]\ngroup = \"{group}\"\nrole_arn = \"{role}\"\nseconds = {seconds}\n")
    };
    let file =
        [GRANTS.to_owned(), of("administrators", 7_200), of("team-a", 3_600), of("team-b", 3_600)].concat();
    let console = start_with(&[("sandbox_user", "oncall-pager")], &file).await;
    let report = keyturn::examine(&console.config, &[Feature::OwnName]).await.unwrap();
    let found = report.findings.iter().filter(|finding| finding.check == Check::AssumedRole(role.into()));
    let health: Vec<Health> = found.map(|finding| finding.health()).collect();
    assert_eq!(
        health,
        [Health::Broken, Health::Fine],
        "an hour is what the role allows: {:?}",
        report.findings
    );
    assert_eq!(report.smallest_policy.matches(role).count(), 1, "{}", report.smallest_policy);
}

/// A RAM user that may what the console does, with an AccessKey pair that nobody else knows.
async fn make_user(cloud: &Client) -> (String, String) {
    let user = ("UserName", "console".to_owned());
    cloud.call("2015-05-01", "CreateUser", std::slice::from_ref(&user)).await.unwrap();
    for policy in ["AliyunKMSFullAccess", "AliyunRAMReadOnlyAccess"] {
        let attached = [user.clone(), ("PolicyType", "System".into()), ("PolicyName", policy.into())];
        cloud.call("2015-05-01", "AttachPolicyToUser", &attached).await.unwrap();
    }
    let made = cloud.call("2015-05-01", "CreateAccessKey", &[user]).await.unwrap();
    let text = |name: &str| made["AccessKey"][name].as_str().unwrap().to_owned();
    (text("AccessKeyId"), text("AccessKeySecret"))
}

#[tokio::test]
async fn over_the_real_cloud_the_credentials_of_the_environment_sign() {
    let account = start_with(&[], "").await;
    let cloud = Client::new(account.sandbox_url.trim_start_matches("http://"));
    let (id, secret) = make_user(&cloud).await;
    let settings = [
        ("cloud", "aliyun"),
        ("endpoint_kms", account.sandbox_url.as_str()),
        ("endpoint_ram", &account.sandbox_url),
        ("endpoint_sts", &account.sandbox_url),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", &id),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", &secret),
    ];
    let console = start_with(&settings, GRANTS).await;
    assert_eq!(console.sandbox_url, "", "no sandbox beside it");
    let admin = administrator(&console).await;
    let secret_of = json!({"region": REGION, "name": SECRET});
    assert_eq!(admin.call("get-secret", &secret_of).await.0, 200);
    let planned = json!({"region": REGION, "name": SECRET, "deletion": {"planned": 30}, "typed_name": ""});
    assert_eq!(admin.call("delete-secret", &planned).await.0, 200);
    let made = calls(&cloud).await;
    assert!(made.iter().any(|(action, caller)| action == "DeleteSecret" && caller.ends_with("user/console")));

    let page = admin.get("/secrets?region=cn-hangzhou").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("1234567890123456"), "whose account it is");
    for said in [&format!("{:?}", console.config), &page] {
        assert!(!said.contains(&secret));
    }
}
