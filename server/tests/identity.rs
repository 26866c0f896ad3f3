//! Sign-in, sessions, and who may what, from outside; the numbers are those of the security checklist.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "support/people.rs"]
mod people;
mod support;

use futures::StreamExt;
use keyturn_app::model::secret_query::SecretQuery;
use keyturn_app::model::unmanaged::KeyQuery;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use people::{
    Browser, Console, GRANTS, PASSWORD, REGION, SECRET, administrator, form, member, sign_in, start_with,
    token,
};

async fn start() -> Console {
    start_with(&[], GRANTS).await
}

/// Changes the console's database behind its back.
async fn execute(url: &str, statement: &'static str) {
    sqlx::any::install_default_drivers();
    let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(url).await.unwrap();
    sqlx::Executor::execute(&mut connection, statement).await.unwrap();
}

/// What a function asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// Something that lies in the world: what one may not see is left out.
    World,
    /// The region, for who may change something in it.
    Region,
    Secret,
    User,
}

/// Every server function: what it is about, whether it changes something, and a body that is read.
fn functions() -> Vec<(&'static str, About, bool, Value)> {
    let secret = || json!({"region": REGION, "name": SECRET});
    let with = |more: Value| {
        let mut body = secret();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let query = serde_json::to_value(SecretQuery::default()).unwrap();
    let keys = serde_json::to_value(KeyQuery::default()).unwrap();
    let new = json!({
        "user_name": "checkout-api", "access_keys": [], "description": "", "rotation": null,
        "version_id": "0123456789abcdef0123456789abcdef", "tags": [], "instance": null
    });
    let edit = json!({"description": "x", "custom_data": null, "tags": null, "seen_ms": 0});
    vec![
        ("list-secrets", About::World, false, json!({"region": REGION, "query": query})),
        ("select-secrets", About::World, false, json!({"region": REGION, "query": query, "names": []})),
        ("get-overview", About::World, false, json!({"tags": [], "is_refresh": false})),
        ("find-secrets", About::World, false, json!({"text": "payroll"})),
        ("list-unmanaged-keys", About::World, false, json!({"query": keys, "is_refresh": false})),
        ("get-secret", About::Secret, false, secret()),
        ("get-secret-policy", About::Secret, false, secret()),
        ("get-snippets", About::Secret, false, secret()),
        ("get-ram-user", About::User, false, json!({"user_name": "payroll-exporter"})),
        ("search-ram-users", About::Region, true, json!({"region": REGION, "text": ""})),
        ("get-prerequisites", About::Region, true, json!({"region": REGION})),
        ("create-secret", About::Region, true, json!({"region": REGION, "secret": new})),
        (
            "check-access-keys",
            About::Region,
            true,
            json!({"region": REGION, "user_name": "checkout-api", "access_keys": []}),
        ),
        ("tag-secret", About::Secret, true, with(json!({"tags": [], "removed_keys": []}))),
        ("edit-secret", About::Secret, true, with(json!({"edit": edit}))),
        ("set-secret-policy", About::Secret, true, with(json!({"policy": "{}", "seen": "{}"}))),
        ("change-rotation", About::Secret, true, with(json!({"rotation": 720}))),
        ("delete-secret", About::Secret, true, with(json!({"deletion": {"planned": 30}, "typed_name": ""}))),
        ("restore-secret", About::Secret, true, secret()),
        (
            "rotate-secret",
            About::Secret,
            true,
            with(json!({"version_id": "0123456789abcdef0123456789abcdef"})),
        ),
        (
            "change-access-key",
            About::User,
            true,
            json!({"user_name": "payroll-exporter", "access_key_id": "LTAI5tNothing", "change": "disable", "typed_id": ""}),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s32_every_server_function_by_every_role() {
    let console = start().await;
    let admin = administrator(&console).await;
    let viewer = member(&admin, "vera", "viewers").await;
    let other = member(&admin, "otto", "others").await;
    let nobody = member(&admin, "nora", "none").await;
    let operator = member(&admin, "olga", "operators").await;
    let table = functions();
    for function in keyturn_app::api::functions() {
        let name = function.path.trim_start_matches("/api/");
        assert!(table.iter().any(|row| row.0 == name), "{name} is missing in the table");
    }
    for (name, about, is_change, body) in &table {
        let refused =
            |(status, error): (u16, Value)| (status, error["code"].as_str().unwrap_or_default().to_owned());
        let may = |(status, error): (u16, Value), who: &str| {
            assert!(!matches!(status, 400 | 401 | 403), "{name} for {who}: {status} {error}");
        };
        let without = console.call(name, body).send().await.unwrap();
        assert_eq!(without.status(), 401, "{name} without a session");
        assert_eq!(without.json::<Value>().await.unwrap()["code"], "no_session");

        // Nothing is granted: nothing is told, not even what exists.
        let expected = match about {
            About::World | About::Region => (403, "forbidden".to_owned()),
            About::Secret | About::User => (404, "not_found".to_owned()),
        };
        assert_eq!(refused(nobody.call(name, body).await), expected, "{name} for nobody");

        let by_other = other.call(name, body).await;
        match about {
            About::World => {
                let text = by_other.1.to_string();
                assert!(
                    !text.contains("payroll-exporter") && !text.contains("\"total\":20"),
                    "{name}: {text}"
                );
                may(by_other, "another team");
            }
            About::Region if *name == "create-secret" => assert_eq!(by_other.0, 403, "{name}"),
            About::Region => may(by_other, "another team"),
            About::Secret | About::User => assert_eq!(refused(by_other), expected, "{name} for another team"),
        }

        let by_viewer = viewer.call(name, body).await;
        match is_change {
            true => assert_eq!(refused(by_viewer), (403, "forbidden".to_owned()), "{name} for a viewer"),
            false => may(by_viewer, "a viewer"),
        }
        may(operator.call(name, body).await, "an operator");
        may(admin.call(name, body).await, "an administrator");
    }
    keyturn::verify_audit(&console.config, None).await.unwrap();
}

/// A name that is hidden and one that is not there: every byte of the answer is the same, but for the request's ID.
#[tokio::test]
async fn s32_what_is_hidden_is_answered_as_what_is_not_there() {
    let console = start().await;
    let admin = administrator(&console).await;
    let other = member(&admin, "otto", "others").await;
    for function in ["get-secret", "restore-secret", "get-snippets"] {
        let mut answers = Vec::new();
        for name in [SECRET, "acs/ram/user/there-is-none"] {
            let (status, mut error) = other.call(function, &json!({"region": REGION, "name": name})).await;
            error["requestId"] = Value::Null;
            answers.push((status, error));
        }
        assert_eq!(answers[0], answers[1], "{function}");
        assert_eq!(answers[0].0, 404);
    }
    // Nor does the own log tell the one from the other.
    let own = other.get("/activity.jsonl?outcome=refused").send().await.unwrap().text().await.unwrap();
    let of = |name: &str| own.lines().filter(|line| line.contains(name)).count();
    assert_eq!((of("payroll-exporter"), of("there-is-none")), (3, 3), "{own}");
    let page = async |name: &str| {
        let page = other.get(&format!("/{REGION}/secrets/{name}")).send().await.unwrap();
        (page.status(), page.text().await.unwrap().contains("does not exist"))
    };
    assert_eq!(page(SECRET).await, page("acs/ram/user/there-is-none").await);
}

/// A route, how it is asked, and what it answers to nobody in a session, to somebody without a role, to a viewer, to an operator of
/// another team, to an operator, and to an administrator. Nothing that they ask for comes to pass but what two of them may: a
/// planned deletion, its restoration, a period.
type Route = (&'static str, &'static str, &'static str, [u16; 6]);

const ROUTES: &[Route] = &[
    ("GET /", "/", "", [303, 303, 200, 200, 200, 200]),
    ("GET /rotations.ics", "/rotations.ics", "", [303, 403, 200, 200, 200, 200]),
    ("GET /pkg/{build}/{file}", "/pkg/x/x", "", [404, 404, 404, 404, 404, 404]),
    ("GET /words/{file}", "/words/x", "", [404, 404, 404, 404, 404, 404]),
    ("POST /language", "/language", "language=ja", [303, 303, 303, 303, 303, 303]),
    ("POST /csp-report", "/csp-report", "", [400, 400, 400, 400, 400, 400]),
    ("GET /healthz", "/healthz", "", [200, 200, 200, 200, 200, 200]),
    ("GET /readyz", "/readyz", "", [200, 200, 200, 200, 200, 200]),
    ("GET /metrics", "/metrics", "", [200, 200, 200, 200, 200, 200]),
    ("GET /sign-in", "/sign-in", "", [200, 200, 200, 200, 200, 200]),
    ("POST /sign-in", "/sign-in", "name=x&password=y", [422, 303, 303, 303, 303, 303]),
    ("POST /sign-in/code", "/sign-in/code", "step=x&code=1", [422, 303, 303, 303, 303, 303]),
    ("POST /sign-in/passkey-options", "/sign-in/passkey-options", "", [200, 200, 200, 200, 200, 200]),
    ("POST /sign-in/passkey", "/sign-in/passkey", "step=x&credential=y", [422, 303, 303, 303, 303, 303]),
    ("GET /sign-in/with/{provider}", "/sign-in/with/x", "", [404, 404, 404, 404, 404, 404]),
    ("GET /sign-in/callback", "/sign-in/callback", "", [404, 404, 404, 404, 404, 404]),
    ("GET /sign-in/callback/{provider}", "/sign-in/callback/x", "", [404, 404, 404, 404, 404, 404]),
    (
        "POST /sign-in/backchannel-logout",
        "/sign-in/backchannel-logout",
        "logout_token=x",
        [404, 404, 404, 404, 404, 404],
    ),
    ("GET /signed-in", "/signed-in", "", [303, 200, 200, 200, 200, 200]),
    ("GET /invitation", "/invitation", "", [404, 404, 404, 404, 404, 404]),
    ("POST /invitation", "/invitation", "token=x&password=y&again=y", [404, 404, 404, 404, 404, 404]),
    ("GET /account", "/account", "", [303, 200, 200, 200, 200, 200]),
    ("POST /account/end-session", "/account/end-session", "id=x", [303, 403, 403, 403, 403, 303]),
    ("POST /account/new-password", "/account/new-password", "", [303, 303, 303, 303, 303, 303]),
    ("POST /account/add-app", "/account/add-app", "", [303, 200, 200, 200, 200, 200]),
    ("POST /account/confirm-app", "/account/confirm-app", "step=x&code=1", [303, 303, 303, 303, 303, 303]),
    ("POST /account/remove-app", "/account/remove-app", "", [303, 303, 303, 303, 303, 303]),
    ("POST /account/new-recovery-codes", "/account/new-recovery-codes", "", [303, 303, 303, 303, 303, 303]),
    ("POST /account/passkey-options", "/account/passkey-options", "", [303, 200, 200, 200, 200, 200]),
    (
        "POST /account/add-passkey",
        "/account/add-passkey",
        "step=x&credential=y&name=z",
        [303, 400, 400, 400, 400, 400],
    ),
    ("POST /account/remove-passkey", "/account/remove-passkey", "id=x", [303, 303, 303, 303, 303, 303]),
    ("GET /activity", "/activity", "", [303, 200, 200, 200, 200, 200]),
    ("GET /activity.csv", "/activity.csv", "", [303, 200, 200, 200, 200, 200]),
    ("GET /activity.jsonl", "/activity.jsonl", "", [303, 200, 200, 200, 200, 200]),
    ("GET /approvals", "/approvals", "", [303, 200, 200, 200, 200, 200]),
    ("POST /approvals/approve", "/approvals/approve", "id=x", [401, 409, 409, 409, 409, 409]),
    ("POST /approvals/deny", "/approvals/deny", "id=x", [401, 409, 409, 409, 409, 409]),
    ("POST /approvals/withdraw", "/approvals/withdraw", "id=x", [401, 409, 409, 409, 409, 409]),
    ("GET /setup", "/setup", "", [303, 403, 403, 403, 403, 200]),
    ("POST /setup", "/setup", "", [401, 403, 403, 403, 403, 200]),
    ("POST /setup/create-service-role", "/setup/create-service-role", "", [401, 403, 403, 403, 403, 303]),
    // Nothing of it is open, though what it lies below is.
    ("GET page", "/sign-in/nothing", "", [404, 303, 404, 404, 404, 404]),
    ("GET page", "/words/a/b", "", [404, 303, 404, 404, 404, 404]),
    ("GET page", "/pkg/a", "", [404, 303, 404, 404, 404, 404]),
    ("POST page", "/robots.txt", "", [404, 405, 405, 405, 405, 405]),
    ("GET /_gallery", "/_gallery", "", [303, 200, 200, 200, 200, 200]),
    ("GET /access", "/access", "", [303, 403, 403, 403, 403, 200]),
    ("GET /access/accounts/{name}", "/access/accounts/vera", "", [303, 403, 403, 403, 403, 200]),
    (
        "POST /access/create-account",
        "/access/create-account",
        "name=Not+A+Name&groups=",
        [401, 403, 403, 403, 403, 422],
    ),
    ("POST /access/new-link", "/access/new-link", "name=there-is-none", [401, 403, 403, 403, 403, 422]),
    (
        "POST /access/set-groups",
        "/access/set-groups",
        "name=there-is-none&groups=",
        [401, 403, 403, 403, 403, 422],
    ),
    (
        "POST /access/end-sessions",
        "/access/end-sessions",
        "name=there-is-none",
        [401, 403, 403, 403, 403, 422],
    ),
    (
        "POST /access/remove-factors",
        "/access/remove-factors",
        "name=there-is-none",
        [401, 403, 403, 403, 403, 422],
    ),
    (
        "POST /access/disable-account",
        "/access/disable-account",
        "name=there-is-none",
        [401, 403, 403, 403, 403, 422],
    ),
    (
        "POST /access/enable-account",
        "/access/enable-account",
        "name=there-is-none",
        [401, 403, 403, 403, 403, 422],
    ),
    (
        "POST /access/delete-account",
        "/access/delete-account",
        "name=there-is-none&typed=x",
        [401, 403, 403, 403, 403, 404],
    ),
    (
        "POST /access/create-grant",
        "/access/create-grant",
        "role=viewer&group=",
        [401, 403, 403, 403, 403, 422],
    ),
    ("POST /access/delete-grant", "/access/delete-grant", "id=x", [401, 403, 403, 403, 403, 422]),
    // The pages of the app, and the forms on them; the calls behind them are in the table above.
    ("GET page", "/cn-hangzhou/secrets", "", [303, 303, 200, 200, 200, 200]),
    ("GET page", "/cn-hangzhou/secrets/acs/ram/user/payroll-exporter", "", [303, 303, 200, 404, 200, 200]),
    ("GET page", "/cn-hangzhou/create-secret?plain", "", [303, 303, 403, 200, 200, 200]),
    ("POST page", "/cn-hangzhou/create-secret", "user=checkout-api", [401, 403, 422, 422, 422, 422]),
    (
        "POST page",
        "/cn-hangzhou/delete-secret/acs/ram/user/payroll-exporter",
        "method=planned&days=30",
        [401, 404, 403, 404, 303, 409],
    ),
    (
        "POST page",
        "/cn-hangzhou/restore-secret/acs/ram/user/payroll-exporter",
        "",
        [401, 404, 403, 404, 303, 409],
    ),
    (
        "POST page",
        "/cn-hangzhou/rotate-secret/acs/ram/user/payroll-exporter",
        "version=0123456789abcdef0123456789abcdef",
        [401, 404, 403, 404, 403, 403],
    ),
    (
        "POST page",
        "/cn-hangzhou/change-rotation/acs/ram/user/payroll-exporter",
        "rotation=on&period=14&unit=days",
        [401, 404, 403, 404, 303, 303],
    ),
    (
        "POST page",
        "/cn-hangzhou/edit-secret/acs/ram/user/payroll-exporter",
        "description=x&custom-data=&tags=&seen=0",
        [401, 404, 403, 404, 409, 409],
    ),
    (
        "POST page",
        "/cn-hangzhou/edit-policy/acs/ram/user/payroll-exporter",
        "policy=%7B%7D&seen=%7B%7D",
        [401, 404, 403, 404, 422, 422],
    ),
    (
        "POST page",
        "/cn-hangzhou/after-leak/acs/ram/user/payroll-exporter",
        "user=payroll-exporter&key=LTAI5tNothing&change=disable",
        [401, 404, 403, 404, 404, 404],
    ),
    (
        "POST page",
        "/access-keys/payroll-exporter",
        "key=LTAI5tNothing&change=disable",
        [401, 404, 403, 404, 404, 404],
    ),
    // Last: nobody is signed in after it.
    ("POST /sign-out", "/sign-out", "", [303, 303, 303, 303, 303, 303]),
];

/// What the router has, read off its source: `GET /account`.
fn routes() -> Vec<String> {
    let sources = [include_str!("../src/web.rs"), include_str!("../src/web/served.rs")];
    let routes = sources.iter().flat_map(|source| source.split(".route(").skip(1)).flat_map(|route| {
        let (path, methods) = route.split_once(", ").expect("an address, then its methods");
        let path = match path {
            "reports::PATH" => "/csp-report",
            "BACK_CHANNEL_LOGOUT" => "/sign-in/backchannel-logout",
            literal => literal.strip_prefix('"').and_then(|path| path.strip_suffix('"')).expect(literal),
        };
        let methods = methods.split_once('\n').map_or(methods, |(line, _)| line);
        let of = |method, word: &str| methods.contains(word).then(|| format!("{method} {path}"));
        [of("GET", "get("), of("POST", "post(")].into_iter().flatten().collect::<Vec<_>>()
    });
    routes.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s32_every_route_by_every_role() {
    let console = start_with(&[("four_eyes", "rotate")], GRANTS).await;
    let admin = administrator(&console).await;
    let nobody = member(&admin, "nora", "none").await;
    let viewer = member(&admin, "vera", "viewers").await;
    let other = member(&admin, "otto", "others").await;
    let operator = member(&admin, "olga", "operators").await;
    let routes = routes();
    assert!(routes.len() > 40, "{routes:?}");
    for route in &routes {
        assert!(ROUTES.iter().any(|row| row.0 == route), "{route} is missing in the table");
    }
    for (route, path, body, expected) in ROUTES {
        assert!(
            route.ends_with(" page") || routes.iter().any(|of| of == route),
            "{route} is in the table alone"
        );
        let mut answers = [0; 6];
        let people =
            [&nobody, &viewer, &other, &operator, &admin].map(|of| (of.cookie.as_str(), of.mark.as_str()));
        let people = [("", "")].into_iter().chain(people);
        for (answer, (cookie, mark)) in answers.iter_mut().zip(people) {
            let page_of = if mark.is_empty() { String::new() } else { format!("&page-of={mark}") };
            let url = format!("{}{path}", console.url);
            let request = match route.starts_with("POST") {
                true => console
                    .http
                    .post(url)
                    .header("sec-fetch-site", "same-origin")
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(format!("{body}{page_of}")),
                false => console.http.get(url),
            };
            *answer = request.header("cookie", cookie).send().await.unwrap().status().as_u16();
        }
        assert_eq!(&answers, expected, "{route} at {path}");
        if route.starts_with("POST")
            && *route != "POST /sign-in/backchannel-logout"
            && *route != "POST /csp-report"
        {
            let foreign = console.http.post(format!("{}{path}", console.url)).body("").send().await.unwrap();
            assert_eq!(foreign.status(), 403, "s13: {path} from nowhere");
            assert_eq!(foreign.json::<Value>().await.unwrap()["code"], "cross_site", "{path}");
        }
    }
    let viewer = sign_in(&console, "vera").await;
    let all = viewer.get("/account?all").send().await.unwrap().text().await.unwrap();
    assert!(!all.contains("admin"), "a viewer sees the own sessions alone");
}

#[tokio::test]
async fn s01_s07_the_cookie_is_exact_and_is_worth_nothing_after_signing_out() {
    let console = start().await;
    let admin = administrator(&console).await;
    let answer = form(
        &console,
        "/sign-in",
        &[("name", "admin"), ("password", PASSWORD), ("return_to", "/activity?event=sign_in")],
    )
    .send()
    .await
    .unwrap();
    assert_eq!(answer.headers()["location"], "/activity?event=sign_in");
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    let (value, rest) = cookie.split_once(';').unwrap();
    assert_eq!(rest, " Path=/; Secure; HttpOnly; SameSite=Lax");
    assert!(value.starts_with("__Host-session=") && value.len() == "__Host-session=".len() + 64);
    let out = admin.post("/sign-out", &[]).send().await.unwrap();
    assert_eq!(
        (out.status().as_u16(), &out.headers()["clear-site-data"]),
        (303, &"\"cache\", \"storage\"".parse().unwrap())
    );
    let replayed = admin.call("get-overview", &json!({"tags": [], "is_refresh": false})).await;
    assert_eq!(replayed.0, 401);
    let page = admin.get("/").send().await.unwrap();
    assert_eq!(page.headers()["location"], "/sign-in?return_to=%2F");
}

#[tokio::test]
async fn s05_confirming_gives_a_new_session_and_only_the_same_person_confirms() {
    let console = start().await;
    let admin = administrator(&console).await;
    member(&admin, "vera", "viewers").await;
    let vera = [("name", "vera"), ("password", PASSWORD), ("confirm", "1")];
    assert_eq!(admin.post("/sign-in", &vera).send().await.unwrap().status(), 422);
    let again = admin.post("/sign-in", &[("name", "admin"), ("password", PASSWORD), ("confirm", "1")]);
    let again = again.send().await.unwrap();
    let cookie = again.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert_ne!(cookie, admin.cookie);
    assert_eq!(admin.get("/account").send().await.unwrap().status(), 303, "the old one is refused at once");
    let new = Browser { console: &console, cookie, mark: admin.mark.clone() };
    assert_eq!(new.get("/account").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn s47_refusals_are_alike_and_too_many_say_when_to_try_again() {
    let console = start().await;
    administrator(&console).await;
    let refused = async |name: &str, password: &str| {
        let answer =
            form(&console, "/sign-in", &[("name", name), ("password", password)]).send().await.unwrap();
        let (status, wait) = (answer.status().as_u16(), answer.headers().get("retry-after").is_some());
        let text = answer.text().await.unwrap();
        assert!(!text.contains(password));
        let alert = text.split("role=\"alert\"").nth(1).unwrap().split("</div>").next().unwrap().to_owned();
        (status, wait, alert)
    };
    assert_eq!(refused("admin", "wrong-wrong-wrong").await, refused("nobody", "wrong-wrong-wrong").await);
    for _ in 0..9 {
        refused("admin", "wrong-wrong-wrong").await;
    }
    let (status, wait, _) = refused("admin", PASSWORD).await;
    assert_eq!((status, wait), (429, true));
}

/// How long somebody who works waits for a page and for a list: the median and the 95th percentile, in milliseconds.
async fn waits(admin: &Browser<'_>) -> (f64, f64) {
    let list = json!({"region": REGION, "query": serde_json::to_value(SecretQuery::default()).unwrap()});
    let mut times = Vec::new();
    for round in 0..40 {
        let started = std::time::Instant::now();
        match round % 2 {
            0 => assert_eq!(admin.get("/cn-hangzhou/secrets").send().await.unwrap().status(), 200),
            _ => assert_eq!(admin.call("list-secrets", &list).await.0, 200),
        }
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 95 / 100])
}

/// Bytes that are no request of ours, each in another way; whatever is answered is a refusal.
async fn malformed(address: &str, cookie: &str, round: usize) -> u16 {
    let body = |text: &str| {
        format!(
            "POST /api/list-secrets HTTP/1.1\r\nHost: {address}\r\nSec-Fetch-Site: same-origin\r\n\
             Cookie: {cookie}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
            text.len()
        )
    };
    let request = match round % 8 {
        0 => "\u{0}\u{1}\u{2}\r\n\r\n".to_owned(),
        1 => body("{\"region\": "),
        2 => body("[[[[[[[[[[[[[[[["),
        3 => body("{\"region\": \"cn-hangzhou\", \"query\": {}, \"more\": 1}"),
        4 => format!(
            "GET /%ff%00/secrets HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
        ),
        5 => format!("GET /{} HTTP/1.1\r\nHost: {address}\r\n\r\n", "x".repeat(70_000)),
        6 => format!(
            "POST /sign-in HTTP/1.1\r\nHost: {address}\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n"
        ),
        _ => format!("BREW / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"),
    };
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let limit = std::time::Duration::from_secs(45);
    let _ =
        tokio::time::timeout(limit, stream.read_to_end(&mut answer)).await.expect("it is answered or closed");
    let text = String::from_utf8_lossy(&answer);
    text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(400)
}

/// `TEST_FLOOD` is how many requests; `make soak` sends 10,000 of each kind and prints what everybody else waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s49_everybody_else_is_served_in_a_flood() {
    let many: usize = std::env::var("TEST_FLOOD").map_or(160, |text| text.parse().unwrap());
    // Each attacker has an address of its own.
    let console = &start_with(&[("trusted_proxies", "127.0.0.1")], GRANTS).await;
    let admin = administrator(console).await;
    let idle = waits(&admin).await;

    let address = console.url.trim_start_matches("http://");
    let mut slow = Vec::new();
    for _ in 0..many.min(400) {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
        slow.push(stream);
    }
    let sign_ins = futures::stream::iter(0..many).map(|round| async move {
        let fields = [("name", format!("nobody{round}")), ("password", format!("wrong-wrong-{round}"))];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let from = format!("198.51.{}.{}", round / 250 % 250, round % 250);
        form(console, "/sign-in", &fields)
            .header("x-forwarded-for", from)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    });
    let bad = futures::stream::iter(0..many).map(|round| malformed(address, &admin.cookie, round));
    let is_over = std::sync::atomic::AtomicBool::new(false);
    let flood = async {
        let statuses = futures::join!(
            sign_ins.buffer_unordered(8).collect::<Vec<u16>>(),
            bad.buffer_unordered(8).collect::<Vec<u16>>()
        );
        is_over.store(true, std::sync::atomic::Ordering::Relaxed);
        statuses
    };
    let everybody = async {
        let mut worst = waits(&admin).await;
        while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
            let now = waits(&admin).await;
            worst = (worst.0.max(now.0), worst.1.max(now.1));
        }
        worst
    };
    let started = std::time::Instant::now();
    let ((sign_ins, bad), during) = futures::join!(flood, everybody);
    drop(slow);
    assert!(sign_ins.iter().all(|status| [422, 429, 503].contains(status)), "{sign_ins:?}");
    assert!(bad.iter().all(|status| (400..500).contains(status)), "{bad:?}");
    println!(
        "{many} sign-ins and {many} malformed requests in {:.0} s: a page or list waits {:.1} ms (95%: {:.1}), idle {:.1} ms (95%: {:.1})",
        started.elapsed().as_secs_f64(),
        during.0,
        during.1,
        idle.0,
        idle.1
    );
}

#[tokio::test]
async fn s54_a_change_has_its_intent_its_outcome_and_the_vendors_request_id_in_the_log() {
    let console = start().await;
    let admin = administrator(&console).await;
    let viewer = member(&admin, "vera", "viewers").await;
    let body = json!({"region": REGION, "name": SECRET, "deletion": {"planned": 30}, "typed_name": ""});
    assert_eq!(viewer.call("delete-secret", &body).await.0, 403);
    assert_eq!(admin.call("delete-secret", &body).await.0, 200);
    let lines = admin.get("/activity.jsonl?event=delete_secret").send().await.unwrap().text().await.unwrap();
    let records: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 2, "{lines}");
    let (done, refused) = (&records[0], &records[1]);
    assert_eq!(
        (&done["outcome"], &done["person"], &done["secret"]),
        (&json!("done"), &json!("local:admin"), &json!(SECRET))
    );
    assert_eq!((&done["parameters"]["days"], &done["from"]), (&json!(30), &json!("127.0.0.1")));
    assert!(
        done["intent"].as_i64().is_some()
            && done["cloudRequestIds"][0].as_str().is_some_and(|id| id.len() > 8),
        "{done}"
    );
    assert_eq!(
        (&refused["outcome"], &refused["code"], &refused["name"]),
        (&json!("refused"), &json!("forbidden"), &json!("vera"))
    );
    let csv = admin.get("/activity.csv?event=delete_secret").send().await.unwrap();
    assert_eq!(csv.headers()["content-disposition"], "attachment; filename=\"activity.csv\"");
    assert_eq!(csv.text().await.unwrap().lines().count(), 3);
    // A viewer of everything sees it too; whoever sees nothing, what is the own.
    let nobody = member(&admin, "nora", "none").await;
    let own = nobody.get("/activity.jsonl").send().await.unwrap().text().await.unwrap();
    assert!(own.lines().count() > 0 && own.lines().all(|line| line.contains("local:nora")), "{own}");
    keyturn::verify_audit(&console.config, None).await.unwrap();
}

/// The database fails: nothing is changed, and that is what is said.
#[tokio::test]
async fn s54_no_audit_no_change() {
    let console = start().await;
    let admin = administrator(&console).await;
    let body = json!({"region": REGION, "name": SECRET, "deletion": {"planned": 30}, "typed_name": ""});
    let file = console.config.database_url.trim_start_matches("sqlite://");
    let url = format!("sqlite://{file}");
    execute(&url, "ALTER TABLE audit RENAME TO audit_away").await;
    let (status, error) = admin.call("delete-secret", &body).await;
    assert_eq!((status, &error["code"]), (503, &json!("audit_down")));
    assert_eq!(console.http.get(format!("{}/readyz", console.url)).send().await.unwrap().status(), 503);
    let calls: Value = console
        .http
        .get(format!("{}/_sandbox/calls?limit=50", console.sandbox_url))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(!calls.to_string().contains("DeleteSecret"), "{calls}");
    execute(&url, "ALTER TABLE audit_away RENAME TO audit").await;
    assert_eq!(admin.call("delete-secret", &body).await.0, 200);
    keyturn::verify_audit(&console.config, None).await.unwrap();
}

#[tokio::test]
async fn s11_what_cannot_be_undone_wants_a_fresh_sign_in() {
    let console = start().await;
    let admin = administrator(&console).await;
    let url = &console.config.database_url;
    execute(url, "UPDATE sessions SET privileged_until_ms = 0").await;
    let immediate = json!({"region": REGION, "name": SECRET, "deletion": "immediate", "typed_name": SECRET});
    let rotate = json!({"region": REGION, "name": SECRET, "version_id": "0123456789abcdef0123456789abcdef"});
    for (function, body) in [("delete-secret", &immediate), ("rotate-secret", &rotate)] {
        let (status, error) = admin.call(function, body).await;
        assert_eq!((status, &error["code"]), (403, &json!("confirm_identity")), "{function}");
    }
    for path in ["/access/disable-account", "/access/enable-account"] {
        assert_eq!(admin.post(path, &[("name", SECRET)]).send().await.unwrap().status(), 303, "{path}");
    }
    // What was tried is in the log, and that nothing came of it.
    let log = admin.get("/activity.jsonl?outcome=refused").send().await.unwrap().text().await.unwrap();
    for (event, of) in [
        ("delete_secret", "secret"),
        ("rotate_secret", "secret"),
        ("disable_account", "about"),
        ("enable_account", "about"),
    ] {
        let says = |line: &str| {
            let record: Value = serde_json::from_str(line).unwrap();
            record["event"] == event && record["code"] == "confirm_identity" && record[of] == SECRET
        };
        assert!(log.lines().any(says), "{event}: {log}");
    }
    let planned = json!({"region": REGION, "name": SECRET, "deletion": {"planned": 30}, "typed_name": ""});
    assert_eq!(admin.call("delete-secret", &planned).await.0, 200);
    // What was typed is still there, and the account is not.
    let stale = admin.post("/access/create-account", &[("name", "eva"), ("groups", "a-group-of-eva")]);
    let stale = stale.send().await.unwrap();
    assert_eq!(stale.status(), 403);
    assert!(stale.text().await.unwrap().contains("value=\"a-group-of-eva\""));
    let stale = admin.post("/access/end-sessions", &[("name", "eva")]).send().await.unwrap();
    assert_eq!(stale.headers()["location"], "/sign-in?return_to=%2Faccess%2Faccounts%2Feva");
    let confirmed = sign_in(&console, "admin").await;
    assert_eq!(confirmed.call("delete-secret", &immediate).await.0, 200);
}

#[tokio::test]
async fn s36_accounts_and_rules_are_made_changed_and_explained_by_administrators() {
    let console = start().await;
    let admin = administrator(&console).await;
    let eva = member(&admin, "eva", "payments").await;
    let overview = json!({"tags": [], "is_refresh": false});
    assert_eq!(eva.call("get-overview", &overview).await.0, 403);
    let rule = [("role", "viewer"), ("group", "payments"), ("names", "acs/ram/user/pay*")];
    assert_eq!(admin.post("/access/create-grant", &rule).send().await.unwrap().status(), 303);
    let (status, page) =
        eva.call("list-secrets", &json!({"region": REGION, "query": SecretQuery::default()})).await;
    assert_eq!((status, page["total"].as_u64()), (200, Some(1)), "{page}");
    let why =
        admin.get(&format!("/access?person=local:eva&region={REGION}&secret={SECRET}")).send().await.unwrap();
    assert!(why.text().await.unwrap().contains("May, as: Viewer"));
    let why = admin.get(&format!("/access?person=local:eva&region={REGION}&secret=acs/ram/user/legacy-ftp"));
    let why = why.send().await.unwrap().text().await.unwrap();
    assert!(why.contains("May nothing") && why.contains("is for other names"));
    let why = admin.get("/access?person=local:eva&region=mars-1&secret=x").send().await.unwrap();
    assert!(why.text().await.unwrap().contains("“mars-1” is no region of KMS"));
    let wrong = [("role", "viewer"), ("group", "g"), ("tags", "no tag")];
    let refused = admin.post("/access/create-grant", &wrong).send().await.unwrap();
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("value=\"no tag\""), "what was typed is kept");
    let same = admin.post("/access/create-grant", &rule).send().await.unwrap();
    assert!(same.text().await.unwrap().contains("there is such a rule already"));

    // Groups hold at once, for the sessions that run.
    let groups = [("name", "eva"), ("groups", "viewers, others")];
    assert_eq!(admin.post("/access/set-groups", &groups).send().await.unwrap().status(), 303);
    let (_, page) =
        eva.call("list-secrets", &json!({"region": REGION, "query": SecretQuery::default()})).await;
    assert!(page["total"].as_u64() > Some(1), "{page}");
    assert_eq!(admin.post("/access/set-groups", &[("name", "nobody")]).send().await.unwrap().status(), 422);
    // Nobody shuts themselves out.
    assert_eq!(admin.post("/access/set-groups", &[("name", "admin")]).send().await.unwrap().status(), 422);
    assert_eq!(admin.get("/access").send().await.unwrap().status(), 200);
    assert_eq!(
        admin.post("/access/disable-account", &[("name", "admin")]).send().await.unwrap().status(),
        422
    );
    assert_eq!(admin.post("/access/disable-account", &[("name", "eva")]).send().await.unwrap().status(), 303);
    assert_eq!(eva.call("get-overview", &overview).await.0, 401, "the session ends at once");
}

#[tokio::test]
async fn a_deleted_account_leaves_nothing_to_whoever_gets_the_name_next() {
    let console = start().await;
    let admin = administrator(&console).await;
    let eva = member(&admin, "eva", "viewers").await;
    let rule = [("role", "operator"), ("person", "local:eva")];
    assert_eq!(admin.post("/access/create-grant", &rule).send().await.unwrap().status(), 303);
    let delete =
        async |fields: &[(&str, &str)]| admin.post("/access/delete-account", fields).send().await.unwrap();
    assert_eq!(delete(&[("name", "eva"), ("typed", "eve")]).await.status(), 422);
    assert_eq!(
        delete(&[("name", "admin"), ("typed", "admin")]).await.status(),
        422,
        "nobody deletes oneself"
    );
    assert_eq!(eva.get("/account").send().await.unwrap().status(), 200);
    let deleted = delete(&[("name", "eva"), ("typed", "eva")]).await;
    assert_eq!(
        (deleted.status().as_u16(), &deleted.headers()["location"]),
        (303, &"/access".parse().unwrap())
    );
    assert_eq!(eva.get("/account").send().await.unwrap().status(), 303, "the session ends at once");
    assert_eq!(delete(&[("name", "eva"), ("typed", "eva")]).await.status(), 422, "it is gone");
    let next = member(&admin, "eva", "nothing").await;
    let list = json!({"region": REGION, "query": SecretQuery::default()});
    assert_eq!(next.call("list-secrets", &list).await.0, 403);
    // Who may nothing yet is told so, and whom to ask.
    assert_eq!(next.get("/").send().await.unwrap().headers()["location"], "/account");
    let log = async |outcome: &str| {
        let log = admin.get(&format!("/activity.jsonl?event=delete_account&outcome={outcome}"));
        log.send().await.unwrap().text().await.unwrap().lines().count()
    };
    assert_eq!((log("done").await, log("failed").await), (1, 1), "eva, and the try when there was none");
}

/// Somebody hangs up while KMS is at it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s51_a_change_whose_sender_has_gone_away_has_its_outcome_in_the_log() {
    let console = start().await;
    let admin = administrator(&console).await;
    let fault = json!({"service": "kms", "action": "DeleteSecret", "kind": "delay", "millis": 900});
    console.http.post(format!("{}/_sandbox/faults", console.sandbox_url)).json(&fault).send().await.unwrap();
    let immediate = json!({"region": REGION, "name": SECRET, "deletion": "immediate", "typed_name": SECRET});
    let limit = std::time::Duration::from_millis(250);
    let cut = console.call("delete-secret", &immediate).header("cookie", &admin.cookie).timeout(limit);
    assert!(cut.send().await.unwrap_err().is_timeout());
    let done = async || {
        let log = admin.get("/activity.jsonl?event=delete_secret&outcome=done").send().await.unwrap();
        log.text().await.unwrap()
    };
    for _ in 0..40 {
        if !done().await.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let record: Value = serde_json::from_str(done().await.trim()).unwrap();
    assert!(record["cloudRequestIds"].as_array().is_some_and(|ids| ids.len() == 1), "{record}");
}

#[tokio::test]
async fn s51_what_was_refused_is_not_called_done() {
    let console = start_with(&[("four_eyes", "delete")], GRANTS).await;
    let admin = administrator(&console).await;
    member(&admin, "eva", "viewers").await;
    for (path, fields) in [
        ("/access/create-account", &[("name", "Bad Name")][..]),
        ("/access/create-account", &[("name", "eva")]),
        ("/access/set-groups", &[("name", "nobody")]),
        ("/access/new-link", &[("name", "nobody")]),
        ("/access/disable-account", &[("name", "nobody")]),
        ("/access/end-sessions", &[("name", "nobody")]),
        ("/invitation", &[("token", "x"), ("password", PASSWORD), ("again", PASSWORD)]),
    ] {
        let events = async || {
            let log = admin.get("/activity.jsonl?outcome=done").send().await.unwrap().text().await.unwrap();
            log.lines().filter(|line| !line.contains("export_activity")).count()
        };
        let before = events().await;
        let status = admin.post(path, fields).send().await.unwrap().status();
        assert!(status.is_client_error(), "{path} {fields:?}: {status}");
        assert_eq!(events().await, before, "{path} {fields:?} is recorded as done");
    }
}

/// What a session has begun opens no other.
#[tokio::test]
async fn s05_setting_up_an_app_in_a_session_opens_no_new_one() {
    let console = start().await;
    let admin = administrator(&console).await;
    let page = admin.post("/account/add-app", &[]).send().await.unwrap().text().await.unwrap();
    let step = page.split_once("name=\"step\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let field = page.split_once("id=\"key\"").unwrap().1.split_once("value=\"").unwrap().1;
    let secret = field.split('"').next().unwrap().replace(' ', "");
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let app =
        totp_rs::Builder::new().with_secret(secret).with_account_name("admin".to_owned()).build().unwrap();
    let code = app.generate_current().to_string();
    let elsewhere =
        form(&console, "/sign-in/code", &[("step", &step), ("code", &code)]).send().await.unwrap();
    assert!(elsewhere.status().is_client_error(), "{}", elsewhere.status());
    assert!(elsewhere.headers().get("set-cookie").is_none());
    let confirmed =
        admin.post("/account/confirm-app", &[("step", &step), ("code", &code)]).send().await.unwrap();
    assert_eq!(confirmed.status(), 200);
}

/// What an account asked for is not there for whoever has its name next, and what one approved who is gone is not approved.
#[tokio::test]
async fn s30_requests_end_with_the_accounts_of_those_who_asked_and_approved() {
    let console = start_with(&[("four_eyes", "delete")], GRANTS).await;
    let admin = administrator(&console).await;
    let immediate = json!({"region": REGION, "name": SECRET, "deletion": "immediate", "typed_name": SECRET});
    let approve = async |by: &Browser<'_>| {
        let page = by.get("/approvals").send().await.unwrap().text().await.unwrap();
        let id =
            page.split_once("name=\"id\" value=\"").expect("something waits").1.split('"').next().unwrap();
        assert_eq!(by.post("/approvals/approve", &[("id", id)]).send().await.unwrap().status(), 303);
    };
    let post = async |path: &str, fields: &[(&str, &str)]| {
        assert_eq!(admin.post(path, fields).send().await.unwrap().status(), 303, "{path}");
    };
    for way in ["asker deleted", "approver disabled"] {
        let mia = member(&admin, "mia", "operators").await;
        let omar = member(&admin, "omar", "operators").await;
        assert_eq!(mia.call("delete-secret", &immediate).await.0, 403);
        approve(&omar).await;
        match way {
            "asker deleted" => {
                post("/access/delete-account", &[("name", "mia"), ("typed", "mia")]).await;
                let next = member(&admin, "mia", "operators").await;
                assert_eq!(next.call("delete-secret", &immediate).await.0, 403, "{way}");
            }
            _ => {
                post("/access/disable-account", &[("name", "omar")]).await;
                assert_eq!(mia.call("delete-secret", &immediate).await.0, 403, "{way}");
            }
        }
        post("/access/delete-account", &[("name", "mia"), ("typed", "mia")]).await;
        post("/access/delete-account", &[("name", "omar"), ("typed", "omar")]).await;
    }
}

/// Where nothing came of it, the approval is there for another try.
#[tokio::test]
async fn s30_an_approval_is_not_used_up_by_a_try_that_did_nothing() {
    let console = start_with(&[("four_eyes", "delete")], GRANTS).await;
    let admin = administrator(&console).await;
    let mia = member(&admin, "mia", "operators").await;
    let immediate = json!({"region": REGION, "name": SECRET, "deletion": "immediate", "typed_name": SECRET});
    assert_eq!(mia.call("delete-secret", &immediate).await.0, 403);
    let page = admin.get("/approvals").send().await.unwrap().text().await.unwrap();
    let id = page.split_once("name=\"id\" value=\"").unwrap().1.split('"').next().unwrap();
    assert_eq!(admin.post("/approvals/approve", &[("id", id)]).send().await.unwrap().status(), 303);
    let fails = async |code: &str, status: u16| {
        let fault = json!({"service": "kms", "action": "DeleteSecret", "kind": "error", "code": code, "status": status, "times": 1});
        console
            .http
            .post(format!("{}/_sandbox/faults", console.sandbox_url))
            .json(&fault)
            .send()
            .await
            .unwrap();
        let (status, error) = mia.call("delete-secret", &immediate).await;
        assert!(status != 200 && error["code"] != "needs_approval", "{status} {error}");
    };
    fails("Forbidden.NoPermission", 403).await;
    // A service that failed may have done it first: that was the one time.
    fails("InternalFailure", 500).await;
    assert_eq!(mia.call("delete-secret", &immediate).await.1["code"], "needs_approval");
}

#[tokio::test]
async fn a_refused_page_is_a_page_and_a_refused_call_is_json() {
    let console = start().await;
    let admin = administrator(&console).await;
    let viewer = member(&admin, "vera", "viewers").await;
    let page = viewer.get("/access").header("accept", "text/html,*/*").send().await.unwrap();
    assert_eq!(
        (page.status().as_u16(), &page.headers()["content-type"]),
        (403, &"text/html; charset=utf-8".parse().unwrap())
    );
    let id = page.headers()["x-request-id"].to_str().unwrap().to_owned();
    let text = page.text().await.unwrap();
    assert!(text.contains("You may not do this.") && text.contains(&id) && text.contains("vera"), "{text}");
    assert!(text.contains("data-may=\"see\""), "a viewer is offered nothing else");
    assert!(!admin.get("/account").send().await.unwrap().text().await.unwrap().contains("data-may="));
    let json: Value = viewer.get("/access").send().await.unwrap().json().await.unwrap();
    assert_eq!(json["code"], "forbidden");
}

#[tokio::test]
async fn a_password_that_others_would_guess_is_refused() {
    let console = start().await;
    let token = token(&console.first_link);
    for (password, words) in [
        ("kQ7x-", "too short"),
        ("password1234", "easy to guess"),
        ("aaaaaaaaaaaaaaaa", "easy to guess"),
        ("adminadminadmin", "easy to guess"),
    ] {
        let fields = [("token", token.as_str()), ("password", password), ("again", password)];
        let refused = form(&console, "/invitation", &fields).send().await.unwrap();
        assert_eq!(refused.status(), 422, "{password}");
        let text = refused.text().await.unwrap();
        assert!(text.contains(words) && !text.contains(password), "{password}: {text}");
    }
    administrator(&console).await;
}

#[tokio::test]
async fn s32_the_users_of_hidden_secrets_are_hidden_with_them() {
    let console = start().await;
    let admin = administrator(&console).await;
    let eva = member(&admin, "eva", "search").await;
    let rule = [("role", "operator"), ("group", "search"), ("tags", "team=nobody-has-this")];
    assert_eq!(admin.post("/access/create-grant", &rule).send().await.unwrap().status(), 303);
    for text in ["payroll", "legacy", ""] {
        let (status, users) = eva.call("search-ram-users", &json!({"region": REGION, "text": text})).await;
        assert_eq!(status, 200);
        assert!(!users.to_string().contains("managed_by\":["), "{text}: {users}");
        assert!(!users.to_string().contains("payroll-exporter"), "{text}: {users}");
    }
    // Nor does making a secret for such a user tell that there is one; a user that no secret manages can be tried.
    for user in ["payroll-exporter", "checkout-api"] {
        let secret = json!({
            "user_name": user, "access_keys": [{"id": "LTAI5tNotTheirs", "secret": "x"}], "description": "", "rotation": null,
            "version_id": "0123456789abcdef0123456789abcdef", "instance": null, "is_checked": true,
            "tags": [{"key": "team", "value": "nobody-has-this"}],
        });
        let (status, answer) = eva.call("create-secret", &json!({"region": REGION, "secret": secret})).await;
        assert_eq!((status, &answer["fields"][0]["code"]), (422, &json!("wrong")), "{user}: {answer}");
    }
}

/// In another tab somebody else has signed in: what this page sends is not theirs.
#[tokio::test]
async fn a_page_of_somebody_else_changes_nothing() {
    let console = start().await;
    let admin = administrator(&console).await;
    let viewer = member(&admin, "vera", "viewers").await;
    let mark = async |browser: &Browser<'_>| {
        let page = browser.get("/account").send().await.unwrap().text().await.unwrap();
        page.split("data-person=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let (of_viewer, of_admin) = (mark(&viewer).await, mark(&admin).await);
    assert_ne!(of_viewer, of_admin);
    let body = json!({"region": REGION, "name": SECRET, "deletion": {"planned": 30}, "typed_name": ""});
    let send = async |mark: &str| {
        let call = console.call("delete-secret", &body).header("cookie", &admin.cookie);
        call.header("x-keyturn-person", mark).send().await.unwrap().status().as_u16()
    };
    assert_eq!((send(&of_viewer).await, send(&of_admin).await), (409, 200));
    // The forms of pages, too: those of the server alone, and those that the browser takes over later.
    let refused = async || {
        let log = admin.get("/activity.jsonl?event=other_person").send().await.unwrap().text().await.unwrap();
        log.lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["about"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(refused().await, [json!("/api/delete-secret")]);
    let restore = format!("/{REGION}/restore-secret/{SECRET}");
    for (path, fields, done) in [
        ("/access/create-account", vec![("name", "eva"), ("groups", "g")], 200),
        ("/setup/create-service-role", vec![], 303),
        (&restore, vec![], 303),
    ] {
        let send = async |mark: &str| {
            let fields: Vec<_> = fields.iter().copied().chain([("page-of", mark)]).collect();
            let request = form(&console, path, &fields).header("cookie", &admin.cookie);
            let answer = request.header("accept", "text/html").send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let (status, page) = send(&of_viewer).await;
        assert!(status == 409 && page.contains("Reload the page"), "{path}: {status} {page}");
        let (status, page) = send(&of_admin).await;
        assert_eq!(status, done, "{path}: {page}");
    }
    assert_eq!(refused().await.len(), 4);
    // Where no script runs, the server has written whose it is into each form.
    for path in [
        "/account",
        "/access",
        &format!("/{REGION}/create-secret?plain"),
        &format!("/{REGION}/delete-secret/{SECRET}"),
    ] {
        let page = admin.get(path).send().await.unwrap().text().await.unwrap();
        let forms: Vec<&str> =
            page.split("<form").skip(1).filter(|form| form.contains("method=\"post\"")).collect();
        let says = format!("name=\"page-of\" value=\"{of_admin}\"");
        assert!(!forms.is_empty() && forms.iter().all(|form| form.contains(&says)), "{path}: {forms:?}");
    }
}

/// Its last button could only be refused.
#[tokio::test]
async fn the_wizard_is_for_those_who_may_make_a_secret() {
    let console = start().await;
    let admin = administrator(&console).await;
    let (viewer, operator) =
        (member(&admin, "vera", "viewers").await, member(&admin, "otto", "operators").await);
    let wizard = format!("/{REGION}/create-secret");
    for (person, status) in [(&viewer, 403), (&operator, 200), (&admin, 200)] {
        for path in [wizard.clone(), format!("{wizard}?plain")] {
            assert_eq!(person.get(&path).send().await.unwrap().status().as_u16(), status, "{path}");
        }
    }
}

#[tokio::test]
async fn a_form_whose_session_has_ended_is_kept_but_for_the_values() {
    let console = start().await;
    let path = format!("/{REGION}/create-secret");
    let fields = [
        ("user", "checkout-api"),
        ("description", "two\r\nlines \"<b>\""),
        ("value-LTAI5tCanary", "canary-of-a-value"),
    ];
    let answer = form(&console, &path, &fields).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    let page = answer.text().await.unwrap();
    assert!(
        page.contains("Your session has ended") && page.contains("AccessKey secrets are not kept"),
        "{page}"
    );
    assert!(
        page.contains(&format!(r#"action="{path}""#)) && page.contains("two\r\nlines &quot;&lt;b&gt;"),
        "{page}"
    );
    assert!(!page.contains("canary-of-a-value") && !page.contains("LTAI5tCanary"), "{page}");
}

#[tokio::test]
async fn accounts_that_are_not_there_or_disabled_get_no_link_and_posts_lead_back_to_their_page() {
    let console = start().await;
    let admin = administrator(&console).await;
    member(&admin, "eva", "g").await;
    assert_eq!(admin.post("/access/new-link", &[("name", "nobody")]).send().await.unwrap().status(), 422);
    let link = admin.post("/access/new-link", &[("name", "eva")]).send().await.unwrap().text().await.unwrap();
    assert_eq!(admin.post("/access/disable-account", &[("name", "eva")]).send().await.unwrap().status(), 303);
    assert_eq!(admin.post("/access/new-link", &[("name", "eva")]).send().await.unwrap().status(), 422);
    let opened = console.http.get(format!("{}/invitation?token={}", console.url, token(&link)));
    assert_eq!(opened.send().await.unwrap().status(), 404, "a link of a disabled account");
    let without = form(&console, "/account/add-app", &[]).send().await.unwrap();
    assert_eq!(without.headers()["location"], "/sign-in?return_to=%2Faccount");
}

/// A password that somebody typed into the wrong field must not stay anywhere.
#[tokio::test]
async fn what_is_typed_as_a_name_is_kept_only_where_it_is_one() {
    let console = start().await;
    let admin = administrator(&console).await;
    for name in ["my-secret-password", "admin"] {
        form(&console, "/sign-in", &[("name", name), ("password", "wrong")]).send().await.unwrap();
    }
    let log = admin
        .get("/activity.jsonl?event=sign_in&outcome=refused")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        log.lines().count() == 2 && log.contains("\"name\":\"admin\"") && !log.contains("my-secret"),
        "{log}"
    );
    let file = console.config.database_url.trim_start_matches("sqlite://");
    for file in [file.to_owned(), format!("{file}-wal")] {
        let bytes = std::fs::read(file).unwrap();
        assert!(!bytes.windows(9).any(|part| part == b"my-secret"));
    }
}

#[tokio::test]
async fn a_tag_selector_reaches_the_secrets_that_bear_the_tag_now() {
    let console = start().await;
    let admin = administrator(&console).await;
    let eva = member(&admin, "eva", "payments").await;
    let rule = [("role", "operator"), ("group", "payments"), ("tags", "owner=eva")];
    assert_eq!(admin.post("/access/create-grant", &rule).send().await.unwrap().status(), 303);
    let get = json!({"region": REGION, "name": SECRET});
    assert_eq!(eva.call("get-secret", &get).await.0, 404);
    let tags = json!({"region": REGION, "name": SECRET, "tags": [{"key": "owner", "value": "eva"}], "removed_keys": []});
    assert_eq!(admin.call("tag-secret", &tags).await.0, 200);
    assert_eq!(eva.call("get-secret", &get).await.0, 200);
    let user = json!({"user_name": "payroll-exporter"});
    assert_eq!(eva.call("get-ram-user", &user).await.0, 200, "the user of a secret that one sees");
    let away = json!({"region": REGION, "name": SECRET, "tags": [], "removed_keys": ["owner"]});
    assert_eq!(admin.call("tag-secret", &away).await.0, 200);
    assert_eq!(eva.call("get-secret", &get).await.0, 404);
}

/// The request that waits, from its page.
async fn waiting(browser: &Browser<'_>) -> Vec<String> {
    let page = browser.get("/approvals").send().await.unwrap().text().await.unwrap();
    let forms = page.split("action=\"/approvals/approve\"").skip(1);
    forms
        .map(|form| form.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn s30_with_four_eyes_what_cannot_be_undone_waits_for_somebody_else_who_may() {
    let console = start_with(&[("four_eyes", "rotate, delete")], GRANTS).await;
    let admin = administrator(&console).await;
    let operator = member(&admin, "olga", "operators").await;
    let viewer = member(&admin, "vera", "viewers").await;
    let other = member(&admin, "otto", "others").await;
    let rotate = |version: &str| json!({"region": REGION, "name": SECRET, "version_id": version});
    let (first, second) = ("0123456789abcdef0123456789abcdef", "1123456789abcdef0123456789abcdef");
    let needs = async |browser: &Browser<'_>, body: &Value| {
        let (status, error) = browser.call("rotate-secret", body).await;
        assert_eq!((status, error["code"].as_str()), (403, Some("needs_approval")), "{error}");
    };
    needs(&operator, &rotate(first)).await;
    // Another click, with another number of its own, is the same request.
    needs(&operator, &rotate(second)).await;
    assert!(waiting(&operator).await.is_empty(), "nobody decides their own");
    assert!(waiting(&viewer).await.is_empty(), "nor who may not do it");
    let seen = async |browser: &Browser<'_>| {
        browser.get("/approvals").send().await.unwrap().text().await.unwrap().contains("payroll-exporter")
    };
    assert!(seen(&viewer).await && seen(&operator).await);
    assert!(!seen(&other).await, "what is hidden is not there");
    let ids = waiting(&admin).await;
    assert_eq!(ids.len(), 1);
    for browser in [&operator, &viewer, &other] {
        let refused = browser.post("/approvals/approve", &[("id", &ids[0])]).send().await.unwrap();
        assert_eq!(refused.status(), 409);
    }
    needs(&operator, &rotate(first)).await;
    let approved = admin.post("/approvals/approve", &[("id", &ids[0])]).send().await.unwrap();
    assert_eq!(approved.status(), 303);
    // For who asked, once, and for nothing else.
    needs(&admin, &rotate(first)).await;
    let delete = json!({"region": REGION, "name": SECRET, "deletion": "immediate", "typed_name": SECRET});
    let (status, error) = operator.call("delete-secret", &delete).await;
    assert_eq!((status, error["code"].as_str()), (403, Some("needs_approval")), "{error}");
    let (status, answer) = operator.call("rotate-secret", &rotate(second)).await;
    assert_eq!(status, 200, "{answer}");
    needs(&operator, &rotate(first)).await;
    // Planned deletion can be taken back: nobody is asked.
    let planned = json!({"region": REGION, "name": "acs/ram/user/legacy-ftp", "deletion": {"planned": 30}, "typed_name": ""});
    assert_eq!(operator.call("delete-secret", &planned).await.0, 200);
    let log = admin.get("/activity.jsonl").send().await.unwrap().text().await.unwrap();
    let records: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let done = |event: &str| {
        records.iter().find(|record| record["event"] == event && record["outcome"] == "done").unwrap()
    };
    // Each try while it waits is one that was refused.
    let tries = records.iter().filter(|record| record["code"] == "needs_approval").count();
    assert_eq!(tries, 2);
    assert_eq!(done("rotate_secret")["parameters"]["approvedBy"], "local:admin");
    assert_eq!(done("approve")["parameters"]["askedBy"], "local:olga");
    assert_eq!(done("ask_approval")["secret"], SECRET);
    assert!(records.iter().any(|record| record["event"] == "approve" && record["outcome"] == "refused"));
}

#[tokio::test]
async fn s48_changes_are_limited_for_each_person_and_rotations_for_all() {
    let console = start_with(&[("rotations_an_hour", "2")], GRANTS).await;
    let admin = administrator(&console).await;
    let operator = member(&admin, "olga", "operators").await;
    let mut answers = Vec::new();
    for (index, name) in ["payroll-exporter", "invoice-mailer", "ledger-reports"].iter().enumerate() {
        let by = if index == 1 { &operator } else { &admin };
        let version = format!("{index}123456789abcdef0123456789abcdef");
        let body = json!({"region": REGION, "name": format!("acs/ram/user/{name}"), "version_id": version});
        let call = console.call("rotate-secret", &body).header("cookie", &by.cookie).send().await.unwrap();
        let wait = call.headers().get("retry-after").map(|wait| wait.to_str().unwrap().to_owned());
        answers.push((call.status().as_u16(), wait));
    }
    assert_eq!((answers[0].0, answers[1].0, answers[2].0), (200, 200, 429), "{answers:?}");
    let wait: u64 = answers[2].1.as_ref().unwrap().parse().unwrap();
    assert!((3_500..=3_600).contains(&wait), "{wait}");

    let restore = json!({"region": REGION, "name": SECRET});
    // The account that was made is a change, too.
    for _ in 0..297 {
        assert_ne!(admin.call("restore-secret", &restore).await.0, 429);
    }
    let mut last = (0, Value::Null);
    for _ in 0..3 {
        last = admin.call("restore-secret", &restore).await;
    }
    assert_eq!((last.0, last.1["code"].as_str()), (429, Some("throttled")));
    let made =
        admin.post("/access/create-account", &[("name", "one-more"), ("groups", "g")]).send().await.unwrap();
    assert_eq!(made.status(), 429, "the pages of the server's alone have the same limit");
    assert!(made.headers().contains_key("retry-after"));
    let made = admin.post("/access/create-account", &[("name", "one-more"), ("groups", "g")]);
    let page = made.header("accept", "text/html").send().await.unwrap();
    assert_eq!(page.status(), 429);
    assert!(page.text().await.unwrap().contains("<h1"), "a person is told on a page");
    assert_eq!(admin.get("/activity.jsonl").send().await.unwrap().status(), 429);
    assert_ne!(operator.call("restore-secret", &restore).await.0, 429, "each has their own");
}

/// What was approved counts only while who gave it still may.
#[tokio::test]
async fn s30_an_approval_ends_with_the_role_of_who_gave_it() {
    let console = start_with(&[("four_eyes", "delete")], GRANTS).await;
    let admin = administrator(&console).await;
    let mia = member(&admin, "mia", "operators").await;
    let immediate = json!({"region": REGION, "name": SECRET, "deletion": "immediate", "typed_name": SECRET});
    let post = async |path: &str, fields: &[(&str, &str)]| {
        assert_eq!(admin.post(path, fields).send().await.unwrap().status(), 303, "{path}");
    };
    let omar = member(&admin, "omar", "leads").await;
    let rule = [("role", "operator"), ("group", "leads"), ("names", SECRET)];
    post("/access/create-grant", &rule).await;
    for way in ["rule", "group"] {
        assert_eq!(mia.call("delete-secret", &immediate).await.1["code"], "needs_approval", "{way}");
        let id = waiting(&omar).await.remove(0);
        assert_eq!(omar.post("/approvals/approve", &[("id", &id)]).send().await.unwrap().status(), 303);
        match way {
            "rule" => {
                let page = admin.get("/access").send().await.unwrap().text().await.unwrap();
                let form = page.split("action=\"/access/delete-grant\"").nth(1).unwrap();
                let id = form.split_once("name=\"id\" value=\"").unwrap().1.split('"').next().unwrap();
                post("/access/delete-grant", &[("id", id)]).await;
            }
            _ => post("/access/set-groups", &[("name", "omar"), ("groups", "none")]).await,
        }
        assert_eq!(mia.call("delete-secret", &immediate).await.1["code"], "needs_approval", "{way}");
        match way {
            "rule" => post("/access/create-grant", &rule).await,
            _ => post("/access/set-groups", &[("name", "omar"), ("groups", "leads")]).await,
        }
        // It is asked for anew, not taken up again because the role is back.
        assert_eq!(mia.call("delete-secret", &immediate).await.1["code"], "needs_approval", "{way}");
        let id = waiting(&admin).await.remove(0);
        assert_eq!(admin.post("/approvals/deny", &[("id", &id)]).send().await.unwrap().status(), 303);
    }
    assert_eq!(mia.call("delete-secret", &immediate).await.1["code"], "needs_approval");
    let id = waiting(&admin).await.remove(0);
    assert_eq!(admin.post("/approvals/approve", &[("id", &id)]).send().await.unwrap().status(), 303);
    assert_eq!(mia.call("delete-secret", &immediate).await.0, 200);
}

#[tokio::test]
async fn s54_links_pushed_out_sessions_and_foreign_changes_are_in_the_log() {
    let console = start().await;
    let admin = administrator(&console).await;
    let log = async |event: &str| {
        let lines = admin.get(&format!("/activity.jsonl?event={event}")).send().await.unwrap().text().await;
        lines.unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
    };
    // The first administrator's link was printed before anybody was there.
    let printed = log("new_link").await.remove(0);
    assert_eq!((&printed["person"], &printed["about"]), (&json!("keyturn"), &json!("admin")), "{printed}");

    let guess = [("token", "guessed"), ("password", PASSWORD), ("again", PASSWORD)];
    assert_eq!(form(&console, "/invitation", &guess).send().await.unwrap().status(), 404);
    let refused = log("choose_password").await.remove(0);
    assert_eq!(
        (&refused["outcome"], &refused["code"]),
        (&json!("refused"), &json!("not_found")),
        "{refused}"
    );
    assert!(!refused.to_string().contains("guessed"), "{refused}");

    let foreign = console
        .http
        .post(format!("{}/access/create-grant", console.url))
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://evil.example");
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    let refused = log("cross_site").await.remove(0);
    assert_eq!(
        (&refused["about"], &refused["parameters"]["origin"]),
        (&json!("/access/create-grant"), &json!("https://evil.example")),
        "{refused}"
    );
    assert_eq!(log("end_session").await, Vec::<Value>::new());
    member(&admin, "mia", "operators").await;
    for _ in 0..10 {
        sign_in(&console, "mia").await;
    }
    let ended = log("end_session").await;
    assert_eq!(ended.len(), 1, "{ended:?}");
    assert_eq!(
        (&ended[0]["person"], &ended[0]["parameters"]["tooMany"]),
        (&json!("local:mia"), &json!(true)),
        "{ended:?}"
    );
}

#[tokio::test]
async fn lists_of_any_length_are_read_page_by_page_and_searched() {
    let console = start().await;
    let admin = administrator(&console).await;
    let url = &console.config.database_url;
    execute(
        url,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1205) \
         INSERT INTO accounts (name, groups_json, is_disabled, created_ms) SELECT 'p_' || (10000 + i), '[]', 0, 0 FROM n",
    )
    .await;
    execute(
        url,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1205) \
         INSERT INTO sessions (id_hash, person, name, groups_json, address, agent, created_ms, seen_ms, privileged_until_ms) \
         SELECT 'h' || i, 'local:p_' || (10000 + i), 'P ' || (10000 + i), '[]', '', '', \
         (SELECT MAX(created_ms) FROM sessions) + i, (SELECT MAX(seen_ms) FROM sessions), 0 FROM n",
    )
    .await;
    for (first, prefix) in [("/access", "/access/accounts/p_"), ("/account?all", "P 1")] {
        let (mut next, mut seen) = (Some(first.to_owned()), 0);
        while let Some(address) = next {
            let page = admin.get(&address).send().await.unwrap().text().await.unwrap();
            seen += page.matches(prefix).count();
            let links = page.split_once("class=\"pagination\"").map(|(_, links)| links.to_owned());
            let links = links.unwrap_or_default();
            let last = links.split("</nav>").next().unwrap().rsplit_once("href=\"");
            next = last.map(|(_, link)| link.split('"').next().unwrap().replace("&amp;", "&"));
            next = next.filter(|address| address.contains("after="));
        }
        assert_eq!(seen, 1_205, "{first}");
        let separator = if first.contains('?') { '&' } else { '?' };
        let found = admin.get(&format!("{first}{separator}find=P_11205")).send().await.unwrap();
        let found = found.text().await.unwrap();
        assert_eq!(found.matches(prefix).count(), 1, "{first}");
    }
    execute(
        url,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) \
         INSERT INTO grants (id, rule, created_ms, created_by) \
         SELECT 'r' || i, '{\"role\":\"viewer\",\"group\":\"g' || i || '\"}', 0, 'x' FROM n",
    )
    .await;
    let rule = [("role", "viewer"), ("group", "one-more")];
    let refused = admin.post("/access/create-grant", &rule).send().await.unwrap();
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("1000 rules"));
}

/// As they see it: by the name that the page shows, by a secret's short name, and by the account that was tried in vain.
#[tokio::test]
async fn s54_the_activity_is_found_by_what_it_shows_and_a_secret_shows_its_own() {
    let console = start_with(&[], &[GRANTS, TAGGED].concat()).await;
    let admin = administrator(&console).await;
    let oli = member(&admin, "oli", "operators").await;
    let wrong = [("name", "oli"), ("password", "wrong-wrong-wrong")];
    assert_eq!(form(&console, "/sign-in", &wrong).send().await.unwrap().status(), 422);
    let planned = json!({"region": REGION, "name": SECRET, "deletion": {"planned": 30}, "typed_name": ""});
    assert_eq!(oli.call("delete-secret", &planned).await.0, 200);
    let count = async |by: &Browser<'_>, query: &str| {
        let lines = by.get(&format!("/activity.jsonl?{query}")).send().await.unwrap().text().await.unwrap();
        lines.lines().filter(|line| !line.contains("export_activity")).count()
    };
    for person in ["oli", "local:oli"] {
        let query = format!("person={person}&event=sign_in&outcome=refused");
        assert_eq!(count(&admin, &query).await, 1, "{person}");
        assert_eq!(count(&admin, &format!("person={person}&event=delete_secret")).await, 1, "{person}");
    }
    let short = SECRET.rsplit('/').next().unwrap();
    assert_eq!(count(&admin, &format!("secret={short}&event=delete_secret")).await, 1);

    // Who may see one secret sees what others did to it, and nothing else of theirs.
    let pat = member(&admin, "pat", "payroll").await;
    let of_secret = format!("region={REGION}&secret={SECRET}");
    assert_eq!(count(&pat, &format!("{of_secret}&event=delete_secret")).await, 1);
    assert_eq!(count(&pat, "event=delete_secret").await, 0);
    assert_eq!(count(&pat, &format!("region={REGION}&secret=acs/ram/user/checkout-api")).await, 0);
    let page = pat.get("/activity").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("You see what you did yourself"), "{page}");

    // Whoever has the name next has no past.
    let gone = [("name", "oli"), ("typed", "oli")];
    assert_eq!(admin.post("/access/delete-account", &gone).send().await.unwrap().status(), 303);
    let next = member(&admin, "oli", "none").await;
    assert_eq!(count(&next, "event=delete_secret").await, 0);
    assert_eq!(count(&admin, "person=oli&event=delete_secret").await, 1);
}

const TAGGED: &str =
    "\n[[grant]]\nrole = \"viewer\"\ngroup = \"payroll\"\nnames = [\"acs/ram/user/payroll-exporter\"]\n";

#[tokio::test]
async fn s54_who_is_refused_again_and_again_fills_no_log() {
    let console = start().await;
    let admin = administrator(&console).await;
    let nobody = member(&admin, "nora", "none").await;
    for _ in 0..100 {
        assert_eq!(nobody.get("/access").send().await.unwrap().status(), 403);
    }
    let lines = admin.get("/activity.jsonl?person=nora&outcome=refused").send().await.unwrap();
    let lines = lines.text().await.unwrap();
    // How many more there were is recorded at the end of the minute (`audit/tests.rs`).
    assert_eq!(lines.lines().count(), 60);
}

#[tokio::test]
async fn an_administrator_keeps_the_rule_they_live_by_and_rules_that_fit_nothing_are_refused() {
    let console = start().await;
    let admin = administrator(&console).await;
    let make = async |fields: &[(&str, &str)]| {
        let answer = admin.post("/access/create-grant", fields).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    for (field, text, why) in [
        ("names", "pay-*", "names begin with"),
        ("names", "acs/ram/user/a, other", "names begin with"),
        ("person", "local:Alice", "in lower case"),
    ] {
        let to = if field == "person" { ("role", "viewer") } else { ("group", "payments") };
        let (status, page) =
            make(&[("role", "viewer"), to, (field, text)][usize::from(field == "person")..]).await;
        assert_eq!(status, 422, "{text}");
        assert!(page.contains(why), "{text}: {page}");
    }
    for names in ["*-export", "acs/*", "acs/ram/user/a"] {
        assert_eq!(
            make(&[("role", "viewer"), ("group", "payments"), ("names", names)]).await.0,
            303,
            "{names}"
        );
    }
    let rule = |regions| [("role", "viewer"), ("group", "two"), ("regions", regions)];
    assert_eq!(make(&rule("cn-hangzhou, cn-beijing")).await.0, 303);
    assert_eq!(make(&rule("cn-beijing, cn-hangzhou, cn-beijing")).await.0, 422, "the same in other words");

    assert_eq!(make(&[("role", "administrator"), ("person", "local:eva")]).await.0, 303);
    let eva = member(&admin, "eva", "none").await;
    let page = eva.get("/access").send().await.unwrap().text().await.unwrap();
    let row = page.split("<tr").find(|row| row.contains("local:eva")).unwrap();
    let id = row.split_once("name=\"id\" value=\"").unwrap().1.split('"').next().unwrap();
    let refused = eva.post("/access/delete-grant", &[("id", id)]).send().await.unwrap();
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("shut yourself out"));
    assert_eq!(admin.post("/access/delete-grant", &[("id", id)]).send().await.unwrap().status(), 303);
}

#[tokio::test]
async fn s30_who_asks_for_too_much_is_told_so_and_can_take_it_back() {
    let console = start_with(&[("four_eyes", "delete")], GRANTS).await;
    let admin = administrator(&console).await;
    let oli = member(&admin, "oli", "operators").await;
    let delete = |name: String| {
        let name = format!("acs/ram/user/{name}");
        json!({"region": REGION, "name": name, "deletion": "immediate", "typed_name": name})
    };
    execute(
        &console.config.database_url,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20) \
         INSERT INTO approvals (id, event, what, asked_by, asked_name, asked_ms, state, expires_ms, open_key) \
         SELECT 'id' || i, 'delete_secret', '{\"region\":\"cn-hangzhou\",\"secret\":\"acs/ram/user/s' || i || '\"}', \
         'local:oli', 'oli', 9000000000000 + i, 'waiting', 9000000000000000, 'k' || i FROM n",
    )
    .await;
    let body = delete("payroll-exporter".into());
    let (status, error) = oli.call("delete-secret", &body).await;
    assert_eq!((status, error["code"].as_str()), (429, Some("throttled")), "{error}");
    assert!(error["message"].as_str().unwrap().starts_with("20 of your requests"), "{error}");
    let withdraw = async |by: &Browser<'_>| {
        by.post("/approvals/withdraw", &[("id", "id7")]).send().await.unwrap().status().as_u16()
    };
    assert_eq!((withdraw(&admin).await, withdraw(&oli).await, withdraw(&oli).await), (409, 303, 409));
    assert_eq!(oli.call("delete-secret", &body).await.1["code"], "needs_approval");
    let lines = admin.get("/activity.jsonl?person=oli").send().await.unwrap().text().await.unwrap();
    assert!(lines.contains("\"throttled\"") && lines.contains("\"withdraw\""), "{lines}");
}
