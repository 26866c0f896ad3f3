//! A sandbox with its state in a file is killed at random moments while many write: what was answered is there, what was
//! not is there whole or not at all. 20 times here; `TEST_CRASHES=200` in `make soak`.

mod client;
mod process;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use client::Client;
use process::Running;

const CRASHES: u64 = 20;
const KMS: &str = "2016-01-20";
const RAM: &str = "2015-05-01";
/// Writers of each kind at the same time.
const WRITERS: usize = 3;

fn start_with(data: &Path) -> Running {
    let regions = "cn-hangzhou,cn-shanghai,ap-southeast-1";
    Running::start(&["--regions", regions, "--sandbox-data", data.to_str().expect("a path of ours")])
}

/// What one writer has been answered, and what it was asking for when the process died.
#[derive(Clone, Debug, Default, PartialEq)]
struct Progress<T> {
    done: T,
    trying: Option<T>,
}

type Shared<T> = Arc<Mutex<Progress<T>>>;

/// Puts one value after another into a generic secret of its own; the version's ID is the number.
async fn put_values(client: Client, writer: usize, progress: Shared<u64>) -> Option<()> {
    loop {
        let number = start(&progress, |done| done + 1);
        let mut parameters = vec![
            ("SecretName", format!("crash/{writer}")),
            ("SecretData", value(number)),
            ("VersionId", number.to_string()),
        ];
        let action = if number == 1 { "CreateSecret" } else { "PutSecretValue" };
        if number == 1 {
            parameters.push(("Description", "made to be killed".into()));
        }
        client.call(KMS, action, &parameters).await?;
        finish(&progress);
    }
}

/// Values of many sizes: a page of the file, less, and more.
fn value(number: u64) -> String {
    format!("{number}-").repeat(1 + usize::try_from(number * 37 % 1_500).expect("it is small"))
}

/// Tags a RAM secret and takes the tag away; whether it is there is the state.
async fn tag_and_untag(client: Client, name: &'static str, progress: Shared<bool>) -> Option<()> {
    loop {
        let is_tagged = start(&progress, |done| !done);
        let secret = ("SecretName", name.to_owned());
        match is_tagged {
            true => {
                let tags = ("Tags", json!([{"TagKey": TAG, "TagValue": ""}]).to_string());
                client.call(KMS, "TagResource", &[secret, tags]).await?
            }
            false => client.call(KMS, "UntagResource", &[secret, ("TagKeys", TAG.into())]).await?,
        };
        finish(&progress);
    }
}

/// Makes AccessKeys for a user and deletes them again. The ID of a key that was not answered is not known: what is
/// promised is then the number of keys.
async fn make_and_delete_keys(
    client: Client,
    user: &'static str,
    progress: Shared<Vec<String>>,
) -> Option<()> {
    loop {
        let done = progress.lock().expect("no writer panics").done.clone();
        match done.first().cloned() {
            None => {
                start(&progress, |_| vec![String::new()]);
                let answer = client.call(RAM, "CreateAccessKey", &[("UserName", user.into())]).await?;
                let id = answer["AccessKey"]["AccessKeyId"].as_str().expect("an ID").to_owned();
                *progress.lock().expect("no writer panics") = Progress { done: vec![id], trying: None };
            }
            Some(id) => {
                start(&progress, |_| Vec::new());
                let parameters = [("UserName", user.to_owned()), ("UserAccessKeyId", id)];
                client.call(RAM, "DeleteAccessKey", &parameters).await?;
                finish(&progress);
            }
        }
    }
}

/// Moves the clock on by a day, so that rotations start and end: each changes a secret and its user together.
async fn turn_the_clock(client: Client, progress: Shared<u64>) -> Option<()> {
    loop {
        start(&progress, |done| done + 1);
        client.control("clock", Some(json!({"advance": "1d"}))).await?;
        finish(&progress);
    }
}

fn start<T: Clone>(progress: &Shared<T>, next: impl FnOnce(&T) -> T) -> T {
    let mut progress = progress.lock().expect("no writer panics");
    let next = next(&progress.done);
    progress.trying = Some(next.clone());
    next
}

fn finish<T>(progress: &Shared<T>) {
    let mut progress = progress.lock().expect("no writer panics");
    if let Some(done) = progress.trying.take() {
        progress.done = done;
    }
}

/// What is in the file must be what was answered, or what was asked for last; it counts as answered from then on.
fn settle<T: Clone + PartialEq + std::fmt::Debug>(progress: &Shared<T>, found: &T, what: &str) {
    let mut progress = progress.lock().expect("no writer panics");
    let is_right = progress.done == *found || progress.trying.as_ref() == Some(found);
    assert!(is_right, "{what}: found {found:?}, {progress:?}");
    *progress = Progress { done: found.clone(), trying: None };
}

/// The demo secrets that the writers tag, and the users whose keys they make.
const TAGGED: [&str; WRITERS] =
    ["acs/ram/user/legacy-ftp", "acs/ram/user/label-printer", "acs/ram/user/price-engine"];
const USERS: [&str; WRITERS] = ["new-hire-bot", "li.wei", "maria.lindqvist"];
const TAG: &str = "crash";
const REGION: &str = "cn-hangzhou";

#[derive(Default)]
struct Writers {
    values: [Shared<u64>; WRITERS],
    tagged: [Shared<bool>; WRITERS],
    keys: [Shared<Vec<String>>; WRITERS],
    clock: Shared<u64>,
}

impl Writers {
    fn write(&self, runtime: &tokio::runtime::Runtime, client: &Client) -> tokio::task::JoinSet<Option<()>> {
        let mut set = tokio::task::JoinSet::new();
        let handle = runtime.handle();
        for writer in 0..WRITERS {
            set.spawn_on(put_values(client.clone(), writer, self.values[writer].clone()), handle);
            set.spawn_on(tag_and_untag(client.clone(), TAGGED[writer], self.tagged[writer].clone()), handle);
            set.spawn_on(
                make_and_delete_keys(client.clone(), USERS[writer], self.keys[writer].clone()),
                handle,
            );
        }
        set.spawn_on(turn_the_clock(client.clone(), self.clock.clone()), handle);
        set
    }

    /// Everything that was answered is in the state.
    fn check(&self, state: &Value) {
        let secrets = &state["world"]["secrets"][REGION];
        for (writer, progress) in self.values.iter().enumerate() {
            let secret = &secrets[format!("crash/{writer}")];
            let current = version_at(secret, "ACSCurrent");
            let number = current.map_or(0, |version| text(&version["id"]).parse().expect("a number"));
            settle(progress, &number, "the last value");
            if number > 0 {
                assert_eq!(text(&current.expect("it is there")["value"]["Text"]), value(number));
            }
            if number > 1 {
                let previous = version_at(secret, "ACSPrevious").expect("the value before it");
                assert_eq!(text(&previous["id"]), (number - 1).to_string());
            }
        }
        for (name, progress) in TAGGED.iter().zip(&self.tagged) {
            let tags = secrets[name]["tags"].as_array().expect("tags");
            settle(progress, &tags.iter().any(|tag| tag[0] == TAG), name);
        }
        for (user, progress) in USERS.iter().zip(&self.keys) {
            let keys = key_ids(&state["world"]["users"][user]);
            let mut progress = progress.lock().expect("no writer panics");
            let count = |keys: &Vec<String>| keys.len();
            let is_right = keys == progress.done || progress.trying.as_ref().map(count) == Some(keys.len());
            assert!(is_right, "{user} has {keys:?}, {progress:?}");
            *progress = Progress { done: keys, trying: None };
        }
        let clock = &state["clock"]["offset"];
        let offset: jiff::SignedDuration = text(clock).parse().expect("a duration");
        let moved = u64::try_from(offset.as_secs() / 86_400).expect("it went on");
        settle(&self.clock, &moved, "the clock");
    }
}

/// Nothing is half done: what a rotation changes in a secret and in RAM goes together.
fn nothing_is_half_done(state: &Value) {
    // Somebody made a key for these by hand, before the first call.
    let by_hand = ["search-indexer", "video-transcode"];
    let regions = state["world"]["secrets"].as_object().expect("regions");
    let mut rotated = 0;
    for secret in regions.values().flat_map(|secrets| secrets.as_object().expect("secrets").values()) {
        let Some(user) = secret["kind"]["Ram"]["user_name"].as_str() else { continue };
        let versions = secret["versions"].as_array().expect("versions");
        let current = versions.iter().filter(|version| has_stage(version, "ACSCurrent")).count();
        assert_eq!(current, 1, "{} has one current version", secret["name"]);
        let of_secret: BTreeSet<String> =
            versions.iter().map(|version| text(&version["value"]["AccessKey"]["id"]).to_owned()).collect();
        let of_user: BTreeSet<String> = key_ids(&state["world"]["users"][user]).into_iter().collect();
        if !by_hand.contains(&user) {
            assert_eq!(of_secret, of_user, "the AccessKeys of {user}");
            rotated += of_user.len();
        }
    }
    assert!(rotated > 0);
}

fn version_at<'a>(secret: &'a Value, stage: &str) -> Option<&'a Value> {
    secret["versions"].as_array()?.iter().find(|version| has_stage(version, stage))
}

fn has_stage(version: &Value, stage: &str) -> bool {
    version["stages"].as_array().is_some_and(|stages| stages.iter().any(|of| of == stage))
}

fn key_ids(user: &Value) -> Vec<String> {
    let keys = user["access_keys"].as_array().expect("keys");
    keys.iter().map(|key| text(&key["pair"]["id"]).to_owned()).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A file of this test alone; gone at its end, with what SQLite puts beside it.
struct Data(PathBuf);

impl Data {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("keyturn-{name}-{}.sqlite", std::process::id())))
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        for beside in ["", "-wal", "-shm", "-journal"] {
            let _ = std::fs::remove_file(format!("{}{beside}", self.0.display()));
        }
    }
}

#[test]
fn what_was_answered_survives_a_kill_and_nothing_is_half_done() {
    let crashes = std::env::var("TEST_CRASHES").ok().and_then(|text| text.parse().ok()).unwrap_or(CRASHES);
    let data = Data::new("crash");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads can be started");
    let writers = Writers::default();
    for crash in 0..crashes {
        let running = start_with(&data.0);
        let client = Client::new(&running.address);
        if crash == 0 {
            // Many rotations fall due on each day, so that many rows change together.
            runtime.block_on(client.control("reset", Some(json!({"secrets": 1_000})))).expect("it is done");
        }
        let state = runtime.block_on(client.control("state", None)).expect("the state");
        writers.check(&state);
        nothing_is_half_done(&state);
        let writing = writers.write(&runtime, &client);
        // From before the first write to some hundred of them.
        std::thread::sleep(Duration::from_millis(rand(crash) % 250));
        drop(running);
        for ended in runtime.block_on(writing.join_all()) {
            assert_eq!(ended, None);
        }
    }
    let running = start_with(&data.0);
    let state = runtime.block_on(Client::new(&running.address).control("state", None)).expect("the state");
    drop(running);
    writers.check(&state);
    nothing_is_half_done(&state);
    let written: u64 =
        writers.values.iter().map(|progress| progress.lock().expect("no writer panics").done).sum();
    let days = writers.clock.lock().expect("no writer panics").done;
    println!(
        "{crashes} kills, {written} values put, the clock went on by {days} days; nothing lost, nothing half done"
    );
    assert!(written > crashes && days > 0, "the writers wrote");
}

#[test]
fn a_reset_that_is_killed_leaves_the_old_world_or_the_new_one() {
    let data = Data::new("crash-reset");
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    let mut found = BTreeSet::new();
    let mut last = 41;
    // The last one has all the time it needs.
    for (crash, wait) in [0, 60, 150, 300, 600, 30_000].into_iter().enumerate() {
        let running = start_with(&data.0);
        let client = Client::new(&running.address);
        let secrets = 20_000 + u64::try_from(crash).expect("it is small");
        let mut reset =
            runtime.spawn(async move { client.control("reset", Some(json!({"secrets": secrets}))).await });
        let limit = Duration::from_millis(wait);
        let in_time = runtime.block_on(async { tokio::time::timeout(limit, &mut reset).await });
        drop(running);
        let was_answered = match in_time {
            Ok(answered) => answered,
            Err(_) => runtime.block_on(reset),
        }
        .expect("it does not panic")
        .is_some();
        let running = start_with(&data.0);
        let summary =
            runtime.block_on(Client::new(&running.address).control("summary", None)).expect("it answers");
        drop(running);
        let now = summary["secrets"].as_u64().expect("a number");
        let is_right = now == secrets || (now == last && !was_answered);
        assert!(is_right, "{now} secrets after {last} and asking for {secrets}");
        found.insert(now);
        last = now;
    }
    println!("worlds found: {found:?}");
    assert!(found.contains(&20_005));
}

#[test]
fn a_state_that_was_put_in_place_is_there_after_a_restart_and_the_file_is_ones_own() {
    use std::os::unix::fs::PermissionsExt;

    let data = Data::new("restart");
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    let running = start_with(&data.0);
    let mode = std::fs::metadata(&data.0).expect("the file is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "it holds secrets");
    let client = Client::new(&running.address);
    let mut state = runtime.block_on(client.control("state", None)).expect("the state");
    state["clock"] = json!({"offset": "PT0S", "frozen_at": "2026-01-01T00:00:00Z"});
    state["world"]["sessions"]["STS.NUone"] = json!({
        "secret": "s", "token": "CAISx", "role": "auditor", "name": "night-watch", "policy": null,
        "expires": "2026-01-01T00:00:00Z",
    });
    state["world"]["account"]["oidc_providers"]["ci"] =
        json!({"issuer": "https://ci.example", "clientIds": ["keyturn"], "jwks": null});
    let url = format!("http://{}/_sandbox/state", running.address);
    let put = runtime.block_on(client.http.put(url).json(&state).send()).expect("it answers");
    assert!(put.status().is_success());
    drop(running);
    let running = start_with(&data.0);
    let again = runtime.block_on(Client::new(&running.address).control("state", None)).expect("the state");
    assert_eq!(again, state);
}

/// The same moments each time: a failure can be seen again.
fn rand(number: u64) -> u64 {
    // The mixing function of SplitMix64.
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
