//! What every answer carries and every request must show; the numbers are those of the security checklist.

mod support;

use serde_json::{Value, json};

const LIST: &str = "/cn-hangzhou/secrets";

#[tokio::test]
async fn the_first_address_is_the_overview_and_a_chosen_region_leads_to_its_list() {
    let console = support::start_with(&[], None).await.0;
    let get = async |query: &str| console.http.get(format!("{}/{query}", console.url)).send().await.unwrap();
    let chosen = get("?region=cn-shanghai").await;
    assert_eq!(
        (chosen.status().as_u16(), &chosen.headers()["location"]),
        (303, &"/cn-shanghai/secrets".parse().unwrap())
    );
    for query in ["", "?region=//evil.example", "?tag=team:web"] {
        let answer = get(query).await;
        assert_eq!(answer.status(), 200, "{query}");
        assert!(answer.text().await.unwrap().contains("Needs attention"), "{query}");
    }
}

#[tokio::test]
async fn the_strings_lie_at_the_address_that_the_page_names_and_stay() {
    let console = support::start_with(&[], None).await.0;
    let page = console.http.get(format!("{}{LIST}", console.url)).send().await.unwrap().text().await.unwrap();
    let path = page.split("id=\"words\"").nth(1).unwrap().split("href=\"").nth(1).unwrap();
    let path = path.split('"').next().unwrap();
    let answer = console.http.get(format!("{}{path}", console.url)).send().await.unwrap();
    assert!(answer.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    assert!(answer.text().await.unwrap().lines().any(|line| line == "Create Secret"));
    let other = console.http.get(format!("{}/words/0000000000000000.txt", console.url)).send().await.unwrap();
    assert_eq!(other.status(), 404);
}

#[tokio::test]
async fn pages_errors_and_refusals_are_in_the_language_that_is_asked_for() {
    let console = support::start_with(&[], None).await.0;
    let japanese = |request: reqwest::RequestBuilder| request.header("accept-language", "ja,en;q=0.5");
    let page = japanese(console.http.get(format!("{}{LIST}", console.url))).send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(
        page.contains("<html lang=\"ja\"") && page.contains("シークレット") && page.contains("中国 (杭州)")
    );
    let missing = japanese(console.http.post(format!("{}/api/none", console.url)))
        .header("origin", &console.url)
        .header("content-type", "application/json");
    let error: Value = missing.send().await.unwrap().json().await.unwrap();
    assert!(!error["message"].as_str().unwrap().is_ascii(), "{error}");
    // Refused before anything is known of it.
    let foreign = japanese(console.http.get(&console.url)).header("host", "evil.example");
    let error: Value = foreign.send().await.unwrap().json().await.unwrap();
    assert!(!error["message"].as_str().unwrap().is_ascii(), "{error}");
}

#[tokio::test]
async fn s62_the_cookie_of_a_language_is_exact_and_leads_nowhere_else() {
    let console = support::start_with(&[], None).await.0;
    let choose = async |referer: String| {
        let form = console.http.post(format!("{}/language", console.url)).header("origin", &console.url);
        let form = form.header("content-type", "application/x-www-form-urlencoded").body("language=ja");
        form.header("referer", referer).send().await.unwrap()
    };
    let answer = choose(format!("{}/access-keys?q=a", console.url)).await;
    assert_eq!(
        answer.headers()["set-cookie"],
        "__Host-language=ja; Path=/; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax"
    );
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["location"]),
        (303, &"/access-keys?q=a".parse().unwrap())
    );
    for referer in ["https://evil.example/x", "no address", "javascript:alert(1)"] {
        assert_eq!(choose(referer.into()).await.headers()["location"], "/", "{referer}");
    }
    assert_eq!(choose(format!("{}//evil.example/x", console.url)).await.headers()["location"], "/");
}

#[tokio::test]
async fn a_refusal_can_be_read_where_answers_are_compressed() {
    let console = support::start_with(&[], None).await.0;
    let answer = console
        .http
        .post(format!("{}{LIST}", console.url))
        .header("origin", &console.url)
        .header("accept-encoding", "br")
        .body("x")
        .send()
        .await
        .unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers().get("content-encoding")), (415, None));
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "wrong_type");
}

#[tokio::test]
async fn s00_a_foreign_host_is_misdirected() {
    let console = support::start_with(&[], None).await.0;
    for host in ["evil.example", "localhost", "127.0.0.1.evil.example", "localhost:1"] {
        for path in [LIST, "/healthz", "/api/list-secrets", "/metrics"] {
            let answer =
                console.http.get(format!("{}{path}", console.url)).header("host", host).send().await.unwrap();
            assert_eq!(answer.status(), 421, "{host} {path}");
            let error: Value = answer.json().await.unwrap();
            assert_eq!(error["requestId"].as_str().map(str::len), Some(26), "{host} {path}");
        }
    }
}

#[tokio::test]
async fn s00_the_sandboxs_control_calls_refuse_a_foreign_host_and_origin() {
    let console = support::start_with(&[], None).await.0;
    let clock = format!("{}/_sandbox/clock", console.sandbox_url);
    let status = async |name: &'static str, value: &'static str| {
        console.http.get(&clock).header(name, value).send().await.unwrap().status().as_u16()
    };
    assert_eq!(status("host", "evil.example").await, 421);
    assert_eq!(status("origin", "https://evil.example").await, 403);
    assert_eq!(status("sec-fetch-site", "cross-site").await, 403);
    assert_eq!(status("x-nothing", "x").await, 200);
}

/// A page is rendered on several threads at once with its data: what was computed before they came must not stay.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn every_rendering_of_the_list_holds_what_was_loaded() {
    let console = std::sync::Arc::new(support::start_with(&[], None).await.0);
    let delay = json!({"service": "kms", "action": "ListSecrets", "kind": "delay", "millis": 2});
    console.http.post(format!("{}/_sandbox/faults", console.sandbox_url)).json(&delay).send().await.unwrap();
    // Each in a region of its own, and after the short while for which a region's list is kept.
    let pages = keyturn::known_regions().into_iter().map(|region| {
        let console = console.clone();
        tokio::spawn(async move {
            for _ in 0..20 {
                let page =
                    console.http.get(format!("{}/{region}/secrets", console.url)).send().await.unwrap();
                let html = page.text().await.unwrap();
                assert!(
                    html.contains("data-table") || html.contains("No secrets in this region yet"),
                    "{html}"
                );
                tokio::time::sleep(std::time::Duration::from_millis(210)).await;
            }
        })
    });
    for page in pages.collect::<Vec<_>>() {
        page.await.unwrap();
    }
}

#[tokio::test]
async fn s13_a_change_must_come_from_our_own_pages() {
    let console = support::start_with(&[], None).await.0;
    let own = console.url.clone();
    let cases = [
        (None, None, 403),
        (Some("cross-site"), None, 403),
        (Some("same-site"), None, 403),
        (Some("none"), None, 403),
        (Some("cross-site"), Some(own.as_str()), 403),
        (None, Some("https://evil.example"), 403),
        (None, Some("null"), 403),
        (None, Some(own.as_str()), 200),
        (Some("same-origin"), None, 200),
    ];
    for (site, origin, expected) in cases {
        for path in ["/api/list-secrets", LIST, "/healthz", "/anything"] {
            let mut request = console
                .http
                .post(format!("{}{path}", console.url))
                .json(&json!({"region": "cn-hangzhou", "query": query()}));
            if let Some(site) = site {
                request = request.header("sec-fetch-site", site);
            }
            if let Some(origin) = origin {
                request = request.header("origin", origin);
            }
            let status = request.send().await.unwrap().status().as_u16();
            match expected {
                403 => assert_eq!(status, 403, "{site:?} {origin:?} {path}"),
                _ => assert_ne!(status, 403, "{site:?} {origin:?} {path}"),
            }
        }
    }
}

#[tokio::test]
async fn s18_s22_every_answer_carries_its_headers() {
    let console = support::start_with(&[], None).await.0;
    for path in
        [LIST, "/", "/nothing", "/healthz", "/readyz", "/metrics", "/pkg/x/y.js", "/api/none", "/icon.svg"]
    {
        let answer = console.http.get(format!("{}{path}", console.url)).send().await.unwrap();
        let header = |name: &str| {
            answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert_eq!(header("access-control-allow-origin"), "", "s16 {path}");
        assert_eq!(header("server"), "", "s58 {path}");
        assert_eq!(header("x-request-id").len(), 26, "{path}");
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn s25_every_answer_says_what_it_is() {
    let console = support::start_with(&[], None).await.0;
    let page = console.http.get(format!("{}{LIST}", console.url)).send().await.unwrap().text().await.unwrap();
    let words = page.split_once("id=\"words\"").unwrap().1.split_once("href=\"").unwrap().1;
    let words = words.split('"').next().unwrap();
    for (path, kind) in [
        (LIST, "text/html; charset=utf-8"),
        ("/nothing", "text/html; charset=utf-8"),
        ("/rotations.ics", "text/calendar; charset=utf-8"),
        ("/icon.svg", "image/svg+xml; charset=utf-8"),
        ("/activity.csv", "text/csv; charset=utf-8"),
        (words, "text/plain; charset=utf-8"),
        // In a tab of its own it is no page: JSON, and nobody may guess otherwise. JSON has no charset (RFC 8259).
        ("/api/list-secrets", "application/json"),
        ("/api/none", "application/json"),
    ] {
        let answer = console.http.get(format!("{}{path}", console.url)).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], kind, "{path}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
    }
}

#[tokio::test]
async fn s28_what_does_not_belong_together_is_refused() {
    let console = support::start_with(&[], None).await.0;
    let delete = |deletion: Value| json!({"region": "cn-hangzhou", "name": "acs/ram/user/payroll-exporter", "deletion": deletion, "typed_name": ""});
    for (function, body) in [
        ("delete-secret", delete(json!({"planned": 30, "immediate": null}))),
        ("delete-secret", delete(json!({"immediate": 30}))),
        ("delete-secret", delete(json!("planned"))),
        ("delete-secret", delete(json!({"planned": 6}))),
        ("delete-secret", delete(json!({"planned": 31}))),
        // Immediate, and the name is not typed.
        ("delete-secret", delete(json!("immediate"))),
        (
            "change-rotation",
            json!({"region": "cn-hangzhou", "name": "acs/ram/user/payroll-exporter", "rotation": 0}),
        ),
        (
            "change-rotation",
            json!({"region": "cn-hangzhou", "name": "acs/ram/user/payroll-exporter", "rotation": true}),
        ),
    ] {
        let answer = console.call(function, &body).send().await.unwrap();
        assert!((400..500).contains(&answer.status().as_u16()), "{function} {body}: {}", answer.status());
    }
}

#[tokio::test]
async fn s18_each_page_has_a_nonce_of_its_own_on_its_one_script() {
    let console = support::start_with(&[], None).await.0;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let answer = console.http.get(format!("{}{LIST}", console.url)).send().await.unwrap();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let html = answer.text().await.unwrap();
        let scripts: Vec<&str> = html.split("<script").skip(1).collect();
        assert!(!scripts.is_empty());
        for script in scripts {
            assert!(
                script.split('>').next().unwrap().contains(&format!("nonce=\"{nonce}\"")),
                "{script:.80}"
            );
        }
        assert!(!html.contains(" style=\""), "no inline style");
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn s15_s24_an_unknown_function_is_a_json_404_and_a_get_changes_nothing() {
    let console = support::start_with(&[], None).await.0;
    let answer = console.call("nothing", &json!({})).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "not_found");
    let answer = console.http.get(format!("{}/api/list-secrets", console.url)).send().await.unwrap();
    assert_eq!(answer.status(), 400);
}

#[tokio::test]
async fn a_truncated_foreign_or_oversized_body_is_refused_in_json() {
    let console = support::start_with(&[], None).await.0;
    let post = |kind: &'static str, body: String| {
        console
            .http
            .post(format!("{}/api/list-secrets", console.url))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", kind)
            .body(body)
            .send()
    };
    let valid = json!({"region": "cn-hangzhou", "query": query()}).to_string();
    let cases = [
        ("application/json", valid[..valid.len() / 2].to_owned(), 400, "malformed"),
        ("application/json", "[]".into(), 400, "malformed"),
        ("application/json", "{}".into(), 400, "malformed"),
        ("text/plain", valid.clone(), 415, "wrong_type"),
        ("multipart/form-data", valid.clone(), 415, "wrong_type"),
        ("application/json", "x".repeat(1 << 20), 413, "too_large"),
    ];
    for (kind, body, status, code) in cases {
        let answer = post(kind, body).await.unwrap();
        assert_eq!(answer.status(), status, "{kind} {code}");
        let error: Value = answer.json().await.unwrap();
        assert_eq!(error["code"], code);
        assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()));
        assert_eq!(error["requestId"].as_str().map(str::len), Some(26));
    }
    assert_eq!(post("application/json", valid).await.unwrap().status(), 200);
}

#[tokio::test]
async fn s31_fields_that_a_function_does_not_know_are_refused() {
    let console = support::start_with(&[], None).await.0;
    let mut nested = query();
    nested["owner"] = json!("me");
    for body in [
        json!({"region": "cn-hangzhou", "query": query(), "role": "admin"}),
        json!({"region": "cn-hangzhou", "query": nested}),
    ] {
        let answer = console.call("list-secrets", &body).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{body}");
        assert_eq!(answer.json::<Value>().await.unwrap()["code"], "malformed");
    }
}

#[tokio::test]
async fn s13_s14_a_form_passes_from_our_own_pages_only_and_as_a_form_only() {
    let console = support::start_with(&[], None).await.0;
    let address = format!("{}/cn-hangzhou/delete-secret/acs/ram/user/route-planner", console.url);
    let post = |site: &'static str, kind: &'static str, body: &'static str| {
        console
            .http
            .post(&address)
            .header("sec-fetch-site", site)
            .header("content-type", kind)
            .body(body)
            .send()
    };
    let form = "application/x-www-form-urlencoded";
    let fields = "method=planned&days=7";
    for (site, kind, body, status) in [
        ("cross-site", form, fields, 403),
        ("same-site", form, fields, 403),
        ("same-origin", "text/plain", fields, 415),
        ("same-origin", "multipart/form-data; boundary=x", fields, 415),
        ("same-origin", form, "method=planned&days=7&days=8", 400),
        ("same-origin", form, "method=planned&days=6", 422),
        ("same-origin", form, fields, 303),
        // It is planned already.
        ("same-origin", form, fields, 409),
    ] {
        assert_eq!(post(site, kind, body).await.unwrap().status(), status, "{site} {kind} {body}");
    }
    let elsewhere =
        console.http.post(format!("{}{LIST}", console.url)).header("sec-fetch-site", "same-origin");
    assert_eq!(elsewhere.header("content-type", form).body(fields).send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn s62_the_cookie_of_a_result_is_exact_and_gone_after_one_page() {
    let console = support::start_with(&[], None).await.0;
    let answer = console
        .http
        .post(format!("{}/cn-hangzhou/restore-secret/acs/ram/user/old-reports", console.url))
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .send()
        .await
        .unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["location"]), (303, &LIST.parse().unwrap()));
    let (mark, cookie) = {
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        let (mark, rest) = cookie.strip_prefix("__Host-result=").unwrap().split_once('.').unwrap();
        assert!(mark.len() == 32 && mark.chars().all(|c| c.is_ascii_hexdigit()), "{cookie}");
        (mark.to_owned(), rest.to_owned())
    };
    let result = "acs%2Fram%2Fuser%2Fold%2Dreports%20is%20restored%2E%20Its%20AccessKey%20is%20there%20in%20RAM%2C%20and%20enabled%2E; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax";
    assert_eq!(cookie, result);
    let cookie = format!("__Host-result={mark}.{cookie}");
    let page = console
        .http
        .get(format!("{}{LIST}", console.url))
        .header("cookie", cookie.split(';').next().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(
        page.headers()["set-cookie"],
        "__Host-result=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"
    );
    assert!(page.text().await.unwrap().contains("acs/ram/user/old-reports is restored."));
}

#[tokio::test]
async fn s31_a_page_of_another_build_is_told_so() {
    let console = support::start_with(&[], None).await.0;
    let body = json!({"field": "of another build"});
    let answer = console.call("list-secrets", &body).header("x-keyturn-build", "older").send().await.unwrap();
    assert_eq!(answer.status(), 409);
    // Which build it is: with replicas of two, the page's script asks again.
    assert_eq!(answer.headers()["x-keyturn-build"].len(), 32);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "client_outdated");
}

#[tokio::test]
async fn a_region_that_is_not_offered_is_not_found_and_no_call_is_made() {
    let console = support::start_with(&[], None).await.0;
    let body = json!({"region": "evil.example/", "query": query()});
    let answer = console.call("list-secrets", &body).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    let calls: Value = console
        .http
        .get(format!("{}/_sandbox/calls", console.sandbox_url))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(calls, json!([]));
}

#[tokio::test]
async fn a_cloud_error_keeps_the_vendors_code_and_request_id() {
    let console = support::start_with(&[], None).await.0;
    let fault = json!({"service": "kms", "action": "ListSecrets", "kind": "error", "status": 429});
    console.http.post(format!("{}/_sandbox/faults", console.sandbox_url)).json(&fault).send().await.unwrap();
    let body = json!({"region": "cn-hangzhou", "query": query()});
    let answer = console.call("list-secrets", &body).send().await.unwrap();
    assert_eq!(answer.status(), 429);
    let error: Value = answer.json().await.unwrap();
    assert_eq!(error["code"], "throttled");
    assert_eq!(error["cloud"]["action"], "ListSecrets");
    assert_eq!(error["cloud"]["code"], "Rejected.Throttling");
    assert_eq!(error["cloud"]["requestId"].as_str().map(str::len), Some(36));
}

/// What is reported is what happened: a lost answer is settled by reading.
#[tokio::test]
async fn a_write_whose_answer_is_lost_is_reported_as_what_happened() {
    let console = support::start_with(&[], None).await.0;
    let fault = async |kind: &str, action: &str| {
        let fault = json!({"service": "kms", "action": action, "kind": kind, "times": 1});
        let url = format!("{}/_sandbox/faults", console.sandbox_url);
        assert_eq!(console.http.post(url).json(&fault).send().await.unwrap().status(), 200);
    };
    let name = json!("acs/ram/user/route-planner");
    let delete = json!({"region": "cn-hangzhou", "name": name, "deletion": {"planned": 9}, "typed_name": ""});
    let restore = json!({"region": "cn-hangzhou", "name": name});
    // Nothing was done: it is not known, for the secret is as it was.
    fault("drop", "DeleteSecret").await;
    assert_eq!(console.call("delete-secret", &delete).send().await.unwrap().status(), 504);
    for kind in ["lose-answer", "half-body", "bad-json", "wrong-type"] {
        // And the look at what became of it loses its connection once.
        fault("drop", "DescribeSecret").await;
        fault(kind, "DeleteSecret").await;
        assert_eq!(console.call("delete-secret", &delete).send().await.unwrap().status(), 200, "{kind}");
        fault(kind, "RestoreSecret").await;
        assert_eq!(console.call("restore-secret", &restore).send().await.unwrap().status(), 200, "{kind}");
    }
}

/// 8,192 characters of 4 bytes are 98 kB when percent-encoded: more than an address can hold.
#[tokio::test]
async fn the_longest_description_arrives_whole() {
    let console = support::start_with(&[], None).await.0;
    let keys =
        console.http.get(format!("{}/_sandbox/access-keys", console.sandbox_url)).send().await.unwrap();
    let keys: Vec<Value> = keys.json().await.unwrap();
    let key = keys.iter().find(|key| key["userName"] == "checkout-api").unwrap();
    let description = "𝄞".repeat(8_192);
    let body = json!({"region": "cn-hangzhou", "secret": {
        "user_name": "checkout-api",
        "access_keys": [{"id": key["accessKeyId"], "secret": key["accessKeySecret"]}],
        "description": description, "rotation": 720, "version_id": "v-1", "tags": [], "instance": null,
    }});
    let answer = console.call("create-secret", &body).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    let body = json!({"region": "cn-hangzhou", "name": "acs/ram/user/checkout-api"});
    let answer: Value = console.call("get-secret", &body).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["description"], Value::String(description));
}

/// Each AccessKey secret signs one call: what is not this user's is not sent to KMS, unless somebody says so.
#[tokio::test]
async fn before_a_secret_is_created_its_values_are_proven() {
    let console = support::start_with(&[], None).await.0;
    let keys =
        console.http.get(format!("{}/_sandbox/access-keys", console.sandbox_url)).send().await.unwrap();
    let keys: Vec<Value> = keys.json().await.unwrap();
    let of = |user: &str| keys.iter().find(|key| key["userName"] == user).unwrap().clone();
    let (key, others) = (of("checkout-api"), of("payroll-exporter"));
    let pair = |key: &Value, secret: &Value| json!([{"id": key["accessKeyId"], "secret": secret}]);
    let check = async |pairs: &Value| {
        let body = json!({"region": "cn-hangzhou", "user_name": "checkout-api", "access_keys": pairs});
        console.call("check-access-keys", &body).send().await.unwrap().json::<Value>().await.unwrap()
    };
    let (right, wrong) = (pair(&key, &key["accessKeySecret"]), pair(&key, &json!("canary-of-a-wrong-value")));
    assert_eq!(check(&right).await, json!(["valid"]));
    assert_eq!(check(&wrong).await, json!(["wrong"]));
    assert_eq!(check(&pair(&others, &others["accessKeySecret"])).await, json!(["foreign"]));
    assert_eq!(check(&json!([right[0], wrong[0]])).await, json!(["valid", "wrong"]));
    assert_eq!(check(&json!([right[0], right[0], right[0]])).await["code"], "invalid");

    let create = async |pairs: &Value, is_checked: bool| {
        let secret = json!({
            "user_name": "checkout-api", "access_keys": pairs, "description": "", "rotation": 720,
            "version_id": "v-1", "tags": [], "instance": null, "is_checked": is_checked,
        });
        let answer = console.call("create-secret", &json!({"region": "cn-hangzhou", "secret": secret}));
        let answer = answer.send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let (status, error) = create(&wrong, false).await;
    assert_eq!((status, &error["fields"][0]["code"]), (422, &json!("wrong")), "{error}");
    assert!(!error.to_string().contains("canary"), "{error}");
    // STS does not answer: it is not known, and that is what is said.
    let fault =
        json!({"service": "sts", "action": "GetCallerIdentity", "kind": "error", "status": 500, "times": 20});
    console.http.post(format!("{}/_sandbox/faults", console.sandbox_url)).json(&fault).send().await.unwrap();
    assert_eq!(check(&right).await, json!(["unknown"]));
    assert_eq!(create(&right, false).await.1["fields"][0]["code"], "unproven");
    let calls = console.http.get(format!("{}/_sandbox/calls?limit=200", console.sandbox_url)).send();
    let calls: Vec<Value> = calls.await.unwrap().json().await.unwrap();
    assert!(!calls.iter().any(|call| call["action"] == "CreateSecret"), "{calls:?}");
    assert_eq!(create(&wrong, true).await.0, 200, "somebody goes on");
}

/// 10,000 secrets at the vendor's quota: no call is refused, and nobody asks again for what somebody has just read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_list_is_read_within_the_quota_and_once_for_all() {
    let console = support::start_with(&[("quota_share", "90")], None).await.0;
    let reset = json!({"secrets": 10_000, "throttling": true});
    let answer = console
        .http
        .post(format!("{}/_sandbox/reset", console.sandbox_url))
        .json(&reset)
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    let list = json!({"region": "cn-hangzhou", "query": query()});
    let began = std::time::Instant::now();
    let ask = async || {
        let answer = console.call("list-secrets", &list).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json::<Value>().await.unwrap()["total"].clone()
    };
    let side_by_side = tokio::join!(ask(), ask(), ask());
    let took = began.elapsed();
    let total = side_by_side.0.clone();
    assert!(total.as_u64().unwrap() > 9_900 && side_by_side.1 == total && side_by_side.2 == total, "{total}");
    assert_eq!(ask().await, total);
    let calls = console.http.get(format!("{}/_sandbox/calls?limit=1000", console.sandbox_url)).send();
    let calls: Vec<Value> = calls.await.unwrap().json().await.unwrap();
    let lists =
        calls.iter().filter(|call| call["action"] == "ListSecrets" && call["region"] == "cn-hangzhou");
    let pages = total.as_u64().unwrap().div_ceil(100);
    assert_eq!(lists.count() as u64, pages, "each page once, for four who ask");
    assert!(calls.iter().all(|call| call["status"] != 429), "the quota holds");
    // 36 a second, the first at once: the quota asks for no more.
    assert!(took >= std::time::Duration::from_secs((pages - 1) / 36), "{took:?}");
}

#[tokio::test]
async fn metrics_count_requests_and_cloud_calls() {
    let console = support::start_with(&[], None).await.0;
    console.http.get(format!("{}{LIST}", console.url)).send().await.unwrap();
    let text =
        console.http.get(format!("{}/metrics", console.url)).send().await.unwrap().text().await.unwrap();
    assert!(text.contains(r#"keyturn_requests_total{route="page",status="200"} 1"#), "{text}");
    let call = r#"keyturn_cloud_calls_total{service="kms",action="ListSecrets",region="cn-hangzhou",outcome="ok"} 1"#;
    assert!(text.contains(call), "{text}");
    assert!(text.contains("keyturn_cloud_call_seconds_bucket"), "{text}");
    assert!(!text.contains("acs/ram/user"), "names are no labels");
}

#[tokio::test]
async fn s53_the_consoles_own_key_is_in_no_page() {
    let console = support::start_with(&[], None).await.0;
    for path in [LIST, "/cn-hangzhou/secrets/acs/ram/user/payroll-exporter", "/metrics", "/readyz"] {
        let text =
            console.http.get(format!("{}{path}", console.url)).send().await.unwrap().text().await.unwrap();
        assert!(!text.contains(keyturn_sandbox::ADMIN_ACCESS_KEY_SECRET), "{path}");
        assert!(!text.contains(keyturn_sandbox::ADMIN_ACCESS_KEY_ID), "{path}");
    }
}

fn query() -> Value {
    json!({
        "text": "", "states": [], "rotations": [], "tags": [],
        "sort": {"key": "name", "is_descending": false}, "page": 1, "size": "Twenty",
    })
}
