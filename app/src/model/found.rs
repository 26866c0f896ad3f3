//! Finding a secret by a part of its name, in whichever region it lies.

use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::secret::SecretName;

/// So many are shown.
pub const MOST_FOUND: usize = 20;

/// What was found, as far as the regions have been read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundSecrets {
    /// Those whose names begin with the text first, no more than [`MOST_FOUND`].
    pub secrets: Vec<FoundSecret>,
    /// Whether some regions are still being read.
    pub is_reading: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundSecret {
    /// The path of its page.
    pub address: String,
    /// Without what all names begin with.
    pub name: String,
    pub region: String,
}

/// Those whose names hold each word of the text, in any case, by region and name.
#[cfg(feature = "ssr")]
pub fn find<'a>(
    text: &str,
    secrets: impl IntoIterator<Item = (&'a str, &'a SecretName)>,
) -> Vec<(&'a str, &'a SecretName)> {
    let text = text.trim().to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let fits = |name: &SecretName| {
        let name = name.as_str().to_lowercase();
        words.iter().all(|word| name.contains(word))
    };
    let mut found: Vec<(&str, &SecretName)> = secrets.into_iter().filter(|(_, name)| fits(name)).collect();
    found.sort_by_key(|(region, name)| {
        (!name.short().to_lowercase().starts_with(&text), name.short(), *region)
    });
    found.truncate(MOST_FOUND);
    found
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_somewhere_in_the_name_and_what_begins_with_the_text_is_first() {
        let names = ["image-resizer", "web-image", "image-cache", "orders"];
        let names = names.map(|name| SecretName::parse(&format!("acs/ram/user/{name}")).unwrap());
        let found = |text: &str| -> Vec<String> {
            let all = names.iter().map(|name| ("r", name));
            find(text, all).into_iter().map(|(_, name)| name.short().to_owned()).collect()
        };
        assert_eq!(found(" Image"), ["image-cache", "image-resizer", "web-image"]);
        assert_eq!(found("image web"), ["web-image"]);
        assert_eq!(found("acs/ram/user/orders"), ["orders"]);
        assert_eq!(found("nothing"), Vec::<String>::new());
        let many: Vec<SecretName> =
            (0..50).map(|n| SecretName::parse(&format!("acs/ram/user/u{n}")).unwrap()).collect();
        assert_eq!(find("u", many.iter().map(|name| ("r", name))).len(), MOST_FOUND);
    }
}
