//! Three replicas over one database behind a plain round-robin, none sticky; one is killed while people work, and the next
//! version comes beside them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use keyturn::config::{Config, Raw};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const PASSWORD: &str = "correct horse battery staple";
const HOST: &str = "keyturn.localhost:4000";
const REGION: &str = "cn-hangzhou";

/// A process of its own; killed when it goes.
struct Replica {
    child: Child,
    url: String,
    first_link: Option<String>,
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Replica {
    fn start(database_url: &str) -> Self {
        let free = || std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let (listen, sandbox) = (free(), free());
        let data = std::env::temp_dir().join(format!("keyturn-replica-{}", ulid::Ulid::new()));
        let mut child = Command::new(env!("CARGO_BIN_EXE_keyturn"))
            .env_clear()
            .env("KEYTURN_LISTEN", &listen)
            .env("KEYTURN_PUBLIC_URL", format!("https://{HOST}"))
            .env("KEYTURN_SANDBOX_LISTEN", &sandbox)
            .env("KEYTURN_DATA_DIR", data)
            .env("KEYTURN_DATABASE_URL", database_url)
            .env("KEYTURN_AUTH", "local")
            .env("KEYTURN_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut first_link = None;
        while let Some(Ok(line)) = lines.next() {
            if let Some((_, token)) = line.split_once("token=") {
                first_link = Some(token.to_owned());
            }
            if line == "Keyturn is ready." {
                break;
            }
        }
        Self { child, url: format!("http://{listen}"), first_link }
    }
}

/// What stands in front: the next replica each time, the one after where it does not answer.
struct RoundRobin<'a> {
    replicas: &'a [Replica],
    next: AtomicUsize,
    http: reqwest::Client,
}

impl RoundRobin<'_> {
    async fn send(&self, path: &str, cookie: &str, kind: &str, body: &str) -> Option<reqwest::Response> {
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        for offset in 0..self.replicas.len() {
            let replica = &self.replicas[(first + offset) % self.replicas.len()];
            let request = self
                .http
                .post(format!("{}{path}", replica.url))
                .header("host", HOST)
                .header("origin", format!("https://{HOST}"))
                .header("cookie", cookie)
                .header("content-type", kind)
                .body(body.to_owned());
            match request.send().await {
                Ok(answer) => return Some(answer),
                Err(error) if error.is_connect() => {}
                // It may have been done: nobody sends such a request again by itself.
                Err(_) => return None,
            }
        }
        panic!("no replica answers");
    }

    async fn form(&self, path: &str, fields: &[(&str, &str)]) -> reqwest::Response {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(path, "", "application/x-www-form-urlencoded", &body).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_replica_that_is_killed_costs_no_session_and_no_record() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let file = std::env::temp_dir().join(format!("keyturn-replicas-{}.db", ulid::Ulid::new()));
    let mut databases = vec![format!("sqlite://{}", file.display())];
    if let Ok(server) = std::env::var("TEST_POSTGRES") {
        databases.push(new_database(&server).await);
    }
    for database in databases {
        work_while_one_is_killed(&database).await;
    }
}

async fn new_database(server: &str) -> String {
    let name = format!("keyturn_{}", ulid::Ulid::new().to_string().to_lowercase());
    sqlx::any::install_default_drivers();
    let mut admin =
        <sqlx::AnyConnection as sqlx::Connection>::connect(&format!("{server}/postgres")).await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::Executor::execute(&mut admin, create).await.unwrap();
    format!("{server}/{name}")
}

/// As `docs/sign-in.md` tells it, while replicas run; where the restored one is.
async fn backup_and_restore(database_url: &str) -> String {
    let backup = std::env::temp_dir().join(format!("keyturn-backup-{}", ulid::Ulid::new()));
    let backup = backup.display().to_string();
    let run = |program: &str, arguments: &[&str]| {
        let ended = Command::new(program).args(arguments).output().unwrap();
        assert!(ended.status.success(), "{program}: {}", String::from_utf8_lossy(&ended.stderr));
    };
    match std::env::var("TEST_POSTGRES") {
        Ok(server) if database_url.starts_with("postgres:") => {
            let restored = new_database(&server).await;
            run("pg_dump", &["--format=custom", "--file", &backup, database_url]);
            run("pg_restore", &["--exit-on-error", "--dbname", &restored, &backup]);
            restored
        }
        _ => {
            let mut running = <sqlx::AnyConnection as sqlx::Connection>::connect(database_url).await.unwrap();
            let vacuum = sqlx::AssertSqlSafe(format!("VACUUM INTO '{backup}'"));
            sqlx::Executor::execute(&mut running, vacuum).await.unwrap();
            format!("sqlite://{backup}")
        }
    }
}

async fn verified(database_url: &str) -> keyturn::audit::Verified {
    let raw = Raw::gather([("database_url", Some(database_url.to_owned()))], [], None).unwrap();
    let config = Config::resolve(&raw, &keyturn::known_regions(), std::env::temp_dir()).unwrap();
    keyturn::verify_audit(&config, None).await.unwrap()
}

const NEXT_SCRIPT: &str = "console.log('of the next version')";

/// What a replica of the next version does at its start: it adds to the database, and puts its site there. Where its script
/// is then.
async fn bring_the_next_version(database_url: &str) -> String {
    let mut next = <sqlx::AnyConnection as sqlx::Connection>::connect(database_url).await.unwrap();
    let build = hex::encode(Sha256::digest(format!("keyturn.js\0{}\0{NEXT_SCRIPT}", NEXT_SCRIPT.len())));
    let (build, script) = (&build[..32], BASE64_STANDARD.encode(NEXT_SCRIPT));
    for statement in [
        "ALTER TABLE sessions ADD COLUMN of_the_next_version TEXT".to_owned(),
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'of the next version', TRUE, '\\x00', 0)"
            .to_owned(),
        format!("INSERT INTO site_builds VALUES ('{build}', {})", i64::MAX),
        format!("INSERT INTO site_files VALUES ('{build}', 'keyturn.js', '{script}')"),
    ] {
        sqlx::Executor::execute(&mut next, sqlx::AssertSqlSafe(statement)).await.unwrap();
    }
    format!("/pkg/{build}/keyturn.js")
}

async fn work_while_one_is_killed(database_url: &str) {
    let mut replicas: Vec<Replica> = (0..3).map(|_| Replica::start(database_url)).collect();
    let link = replicas[2].first_link.clone().expect("the newest link opens");
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let front = RoundRobin { replicas: &replicas, next: AtomicUsize::new(0), http: http.clone() };
    let chosen =
        front.form("/invitation", &[("token", &link), ("password", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!(chosen.status(), 303);
    // Behind HTTPS (s21).
    assert_eq!(chosen.headers()["strict-transport-security"], "max-age=31536000; includeSubDomains");
    let signed_in = front.form("/sign-in", &[("name", "admin"), ("password", PASSWORD)]).await;
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();

    // Tries are counted together: the eleventh waits wherever it comes.
    let mut statuses = Vec::new();
    for _ in 0..11 {
        statuses.push(
            front.form("/sign-in", &[("name", "mallory"), ("password", "wrong")]).await.status().as_u16(),
        );
    }
    assert_eq!((statuses[9], statuses[10]), (422, 429), "{statuses:?}");

    let next_script = if database_url.starts_with("postgres:") {
        Some(bring_the_next_version(database_url).await)
    } else {
        None
    };

    let mut done = 0;
    let change =
        json!({"region": REGION, "name": "acs/ram/user/payroll-exporter", "rotation": 720}).to_string();
    let victim = usize::try_from(ulid::Ulid::new().random() % 3).unwrap();
    for round in 0..10 {
        if round == 4 {
            rustix::process::kill_process(
                rustix::process::Pid::from_child(&replicas[victim].child),
                rustix::process::Signal::KILL,
            )
            .unwrap();
        }
        let front = &front;
        let calls = (0..6).map(|_| async {
            let answer = front.send("/api/change-rotation", &cookie, "application/json", &change).await?;
            let status = answer.status();
            let error: Value = answer.json().await.unwrap_or_default();
            assert_eq!(status, 200, "{error}");
            Some(())
        });
        done += futures::future::join_all(calls).await.into_iter().flatten().count();
    }
    assert!(done > 40, "{done}");
    drop(front);
    // It comes back, and knows the session.
    replicas[victim] = Replica::start(database_url);
    let page =
        http.get(format!("{}/account", replicas[victim].url)).header("host", HOST).header("cookie", &cookie);
    assert_eq!(page.send().await.unwrap().status(), 200);
    tokio::time::sleep(Duration::from_millis(100)).await;
    if let Some(script) = next_script {
        for replica in &replicas {
            let asked = http.get(format!("{}{script}", replica.url)).header("host", HOST);
            assert_eq!(asked.send().await.unwrap().text().await.unwrap(), NEXT_SCRIPT);
        }
    }

    let log = verified(database_url).await;
    assert!(log.records >= 2 * i64::try_from(done).unwrap(), "{log:?} of {done}");

    let restored = backup_and_restore(database_url).await;
    assert_eq!(verified(&restored).await, log);
    let elsewhere = Replica::start(&restored);
    let page = http.get(format!("{}/account", elsewhere.url)).header("host", HOST).header("cookie", &cookie);
    assert_eq!(page.send().await.unwrap().status(), 200, "a session goes on over the backup");
}
