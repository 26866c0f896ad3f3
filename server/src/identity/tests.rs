use std::time::Duration;

use zeroize::Zeroizing;

use super::*;
use crate::storage::tests::databases;

const HOUR_MS: i64 = 3_600_000;

fn beginner<'a>(person: &'a str, groups: &'a [String]) -> Beginner<'a> {
    Beginner {
        is_by_password_alone: false,
        person,
        name: "Alice",
        groups,
        sid: None,
        token: None,
        address: "10.0.0.1",
        agent: "a browser",
    }
}

fn sessions(database: &Database) -> Sessions {
    Sessions::new(database.clone(), Duration::from_secs(3_600), Duration::from_secs(12 * 3_600))
}

fn typed(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.to_owned())
}

#[tokio::test]
async fn s06_a_session_ends_when_it_is_not_used_and_at_its_greatest_age() {
    for database in databases().await {
        let sessions = sessions(&database);
        let token = sessions.start_at(beginner("p", &[]), None, 0).await.unwrap().token;
        let runs = async |at: i64| sessions.of_token_at(&token, true, at).await.unwrap().is_some();
        assert!(runs(HOUR_MS - 1).await, "used within the hour");
        assert!(runs(2 * HOUR_MS - 2).await, "and again an hour later");
        assert!(!runs(3 * HOUR_MS).await, "nobody used it for more than an hour");
        let token = sessions.start_at(beginner("p", &[]), None, 0).await.unwrap().token;
        for half_hours in 1..=24 {
            assert!(sessions.of_token_at(&token, true, half_hours * HOUR_MS / 2).await.unwrap().is_some());
        }
        assert!(sessions.of_token_at(&token, true, 12 * HOUR_MS + 1).await.unwrap().is_none());
        // A page that asks again by itself is answered, and keeps nothing alive.
        let token = sessions.start_at(beginner("p", &[]), None, 0).await.unwrap().token;
        let left = async |at: i64| sessions.of_token_at(&token, false, at).await.unwrap().is_some();
        assert!(left(HOUR_MS - 1).await && !left(HOUR_MS + 1).await);
    }
}

#[tokio::test]
async fn s05_a_new_session_takes_the_place_of_the_one_before_which_is_refused_at_once() {
    for database in databases().await {
        let sessions = sessions(&database);
        let first = sessions.start(beginner("p", &[]), None).await.unwrap().token;
        let second = sessions.start(beginner("p", &[]), Some(&first)).await.unwrap().token;
        assert_ne!(first, second);
        assert!(sessions.of_token(&first, true).await.unwrap().is_none());
        let found = sessions.of_token(&second, true).await.unwrap().unwrap();
        assert_eq!(sessions.end(&found.id_hash).await.unwrap().as_deref(), Some("p"));
        assert!(sessions.of_token(&second, true).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn s10_a_person_has_so_many_sessions_and_the_oldest_goes() {
    for database in databases().await {
        let sessions = sessions(&database);
        let other = sessions.start(beginner("other", &[]), None).await.unwrap().token;
        let mut tokens = Vec::new();
        for _ in 0..12 {
            tokens.push(sessions.start(beginner("p", &[]), None).await.unwrap().token);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        assert_eq!(sessions.of_person("p").await.unwrap().len(), 10);
        assert!(sessions.of_token(&tokens[1], true).await.unwrap().is_none());
        assert!(sessions.of_token(&tokens[2], true).await.unwrap().is_some());
        assert!(sessions.of_token(&other, true).await.unwrap().is_some());
        assert_eq!(sessions.list("", 0, 100).await.unwrap().len(), 11);
    }
}

#[test]
fn s04_identifiers_are_256_bits_and_never_the_same() {
    let all: std::collections::HashSet<String> = (0..100_000).map(|_| token::new()).collect();
    assert_eq!(all.len(), 100_000);
    assert!(all.iter().all(|token| token.len() == 64));
}

#[tokio::test]
async fn s02_the_database_holds_no_token_and_no_password() {
    let database = databases().await.remove(0);
    let accounts = Accounts::new(database.clone(), ClientNetworks::default());
    let link = accounts.invite("alice", &[]).await.unwrap().unwrap();
    accounts.accept(&link, typed("correct horse battery")).await.unwrap().unwrap();
    let unused = accounts.new_link("alice").await.unwrap().unwrap();
    let token = sessions(&database).start(beginner("local:alice", &[]), None).await.unwrap().token;
    let mut told = String::new();
    for table in ["SELECT * FROM sessions", "SELECT * FROM accounts", "SELECT * FROM invitations"] {
        for row in sqlx::query(table).fetch_all(database.pool()).await.unwrap() {
            for column in 0..sqlx::Row::len(&row) {
                told +=
                    &sqlx::Row::try_get::<Option<String>, _>(&row, column).ok().flatten().unwrap_or_default();
            }
        }
    }
    assert!(told.contains("$argon2id$"), "{told}");
    for secret in [token.as_str(), &unused, &link, "correct horse battery"] {
        assert!(!told.contains(secret));
    }
}

#[tokio::test]
async fn a_one_time_link_opens_once_and_the_newest_alone() {
    for database in databases().await {
        let accounts = Accounts::new(database, ClientNetworks::default());
        let first = accounts.invite("Alice", &["g".into()]).await.unwrap().unwrap();
        assert_eq!(accounts.invite("alice", &[]).await.unwrap(), Err(Invalid::Taken));
        assert_eq!(accounts.invite("no spaces", &[]).await.unwrap(), Err(Invalid::Name));
        let second = accounts.new_link("alice").await.unwrap().unwrap();
        assert_eq!(accounts.new_link("nobody").await.unwrap(), None);
        assert_eq!(accounts.accept(&first, typed("long enough for it")).await, Ok(Err(Invalid::Link)));
        assert_eq!(accounts.accept(&second, typed("too short")).await, Ok(Err(Invalid::Password)));
        assert_eq!(accounts.accept(&second, typed("long enough for it")).await, Ok(Ok("alice".into())));
        assert_eq!(accounts.accept(&second, typed("long enough for it")).await, Ok(Err(Invalid::Link)));
        let account =
            accounts.of_password(" ALICE ", typed("long enough for it"), Budget::Address("a")).await.unwrap();
        assert_eq!((account.name.as_str(), &account.groups[..]), ("alice", &["g".to_owned()][..]));
    }
}

#[tokio::test]
async fn s47_who_is_not_there_disabled_or_wrong_is_refused_alike_and_too_many_tries_have_to_wait() {
    for database in databases().await {
        let accounts = Accounts::new(database, ClientNetworks::default());
        for name in ["alice", "carol"] {
            let link = accounts.invite(name, &[]).await.unwrap().unwrap();
            accounts.accept(&link, typed("long enough for it")).await.unwrap().unwrap();
        }
        accounts.invite("bob", &[]).await.unwrap().unwrap();
        accounts.set_disabled("carol", true).await.unwrap();
        let sign_in = async |name: &str, password: &str, from: &str| {
            let budget = Budget::Address(from);
            let account = accounts.of_password(name, typed(password), budget).await?;
            accounts.settle(budget).await?;
            accounts.forgive(&account.name, budget).await?;
            Ok::<_, Refused>(account.name)
        };
        assert_eq!(sign_in("alice", "wrong", "a").await, Err(Refused::Wrong));
        assert_eq!(sign_in("nobody", "wrong", "a").await, Err(Refused::Wrong));
        assert_eq!(sign_in("bob", "", "a").await, Err(Refused::Wrong));
        assert_eq!(sign_in("carol", "long enough for it", "a").await, Err(Refused::Wrong));
        // Right ones are no tries, however many.
        for _ in 0..55 {
            assert!(sign_in("alice", "long enough for it", "office").await.is_ok());
        }
        // A right one forgives the slips before.
        assert_eq!(sign_in("alice", "long enough for it", "a").await, Ok("alice".into()));
        for _ in 0..10 {
            assert_eq!(sign_in("alice", "wrong", "a").await, Err(Refused::Wrong));
        }
        // The right password too: or one could go on trying.
        assert!(matches!(sign_in("alice", "long enough for it", "b").await, Err(Refused::TooOften { .. })));
        // Names that are tried one after the other come to an end at the address.
        let mut refusals = Vec::new();
        for n in 0..60 {
            refusals.push(sign_in(&format!("n{n}"), "wrong", "a").await);
        }
        assert!(matches!(refusals.last(), Some(Err(Refused::TooOften { .. }))));
        assert_eq!(sign_in("n1", "wrong", "c").await, Err(Refused::Wrong));
    }
}

/// Not a measurement of time, which another program could disturb: both ways do the same work.
#[tokio::test]
async fn s47_an_unknown_name_costs_a_hash_too() {
    let database = databases().await.remove(0);
    let accounts = Accounts::new(database, ClientNetworks::default());
    let started = std::time::Instant::now();
    accounts.of_password("nobody", typed("wrong"), Budget::Address("a")).await.unwrap_err();
    accounts.of_password("nobody", typed("wrong"), Budget::Address("a")).await.unwrap_err();
    assert!(started.elapsed() > Duration::from_millis(5), "no hash takes so little");
}

#[tokio::test]
async fn s33_s08_accounts_groups_and_rules_hold_for_running_sessions_at_once() {
    for database in databases().await {
        let hour = Duration::from_secs(3_600);
        let sign_in = SignIn::new(&database, Vec::new(), hour, hour, ClientNetworks::default());
        let link = sign_in.accounts.invite("alice", &["pay".into()]).await.unwrap().unwrap();
        sign_in.accounts.accept(&link, typed("long enough for it")).await.unwrap().unwrap();
        let from = || From { address: "a", agent: "b", earlier: None, device: None };
        let entered = sign_in.local("alice", typed("long enough for it"), from(), None).await;
        let Ok(Entered::Session(Started { token, person, .. })) = entered else { panic!("no session") };
        assert_eq!(person, "local:alice");
        let role =
            async || sign_in.person_of(&token, true).await.unwrap().map(|person| person.grants.everywhere());
        assert_eq!(role().await, Some(None));
        let grant = Grant { group: Some("pay".into()), ..Grant::new(Role::Operator) };
        sign_in.rules.make(&grant, "test").await.unwrap();
        assert_eq!(role().await, Some(Some(Role::Operator)));
        let id = sign_in.rules.made().await.unwrap()[0].id.clone();
        sign_in.rules.remove(&id).await.unwrap();
        assert_eq!(role().await, Some(None));
        sign_in.accounts.set_disabled("alice", true).await.unwrap();
        assert_eq!(role().await, None);
        // Somebody else who knows the password confirms nothing for this person.
        sign_in.accounts.set_disabled("alice", false).await.unwrap();
        let answer = sign_in.local("alice", typed("long enough for it"), from(), Some("local:bob")).await;
        assert!(matches!(answer, Err(Refused::Wrong)));
    }
}

#[tokio::test]
async fn the_first_administrator_is_asked_for_until_somebody_can_sign_in() {
    for database in databases().await {
        let accounts = Accounts::new(database, ClientNetworks::default());
        let first = accounts.first().await.unwrap().unwrap();
        let second = accounts.first().await.unwrap().unwrap();
        assert_eq!(accounts.invited(&first).await.unwrap(), None);
        accounts.accept(&second, typed("long enough for it")).await.unwrap().unwrap();
        assert_eq!(accounts.first().await.unwrap(), None);
        let admin = accounts.enabled("admin").await.unwrap().unwrap();
        assert_eq!(admin.groups, [accounts::ADMINISTRATORS]);
    }
}

#[tokio::test]
async fn pt13_a_provider_ends_the_session_that_it_names_or_all_of_the_person_and_nothing_of_another() {
    const ISSUER: &str = "https://id.example/a_b";
    const A: &str = "oidc:https://id.example/a_b|a";
    const B: &str = "oidc:https://id.example/a_b|b";
    // The same subject and session at others, whose issuers look alike.
    const OTHERS: [&str; 4] = [
        "oidc:https://id.example/a_b/c|a",
        "oidc:https://id.example/aXb|a",
        "oidc:https://id.example/A_B|a",
        "oidc:https://other.example|a",
    ];
    for database in databases().await {
        let sessions = sessions(&database);
        let named =
            |person: &'static str, sid: Option<&'static str>| Beginner { sid, ..beginner(person, &[]) };
        let start = async || {
            for person in [A, B].into_iter().chain(OTHERS) {
                sessions.end_all_of(person).await.unwrap();
            }
            for (person, sid) in [(A, Some("1")), (A, Some("2")), (A, None), (B, Some("3")), (B, None)] {
                sessions.start(named(person, sid), None).await.unwrap();
            }
            for person in OTHERS {
                sessions.start(named(person, Some("1")), None).await.unwrap();
                sessions.start(named(person, None), None).await.unwrap();
            }
        };
        let count = async |person| sessions.of_person(person).await.unwrap().len();
        for (person, sid, expected) in [
            (Some(A), Some("1"), (1, 2)),
            (None, Some("1"), (2, 2)),
            (Some(A), None, (0, 2)),
            // Of somebody else: nothing of theirs ends.
            (Some(A), Some("3"), (2, 2)),
            (Some(OTHERS[0]), Some("1"), (3, 2)),
            (None, None, (3, 2)),
        ] {
            start().await;
            let ended = sessions.end_by_provider(ISSUER, person, sid).await.unwrap();
            assert_eq!((count(A).await, count(B).await), expected, "{person:?} {sid:?}");
            assert_eq!(ended.len(), 5 - expected.0 - expected.1, "{ended:?}");
            for other in OTHERS {
                assert_eq!(count(other).await, 2, "{other} {person:?} {sid:?}");
            }
        }
    }
}

#[tokio::test]
async fn sessions_of_a_password_alone_end_where_a_second_factor_becomes_required() {
    for database in databases().await {
        let hour = Duration::from_secs(3_600);
        let mut sign_in = SignIn::new(&database, Vec::new(), hour, hour, ClientNetworks::default());
        let link = sign_in.accounts.invite("alice", &[]).await.unwrap().unwrap();
        sign_in.accounts.accept(&link, typed("long enough for it")).await.unwrap().unwrap();
        let from = From { address: "a", agent: "b", earlier: None, device: None };
        let entered = sign_in.local("alice", typed("long enough for it"), from, None).await;
        let Ok(Entered::Session(alone)) = entered else { panic!("no session") };
        let provider = sign_in.sessions.start(beginner("oidc:p bob", &[]), None).await.unwrap();
        let lives = async |sign_in: &SignIn, started: &Started| {
            sign_in.person_of(&started.token, true).await.unwrap().is_some()
        };
        assert!(lives(&sign_in, &alone).await && lives(&sign_in, &provider).await);
        sign_in.needs_second_factor = true;
        assert!(!lives(&sign_in, &alone).await && lives(&sign_in, &provider).await);
        assert_eq!(sign_in.sessions.end_by_password_alone().await.unwrap(), 1);
        sign_in.needs_second_factor = false;
        assert!(!lives(&sign_in, &alone).await, "it has ended");
    }
}

#[tokio::test]
async fn a_password_alone_opens_nothing_where_a_code_is_due_and_codes_cannot_be_guessed_for_long() {
    for database in databases().await {
        let hour = Duration::from_secs(3_600);
        let mut sign_in = SignIn::new(&database, Vec::new(), hour, hour, ClientNetworks::default());
        sign_in.needs_second_factor = true;
        for name in ["alice", "bob"] {
            let link = sign_in.accounts.invite(name, &[]).await.unwrap().unwrap();
            sign_in.accounts.accept(&link, typed("long enough for it")).await.unwrap().unwrap();
        }
        let from = || From { address: "a", agent: "b", earlier: None, device: None };
        let enter = async |name: &str| sign_in.local(name, typed("long enough for it"), from(), None).await;
        // Who has no app sets one up first, by a code of it.
        let Ok(Entered::Enrol { step: older, enrolment: others }) = enter("alice").await else {
            panic!("no enrolment")
        };
        let Ok(Entered::Enrol { step, enrolment }) = enter("alice").await else { panic!("no enrolment") };
        assert!(matches!(sign_in.code(&step, "000000", from(), None).await, Err(Refused::Wrong)));
        assert_eq!(sign_in.enrolment(&step).await.unwrap().unwrap().secret, enrolment.secret);
        let app = |of: &Enrolment| {
            let secret = totp_rs::Secret::try_from_base32(of.secret.replace(' ', "")).unwrap();
            totp_rs::Builder::new().with_secret(secret).with_account_name("alice").build().unwrap()
        };
        let (app, others) = (app(&enrolment), app(&others));
        let coded =
            sign_in.code(&step, &app.generate_current().to_string(), from(), None).await.ok().unwrap();
        assert_eq!((coded.started.person.as_str(), coded.recovery_codes.len()), ("local:alice", 10));
        assert!(sign_in.person_of(&coded.started.token, true).await.unwrap().is_some());
        assert!(matches!(sign_in.code(&step, "000000", from(), None).await, Err(Refused::Expired)), "used");

        // What somebody else began by the password alone sets up no app in place of it.
        let late = sign_in.code(&older, &others.generate_current().to_string(), from(), None).await;
        assert!(matches!(late, Err(Refused::Expired)));

        // From then on a code is asked for; a step is of one account.
        let Ok(Entered::Code { step }) = enter("alice").await else { panic!("no code") };
        assert!(sign_in.enrolment(&step).await.unwrap().is_none());
        let recovery = &coded.recovery_codes[0];
        let as_bob = sign_in.code(&step, recovery, from(), Some("local:bob")).await;
        assert!(matches!(as_bob, Err(Refused::Wrong)));
        let again = sign_in.code(&step, recovery, from(), None).await.ok().unwrap();
        assert_eq!((again.with, again.recovery_codes.len()), ("recovery_code", 0));

        // Tries at codes are tries: after ten the account rests, whatever is typed.
        let Ok(Entered::Code { step }) = enter("alice").await else { panic!("no code") };
        for _ in 0..9 {
            assert!(matches!(sign_in.code(&step, "000000", from(), None).await, Err(Refused::Wrong)));
        }
        let right = sign_in.code(&step, &coded.recovery_codes[1], from(), None).await;
        assert!(matches!(right, Err(Refused::TooOften { .. })));

        // An account that is disabled in between gets no further.
        let Ok(Entered::Enrol { step, .. }) = enter("bob").await else { panic!("no enrolment") };
        sign_in.accounts.set_disabled("bob", true).await.unwrap();
        assert!(matches!(sign_in.code(&step, "000000", from(), None).await, Err(Refused::Expired)));
    }
}

/// Ten requests of a network that is over its limit cost nothing and lock nobody out; ten of other networks lock new browsers
/// out for a while, and no browser in which the person has signed in before.
#[tokio::test]
async fn pt06_strangers_cannot_lock_a_person_out_of_a_known_browser() {
    for database in databases().await {
        let hour = Duration::from_secs(3_600);
        let sign_in = SignIn::new(&database, Vec::new(), hour, hour, ClientNetworks::default());
        for name in ["alice", "bob"] {
            let link = sign_in.accounts.invite(name, &[]).await.unwrap().unwrap();
            sign_in.accounts.accept(&link, typed("long enough for it")).await.unwrap().unwrap();
        }
        let enter = async |name: &str, password: &str, address: &str, device: Option<&str>| {
            let from = From { address, agent: "b", earlier: None, device };
            match sign_in.local(name, typed(password), from, None).await {
                Ok(Entered::Session(started)) => Ok(started),
                Ok(_) => panic!("no session"),
                Err(refused) => Err(refused),
            }
        };
        let right = "long enough for it";
        let home = enter("alice", right, "192.0.2.1", None).await.ok().unwrap();
        let device = home.device.unwrap();

        // A network that is over its limit, whatever it asks for: the account's own budget stays as it is.
        for number in 0..50 {
            let _ = enter(&format!("n{number}"), "wrong", "198.51.100.7", None).await;
        }
        for last in 0..30 {
            let refused = enter("alice", "wrong", &format!("198.51.100.{last}"), None).await.err();
            assert!(matches!(refused, Some(Refused::TooOften { .. })), "{refused:?}");
        }
        assert!(enter("alice", right, "203.0.113.1", None).await.is_ok(), "a new browser elsewhere");

        // Ten wrong attempts of different networks: new browsers wait, the known one does not.
        for third in 0..12 {
            let _ = enter("alice", "wrong", &format!("10.0.{third}.1"), None).await;
        }
        let refused = enter("alice", right, "203.0.113.1", None).await.err();
        assert!(matches!(refused, Some(Refused::TooOften { .. })));
        let again = enter("alice", right, "192.0.2.1", Some(&device)).await.ok().unwrap();
        assert_eq!(again.device.as_deref(), Some(device.as_str()), "the browser keeps its token");
        let refused = enter("alice", right, "203.0.113.1", None).await.err();
        assert!(matches!(refused, Some(Refused::TooOften { .. })), "it forgives strangers nothing");
        // Another account in the same browser: it stays known for both.
        let both = enter("bob", right, "192.0.2.1", Some(&device)).await.ok().unwrap().device.unwrap();
        for account in ["alice", "bob"] {
            assert!(sign_in.devices.known(&both, Some(account)).await.unwrap().is_some(), "{account}");
        }
        // Known for one account, not for another; and a made-up token is no device.
        for _ in 0..12 {
            let _ = enter("bob", "wrong", "10.1.0.1", Some(&device)).await;
        }
        let refused = enter("bob", right, "10.1.1.1", Some(&device)).await.err();
        assert!(matches!(refused, Some(Refused::TooOften { .. })));
        assert!(enter("alice", right, "192.0.2.1", Some("made up")).await.is_err());
        // Its own budget has an end, too.
        for _ in 0..10 {
            assert!(matches!(enter("alice", "wrong", "192.0.2.1", Some(&device)).await, Err(Refused::Wrong)));
        }
        let refused = enter("alice", right, "192.0.2.1", Some(&device)).await.err();
        assert!(matches!(refused, Some(Refused::TooOften { .. })));
        // A new password ends it with everything else that was opened by the old one.
        sign_in.end_ways("alice").await.unwrap();
        assert_eq!(sign_in.devices.known(&device, Some("alice")).await.unwrap(), None);
    }
}

/// The second attack: what one account does right forgives no wrong attempt of the network.
#[tokio::test]
async fn pt06_the_count_of_a_network_falls_by_what_was_right_alone() {
    for database in databases().await {
        let hour = Duration::from_secs(3_600);
        let sign_in = SignIn::new(&database, Vec::new(), hour, hour, ClientNetworks::default());
        let link = sign_in.accounts.invite("alice", &[]).await.unwrap().unwrap();
        sign_in.accounts.accept(&link, typed("long enough for it")).await.unwrap().unwrap();
        let from =
            |device: Option<&'static str>| From { address: "192.0.2.1", agent: "b", earlier: None, device };
        let count = async || {
            let row =
                sqlx::query("SELECT CAST(SUM(count) AS BIGINT) FROM attempts").fetch_one(database.pool());
            sqlx::Row::try_get::<Option<i64>, _>(&row.await.unwrap(), 0).ok().flatten().unwrap_or_default()
        };
        for number in 0..5 {
            let _ = sign_in.local(&format!("n{number}"), typed("wrong"), from(None), None).await;
        }
        // Of the network, of the wide one around it, and one of each name.
        assert_eq!(count().await, 15);
        for _ in 0..8 {
            let entered = sign_in.local("alice", typed("long enough for it"), from(None), None).await;
            assert!(matches!(entered, Ok(Entered::Session(_))));
        }
        assert_eq!(count().await, 15, "each right one is taken back, and no more");
    }
}

/// As after a failover, or on a full disk: nothing can be written.
#[tokio::test]
async fn f28_who_has_a_session_can_look_while_nothing_can_be_written() {
    for database in databases().await {
        let sessions = sessions(&database);
        let token = sessions.start_at(beginner("p", &[]), None, 0).await.unwrap().token;
        let read_only = match database.is_shared() {
            true => "SET default_transaction_read_only = on",
            false => "PRAGMA query_only = on",
        };
        let mut connections = Vec::new();
        for _ in 0..8 {
            let mut connection = database.pool().acquire().await.unwrap();
            sqlx::Executor::execute(&mut *connection, read_only).await.unwrap();
            connections.push(connection);
        }
        drop(connections);
        assert!(sessions.start_at(beginner("p", &[]), None, 0).await.is_err(), "nothing can be written");
        let seen = sessions.of_token_at(&token, true, HOUR_MS / 2).await.unwrap();
        assert_eq!(seen.unwrap().person, "p");
    }
}
