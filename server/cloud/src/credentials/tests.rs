//! The default chain, each source against a real file or a real HTTP double.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::client::Client;
use crate::endpoint::Endpoints;

const SECRET: &str = "CanarySecretCanarySecret000001";

/// Answers whatever it is asked; each connection once.
struct Double {
    url: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Double {
    async fn start(answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (own, answer) = (seen.clone(), Arc::new(answer));
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (seen, answer) = (own.clone(), answer.clone());
                tokio::spawn(async move {
                    let mut bytes = vec![0; 32 << 10];
                    let mut length = 0;
                    let text = loop {
                        let read = stream.read(&mut bytes[length..]).await.unwrap();
                        length += read;
                        let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
                        let body = text.split_once("\r\n\r\n").map(|(head, body)| {
                            let head = head.to_lowercase();
                            let told =
                                head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
                            body.len() >= told.and_then(|told| told.trim().parse().ok()).unwrap_or(0)
                        });
                        if read == 0 || body == Some(true) {
                            break text;
                        }
                    };
                    seen.lock().unwrap().push(text.clone());
                    let (status, body) = answer(&text);
                    if status == 0 {
                        // Never.
                        tokio::time::sleep(Duration::from_secs(60)).await;
                    }
                    let head = format!(
                        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                        body.len()
                    );
                    let _ = stream.write_all((head + &body).as_bytes()).await;
                });
            }
        });
        Self { url, seen }
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn given(id: &str) -> String {
    format!(
        r#"{{"Code":"Success","AccessKeyId":"{id}","AccessKeySecret":"{SECRET}","SecurityToken":"t","Expiration":"2099-01-01T00:00:00Z"}}"#
    )
}

/// STS, which gives everybody a role; what `id` is tells how it was asked.
async fn sts() -> Double {
    Double::start(|request| {
        let action = if request.contains("AssumeRoleWithOIDC") { "oidc" } else { "role" };
        let credentials = format!(
            r#"{{"AccessKeyId":"STS.{action}","AccessKeySecret":"{SECRET}","SecurityToken":"t","Expiration":"2099-01-01T00:00:00Z"}}"#
        );
        (200, format!(r#"{{"RequestId":"r","Credentials":{credentials}}}"#))
    })
    .await
}

/// A folder of one's own.
fn home() -> PathBuf {
    static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("keyturn-credentials-{}-{count}", std::process::id()));
    std::fs::create_dir_all(folder.join(".aliyun")).unwrap();
    std::fs::create_dir_all(folder.join(".alibabacloud")).unwrap();
    folder
}

/// Nothing of the machine is asked.
fn surroundings(home: Option<PathBuf>, variables: &[(&str, &str)]) -> Surroundings {
    let variable = |(name, value): &(&str, &str)| (format!("ALIBABA_CLOUD_{name}"), (*value).to_owned());
    Surroundings {
        variables: variables.iter().map(variable).collect(),
        home,
        metadata: Some("http://127.0.0.1:9".into()),
    }
}

fn chain(surroundings: &Surroundings, sts_url: &str) -> Chain {
    let endpoints = Endpoints { sts: sts_url.into(), ..Endpoints::aliyun(vec!["cn-hangzhou".into()]) };
    Chain::new(surroundings, &Client::new(endpoints, Unsigned, None).unwrap(), "cn-hangzhou")
}

async fn id(surroundings: &Surroundings, sts_url: &str) -> Result<String, String> {
    let got = chain(surroundings, sts_url).credentials().await;
    got.map(|credentials| credentials.access_key_id.clone()).map_err(|error| error.message)
}

fn profiles(home: &std::path::Path, current: &str, profiles: &str) {
    let text = format!(r#"{{"current":"{current}","profiles":[{profiles}],"meta_path":""}}"#);
    std::fs::write(home.join(".aliyun/config.json"), text).unwrap();
}

#[tokio::test]
async fn the_first_source_that_gives_credentials_is_kept() {
    let (sts, home) = (sts().await, home());
    let metadata = Double::start(|request| match request.contains("GET /latest/meta-data") {
        true if request.contains("credentials/web ") => (200, given("STS.instance")),
        true => (200, "web".into()),
        false => (200, "token".into()),
    })
    .await;
    let uri = Double::start(|_| (200, given("STS.uri"))).await;
    std::fs::write(home.join("token"), "a-token").unwrap();
    profiles(
        &home,
        "p",
        &format!(r#"{{"name":"p","mode":"AK","access_key_id":"profile","access_key_secret":"{SECRET}"}}"#),
    );
    let ini = format!(
        "[default]\ntype = access_key # a remark\naccess_key_id = file\naccess_key_secret = {SECRET}\n"
    );
    std::fs::write(home.join(".alibabacloud/credentials.ini"), ini).unwrap();
    let token = home.join("token").display().to_string();
    let variables = [
        ("ACCESS_KEY_ID", "environment"),
        ("ACCESS_KEY_SECRET", SECRET),
        ("OIDC_TOKEN_FILE", &token),
        ("ROLE_ARN", "acs:ram::1234567890123456:role/pod"),
        ("OIDC_PROVIDER_ARN", "acs:ram::1234567890123456:oidc-provider/ack"),
        ("CREDENTIALS_URI", &uri.url),
    ];
    let mut all =
        Surroundings { metadata: Some(metadata.url.clone()), ..surroundings(Some(home.clone()), &variables) };
    let sources: Vec<String> = chain(&all, &sts.url).sources().map(str::to_owned).collect();
    assert_eq!(
        sources,
        [
            "environment (ALIBABA_CLOUD_ACCESS_KEY_ID)",
            "OIDC role of a pod (ALIBABA_CLOUD_OIDC_TOKEN_FILE)",
            "CLI profile “p” (AK)",
            "credentials file [default] (access_key)",
            "ECS instance role",
            "credentials URI",
        ]
    );
    let take = |all: &mut Surroundings, name: &str| {
        all.variables.remove(&format!("ALIBABA_CLOUD_{name}"));
    };
    assert_eq!(id(&all, &sts.url).await.unwrap(), "environment");
    take(&mut all, "ACCESS_KEY_SECRET");
    assert_eq!(id(&all, &sts.url).await.unwrap(), "STS.oidc", "half a pair is none");
    take(&mut all, "OIDC_PROVIDER_ARN");
    assert_eq!(id(&all, &sts.url).await.unwrap(), "profile");
    all.variables.insert("ALIBABA_CLOUD_CLI_PROFILE_DISABLED".into(), "true".into());
    assert_eq!(id(&all, &sts.url).await.unwrap(), "file");
    std::fs::remove_file(home.join(".alibabacloud/credentials.ini")).unwrap();
    assert_eq!(id(&all, &sts.url).await.unwrap(), "STS.instance");
    all.variables.insert("ALIBABA_CLOUD_ECS_METADATA_DISABLED".into(), "TRUE".into());
    assert_eq!(id(&all, &sts.url).await.unwrap(), "STS.uri");
    take(&mut all, "CREDENTIALS_URI");
    let why = id(&all, &sts.url).await.unwrap_err();
    assert!(why.contains("ALIBABA_CLOUD_ACCESS_KEY_SECRET is not") && !why.contains(SECRET), "{why}");

    // Kept, though one before it works by now.
    let kept = chain(&surroundings(Some(home.clone()), &[("CREDENTIALS_URI", &uri.url)]), &sts.url);
    assert_eq!(kept.chosen(), None);
    for _ in 0..3 {
        assert_eq!(kept.credentials().await.unwrap().access_key_id, "profile");
    }
    assert_eq!(kept.chosen(), Some("CLI profile “p” (AK)"));
    assert!(uri.seen().len() == 1 && !format!("{all:?}").contains(SECRET));
}

#[tokio::test]
async fn each_mode_of_a_profile_asks_as_it_says() {
    let (sts, home) = (sts().await, home());
    std::fs::write(home.join("token"), " a-token\n").unwrap();
    let pair = format!(r#""access_key_id":"LTAI","access_key_secret":"{SECRET}""#);
    let role = r#""ram_role_arn":"acs:ram::1234567890123456:role/r","ram_session_name":"s1","expired_seconds":1800,"policy":"{}","external_id":"x","sts_region":"cn-shanghai""#;
    let modes = [
        format!(r#"{{"name":"sts","mode":"StsToken",{pair},"sts_token":"t"}}"#),
        format!(r#"{{"name":"role","mode":"RamRoleArn",{pair},{role}}}"#),
        format!(r#"{{"name":"chain","mode":"ChainableRamRoleArn","source_profile":"sts",{role}}}"#),
        format!(
            r#"{{"name":"oidc","mode":"OIDC","oidc_token_file":"{}","oidc_provider_arn":"acs:ram::1:oidc-provider/p",{role}}}"#,
            home.join("token").display()
        ),
        r#"{"name":"round","mode":"ChainableRamRoleArn","source_profile":"round","ram_role_arn":"acs:ram::1234567890123456:role/r"}"#.into(),
        r#"{"name":"sso","mode":"CloudSSO"}"#.into(),
        r#"{"name":"oauth","mode":"OAuth"}"#.into(),
        r#"{"name":"external","mode":"External"}"#.into(),
        r#"{"name":"new","mode":"Telepathy"}"#.into(),
        r#"{"name":"empty","mode":"AK"}"#.into(),
        format!(r#"{{"name":"wrong","mode":"RamRoleArn",{pair},"ram_role_arn":"role"}}"#),
    ];
    profiles(&home, "sts", &modes.join(","));
    let of = async |name: &str| {
        let surroundings =
            surroundings(Some(home.clone()), &[("PROFILE", name), ("ECS_METADATA_DISABLED", "true")]);
        id(&surroundings, &sts.url).await
    };
    assert_eq!(of("sts").await.unwrap(), "LTAI");
    assert_eq!(of("role").await.unwrap(), "STS.role");
    let asked = sts.seen().pop().unwrap();
    for part in [
        "RoleArn=acs%3Aram%3A%3A1234567890123456%3Arole%2Fr",
        "RoleSessionName=s1",
        "DurationSeconds=1800",
        "Policy=%7B%7D",
        "ExternalId=x",
    ] {
        assert!(asked.contains(part), "{asked} lacks {part}");
    }
    assert_eq!(of("chain").await.unwrap(), "STS.role");
    assert!(sts.seen().pop().unwrap().contains("x-acs-security-token: t"), "signed by the profile before");
    assert_eq!(of("oidc").await.unwrap(), "STS.oidc");
    assert!(sts.seen().pop().unwrap().contains("OIDCToken=a-token"));
    for (name, why) in [
        ("round", "no profile “round”"),
        ("sso", "asks a person"),
        ("oauth", "asks a person"),
        ("external", "ALIBABA_CLOUD_CREDENTIALS_URI"),
        ("new", "“Telepathy” is no mode"),
        ("empty", "no AccessKey pair"),
        ("wrong", "no ARN of a role"),
        ("nobody", "no profile “nobody”"),
    ] {
        let told = of(name).await.unwrap_err();
        assert!(told.contains(why) && !told.contains(SECRET), "{name}: {told}");
    }
    std::fs::write(home.join(".aliyun/config.json"), format!("{SECRET} is no JSON")).unwrap();
    let told = of("sts").await.unwrap_err();
    assert!(told.contains("not what the command line writes") && !told.contains("Canary"), "{told}");
}

#[tokio::test]
async fn each_type_of_a_credentials_file_asks_as_it_says() {
    let (sts, home) = (sts().await, home());
    std::fs::write(home.join("token"), "a-token").unwrap();
    let path = home.join("mine.ini");
    let text = format!(
        "[default]\nenable = true\ntype = access_key\naccess_key_id = LTAI\naccess_key_secret = {SECRET}\n\
         [role]\ntype=ram_role_arn\naccess_key_id=LTAI\naccess_key_secret={SECRET}\nrole_arn=acs:ram::1234567890123456:role/r\n\
         [oidc]\ntype=oidc_role_arn\noidc_provider_arn=acs:ram::1:oidc-provider/p\noidc_token_file_path={}\nrole_arn=acs:ram::1234567890123456:role/r\n\
         [rsa]\ntype=rsa_key_pair\n[odd]\ntype=odd\n[none]\ntype=access_key\n",
        home.join("token").display()
    );
    std::fs::write(&path, text).unwrap();
    let path = path.display().to_string();
    let of = async |name: Option<&str>| {
        let mut variables = vec![("CREDENTIALS_FILE", path.as_str()), ("ECS_METADATA_DISABLED", "true")];
        variables.extend(name.map(|name| ("PROFILE", name)));
        id(&surroundings(None, &variables), &sts.url).await
    };
    assert_eq!(of(None).await.unwrap(), "LTAI");
    assert_eq!(of(Some("role")).await.unwrap(), "STS.role");
    assert_eq!(of(Some("oidc")).await.unwrap(), "STS.oidc");
    for (name, why) in [
        ("rsa", "use a role"),
        ("odd", "the type “odd”"),
        ("none", "no AccessKey pair"),
        ("gone", "no section [gone]"),
    ] {
        let told = of(Some(name)).await.unwrap_err();
        assert!(told.contains(why) && !told.contains(SECRET), "{name}: {told}");
    }
    let gone =
        surroundings(None, &[("CREDENTIALS_FILE", "/nowhere/c.ini"), ("ECS_METADATA_DISABLED", "true")]);
    assert!(id(&gone, &sts.url).await.unwrap_err().contains("/nowhere/c.ini cannot be read"));
}

#[tokio::test]
async fn the_metadata_of_an_instance_by_the_second_version_then_by_the_first() {
    let ask = async |variables: &[(&str, &str)], metadata: &Double| {
        let surroundings =
            Surroundings { metadata: Some(metadata.url.clone()), ..surroundings(None, variables) };
        id(&surroundings, "http://127.0.0.1:9").await
    };
    let second = Double::start(|request| match request {
        _ if request.starts_with("PUT /latest/api/token") => (200, "the-token".into()),
        _ if !request.contains("the-token") => (403, String::new()),
        _ if request.contains("credentials/web ") => (200, given("STS.second")),
        _ => (200, "web".into()),
    })
    .await;
    assert_eq!(ask(&[], &second).await.unwrap(), "STS.second");
    assert!(second.seen()[0].to_lowercase().contains("x-aliyun-ecs-metadata-token-ttl-seconds: 21600"));
    let named = ask(&[("ECS_METADATA", "web"), ("IMDSV1_DISABLED", "true")], &second).await;
    assert_eq!(named.unwrap(), "STS.second");

    let first = Double::start(|request| match request {
        _ if request.starts_with("PUT") => (404, String::new()),
        _ if request.contains("credentials/web ") => (200, given("STS.first")),
        _ => (200, "web".into()),
    })
    .await;
    assert_eq!(ask(&[], &first).await.unwrap(), "STS.first");
    let told = ask(&[("IMDSV1_DISABLED", "true")], &first).await.unwrap_err();
    assert!(told.contains("ALIBABA_CLOUD_IMDSV1_DISABLED"), "{told}");

    for (answer, why) in [
        ((404, String::new()), "know no role"),
        ((500, String::new()), "answer 500"),
        ((200, format!("../../{SECRET}")), "has no role"),
        ((200, "x".repeat(100_000)), "too large"),
    ] {
        let double =
            Double::start(
                move |request| if request.starts_with("PUT") { (404, String::new()) } else { answer.clone() },
            )
            .await;
        let told = ask(&[], &double).await.unwrap_err();
        assert!(told.contains(why) && !told.contains(SECRET), "{told}");
    }
    let garbage =
        Double::start(|_| (200, format!(r#"{{"Code":"Success","AccessKeySecret":"{SECRET}"}}"#))).await;
    let told = ask(&[("ECS_METADATA", "web")], &garbage).await.unwrap_err();
    assert!(told.contains("answered no credentials") && !told.contains(SECRET), "{told}");

    let slow = Double::start(|_| (0, String::new())).await;
    let started = Instant::now();
    assert!(ask(&[("ECS_METADATA", "web")], &slow).await.unwrap_err().contains("cannot be reached"));
    assert!(started.elapsed() < Duration::from_secs(4), "it is near, or not there");
}

#[tokio::test]
async fn an_address_of_credentials_is_near_or_encrypted() {
    let ask = async |url: &str| {
        id(
            &surroundings(None, &[("CREDENTIALS_URI", url), ("ECS_METADATA_DISABLED", "true")]),
            "http://127.0.0.1:9",
        )
        .await
    };
    for far in ["http://credentials.example.com/x", "http://8.8.8.8/", "ftp://127.0.0.1/", "no address"] {
        let told = ask(far).await.unwrap_err();
        assert!(told.contains("it is"), "{far}: {told}");
    }
    for (status, body, why) in [
        (500, String::new(), "answers 500"),
        (302, String::new(), "answers 302"),
        (200, format!(r#"{{"Code":"Failed","Message":"{SECRET}"}}"#), "answered no credentials"),
    ] {
        let double = Double::start(move |_| (status, body.clone())).await;
        let told = ask(&double.url).await.unwrap_err();
        assert!(told.contains(why) && !told.contains(SECRET), "{told}");
    }
    assert!(ask("http://127.0.0.1:9/").await.unwrap_err().contains("cannot be reached"));
    let good = Double::start(|_| (200, given("STS.uri"))).await;
    assert_eq!(ask(&format!("{}/c?a=b", good.url)).await.unwrap(), "STS.uri");
    assert!(good.seen()[0].starts_with("GET /c?a=b "));
}

#[test]
fn s38_a_secret_does_not_show_in_debug_output() {
    let credentials = Credentials::access_key("LTAI5tExample", SECRET);
    assert!(!format!("{credentials:?}").contains("Canary"));
}

#[tokio::test]
async fn a_call_whose_credentials_have_just_ended_is_sent_again_with_new_ones() {
    let uri = Double::start({
        let count = std::sync::atomic::AtomicU32::new(0);
        move |_| (200, given(&format!("STS.{}", count.fetch_add(1, std::sync::atomic::Ordering::Relaxed))))
    })
    .await;
    let cloud = Double::start(|request| match request.contains("Credential=STS.0,") {
        true => (400, r#"{"Code":"InvalidSecurityToken.Expired","Message":"ended","RequestId":"r"}"#.into()),
        false => (200, r#"{"AccountId":"1","Arn":"a","IdentityType":"RAMUser","RequestId":"r"}"#.into()),
    })
    .await;
    let surroundings =
        surroundings(None, &[("CREDENTIALS_URI", &uri.url), ("ECS_METADATA_DISABLED", "true")]);
    let endpoints = Endpoints { sts: cloud.url.clone(), ..Endpoints::aliyun(vec!["cn-hangzhou".into()]) };
    let client = Client::new(endpoints, Unsigned, None).unwrap();
    let client = client.signed_by(Chain::new(&surroundings, &client, "cn-hangzhou"));
    assert_eq!(client.get_caller_identity("cn-hangzhou").await.unwrap().account_id, "1");
    assert_eq!((uri.seen().len(), cloud.seen().len()), (2, 2));
}

#[tokio::test]
async fn who_does_not_answer_is_asked_no_more_for_a_while() {
    let endpoints = Endpoints {
        sts: "http://127.0.0.1:9".into(),
        ..Endpoints::aliyun(vec!["cn-hangzhou".into(), "cn-shanghai".into()])
    };
    let client = Client::new(endpoints, Arc::new(Credentials::access_key("LTAI", SECRET)), None).unwrap();
    // Each read is three attempts.
    for _ in 0..2 {
        assert!(client.get_caller_identity("cn-hangzhou").await.is_err());
    }
    let started = Instant::now();
    let refused = client.get_caller_identity("cn-hangzhou").await.unwrap_err();
    assert!(refused.retry_after.is_some() && started.elapsed() < Duration::from_millis(20), "{refused:?}");
    let elsewhere = client.get_caller_identity("cn-shanghai").await.unwrap_err();
    assert!(elsewhere.retry_after.is_none(), "the circuit is the region's own");
}

/// What a source answers, however it is asked.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    /// Credentials that last so many seconds, by the double's own clock.
    Gives(i64),
    Refuses,
    Garbage,
    Silent,
}

/// One double for all sources: it answers as STS, as the metadata of an instance and as an address of credentials.
struct Sources {
    double: Double,
    mood: Arc<Mutex<Mood>>,
    home: PathBuf,
}

impl Sources {
    async fn start() -> Self {
        let mood = Arc::new(Mutex::new(Mood::Gives(3_600)));
        let (own, count) = (mood.clone(), std::sync::atomic::AtomicU32::new(0));
        let double = Double::start(move |request| {
            let life = match *own.lock().unwrap() {
                Mood::Gives(life) => life,
                Mood::Refuses => return (403, r#"{"Code":"NoPermission","Message":"no"}"#.into()),
                Mood::Garbage => return (200, format!("{{{SECRET}")),
                Mood::Silent => return (0, String::new()),
            };
            if request.starts_with("PUT ") {
                return (200, "a-token".into());
            }
            let number = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let expires = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(life);
            let pair = format!(
                r#""AccessKeyId":"STS.{number}","AccessKeySecret":"{SECRET}","SecurityToken":"t","Expiration":"{expires}""#
            );
            (200, format!(r#"{{"Code":"Success",{pair},"RequestId":"r","Credentials":{{{pair}}}}}"#))
        })
        .await;
        let home = home();
        std::fs::write(home.join("token"), "a-token").unwrap();
        Self { double, mood, home }
    }

    /// Each source that gives what ends, alone.
    fn chains(&self) -> Vec<(&'static str, Chain)> {
        let token = self.home.join("token").display().to_string();
        let role = "acs:ram::1234567890123456:role/r";
        profiles(
            &self.home,
            "role",
            &format!(
                r#"{{"name":"role","mode":"RamRoleArn","access_key_id":"LTAI","access_key_secret":"{SECRET}","ram_role_arn":"{role}"}}"#
            ),
        );
        let ini = self.home.join("mine.ini").display().to_string();
        std::fs::write(
            &ini,
            format!("[default]\ntype=ram_role_arn\naccess_key_id=LTAI\naccess_key_secret={SECRET}\nrole_arn={role}\n"),
        )
        .unwrap();
        let off = ("ECS_METADATA_DISABLED", "true");
        let of = |home: Option<PathBuf>, variables: &[(&str, &str)]| {
            let surroundings =
                Surroundings { metadata: Some(self.double.url.clone()), ..surroundings(home, variables) };
            chain(&surroundings, &self.double.url)
        };
        let provider = ("OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p");
        vec![
            ("pod", of(None, &[("OIDC_TOKEN_FILE", &token), ("ROLE_ARN", role), provider, off])),
            ("profile", of(Some(self.home.clone()), &[off])),
            ("file", of(None, &[("CREDENTIALS_FILE", &ini), off])),
            ("instance", of(None, &[("ECS_METADATA", "web")])),
            ("address", of(None, &[("CREDENTIALS_URI", &self.double.url), off])),
        ]
    }

    fn mood(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }
}

#[tokio::test]
async fn what_a_source_gives_is_renewed_when_it_has_ended_or_was_refused() {
    let sources = Sources::start().await;
    let id = async |chain: &Chain| chain.credentials().await.unwrap().access_key_id.clone();
    // Four seconds of use, and half a minute in which a call could not arrive any more.
    sources.mood(Mood::Gives(34));
    let mut firsts = Vec::new();
    for (name, chain) in sources.chains() {
        let first = id(&chain).await;
        assert_eq!(id(&chain).await, first, "{name}: kept");
        firsts.push((name, chain, first));
    }
    sources.mood(Mood::Gives(3_600));
    tokio::time::sleep(Duration::from_millis(4_100)).await;
    for (name, chain, first) in firsts {
        let second = id(&chain).await;
        assert_ne!(second, first, "{name}: so close to its end it is used no more");
        let held = chain.credentials().await.unwrap();
        chain.refused(&held);
        let third = id(&chain).await;
        assert_ne!(third, second, "{name}: what the cloud refuses is not offered again");
        assert_eq!(id(&chain).await, third, "{name}");
    }
}

#[tokio::test]
async fn a_source_that_refuses_or_talks_nonsense_is_said_to_be_the_reason_and_tells_nothing() {
    let sources = Sources::start().await;
    for mood in [Mood::Refuses, Mood::Garbage] {
        sources.mood(mood);
        for (name, chain) in sources.chains() {
            let error = chain.credentials().await.unwrap_err();
            let source = chain.sources().next().unwrap();
            assert!(error.message.contains(source), "{name}: {}", error.message);
            assert!(
                !error.message.contains("Canary") && !format!("{error:?}").contains("Canary"),
                "{name}: {error:?}"
            );
            // And tried again by the next call.
            sources.mood(Mood::Gives(3_600));
            assert!(chain.credentials().await.is_ok(), "{name}");
            sources.mood(mood);
        }
    }
}

#[tokio::test]
async fn a_source_that_is_silent_holds_nobody_for_long() {
    let sources = Sources::start().await;
    sources.mood(Mood::Silent);
    let chains = sources.chains();
    let asked = chains.iter().map(|(name, chain)| async move {
        let started = Instant::now();
        assert!(chain.credentials().await.is_err(), "{name}");
        assert!(started.elapsed() < Duration::from_secs(12), "{name}: {:?}", started.elapsed());
    });
    futures::future::join_all(asked).await;
}
