//! Finding secrets by name over all regions: lists alone, each read once a minute at the most.

use std::sync::Arc;

use keyturn_app::model::found::{self, FoundSecret, FoundSecrets};
use keyturn_app::model::secret::SecretName;
use keyturn_app::paths;
use keyturn_cloud::{CloudError, asked};

use super::Gateway;
use super::reading::{BUDGET, FRESH};
use super::secrets::Listed;
use crate::identity::Grants;

impl Gateway {
    /// Among what the person may see. Regions that take longer than a moment are read on; those that fail are left out.
    pub(crate) async fn find_secrets(self: &Arc<Self>, text: &str, grants: &Grants) -> FoundSecrets {
        let regions = self.client.regions().to_vec();
        let reads: Vec<_> = regions
            .into_iter()
            .map(|region| {
                let gateway = self.clone();
                tokio::spawn(asked::as_now(async move {
                    let listed = gateway.listed_lately(&region).await;
                    (region, listed)
                }))
            })
            .collect();
        let deadline = tokio::time::Instant::now() + BUDGET;
        let (mut known, mut is_reading): (Vec<(String, SecretName)>, bool) = (Vec::new(), false);
        for read in reads {
            match tokio::time::timeout_at(deadline, read).await {
                Ok(Ok((region, Ok(listed)))) => {
                    let rows = self.rows(&region, &listed, grants).into_iter();
                    known.extend(rows.map(|row| (region.clone(), row.name)));
                }
                Ok(_) => {}
                Err(_) => is_reading = true,
            }
        }
        let found = found::find(text, known.iter().map(|(region, name)| (region.as_str(), name)));
        let shown = |(region, name): (&str, &SecretName)| FoundSecret {
            address: paths::secret(region, name),
            name: name.short().to_owned(),
            region: region.to_owned(),
        };
        FoundSecrets { secrets: found.into_iter().map(shown).collect(), is_reading }
    }

    async fn listed_lately(&self, region: &str) -> Result<Arc<Listed>, CloudError> {
        let read = async { Ok((self.listed(region).await?, FRESH)) };
        self.found_in.get(&region.to_owned(), read).await
    }
}
