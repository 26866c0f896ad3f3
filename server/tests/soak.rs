//! Many people who browse and change while one call in a hundred fails in each way: what Keyturn reported is what the sandbox
//! holds in the end, and nothing has leaked.
//!
//! `TEST_SOAK` is for how many seconds; `make soak` takes half an hour with 200 people and prints what it came to.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[expect(dead_code, reason = "shared with tests that need more of it")]
#[path = "support/people.rs"]
mod people;
mod support;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use keyturn_app::model::secret_query::SecretQuery;
use people::{Browser, REGION, administrator, member, start_with};
use serde_json::{Value, json};

/// By then idle connections are closed.
const QUIET: Duration = Duration::from_secs(20);

const OPERATORS: &str = "[[grant]]\nrole = \"operator\"\ngroup = \"operators\"\n";

/// Pseudo-random, the same for each run: xorshift.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// What a person believes of their own secret, by what Keyturn reported.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Believed {
    description: String,
    /// Whether it is switched on: one that fails is.
    is_rotated: bool,
    is_pending_deletion: bool,
}

impl Believed {
    fn of(secret: &Value) -> Self {
        Self {
            description: secret["description"].as_str().unwrap_or_default().to_owned(),
            is_rotated: secret["row"]["known"]["details"]["rotation"] != "off",
            is_pending_deletion: !secret["row"]["deletion_ms"].is_null(),
        }
    }
}

/// How often what was answered.
#[derive(Default)]
struct Tally(BTreeMap<String, usize>);

impl Tally {
    fn add(&mut self, what: &str, status: u16, code: &str) {
        *self.0.entry(format!("{what} {status} {code}")).or_default() += 1;
    }
}

async fn read(person: &Browser<'_>, name: &str) -> Value {
    // A fault may hit the read, too.
    for _ in 0..200 {
        let (status, secret) = person.call("get-secret", &json!({"region": REGION, "name": name})).await;
        if status == 200 {
            return secret;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{name} cannot be read");
}

/// Looks at something, or changes the own secret. What a lost answer came to is read.
async fn act(
    person: &Browser<'_>,
    name: &str,
    believed: &mut Believed,
    dice: &mut Dice,
    round: usize,
    tally: &mut Tally,
) {
    let query = serde_json::to_value(SecretQuery::default()).unwrap();
    let page = match dice.below(10) {
        0 => Some("/cn-hangzhou/secrets".to_owned()),
        1 => Some("/".to_owned()),
        2 => Some(format!("/cn-hangzhou/secrets/{name}")),
        3 => Some("/activity".to_owned()),
        _ => None,
    };
    if let Some(page) = page {
        let answer = person.get(&page).send().await.unwrap();
        tally.add("page", answer.status().as_u16(), "");
        assert_ne!(answer.status(), 500, "{page}");
        answer.bytes().await.unwrap();
        return;
    }
    if dice.below(2) == 0 {
        let (status, answer) = person.call("list-secrets", &json!({"region": REGION, "query": query})).await;
        tally.add("list", status, answer["code"].as_str().unwrap_or_default());
        return;
    }
    if dice.below(6) == 0 {
        // An AccessKey that nobody has: whatever STS does, it is never said to be somebody's.
        let pair = json!({"id": "LTAI5tNobodyHasThisOne00", "secret": "not-the-secret-of-it-000000000"});
        let user = name.rsplit('/').next().unwrap();
        let body = json!({"region": REGION, "user_name": user, "access_keys": [pair]});
        let (status, answer) = person.call("check-access-keys", &body).await;
        let told = answer[0].as_str().or(answer["code"].as_str()).unwrap_or_default();
        tally.add("check", status, told);
        assert!(status != 200 || ["wrong", "unknown"].contains(&told), "{answer}");
        return;
    }
    let of = |more: Value| {
        let mut body = json!({"region": REGION, "name": name});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let mut wanted = believed.clone();
    let (function, body) = match (believed.is_pending_deletion, dice.below(3)) {
        (true, _) => {
            wanted.is_pending_deletion = false;
            ("restore-secret", of(json!({})))
        }
        (false, 0) => {
            wanted.is_pending_deletion = true;
            ("delete-secret", of(json!({"deletion": {"planned": 7}, "typed_name": ""})))
        }
        (false, 1) => {
            wanted.is_rotated = !believed.is_rotated;
            ("change-rotation", of(json!({"rotation": wanted.is_rotated.then_some(720)})))
        }
        (false, _) => {
            wanted.description = format!("round {round} of {name}");
            let seen = read(person, name).await["row"]["changed_ms"].clone();
            let edit = json!({"description": wanted.description, "custom_data": null, "tags": null, "seen_ms": seen});
            ("edit-secret", of(json!({"edit": edit})))
        }
    };
    let (status, answer) = person.call(function, &body).await;
    let code = answer["code"].as_str().unwrap_or_default();
    tally.add(function, status, code);
    match (status, code) {
        (200, _) => *believed = wanted,
        // It says that it does not know: whoever wants to know looks.
        (_, "unknown_outcome") => *believed = Believed::of(&read(person, name).await),
        // It says that nothing was done.
        (status, _) => assert!(status >= 400, "{function}: {status} {answer}"),
    }
}

fn of_process(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// Resident memory in MiB, and open files.
fn held() -> (u64, usize) {
    (of_process("VmRSS:") / 1024, std::fs::read_dir("/proc/self/fd").unwrap().count())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_reported_is_so_while_one_call_in_a_hundred_fails_in_each_way() {
    let seconds: Option<u64> = std::env::var("TEST_SOAK").ok().map(|text| text.parse().unwrap());
    let (crowd, lasts) = seconds.map_or((8, 5), |seconds| (200, seconds));
    let console = &start_with(&[], OPERATORS).await;
    let admin = administrator(console).await;
    let control = async |path: &str, body: Value| {
        let url = format!("{}/_sandbox/{path}", console.sandbox_url);
        let answer = console.http.post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
    };
    control("reset", json!({"secrets": 2 * crowd})).await;
    let list = json!({"region": REGION, "query": serde_json::to_value(SecretQuery::default()).unwrap()});
    let mut names = Vec::new();
    let mut page = 1;
    while names.len() < crowd {
        let mut list = list.clone();
        list["query"]["page"] = json!(page);
        let (status, answer) = admin.call("list-secrets", &list).await;
        assert_eq!(status, 200, "{answer}");
        let rows = answer["rows"].as_array().unwrap();
        assert!(!rows.is_empty(), "{answer}");
        // Those that can be changed now, each in a way.
        names.extend(
            rows.iter()
                .filter(|row| row["deletion_ms"].is_null())
                .map(|row| row["name"].as_str().unwrap().to_owned()),
        );
        page += 1;
    }
    names.truncate(crowd);
    let mut people = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let person = member(&admin, &format!("p{number}"), "operators").await;
        let believed = Believed::of(&read(&person, name).await);
        people.push((person, name, believed));
    }
    for (kind, more) in [
        ("error", json!({"status": 500})),
        ("error", json!({"status": 429, "code": "Rejected.Throttling"})),
        ("delay", json!({"millis": 1_500})),
        ("drop", json!({})),
        ("lose-answer", json!({})),
        ("half-body", json!({})),
        ("bad-json", json!({})),
        ("wrong-type", json!({})),
        ("slow-body", json!({"millis": 1_500})),
    ] {
        for service in ["kms", "ram", "sts"] {
            let mut fault = json!({"service": service, "kind": kind, "share": 0.01});
            fault.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            control("faults", fault).await;
        }
    }
    // Files are counted while nobody asks: each connection that is open is some.
    let quiet = async || {
        if seconds.is_some() {
            tokio::time::sleep(QUIET).await;
        }
        held().1
    };
    let files_before = quiet().await;
    let began = Instant::now();
    let until = began + Duration::from_secs(lasts);
    let warm = began + Duration::from_secs(lasts / 4);
    let everybody = futures::future::join_all(people.iter_mut().enumerate().map(|(number, of)| async move {
        let (person, name, believed) = of;
        let (mut dice, mut tally) = (Dice(0x9e37_79b9 + number as u64 * 7_919), Tally::default());
        for round in 0.. {
            if Instant::now() >= until {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200 + dice.below(1_800))).await;
            act(person, name, believed, &mut dice, round, &mut tally).await;
        }
        tally
    }));
    let measured = async {
        tokio::time::sleep_until(warm.into()).await;
        held().0
    };
    let (tallies, early) = tokio::join!(everybody, measured);
    let late = held().0;
    let files_after = quiet().await;

    let answer =
        console.http.delete(format!("{}/_sandbox/faults", console.sandbox_url)).send().await.unwrap();
    assert!(answer.status().is_success());
    let mut differing = Vec::new();
    for (person, name, believed) in &people {
        let is = Believed::of(&read(person, name).await);
        if is != *believed {
            differing.push(format!("{name}: reported {believed:?}, is {is:?}"));
        }
    }
    let mut all = Tally::default();
    for Tally(tally) in tallies {
        for (what, count) in tally {
            *all.0.entry(what).or_default() += count;
        }
    }
    println!("{crowd} people for {lasts} s:");
    for (what, count) in &all.0 {
        println!("{count:>8}  {what}");
    }
    println!(
        "memory {early} MiB after a quarter, {late} MiB in the end; open files {files_before} before, {files_after} after"
    );
    assert_eq!(differing, Vec::<String>::new());
    keyturn::verify_audit(&console.config, None).await.unwrap();
    if seconds.is_some() {
        assert!(late <= early + early / 2 + 64, "memory grows: {early} {late}");
        assert!(files_after <= files_before + 20, "files stay open: {files_before} {files_after}");
    }
}
