//! Where the cloud is reached: over TLS that a private authority vouches for, through a proxy, in the regions that KMS names.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[expect(dead_code, reason = "shared with tests that need more of it")]
#[path = "crash/client.rs"]
mod client;
#[expect(dead_code, reason = "shared with tests that need more of it")]
#[path = "support/people.rs"]
mod people;
mod support;

use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};

use keyturn_app::model::secret_query::SecretQuery;
use people::{GRANTS, administrator, start_with};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

const RAM: &str = "2015-05-01";

/// A sandbox that speaks HTTPS: its port, the file of whom to trust, and how to reach it as the real cloud.
async fn cloud() -> (u16, String, Vec<(&'static str, String)>) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let tls = format!("127.0.0.1:{port}");
    let settings = [("sandbox_tls_listen", tls.as_str()), ("regions", "cn-hangzhou,cn-shanghai")];
    let sandbox = support::start_with(&settings, None).await.0;
    let pem = sandbox.http.get(format!("{}/_sandbox/ca.pem", sandbox.sandbox_url)).send().await.unwrap();
    let file = std::env::temp_dir().join(format!("keyturn-ca-{port}.pem")).display().to_string();
    std::fs::write(&file, pem.text().await.unwrap()).unwrap();
    // A user of that account: the sandbox's own AccessKey is refused over the real cloud.
    let made = [("UserName", "console".to_owned())];
    let client = client::Client::new(sandbox.sandbox_url.trim_start_matches("http://"));
    client.call(RAM, "CreateUser", &made).await.unwrap();
    for policy in ["AliyunKMSFullAccess", "AliyunRAMReadOnlyAccess"] {
        let attached = [made[0].clone(), ("PolicyType", "System".into()), ("PolicyName", policy.into())];
        client.call(RAM, "AttachPolicyToUser", &attached).await.unwrap();
    }
    let key = client.call(RAM, "CreateAccessKey", &made).await.unwrap()["AccessKey"].clone();
    let text = |name: &str| key[name].as_str().unwrap().to_owned();
    let settings = vec![
        ("cloud", "aliyun".to_owned()),
        ("endpoint_kms", format!("https://kms.{{region}}.localhost:{port}")),
        ("endpoint_ram", format!("https://localhost:{port}")),
        ("endpoint_sts", format!("https://sts.{{region}}.localhost:{port}")),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", text("AccessKeyId")),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", text("AccessKeySecret")),
    ];
    (port, file, settings)
}

fn borrowed<'a>(settings: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    settings.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[tokio::test]
async fn a_private_authority_is_trusted_where_it_is_named_and_the_regions_are_those_that_kms_has() {
    let (_, file, settings) = cloud().await;
    let list = |region: &str| json!({"region": region, "query": serde_json::to_value(SecretQuery::default()).unwrap()});
    let mut settings = borrowed(&settings);
    let doubtful = start_with(&settings, GRANTS).await;
    let admin = administrator(&doubtful).await;
    let (status, error) = admin.call("list-secrets", &list("cn-hangzhou")).await;
    assert_eq!((status, error["code"].as_str()), (503, Some("cloud_unreachable")), "{error}");
    let page = admin.get("/cn-hangzhou/secrets").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("value=\"eu-central-1\""), "all that are known are offered where nobody tells");

    settings.push(("ca_file", &file));
    let trusting = start_with(&settings, GRANTS).await;
    let admin = administrator(&trusting).await;
    let (status, page) = admin.call("list-secrets", &list("cn-hangzhou")).await;
    assert_eq!(status, 200, "{page}");
    assert!(page["total"].as_u64().unwrap() > 0);
    let page = admin.get("/cn-hangzhou/secrets").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("value=\"cn-shanghai\"") && !page.contains("value=\"eu-central-1\""));
    assert_eq!(admin.call("list-secrets", &list("eu-central-1")).await.0, 404, "no region of this account");
}

/// Tunnels, and notes where to.
async fn proxy() -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let noted = noted.clone();
            tokio::spawn(async move {
                use tokio::io::{AsyncReadExt, AsyncWriteExt};
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap());
                }
                let head = String::from_utf8(head).unwrap();
                let to = head.split_whitespace().nth(1).unwrap().to_owned();
                assert!(head.starts_with("CONNECT "), "{head}");
                let port: u16 = to.rsplit(':').next().unwrap().parse().unwrap();
                noted.lock().unwrap().push(to);
                let mut there = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut stream, &mut there).await;
            });
        }
    });
    (address, asked)
}

/// As a process has them: from the environment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_of_the_environment_is_used_but_for_what_no_proxy_names() {
    let (port, file, settings) = cloud().await;
    let (address, asked) = proxy().await;
    let doctor = async |more: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyturn"));
        command
            .args(["doctor", "--json"])
            .env_clear()
            .env("KEYTURN_AUTH", "local")
            .env("KEYTURN_CA_FILE", &file);
        command.env("KEYTURN_DATA_DIR", std::env::temp_dir().join(format!("keyturn-proxy-{port}")));
        command.env("HTTPS_PROXY", format!("http://{address}")).env("KEYTURN_REGIONS", "cn-hangzhou");
        for (name, value) in &settings {
            let name = match name.starts_with("ALIBABA") {
                true => (*name).to_owned(),
                false => format!("KEYTURN_{}", name.to_uppercase()),
            };
            command.env(name, value);
        }
        command.envs(more.iter().copied());
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        let findings = report["findings"].as_array().unwrap().clone();
        let of = |about: &str| {
            let found = findings.iter().find(|finding| finding["about"] == about);
            found.unwrap_or_else(|| panic!("{about} in {report}"))["health"].as_str().unwrap().to_owned()
        };
        (of("KMS cn-hangzhou"), of("STS"))
    };
    let well = ("fine".to_owned(), "fine".to_owned());
    assert_eq!(doctor(&[]).await, well);
    let through: Vec<String> = std::mem::take(&mut *asked.lock().unwrap());
    assert!(through.contains(&format!("kms.cn-hangzhou.localhost:{port}")), "{through:?}");
    assert_eq!(doctor(&[("NO_PROXY", ".localhost,localhost")]).await, well);
    assert_eq!(*asked.lock().unwrap(), Vec::<String>::new());
    // A proxy that is none breaks what goes through it, and not what does not.
    assert_ne!(doctor(&[("HTTPS_PROXY", "http://127.0.0.1:9")]).await, well);
}
