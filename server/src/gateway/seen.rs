//! Which secret managed which RAM user. A secret that is deleted leaves its AccessKeys in RAM, and no call tells so: it has to
//! be remembered while the secret is there.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::kept;

/// Region and name of a secret, by the last part of its name. No larger than the list of RAM users.
type Places = BTreeMap<String, (String, String)>;

pub(crate) struct Seen {
    places: Mutex<Places>,
    file: PathBuf,
}

impl Seen {
    pub(crate) fn open(file: PathBuf) -> Self {
        Self { places: Mutex::new(kept::read(&file).unwrap_or_default()), file }
    }

    /// Notes what manages whom now, forgets users that are gone, and answers all that is remembered.
    pub(super) fn update<'a>(
        &self,
        managed: impl Iterator<Item = (&'a String, (String, String))>,
        has_user: impl Fn(&str) -> bool,
    ) -> Places {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let mut is_changed = false;
        for (user, place) in managed {
            if places.get(user) != Some(&place) {
                places.insert(user.clone(), place);
                is_changed = true;
            }
        }
        let count = places.len();
        places.retain(|user, _| has_user(user));
        if is_changed || places.len() != count {
            kept::write(&self.file, &*places);
        }
        places.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_managed_a_user_is_known_after_a_restart_until_the_user_is_gone() {
        let file = std::env::temp_dir().join(format!("keyturn-seen-{}.json", ulid::Ulid::new()));
        let place = || ("r".to_owned(), "acs/ram/user/a".to_owned());
        Seen::open(file.clone()).update([(&"a".to_owned(), place())].into_iter(), |_| true);
        let again = Seen::open(file.clone());
        assert_eq!(again.update(std::iter::empty(), |_| true).get("a"), Some(&place()));
        assert!(again.update(std::iter::empty(), |user| user != "a").is_empty());
        assert!(Seen::open(file.clone()).update(std::iter::empty(), |_| true).is_empty());
        std::fs::write(&file, "no JSON").unwrap();
        assert!(Seen::open(file.clone()).update(std::iter::empty(), |_| true).is_empty());
        std::fs::remove_file(file).unwrap();
    }
}
