//! The list's address: a region and a query. Every link and every change of the list is an address.

use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::model::secret_query::SecretQuery;
use crate::paths;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListAddress {
    pub(crate) region: String,
    pub(crate) query: SecretQuery,
}

impl ListAddress {
    /// The address with the query changed; on its first page.
    pub(crate) fn with(&self, change: impl FnOnce(&mut SecretQuery)) -> String {
        let mut query = self.query.clone().on_first_page();
        change(&mut query);
        paths::secrets_with(&self.region, &query)
    }

    /// The address without search and filters.
    pub(crate) fn cleared(&self) -> String {
        paths::secrets(&self.region)
    }
}

/// A way to such an address. Typing replaces the last entry of the history, so that `back` does not go by letters.
pub(crate) fn use_go() -> impl Fn(&str, bool) + Clone + Send + Sync + 'static {
    let navigate = use_navigate();
    move |href, replace| {
        navigate(href, NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
    }
}
