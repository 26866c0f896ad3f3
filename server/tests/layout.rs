//! Which code may know what (`docs/architecture.md`): dependencies point one way, and some things have one place.

use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// What stands where: a text, the folders that are searched, and those in which it may be.
const PLACES: &[(&str, &[&str], &[&str])] = &[
    ("web_sys", &["app/src"], &["app/src/browser"]),
    ("js_sys", &["app/src"], &["app/src/browser"]),
    ("gloo_timers", &["app/src"], &["app/src/browser"]),
    ("<table", &["app/src"], &["app/src/ui/data_table.rs"]),
    // Leptos does not escape what is inside these elements. `TextArea` escapes its value; the others hold fixed text.
    ("<textarea", &["app/src"], &["app/src/ui/text_field.rs"]),
    ("<script", &["app/src"], &["app/src/shell.rs"]),
    ("<style", &["app/src"], &[]),
    // What is in it is written without a script alone, and holds fixed text.
    (
        "<noscript",
        &["app/src"],
        &[
            "app/src/shell.rs",
            "app/src/layout/language_select.rs",
            "app/src/layout/region_select.rs",
            "app/src/served/factors.rs",
            "app/src/served/setup.rs",
            "app/src/pages/after_leak/record.rs",
            "app/src/pages/secrets/filters.rs",
            "app/src/pages/overview.rs",
            "app/src/pages/bulk.rs",
        ],
    ),
    ("textarea()", &["app/src"], &[]),
    ("noscript()", &["app/src"], &[]),
    ("script()", &["app/src"], &[]),
    ("style()", &["app/src"], &[]),
    ("inner_html", &["app/src"], &["app/src/layout/frame.rs"]),
    ("view! {", &["app/src"], &["app/src/shell.rs", "app/src/ui/html.rs"]),
    ("crate::api", &["app/src/ui", "app/src/model", "app/src/browser"], &[]),
    ("crate::routes", &["app/src/ui", "app/src/model", "app/src/browser"], &[]),
    ("crate::paths", &["app/src/ui", "app/src/model", "app/src/browser"], &[]),
    ("leptos", &["app/src/model"], &[]),
    (
        "reqwest",
        &["app/src", "server/src", "server/sandbox/src", "server/cloud/src"],
        // The sandbox asks issuers of tokens for their keys, and so does sign-in.
        &[
            "server/cloud/src",
            "server/sandbox/src/sts/oidc.rs",
            "server/src/audit/forward.rs",
            "server/src/identity/oidc.rs",
        ],
    ),
    // In tests the client signs and the sandbox verifies; else a bug would hide itself.
    ("keyturn_cloud", &["app/src", "server/sandbox/src"], &["server/sandbox/src/verify/mutations.rs"]),
    ("keyturn_sandbox", &["app/src", "server/cloud/src"], &[]),
    ("keyturn_app", &["server/cloud/src", "server/sandbox/src"], &[]),
    ("SystemTime::now", &["app/src", "server"], &["server/tests"]),
    (
        "env::var",
        &["app/src", "server"],
        // Where the database of the tests is.
        &["server/src/commands.rs", "server/src/storage.rs", "server/tests", "server/benches"],
    ),
    (
        "sqlx",
        &["app/src", "server/src"],
        &[
            "server/src/storage.rs",
            "server/src/approvals.rs",
            "server/src/builds.rs",
            "server/src/gateway/kept.rs",
            "server/src/audit",
            "server/src/audit.rs",
            "server/src/identity",
            "server/src/identity.rs",
            "server/src/web/served.rs",
            "server/src/web/served/access.rs",
            "server/src/web/served/accounts.rs",
            "server/src/web/served/activity.rs",
            "server/src/web/served/approvals.rs",
            "server/src/web/served/factors.rs",
        ],
    ),
    (
        "rusqlite",
        &["app/src", "server/src", "server/cloud/src", "server/sandbox/src"],
        &["server/sandbox/src/store.rs"],
    ),
    ("unsafe {", &["app/src", "server"], &["server/tests"]),
];

#[test]
fn each_thing_has_its_place() {
    for (text, searched, allowed) in PLACES {
        let files: Vec<PathBuf> =
            searched.iter().flat_map(|folder| sources(&Path::new(ROOT).join(folder))).collect();
        assert!(!files.is_empty(), "{searched:?} holds no source");
        for file in files {
            let is_allowed = allowed.iter().any(|place| file.starts_with(Path::new(ROOT).join(place)));
            let has = std::fs::read_to_string(&file).unwrap().contains(text);
            assert!(is_allowed || !has, "{text} does not belong into {}", file.display());
        }
    }
}

/// WebKit lays a page out for ever where a closed popover has fallbacks for its place.
#[test]
fn f54_only_an_open_popover_has_fallbacks_for_its_place() {
    let mut rules = 0;
    for file in all_files(&Path::new(ROOT).join("style")) {
        let style = std::fs::read_to_string(&file).unwrap();
        for rule in style.split('}').filter(|rule| rule.contains("position-try")) {
            rules += 1;
            let selector = rule.split('{').next().unwrap_or_default();
            assert!(selector.contains(":popover-open"), "{}: {rule}", file.display());
        }
    }
    assert!(rules > 1, "{rules}");
}

/// A replica of the next version adds columns while this one serves: what is read is named.
#[test]
fn f26_each_query_names_its_columns() {
    for file in sources(&Path::new(ROOT).join("server/src")) {
        let source = std::fs::read_to_string(&file).unwrap();
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        let is_test = file.ends_with("tests.rs");
        assert!(is_test || !code.contains("SELECT *"), "{}", file.display());
    }
}

/// Each form that changes something says whose page it is on; one that the app's own code sends alone names no method.
#[test]
fn every_form_says_whose_page_it_is_on() {
    let mut forms = 0;
    for file in sources(&Path::new(ROOT).join("app/src")) {
        let source = std::fs::read_to_string(&file).unwrap();
        for (_, form) in source.match_indices("<form").map(|(at, _)| source[at..].split_at(1)) {
            let form = &form[..form.find("</form>").unwrap_or(form.len())];
            let tag = form.split("{page_of()}").next().unwrap_or_default();
            if tag.contains("method=\"post\"") {
                forms += 1;
                assert!(tag.len() < form.len() && !tag.contains("</"), "{}: <{form:.120}", file.display());
            }
        }
    }
    assert!(forms > 20, "{forms}");
}

/// A person's words are in the catalogue: no text in a view begins with a letter and holds a space or a capital.
#[test]
fn no_words_stand_outside_the_catalogue() {
    let names = ["app/src/pages", "app/src/forms", "app/src/layout", "app/src/ui"];
    for file in names.iter().flat_map(|folder| sources(&Path::new(ROOT).join(folder))) {
        let source = std::fs::read_to_string(&file).unwrap();
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            // Views have texts alone on their lines or between tags; attributes have `=` before them.
            let is_comment = line.trim_start().starts_with("//") || file.ends_with("ui/icon.rs");
            for text in line.split('"').skip(1).step_by(2) {
                let is_sentence = text.contains(' ') && text.starts_with(|c: char| c.is_ascii_uppercase());
                assert!(
                    is_comment || !is_sentence,
                    "{}:{}: “{text}” belongs into app/src/locales",
                    file.display(),
                    number + 1
                );
            }
        }
    }
}

/// Every line of the security checklist has a test that bears its number, or a sentence; every test that is named is there.
#[test]
fn each_line_of_the_checklist_is_accounted_for() {
    let root = Path::new(ROOT);
    let text = std::fs::read_to_string(root.join("docs/security.md")).unwrap();
    let mut lines = [false; 63];
    for row in text.lines().filter_map(|line| line.strip_prefix("| ")) {
        let first = row.split('|').next().unwrap_or_default().replace(" to ", "-");
        for part in first.split(',').map(str::trim) {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            if let (Ok(from), Ok(to)) = (from.parse::<usize>(), to.parse::<usize>()) {
                lines[from..=to].fill(true);
            }
        }
    }
    let missing: Vec<usize> = (0..63).filter(|line| !lines[*line]).collect();
    assert!(missing.is_empty(), "no word of {missing:?}");

    let mut code = String::new();
    for folder in ["server", "app/src", "end2end/tests"] {
        for file in files(&root.join(folder)) {
            code += &std::fs::read_to_string(file).unwrap();
        }
    }
    let is_test = |name: &&str| (name.starts_with('s') || name.starts_with("pt")) && name.ends_with('…');
    for name in text.split('`').filter(is_test) {
        let name = name.trim_end_matches('…');
        let title = name.replace('_', " ");
        assert!(
            code.contains(&format!("fn {name}")) || code.contains(&format!("test('{title}")),
            "no test {name}…"
        );
    }
}

/// All files of a folder, whatever they are.
fn all_files(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).expect("the folder is there").flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { all_files(&path) } else { vec![path] }).collect()
}

fn sources(path: &Path) -> Vec<PathBuf> {
    files(path).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs")).collect()
}

/// What people wrote: sources and browser tests.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).expect("the folder is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "ts") {
            files.push(path);
        }
    }
    files
}
