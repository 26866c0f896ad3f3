//! What every page knows about where it is.

use serde::{Deserialize, Serialize};

use super::region::Region;

/// Which cloud answers. Only the configuration decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cloud {
    Sandbox,
    Aliyun { account_id: Option<String> },
}

/// The offered regions, the default first, and the cloud. In a page it is a few lines of text: the cloud, the person, then
/// a region each; every page carries it, and reading lines takes a fraction of the WASM that reading structures does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Session {
    pub regions: Vec<Region>,
    pub cloud: Cloud,
    /// Who is signed in; nobody where there is no sign-in.
    pub person: Option<SignedIn>,
}

/// What a page says of who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub name: String,
    pub is_administrator: bool,
    /// Whether some things wait for a second person here.
    pub has_approvals: bool,
}

impl Session {
    pub fn region(&self, id: &str) -> Option<&Region> {
        self.regions.iter().find(|region| region.id == id)
    }
}

impl From<Session> for String {
    fn from(session: Session) -> Self {
        let mut lines = match session.cloud {
            Cloud::Sandbox => vec!["sandbox".to_owned()],
            Cloud::Aliyun { account_id } => vec![format!("aliyun {}", account_id.unwrap_or_default())],
        };
        lines.push(session.person.map_or_else(String::new, |of| {
            let flag = |is_set, flag| if is_set { flag } else { '-' };
            format!("{}{}{}", flag(of.is_administrator, '!'), flag(of.has_approvals, '2'), of.name)
        }));
        lines.extend(session.regions.into_iter().map(|region| format!("{} {}", region.id, region.name)));
        lines.join("\n")
    }
}

impl From<String> for Session {
    fn from(text: String) -> Self {
        let mut lines = text.lines();
        let cloud = match lines.next().and_then(|line| line.strip_prefix("aliyun ")) {
            None => Cloud::Sandbox,
            Some(id) => Cloud::Aliyun { account_id: (!id.is_empty()).then(|| id.to_owned()) },
        };
        let person = lines.next().filter(|line| !line.is_empty()).map(|line| SignedIn {
            is_administrator: line.starts_with('!'),
            has_approvals: line.as_bytes().get(1) == Some(&b'2'),
            name: line.get(2..).unwrap_or_default().into(),
        });
        let regions = lines.filter_map(|line| line.split_once(' '));
        let regions = regions.map(|(id, name)| Region { id: id.into(), name: name.into() }).collect();
        Self { regions, cloud, person }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_read_as_it_was_written() {
        let regions = vec![Region { id: "cn-hangzhou".into(), name: "China (Hangzhou)".into() }];
        let accounts = [None, Some("1234567890123456".to_owned())];
        let clouds = accounts.map(|account_id| Cloud::Aliyun { account_id }).into_iter();
        for cloud in clouds.chain([Cloud::Sandbox]) {
            let people = [None, Some(("alice", true, false)), Some(("bob", false, true))];
            for person in people {
                let person = person.map(|(name, is_administrator, has_approvals)| SignedIn {
                    name: name.into(),
                    is_administrator,
                    has_approvals,
                });
                let session = Session { regions: regions.clone(), cloud: cloud.clone(), person };
                assert_eq!(Session::from(String::from(session.clone())), session);
            }
        }
    }
}
