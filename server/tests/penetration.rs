//! One test per finding of a penetration test, named after it (`pt03_…`), from outside, over the real router and the sandbox.
//! Findings about OpenID Connect are in `end2end/tests/penetration.spec.ts`, and so is the injection of HTML.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "support/people.rs"]
mod people;
mod support;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use people::{Browser, Console, GRANTS, PASSWORD, REGION, SECRET, administrator, form, member, start_with};

const VERSION: &str = "0123456789abcdef0123456789abcdef";

/// Operators whose rules do not cover RAM users themselves: by tag, and by region.
const NARROW: &str = r#"
[[grant]]
role = "operator"
group = "by-tag"
tags = ["team=finance"]
[[grant]]
role = "operator"
group = "by-region"
regions = ["cn-shanghai"]
"#;

/// The records of an event that match a query, newest first.
async fn log(by: &Browser<'_>, query: &str) -> Vec<Value> {
    let lines = by.get(&format!("/activity.jsonl?{query}")).send().await.unwrap().text().await.unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The AccessKey pairs of a RAM user of the sandbox, as (ID, secret).
async fn pairs(console: &Console, user: &str) -> Vec<(String, String)> {
    let all = console.http.get(format!("{}/_sandbox/access-keys", console.sandbox_url)).send().await.unwrap();
    let all: Vec<Value> = all.json().await.unwrap();
    let text = |pair: &Value, name: &str| pair[name].as_str().unwrap().to_owned();
    all.iter()
        .filter(|pair| pair["userName"] == user)
        .map(|pair| (text(pair, "accessKeyId"), text(pair, "accessKeySecret")))
        .collect()
}

/// Calls of an action that the sandbox has received.
async fn calls(console: &Console, action: &str) -> usize {
    let all =
        console.http.get(format!("{}/_sandbox/calls?limit=1000", console.sandbox_url)).send().await.unwrap();
    let all: Vec<Value> = all.json().await.unwrap();
    all.iter().filter(|call| call["action"] == action).count()
}

fn new_secret(region: &str, user: &str, pairs: &[(String, String)], is_checked: bool) -> Value {
    let access_keys: Vec<Value> =
        pairs.iter().map(|(id, secret)| json!({"id": id, "secret": secret})).collect();
    json!({"region": region, "secret": {
        "user_name": user, "access_keys": access_keys, "description": "", "rotation": null, "version_id": VERSION,
        "tags": [{"key": "team", "value": "finance"}], "instance": null, "is_checked": is_checked,
    }})
}

fn made_up(pairs: &[(String, String)]) -> Vec<(String, String)> {
    pairs.iter().map(|(id, _)| (id.clone(), "made-up-AccessKey-secret".to_owned())).collect()
}

/// The code of a refused field, such as `wrong`.
fn field_code(error: &Value) -> &str {
    error["fields"][0]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn pt01_a_form_of_a_signed_in_person_says_whose_page_it_is_on() {
    let console = start_with(&[("four_eyes", "delete")], GRANTS).await;
    let admin = administrator(&console).await;
    let restore = format!("/{REGION}/restore-secret/{SECRET}");
    for path in [
        "/access/create-grant",
        "/access/set-groups",
        "/approvals/approve",
        "/account/new-password",
        "/account/passkey-options",
        "/language",
        "/setup",
        "/sign-out",
        &restore,
    ] {
        // As injected HTML would send it: from our own origin, without the mark of the person.
        let injected = form(&console, path, &[]).header("cookie", &admin.cookie).send().await.unwrap();
        assert_eq!(injected.status(), 409, "{path}");
    }
    assert_eq!(admin.get("/account").send().await.unwrap().status(), 200, "still signed in");
    assert_eq!(log(&admin, "event=other_person&outcome=refused").await.len(), 9);
}

#[tokio::test]
async fn pt03_who_has_no_role_over_a_ram_user_proves_every_pair() {
    let console = start_with(&[], &[GRANTS, NARROW].concat()).await;
    let admin = administrator(&console).await;
    for (group, region) in [("by-tag", REGION), ("by-region", "cn-shanghai")] {
        let user = if group == "by-tag" { "checkout-api" } else { "data-lake-sync" };
        let narrow = member(&admin, group, group).await;
        let own = pairs(&console, user).await;
        let hidden = json!({"user_name": user});
        assert_eq!(narrow.call("get-ram-user", &hidden).await.0, 404, "{group}");
        // The browser's word counts for nothing, and neither does an earlier failed check.
        let keys: Vec<Value> =
            made_up(&own).iter().map(|(id, secret)| json!({"id": id, "secret": secret})).collect();
        let check = json!({"region": region, "user_name": user, "access_keys": keys});
        assert_eq!(narrow.call("check-access-keys", &check).await.0, 200, "{group}");
        for is_checked in [false, true] {
            let body = new_secret(region, user, &made_up(&own), is_checked);
            let (status, error) = narrow.call("create-secret", &body).await;
            assert_eq!((status, field_code(&error)), (422, "wrong"), "{group}: {error}");
        }
        // A valid pair of another RAM user proves nothing, either.
        let mut foreign = pairs(&console, "price-engine").await;
        foreign.truncate(own.len());
        let (status, error) = narrow.call("create-secret", &new_secret(region, user, &foreign, true)).await;
        assert_eq!((status, field_code(&error)), (422, "foreign"), "{group}: {error}");
        // If STS cannot be asked, nothing is proven.
        let fault = json!({"service": "sts", "action": "GetCallerIdentity", "kind": "error", "status": 503, "code": "ServiceUnavailable", "times": 20});
        console
            .http
            .post(format!("{}/_sandbox/faults", console.sandbox_url))
            .json(&fault)
            .send()
            .await
            .unwrap();
        let (status, error) = narrow.call("create-secret", &new_secret(region, user, &own, true)).await;
        assert_eq!((status, field_code(&error)), (422, "unproven"), "{group}: {error}");
        console.http.delete(format!("{}/_sandbox/faults", console.sandbox_url)).send().await.unwrap();

        assert_eq!(narrow.call("get-ram-user", &hidden).await.0, 404, "{group}: still not theirs");
        let change = json!({"user_name": user, "access_key_id": own[0].0, "change": "disable_in_use", "typed_id": own[0].0});
        assert_eq!(narrow.call("change-access-key", &change).await.0, 404, "{group}");
        // Who has the AccessKey pairs owns the user already.
        let (status, answer) = narrow.call("create-secret", &new_secret(region, user, &own, false)).await;
        assert_eq!(status, 200, "{group}: {answer}");
    }
    // Who has a role over all RAM users can go on without a proof, as the manual allows; the record says so. A pair of
    // another user is nobody's to give.
    let own = pairs(&console, "terraform").await;
    assert!(!own.is_empty());
    let body = new_secret(REGION, "terraform", &made_up(&own), true);
    assert_eq!(admin.call("create-secret", &body).await.0, 200);
    let done = log(&admin, "event=create_secret&outcome=done&secret=acs/ram/user/terraform").await.remove(0);
    assert_eq!(done["parameters"]["unproven"], json!([own[0].0]), "{done}");
}

/// The second attack: a proof that was right once, and pairs that are not all of the user's.
#[tokio::test]
async fn pt03_a_proof_counts_now_and_for_all_accesskeys() {
    let console = start_with(&[], &[GRANTS, NARROW].concat()).await;
    let admin = administrator(&console).await;
    let narrow = member(&admin, "nina", "by-tag").await;
    let own = pairs(&console, "terraform").await;
    let keys: Vec<Value> = own.iter().map(|(id, secret)| json!({"id": id, "secret": secret})).collect();
    let check = json!({"region": REGION, "user_name": "terraform", "access_keys": keys});
    assert_eq!(narrow.call("check-access-keys", &check).await.1, json!(["valid"]));
    // After a leak the AccessKey is disabled: who still knows the pair has no power over the user any more.
    let disable =
        json!({"user_name": "terraform", "access_key_id": own[0].0, "change": "disable", "typed_id": ""});
    assert_eq!(admin.call("change-access-key", &disable).await.0, 200);
    let (status, error) = narrow.call("create-secret", &new_secret(REGION, "terraform", &own, false)).await;
    assert_eq!((status, field_code(&error)), (422, "unproven"), "{error}");
    // One valid pair of a user with two AccessKeys.
    let two = pairs(&console, "data-lake-sync").await;
    assert_eq!(two.len(), 2);
    let (status, error) =
        narrow.call("create-secret", &new_secret(REGION, "data-lake-sync", &two[..1], false)).await;
    assert_eq!((status, field_code(&error)), (422, "missing"), "{error}");
}

/// The second attack: anybody can bear a display name, and a secret whose user is gone is found by it.
#[tokio::test]
async fn pt03_a_display_name_gives_no_power_over_a_ram_user() {
    let console = start_with(&[], &[GRANTS, NARROW].concat()).await;
    let admin = administrator(&console).await;
    let narrow = member(&admin, "nina", "by-tag").await;
    let own = pairs(&console, "checkout-api").await;
    assert_eq!(narrow.call("create-secret", &new_secret(REGION, "checkout-api", &own, false)).await.0, 200);
    let state = format!("{}/_sandbox/state", console.sandbox_url);
    let mut world: Value = console.http.get(&state).send().await.unwrap().json().await.unwrap();
    let users = world["world"]["users"].as_object_mut().unwrap();
    users.remove("checkout-api");
    users["terraform"]["display_name"] = json!("checkout-api");
    assert!(console.http.put(&state).json(&world).send().await.unwrap().status().is_success());
    // Past what is remembered of the users for a moment.
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    let id = pairs(&console, "terraform").await.remove(0).0;
    assert_eq!(narrow.call("get-ram-user", &json!({"user_name": "terraform"})).await.0, 404);
    for change in ["disable", "disable_in_use", "enable", "delete"] {
        let body = json!({"user_name": "terraform", "access_key_id": id, "change": change, "typed_id": id});
        assert_eq!(narrow.call("change-access-key", &body).await.0, 404, "{change}");
    }
}

/// The second attack: of a name that is hidden, creating tells no more than of one without a secret, under the same limit.
#[tokio::test]
async fn pt03_creating_tells_nothing_of_hidden_secrets() {
    let console = start_with(&[], &[GRANTS, NARROW].concat()).await;
    let admin = administrator(&console).await;
    let mut answers = Vec::new();
    for (name, user) in [("nina", "payroll-exporter"), ("noah", "terraform"), ("nele", "nobody-of-this-name")]
    {
        let narrow = member(&admin, name, "by-tag").await;
        // Also by who has the right pair: a person of the team could have told it.
        let pair = pairs(&console, user).await.pop().filter(|_| name == "nina");
        let pair = pair.unwrap_or_else(|| ("LTAI5tMadeUp".into(), "made-up".into()));
        let mut statuses = Vec::new();
        for _ in 0..61 {
            let (status, error) = narrow
                .call("create-secret", &new_secret(REGION, user, std::slice::from_ref(&pair), true))
                .await;
            statuses.push((status, error["code"].clone(), error["fields"][0]["code"].clone()));
        }
        answers.push(statuses);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[1], answers[2]);
    assert_eq!(answers[0][0], (422, json!("invalid"), json!("wrong")));
    assert_eq!(answers[0][60].0, 429);
    let refused = log(&admin, "event=create_secret&outcome=refused&person=local:nina").await;
    assert_eq!(refused[0]["code"], "forbidden", "the log has the reason");
}

/// The second attack: a version of somebody else's secret is no creation.
#[tokio::test]
async fn pt08_what_is_there_already_is_not_recorded_as_created() {
    let console = start_with(&[], GRANTS).await;
    let admin = administrator(&console).await;
    let olga = member(&admin, "olga", "operators").await;
    let (_, secret) = olga.call("get-secret", &json!({"region": REGION, "name": SECRET})).await;
    let version = secret["versions"][0]["id"].as_str().unwrap().to_owned();
    let mut body =
        new_secret(REGION, "payroll-exporter", &made_up(&pairs(&console, "payroll-exporter").await), true);
    body["secret"]["version_id"] = json!(version);
    let (status, error) = olga.call("create-secret", &body).await;
    assert_eq!((status, error["code"].as_str()), (409, Some("already_exists")), "{error}");
    assert!(log(&admin, "event=create_secret&outcome=done").await.is_empty());
    // Who sends the same once more, because an answer was lost, is told that it is done.
    let own = pairs(&console, "checkout-api").await;
    let body = new_secret(REGION, "checkout-api", &own, false);
    for _ in 0..2 {
        assert_eq!(olga.call("create-secret", &body).await.0, 200);
    }
}

#[tokio::test]
async fn pt03_the_search_tells_who_has_to_prove_each_pair() {
    let console = start_with(&[], &[GRANTS, NARROW].concat()).await;
    let admin = administrator(&console).await;
    let narrow = member(&admin, "nina", "by-tag").await;
    let search = json!({"region": REGION, "text": "checkout-api"});
    for (person, needs_proof) in [(&narrow, true), (&admin, false)] {
        let (_, users) = person.call("search-ram-users", &search).await;
        assert_eq!(users[0]["needs_proof"], needs_proof, "{users}");
    }
}

/// An approval that the only waiting request of a page asks for.
async fn approve_waiting(by: &Browser<'_>) {
    let page = by.get("/approvals").send().await.unwrap().text().await.unwrap();
    let form = page.split_once("action=\"/approvals/approve\"").expect("a request waits").1;
    let id = form.split_once("name=\"id\" value=\"").unwrap().1.split('"').next().unwrap();
    assert_eq!(by.post("/approvals/approve", &[("id", id)]).send().await.unwrap().status(), 303);
}

async fn set_privileged_until(console: &Console, statement: &'static str) {
    sqlx::any::install_default_drivers();
    let url = &console.config.database_url;
    let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(url).await.unwrap();
    sqlx::Executor::execute(&mut connection, statement).await.unwrap();
}

#[tokio::test]
async fn pt04_a_change_that_rotates_at_once_needs_what_rotate_now_needs() {
    let console = start_with(&[("four_eyes", "rotate"), ("rotations_an_hour", "1")], GRANTS).await;
    let admin = administrator(&console).await;
    let olga = member(&admin, "olga", "operators").await;
    let change = |hours: Option<u32>| json!({"region": REGION, "name": SECRET, "rotation": hours});
    let rotations = async || calls(&console, "UpdateSecretRotationPolicy").await;

    // Six hours have passed since any rotation of the demo data.
    set_privileged_until(&console, "UPDATE sessions SET privileged_until_ms = 0 WHERE person = 'local:olga'")
        .await;
    let (status, error) = olga.call("change-rotation", &change(Some(6))).await;
    assert_eq!((status, error["code"].as_str()), (403, Some("confirm_identity")), "{error}");
    set_privileged_until(&console, "UPDATE sessions SET privileged_until_ms = 9000000000000").await;
    let (status, error) = olga.call("change-rotation", &change(Some(6))).await;
    assert_eq!((status, error["code"].as_str()), (403, Some("needs_approval")), "{error}");
    // By the page that works without a script, too.
    let path = format!("/{REGION}/change-rotation/{SECRET}");
    let fields = [("rotation", "on"), ("period", "6"), ("unit", "hours")];
    assert_eq!(olga.post(&path, &fields).send().await.unwrap().status(), 403);
    assert_eq!(rotations().await, 0);
    // What rotates later, or never, is no rotation now. Switching on again is one, if it is overdue by then.
    assert_eq!(olga.call("change-rotation", &change(Some(8_760))).await.0, 200);
    assert_eq!(olga.call("change-rotation", &change(None)).await.0, 200);
    assert_eq!(olga.call("change-rotation", &change(Some(6))).await.1["code"], "needs_approval");

    approve_waiting(&admin).await;
    // For exactly this change.
    assert_eq!(olga.call("change-rotation", &change(Some(7))).await.1["code"], "needs_approval");
    assert_eq!(olga.call("change-rotation", &change(Some(6))).await.0, 200);
    let done = log(&admin, "event=change_rotation&outcome=done").await.remove(0);
    assert_eq!(
        (&done["parameters"]["immediate"], &done["parameters"]["approvedBy"]),
        (&json!(true), &json!("local:admin")),
        "{done}"
    );
    // It counts as a rotation of the hour.
    let next = json!({"region": REGION, "name": "acs/ram/user/legacy-ftp", "rotation": 6});
    assert_eq!(olga.call("change-rotation", &next).await.1["code"], "needs_approval");
    let page = admin.get("/approvals").send().await.unwrap().text().await.unwrap();
    let forms = page.split("action=\"/approvals/approve\"").skip(1);
    for form in forms {
        let id = form.split_once("name=\"id\" value=\"").unwrap().1.split('"').next().unwrap();
        admin.post("/approvals/approve", &[("id", id)]).send().await.unwrap();
    }
    let (status, error) = olga.call("change-rotation", &next).await;
    assert_eq!((status, error["code"].as_str()), (429, Some("rotation_throttled")), "{error}");
}

/// The second attack: what was agreed for one secret does not hold for the next one of its name.
#[tokio::test]
async fn pt04_an_approval_ends_with_its_secret() {
    let console = start_with(&[("four_eyes", "delete")], GRANTS).await;
    let admin = administrator(&console).await;
    let (olga, otto) =
        (member(&admin, "olga", "operators").await, member(&admin, "oskar", "operators").await);
    let name = "acs/ram/user/checkout-api";
    let own = pairs(&console, "checkout-api").await;
    let delete = json!({"region": REGION, "name": name, "deletion": "immediate", "typed_name": name});
    assert_eq!(admin.call("create-secret", &new_secret(REGION, "checkout-api", &own, false)).await.0, 200);
    assert_eq!(olga.call("delete-secret", &delete).await.1["code"], "needs_approval");
    approve_waiting(&otto).await;
    // Somebody else is quicker, and a new secret has the name.
    assert_eq!(admin.call("delete-secret", &delete).await.1["code"], "needs_approval");
    approve_waiting(&otto).await;
    assert_eq!(admin.call("delete-secret", &delete).await.0, 200);
    let advance = json!({"advance": "1h"});
    console.http.post(format!("{}/_sandbox/clock", console.sandbox_url)).json(&advance).send().await.unwrap();
    let mut again = new_secret(REGION, "checkout-api", &own, false);
    again["secret"]["version_id"] = json!("1123456789abcdef0123456789abcdef");
    assert_eq!(admin.call("create-secret", &again).await.0, 200);
    assert_eq!(olga.call("delete-secret", &delete).await.1["code"], "needs_approval");
}

/// The second attack: names that RAM might take for another's.
#[tokio::test]
async fn pt05_an_accesskey_that_the_user_does_not_have_is_not_changed() {
    let console = start_with(&[], GRANTS).await;
    let admin = administrator(&console).await;
    let id = pairs(&console, "payroll-exporter").await.remove(0).0;
    for user in ["PAYROLL-EXPORTER", "Payroll-Exporter", "checkout-api"] {
        for change in ["disable", "disable_in_use", "enable", "delete"] {
            let body = json!({"user_name": user, "access_key_id": id, "change": change, "typed_id": id});
            assert_eq!(admin.call("change-access-key", &body).await.0, 404, "{user} {change}");
        }
    }
    assert_eq!(calls(&console, "UpdateAccessKey").await + calls(&console, "DeleteAccessKey").await, 0);
}

#[tokio::test]
async fn pt05_an_accesskey_in_use_stays_protected_through_the_deletion_window() {
    let console = start_with(&[("four_eyes", "access-key")], GRANTS).await;
    let admin = administrator(&console).await;
    let olga = member(&admin, "olga", "operators").await;
    let id = pairs(&console, "payroll-exporter").await.remove(0).0;
    let change = |change: &str| json!({"user_name": "payroll-exporter", "access_key_id": id, "change": change, "typed_id": id});
    let planned = json!({"region": REGION, "name": SECRET, "deletion": {"planned": 30}, "typed_name": ""});
    assert_eq!(olga.call("change-access-key", &change("disable")).await.1["code"], "key_in_use");
    assert_eq!(olga.call("delete-secret", &planned).await.0, 200);
    let (status, error) = olga.call("change-access-key", &change("disable")).await;
    assert_eq!((status, error["code"].as_str()), (409, Some("key_in_use")), "{error}");
    let (status, error) = olga.call("change-access-key", &change("disable_in_use")).await;
    assert_eq!((status, error["code"].as_str()), (403, Some("needs_approval")), "{error}");
    // The page says of the AccessKey what it is, so that it offers the way that asks for it.
    let (_, user) = olga.call("get-ram-user", &json!({"user_name": "payroll-exporter"})).await;
    assert_eq!(user["roles"], json!(["current"]), "{user}");
    approve_waiting(&admin).await;
    assert_eq!(olga.call("change-access-key", &change("disable_in_use")).await.0, 200);
}

#[tokio::test]
async fn pt06_a_known_browser_signs_in_while_strangers_try() {
    let settings = [("trusted_proxies", "127.0.0.1"), ("client_networks", "24,64")];
    let console = start_with(&settings, GRANTS).await;
    let admin = administrator(&console).await;
    member(&admin, "olga", "operators").await;
    let enter = async |password: &str, from: String, cookie: &str| {
        let fields = [("name", "olga"), ("password", password)];
        let request =
            form(&console, "/sign-in", &fields).header("x-forwarded-for", from).header("cookie", cookie);
        request.send().await.unwrap()
    };
    let first = enter(PASSWORD, "192.0.2.7".into(), "").await;
    let cookies: Vec<&str> =
        first.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    let device = cookies.iter().find(|cookie| cookie.starts_with("__Host-device=")).unwrap();
    let (device, rest) = device.split_once(';').unwrap();
    assert_eq!(rest, " Path=/; Max-Age=15552000; Secure; HttpOnly; SameSite=Lax");

    for network in 0..12 {
        let refused = enter("wrong-wrong-wrong", format!("198.51.{network}.9"), "").await.status().as_u16();
        assert_eq!(refused, if network < 10 { 422 } else { 429 }, "{network}");
    }
    assert_eq!(enter(PASSWORD, "203.0.113.1".into(), "").await.status(), 429, "a new browser waits");
    assert_eq!(enter(PASSWORD, "192.0.2.7".into(), device).await.status(), 303);
    // One address that is over its limit: what it goes on to send changes nothing for anybody.
    for round in 0..70 {
        let fields = [("name", format!("n{round}")), ("password", "wrong-wrong-wrong".into())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        form(&console, "/sign-in", &fields).header("x-forwarded-for", "100.64.0.1").send().await.unwrap();
    }
    for _ in 0..12 {
        let fields = [("name", "admin"), ("password", "wrong-wrong-wrong")];
        form(&console, "/sign-in", &fields).header("x-forwarded-for", "100.64.0.2").send().await.unwrap();
    }
    let fields = [("name", "admin"), ("password", PASSWORD)];
    let elsewhere = form(&console, "/sign-in", &fields).header("x-forwarded-for", "203.0.113.1");
    assert_eq!(elsewhere.send().await.unwrap().status(), 303);
}

#[tokio::test]
async fn pt07_no_refusal_hides_another_one() {
    let console = start_with(&[], GRANTS).await;
    let admin = administrator(&console).await;
    let vera = member(&admin, "vera", "viewers").await;
    for _ in 0..61 {
        let foreign =
            console.http.post(format!("{}/language", console.url)).header("sec-fetch-site", "cross-site");
        assert_eq!(foreign.send().await.unwrap().status(), 403);
        assert_eq!(vera.get("/access").send().await.unwrap().status(), 403);
    }
    for _ in 0..9 {
        let wrong = [("name", "vera"), ("password", "wrong-wrong-wrong")];
        assert_eq!(form(&console, "/sign-in", &wrong).send().await.unwrap().status(), 422);
    }
    let immediate = json!({"region": REGION, "name": SECRET, "deletion": "immediate", "typed_name": SECRET});
    for _ in 0..5 {
        assert_eq!(vera.call("delete-secret", &immediate).await.0, 403);
    }
    for (event, count) in [("cross_site", 60), ("view_access", 60), ("sign_in", 9), ("delete_secret", 5)] {
        let refused = log(&admin, &format!("event={event}&outcome=refused")).await;
        // One more where a minute ends in between.
        assert!((count..=count + 1).contains(&refused.len()), "{event}: {}", refused.len());
    }
}

/// The second attack: cheap refusals of the same event.
#[tokio::test]
async fn pt07_cheap_refusals_hide_no_wrong_password() {
    let console = start_with(&[], GRANTS).await;
    let admin = administrator(&console).await;
    member(&admin, "vera", "viewers").await;
    for _ in 0..61 {
        for (path, fields) in [
            ("/sign-in/passkey", [("step", "x"), ("credential", "{}")]),
            ("/sign-in/code", [("step", "x"), ("code", "000000")]),
        ] {
            assert_eq!(form(&console, path, &fields).send().await.unwrap().status(), 422, "{path}");
        }
    }
    for _ in 0..4 {
        let wrong = [("name", "vera"), ("password", "wrong-wrong-wrong")];
        assert_eq!(form(&console, "/sign-in", &wrong).send().await.unwrap().status(), 422);
    }
    let refused = log(&admin, "event=sign_in&outcome=refused").await;
    assert_eq!(refused.iter().filter(|record| record["code"] == "wrong_password").count(), 4);
}

#[tokio::test]
async fn pt08_records_say_what_was_set() {
    let console = start_with(&[], GRANTS).await;
    let admin = administrator(&console).await;
    let done = async |event: &str| {
        log(&admin, &format!("event={event}&outcome=done")).await.remove(0)["parameters"].clone()
    };

    // However it is written, the policy that takes effect is the one that is recorded, whole.
    let statement = |sid: &str| json!({"Sid": sid, "Effect": "Allow", "Principal": {"RAM": ["acs:ram::1234567890123456:*"]}, "Action": ["kms:*"], "Resource": ["*"]});
    let policy = json!({"Version": "1", "Statement": [statement("Benign"), statement("Evil")]});
    let padded = format!("{}{policy}", " ".repeat(2_100));
    let get = json!({"region": REGION, "name": SECRET});
    let (_, seen) = admin.call("get-secret-policy", &get).await;
    let set = json!({"region": REGION, "name": SECRET, "policy": padded, "seen": seen});
    assert_eq!(admin.call("set-secret-policy", &set).await.0, 200);
    let record = done("set_secret_policy").await;
    assert_eq!(record["policy"]["Statement"][1]["Sid"], "Evil", "{record}");
    assert_eq!(record["policyBytes"], policy.to_string().len());
    assert_eq!(record["policySha256"].as_str().unwrap().len(), 64);
    // Of a key that stands twice one parser takes the first, another the last: what is sent is what is recorded.
    let twice = policy.to_string().replacen("{\"", "{\"Statement\":[{\"Sid\":\"Hidden\"}],\"", 1);
    assert!(twice.contains("Hidden") && twice.contains("Evil"));
    let (_, seen) = admin.call("get-secret-policy", &get).await;
    let set = json!({"region": REGION, "name": SECRET, "policy": twice, "seen": seen});
    assert_eq!(admin.call("set-secret-policy", &set).await.0, 200);
    assert!(!admin.call("get-secret-policy", &get).await.1.to_string().contains("Hidden"));

    let (_, secret) = admin.call("get-secret", &get).await;
    let edit = json!({
        "description": "x".repeat(8_000), "custom_data": null, "tags": [{"key": "team", "value": "other"}],
        "seen_ms": secret["row"]["changed_ms"],
    });
    let (status, error) =
        admin.call("edit-secret", &json!({"region": REGION, "name": SECRET, "edit": edit})).await;
    assert_eq!(status, 200, "{error}");
    assert_eq!(done("edit_secret").await["tags"], json!(["team=other"]));

    let own = pairs(&console, "checkout-api").await;
    assert_eq!(admin.call("create-secret", &new_secret(REGION, "checkout-api", &own, false)).await.0, 200);
    let record = done("create_secret").await;
    assert_eq!(record["tags"], json!(["team=finance"]), "{record}");
    assert_eq!(record["userName"], "checkout-api");
    assert_eq!(record["unproven"], Value::Null, "all pairs are proven");
    // The check has signed a call with the AccessKey of somebody else.
    let record = done("check_access_keys").await;
    assert_eq!(
        (&record["accessKeyIds"], &record["results"]),
        (&json!([own[0].0]), &json!(["valid"])),
        "{record}"
    );
    assert!(!record.to_string().contains(&own[0].1));

    // A sign-in names its session.
    let signed_in = log(&admin, "event=sign_in&outcome=done").await.remove(0);
    assert_eq!(signed_in["session"].as_str().unwrap().len(), 12, "{signed_in}");
}

#[tokio::test]
async fn pt08_what_is_cut_says_how_long_it_was_and_its_hash() {
    let console = start_with(&[], GRANTS).await;
    let admin = administrator(&console).await;
    let origin = format!("https://evil.example/{}", "x".repeat(5_000));
    let foreign = console
        .http
        .post(format!("{}/language", console.url))
        .header("sec-fetch-site", "cross-site")
        .header("origin", &origin);
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    let kept = log(&admin, "event=cross_site").await.remove(0)["parameters"]["origin"].clone();
    let kept = kept.as_str().unwrap();
    assert!(kept.starts_with("https://evil.example/xxx") && kept.len() < 2_300, "{kept}");
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&origin));
    assert!(kept.ends_with(&format!("[cut: {} bytes, SHA-256 {hash}]", origin.len())), "{kept}");
}

#[tokio::test]
async fn pt09_pairs_are_few_tries_are_counted_and_each_is_recorded() {
    let console = start_with(&[], GRANTS).await;
    let admin = administrator(&console).await;
    let olga = member(&admin, "olga", "operators").await;
    let many = |count: usize| -> Vec<(String, String)> {
        (0..count).map(|number| (format!("LTAI5tMadeUp{number:04}"), "made-up".to_owned())).collect()
    };
    let before = calls(&console, "GetCallerIdentity").await;
    for count in [3, 100, 1_500] {
        let (status, error) =
            olga.call("create-secret", &new_secret(REGION, "checkout-api", &many(count), false)).await;
        assert_eq!((status, field_code(&error)), (422, "too_many"), "{error}");
        let keys: Vec<Value> =
            many(count).iter().map(|(id, secret)| json!({"id": id, "secret": secret})).collect();
        let check = json!({"region": REGION, "user_name": "checkout-api", "access_keys": keys});
        assert_eq!(olga.call("check-access-keys", &check).await.0, 422);
    }
    assert_eq!(calls(&console, "GetCallerIdentity").await, before, "nothing was tried");
    let mut statuses = Vec::new();
    for _ in 0..31 {
        let (status, error) =
            olga.call("create-secret", &new_secret(REGION, "checkout-api", &many(2), false)).await;
        statuses.push((status, error["code"].as_str().unwrap_or_default().to_owned()));
    }
    assert!(statuses[..30].iter().all(|(status, _)| *status == 422), "{statuses:?}");
    assert_eq!(statuses[30], (429, "throttled".to_owned()), "sixty pairs in ten minutes");
    let check = json!({"region": REGION, "user_name": "checkout-api", "access_keys": [{"id": "LTAI5tMadeUp", "secret": "x"}]});
    assert_eq!(olga.call("check-access-keys", &check).await.0, 429, "both ways have one limit");
    assert_eq!(admin.call("check-access-keys", &check).await.0, 200, "each person has their own");
    let recorded = log(&admin, "event=check_access_keys&person=local:olga&outcome=done").await;
    assert_eq!(recorded.len(), 30);
    assert_eq!(recorded[0]["parameters"]["results"], json!(["wrong", "wrong"]));
    assert_eq!(log(&admin, "event=check_access_keys&person=local:olga&outcome=refused").await.len(), 2);
}

#[tokio::test]
async fn pt14_a_server_function_answers_json_whatever_the_client_prefers() {
    let console = start_with(&[], GRANTS).await;
    let admin = administrator(&console).await;
    let body =
        json!({"region": REGION, "name": SECRET, "tags": [{"key": "a", "value": "b"}], "removed_keys": []});
    let call =
        console.call("tag-secret", &body).header("cookie", &admin.cookie).header("accept", "text/html");
    let answer = call.send().await.unwrap();
    assert_eq!(answer.status(), 200, "it is done, and says so");
    assert_eq!(answer.headers()["content-type"], "application/json");
    let missing = json!({"region": REGION, "name": "acs/ram/user/nobody"});
    let call =
        console.call("get-secret", &missing).header("cookie", &admin.cookie).header("accept", "text/html");
    let answer = call.send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "not_found");
}

/// The second attack: what another origin of the same site can ask for, set or guess.
#[tokio::test]
async fn pt14_another_origin_neither_exports_nor_speaks_for_keyturn() {
    let console = start_with(&[], GRANTS).await;
    let admin = administrator(&console).await;
    for path in ["/activity.csv", "/activity.jsonl"] {
        for site in ["same-site", "cross-site"] {
            let answer = admin.get(path).header("sec-fetch-site", site).send().await.unwrap();
            assert_eq!(answer.status(), 403, "{path} {site}");
        }
        for site in ["same-origin", "none"] {
            assert_eq!(admin.get(path).header("sec-fetch-site", site).send().await.unwrap().status(), 200);
        }
    }
    // 4 from above, and this one.
    assert_eq!(log(&admin, "event=export_activity").await.len(), 5);
    let planted = admin.get("/account").header("cookie", "__Host-result=Your%20session%20is%20at%20risk");
    let page = planted.send().await.unwrap().text().await.unwrap();
    assert!(!page.contains("at risk"), "{page}");
    let two = console
        .http
        .post(format!("{}/api/get-overview", console.url))
        .header("cookie", &admin.cookie)
        .header("sec-fetch-site", "same-origin")
        .header("sec-fetch-site", "cross-site")
        .json(&json!({"tags": [], "is_refresh": false}));
    assert_eq!(two.send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn pt14_no_cell_of_an_export_is_a_formula() {
    let console = start_with(&[], GRANTS).await;
    let admin = administrator(&console).await;
    for path in ["/x;=1+1;", "/x;%20@SUM(A1)"] {
        let foreign =
            console.http.post(format!("{}{path}", console.url)).header("sec-fetch-site", "cross-site");
        assert_eq!(foreign.header("origin", "=1+1").send().await.unwrap().status(), 403);
    }
    let csv = admin.get("/activity.csv?event=cross_site").send().await.unwrap().text().await.unwrap();
    assert!(csv.contains("/x;'=1+1;") && !csv.contains(";="), "{csv}");
}

/// A tab from before a sign-in: its form neither fails nor signs in as somebody else.
#[tokio::test]
async fn pt01_a_sign_in_form_of_before_the_session_leads_on() {
    let console = start_with(&[], GRANTS).await;
    let admin = administrator(&console).await;
    let fields = [("name", "admin"), ("password", PASSWORD), ("return_to", "/activity")];
    let answer = form(&console, "/sign-in", &fields).header("cookie", &admin.cookie).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], "/sign-in?return_to=%2Factivity");
    assert!(answer.headers().get("set-cookie").is_none());
    let page = admin.get("/sign-in?return_to=%2Factivity").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("href=\"/activity\""), "{page}");
}

/// Sends bytes as they are, and returns the status of the answer.
async fn raw(console: &Console, request: String) -> u16 {
    let mut stream = tokio::net::TcpStream::connect(console.url.trim_start_matches("http://")).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn pt14_a_request_has_one_host_and_it_is_the_consoles() {
    let console = start_with(&[], GRANTS).await;
    let host = console.url.trim_start_matches("http://");
    let end = "Connection: close\r\n\r\n";
    for (request, status) in [
        (format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n{end}"), 200),
        (format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n{end}"), 400),
        (format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n{end}"), 400),
        (format!("GET /healthz HTTP/1.1\r\nHost: evil.example\r\n{end}"), 421),
        (format!("GET http://{host}/healthz HTTP/1.1\r\nHost: {host}\r\n{end}"), 200),
        (format!("GET http://evil.example/healthz HTTP/1.1\r\nHost: {host}\r\n{end}"), 421),
    ] {
        assert_eq!(raw(&console, request.clone()).await, status, "{request}");
    }
}

#[tokio::test]
async fn pt14_the_language_is_refused_in_our_words() {
    let console = start_with(&[], GRANTS).await;
    for (kind, body, status, code) in [
        ("application/x-www-form-urlencoded", "language=xx", 422, "invalid"),
        ("application/x-www-form-urlencoded", "lang=ja", 400, "malformed"),
        ("text/plain", "language=ja", 415, "wrong_type"),
    ] {
        let request =
            console.http.post(format!("{}/language", console.url)).header("sec-fetch-site", "same-origin");
        let answer = request.header("content-type", kind).body(body).send().await.unwrap();
        assert_eq!(answer.status(), status, "{body}");
        let error: Value = answer.json().await.unwrap();
        assert_eq!(error["code"], code, "{body}");
        assert!(!error["requestId"].as_str().unwrap().is_empty(), "{error}");
    }
}

#[tokio::test]
async fn pt14_the_sandboxs_accesskeys_are_for_no_other_port() {
    let console = start_with(&[], GRANTS).await;
    for (path, status) in [("access-keys", "same-origin"), ("access-keys", "none"), ("", "same-origin")] {
        let answer = console
            .http
            .get(format!("{}/_sandbox/{path}", console.sandbox_url))
            .header("sec-fetch-site", status);
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{status}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers()["cross-origin-resource-policy"], "same-origin");
    }
    for site in ["same-site", "cross-site", "SAME-SITE"] {
        let answer = console
            .http
            .get(format!("{}/_sandbox/access-keys", console.sandbox_url))
            .header("sec-fetch-site", site);
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), 403, "{site}");
        assert_eq!(answer.headers()["cross-origin-resource-policy"], "same-origin");
    }
}
