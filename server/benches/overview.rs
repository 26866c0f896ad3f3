//! The overview over all regions with 1,000 secrets each, under the vendor's quotas: to the first picture, and to the whole.
//! One run of it: it takes as long as the quotas let it.

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

const SECRETS_IN_EACH: usize = 1_000;

#[tokio::main]
async fn main() {
    let console = support::start_with(&[], None).await.0;
    let control = |call: &str| format!("{}/_sandbox/{call}", console.sandbox_url);
    let regions: Value =
        console.http.get(control("regions")).send().await.expect("it answers").json().await.expect("JSON");
    let count = regions.as_object().expect("a region each").len();
    let body =
        json!({"dataset": "empty", "secrets": count * SECRETS_IN_EACH, "spread": true, "throttling": true});
    let reset = console.http.post(control("reset")).json(&body).send().await.expect("it answers");
    assert!(reset.status().is_success());

    let began = Instant::now();
    let page = console.http.get(format!("{}/", console.url)).send().await.expect("Keyturn answers");
    assert_eq!(page.status(), 200);
    let size = page.bytes().await.expect("a whole page").len();
    println!("overview, {count} regions: the first picture after {:?} ({size} bytes)", began.elapsed());
    let ask = json!({"tags": [], "is_refresh": false});
    let mut all_listed = None;
    loop {
        let answer = console.call("get-overview", &ask).send().await.expect("Keyturn answers");
        let overview: Value = answer.json().await.expect("JSON");
        let regions = overview["regions"].as_array().expect("a list");
        let sum = |field: &str| regions.iter().filter_map(|region| region[field].as_u64()).sum::<u64>();
        if all_listed.is_none() && regions.iter().all(|region| !region["asked_ms"].is_null()) {
            all_listed = Some(began.elapsed());
            println!("overview: every region listed, {} secrets, after {:?}", sum("total"), began.elapsed());
        }
        if regions.iter().all(|region| region["is_reading"] == false) {
            println!(
                "overview: complete, {} of {} checked, after {:?}",
                sum("checked"),
                sum("total"),
                began.elapsed()
            );
            let failed = regions.iter().filter(|region| !region["error"].is_null()).count();
            println!("overview: {failed} regions failed, {} details could not be read", sum("unread"));
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(300), "it does not end");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let began = Instant::now();
    let answer = console.call("get-overview", &ask).send().await.expect("Keyturn answers");
    let size = answer.bytes().await.expect("a whole answer").len();
    println!("overview: again, from what is known, after {:?} ({size} bytes)", began.elapsed());
}
