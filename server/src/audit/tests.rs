use serde_json::json;
use sqlx::Executor;

use super::*;
use crate::storage::tests::databases;

fn audit_of(database: &Database) -> Audit {
    Audit::new(database.clone(), ClientNetworks::default())
}

fn who(person: &str) -> Who {
    Who {
        person: person.into(),
        name: person.into(),
        from: "10.0.0.1".into(),
        request_id: "01J".into(),
        session: None,
    }
}

fn done() -> End {
    End { outcome: Outcome::Done, code: None, cloud_request_ids: vec!["R-1".into()] }
}

#[tokio::test]
async fn s51_an_intent_and_its_outcome_are_one_line_of_the_page_and_a_lost_outcome_is_told() {
    for database in databases().await {
        let audit = audit_of(&database);
        let what = What::secret("r", "acs/ram/user/a").with("days", 7);
        let first = audit.intended(&who("p"), "delete_secret", &what).await.unwrap();
        audit.ended(first, &who("p"), "delete_secret", &what, done()).await.unwrap();
        audit.intended(&who("p"), "rotate_secret", &what).await.unwrap();
        let found = audit.find(&Filter::default(), &Sees::All, 10).await.unwrap().records;
        let told: Vec<(&str, Outcome)> = found.iter().map(|of| (of.event.as_str(), of.outcome)).collect();
        assert_eq!(told, [("rotate_secret", Outcome::Intended), ("delete_secret", Outcome::Done)]);
        assert_eq!(found[1].what.parameters["days"], json!(7));
        assert_eq!(found[1].cloud_request_ids, ["R-1"]);
        assert_eq!(verify(&database, None).await.unwrap().records, 3);
    }
}

#[tokio::test]
async fn the_log_is_found_by_person_secret_event_outcome_and_time_page_by_page() {
    for database in databases().await {
        let audit = audit_of(&database);
        for (person, secret, event) in
            [("a", "x", "sign_in"), ("b", "y", "rotate_secret"), ("a", "y", "rotate_secret")]
        {
            audit.happened(&who(person), event, &What::secret("r", secret), done()).await.unwrap();
        }
        let count =
            async |filter: Filter, sees: Sees| audit.find(&filter, &sees, 10).await.unwrap().records.len();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(count(Filter { person: some("a"), ..Filter::default() }, Sees::All).await, 2);
        assert_eq!(count(Filter { secret: some("y"), ..Filter::default() }, Sees::All).await, 2);
        assert_eq!(
            count(
                Filter { secret: some("y"), ..Filter::default() },
                Sees::Own { person: "a".into(), since_ms: 0 }
            )
            .await,
            1
        );
        assert_eq!(count(Filter { event: some("sign_in"), ..Filter::default() }, Sees::All).await, 1);
        assert_eq!(count(Filter { outcome: some("failed"), ..Filter::default() }, Sees::All).await, 0);
        let now = now_ms();
        assert_eq!(count(Filter { from_ms: Some(now + 1_000), ..Filter::default() }, Sees::All).await, 0);
        assert_eq!(count(Filter { until_ms: Some(now + 1_000), ..Filter::default() }, Sees::All).await, 3);
        let page = audit.find(&Filter::default(), &Sees::All, 2).await.unwrap();
        assert_eq!((page.records.len(), page.has_more), (2, true));
        let before = Filter { before: Some(page.records[1].seq), ..Filter::default() };
        let rest = audit.find(&before, &Sees::All, 2).await.unwrap();
        assert_eq!((rest.records.len(), rest.has_more), (1, false));
    }
}

#[tokio::test]
async fn s52_whatever_is_changed_moved_or_taken_away_is_found() {
    for (change, expected) in [
        ("UPDATE audit SET record = replace(record, 'alice', 'mallory') WHERE seq = 2", Broken::Changed(2)),
        ("UPDATE audit SET person = 'mallory' WHERE seq = 2", Broken::Columns(2)),
        ("UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 2", Broken::Columns(2)),
        ("UPDATE audit SET secret = NULL WHERE seq = 2", Broken::Columns(2)),
        ("DELETE FROM audit WHERE seq = 2", Broken::Missing(2)),
        ("DELETE FROM audit WHERE seq = 3", Broken::Head(3)),
        ("UPDATE audit SET hash = 'x' WHERE seq = 3", Broken::Changed(3)),
        ("UPDATE audit_head SET seq = 2", Broken::Head(2)),
    ] {
        broken(change, expected).await;
    }
}

#[tokio::test]
async fn pt10_a_record_that_is_added_or_hidden_is_found() {
    for (change, expected) in [
        ("UPDATE audit SET name = NULL WHERE seq = 2", Broken::Columns(2)),
        ("UPDATE audit SET name = 'mallory' WHERE seq = 2", Broken::Columns(2)),
        ("UPDATE audit SET request_id = 'x' WHERE seq = 2", Broken::Columns(2)),
        (
            "INSERT INTO audit (seq, at_ms, event, outcome, person, request_id, record, hash, name) \
             SELECT -5, at_ms, event, outcome, person, request_id, record, hash, name FROM audit WHERE seq = 1",
            Broken::Count { found: 4, expected: 3 },
        ),
        (
            "INSERT INTO audit (seq, at_ms, event, outcome, person, request_id, record, hash, name) \
             SELECT 0, at_ms, event, outcome, person, request_id, record, hash, name FROM audit WHERE seq = 1",
            Broken::Count { found: 4, expected: 3 },
        ),
    ] {
        broken(change, expected).await;
    }
}

/// Three records, and what the verification says after a change behind Keyturn.
async fn broken(change: &'static str, expected: Broken) {
    for database in databases().await {
        let audit = audit_of(&database);
        for _ in 0..3 {
            audit.happened(&who("alice"), "sign_in", &What::secret("r", "s"), done()).await.unwrap();
        }
        let head = verify(&database, None).await.unwrap().head;
        assert_eq!(verify(&database, Some(&head)).await.unwrap().records, 3);
        assert_eq!(verify(&database, Some("another")).await, Err(Broken::NotNoted));
        database.pool().execute(change).await.unwrap();
        assert_eq!(verify(&database, None).await, Err(expected.clone()), "{change}");
    }
}

/// A trigger that deletes records as they are written: the change is not made, and `verify` reports the trigger.
#[tokio::test]
async fn pt10_a_trigger_that_hides_records_stops_changes_and_is_found() {
    for database in databases().await {
        let audit = audit_of(&database);
        audit.happened(&who("alice"), "sign_in", &What::default(), done()).await.unwrap();
        let trigger = match database.is_shared() {
            false => {
                "CREATE TRIGGER hide AFTER INSERT ON AUDIT WHEN new.person = 'bob' BEGIN \
                 DELETE FROM audit WHERE seq = new.seq; UPDATE audit_head SET seq = seq - 1 WHERE id = 1; END"
            }
            true => {
                "CREATE FUNCTION hide() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                 IF new.person = 'bob' THEN DELETE FROM audit WHERE seq = new.seq; END IF; RETURN NULL; END $$; \
                 CREATE TRIGGER hide AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION hide()"
            }
        };
        database.pool().execute(trigger).await.unwrap();
        assert!(audit.intended(&who("bob"), "delete_secret", &What::default()).await.is_err());
        assert_eq!(verify(&database, None).await, Err(Broken::Schema("trigger hide".into())));
        audit.happened(&who("alice"), "sign_in", &What::default(), done()).await.unwrap();
        // One on another table can change the log, too.
        let elsewhere = match database.is_shared() {
            false => "CREATE TRIGGER later AFTER INSERT ON Sessions BEGIN DELETE FROM audit; END",
            true => "CREATE TRIGGER later AFTER INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION hide()",
        };
        let drop = if database.is_shared() { "DROP TRIGGER hide ON audit" } else { "DROP TRIGGER hide" };
        database.pool().execute(drop).await.unwrap();
        assert_eq!(verify(&database, None).await.unwrap().records, 2);
        database.pool().execute(elsewhere).await.unwrap();
        assert_eq!(verify(&database, None).await, Err(Broken::Schema("trigger later".into())));
    }
}

/// Records from before migration 0009 have no name in their column, and are as they were written.
#[tokio::test]
async fn pt10_a_log_of_an_earlier_version_still_holds() {
    for database in databases().await {
        let audit = audit_of(&database);
        for _ in 0..3 {
            audit.happened(&who("alice"), "sign_in", &What::default(), done()).await.unwrap();
        }
        database.pool().execute("UPDATE audit SET name = NULL WHERE seq <= 2").await.unwrap();
        database.pool().execute("UPDATE audit_head SET unnamed_until = 2").await.unwrap();
        assert_eq!(verify(&database, None).await.unwrap().records, 3);
        // A start names the records of before; a name that was removed later stays away, so that it is found.
        database.pool().execute("UPDATE audit SET name = NULL WHERE seq = 3").await.unwrap();
        assert_eq!(verify(&database, None).await, Err(Broken::Columns(3)));
        chain::name_all(&database).await.unwrap();
        assert_eq!(verify(&database, None).await, Err(Broken::Columns(3)));
        database.pool().execute("UPDATE audit SET name = 'alice' WHERE seq = 3").await.unwrap();
        assert_eq!(verify(&database, None).await.unwrap().records, 3);
        let by_name = Filter { person: Some("alice".into()), ..Filter::default() };
        assert_eq!(audit.find(&by_name, &Sees::All, 10).await.unwrap().records.len(), 3);
        database.pool().execute("UPDATE audit SET name = NULL WHERE seq = 1").await.unwrap();
        assert_eq!(verify(&database, None).await, Err(Broken::Columns(1)));
    }
}

#[tokio::test]
async fn pt07_how_many_refusals_were_left_out_is_a_record() {
    for database in databases().await {
        let audit = audit_of(&database);
        for _ in 0..75 {
            audit.refused(&who("local:vera"), "view_access", &What::default(), "forbidden").await.unwrap();
        }
        audit.close().await;
        audit.close().await;
        let found = audit.find(&Filter::default(), &Sees::All, 200).await.unwrap().records;
        assert_eq!(found.len(), 61);
        let left_out = &found[0];
        assert_eq!((left_out.event.as_str(), left_out.code.as_deref()), ("view_access", Some("too_many")));
        assert_eq!(
            (left_out.who.person.as_str(), &left_out.what.parameters["leftOut"]),
            ("local:vera", &json!(15))
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_who_append_at_once_make_one_chain() {
    for database in databases().await {
        // As two replicas: each has its own turn.
        let replicas = [audit_of(&database), audit_of(&database)];
        let tasks: Vec<_> = (0..40)
            .map(|n| {
                let audit = replicas[n % 2].clone();
                tokio::spawn(async move {
                    audit.happened(&who("p"), "sign_in", &What::default(), done()).await.unwrap();
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(verify(&database, None).await.unwrap().records, 40);
    }
}

#[tokio::test]
async fn s52_control_characters_forge_no_line_and_long_texts_are_cut() {
    for database in databases().await {
        let audit = audit_of(&database);
        let odd = "a\r\n{\"seq\":9}\u{1b}[2J\u{202e}b";
        let what = What::about(odd).with("description", json!({ "x": [odd, "y".repeat(5_000)] }));
        audit.happened(&who(odd), "sign_in", &what, done()).await.unwrap();
        let record = audit.find(&Filter::default(), &Sees::All, 1).await.unwrap().records.remove(0);
        let text = serde_json::to_string(&record).unwrap();
        assert!(!text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{text}");
        assert!(!text.contains("\\r") && !text.contains("\\u001b") && text.len() < 4_000, "{text}");
        verify(&database, None).await.unwrap();
    }
}

/// As `docs/sign-in.md` has it: a copy of a running SQLite holds everything up to a moment, and its chain.
#[tokio::test]
async fn a_backup_that_is_made_while_people_work_can_be_restored() {
    let database = databases().await.remove(0);
    let audit = audit_of(&database);
    let writing = tokio::spawn({
        let audit = audit.clone();
        async move {
            for _ in 0..60 {
                audit.happened(&who("p"), "sign_in", &What::default(), done()).await.unwrap();
            }
        }
    });
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let copy = std::env::temp_dir().join(format!("keyturn-backup-{}.db", ulid::Ulid::new()));
    let statement = sqlx::AssertSqlSafe(format!("VACUUM INTO '{}'", copy.display()));
    database.pool().execute(statement).await.unwrap();
    writing.await.unwrap();
    let restored = Database::open(&format!("sqlite://{}", copy.display()), crate::storage::Open::Existing)
        .await
        .unwrap();
    let verified = verify(&restored, None).await.unwrap();
    assert!(verified.records <= 60);
    // It goes on from there.
    audit_of(&restored).happened(&who("p"), "sign_in", &What::default(), done()).await.unwrap();
    assert_eq!(verify(&restored, None).await.unwrap().records, verified.records + 1);
    // And what the copy ends with is in the log that went on.
    verify(&database, Some(&verified.head)).await.unwrap();
}
