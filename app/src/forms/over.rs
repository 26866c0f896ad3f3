//! Where a dialog lies: over the list, or over the details it was opened from (`?over=details`). And how it ends.

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

use crate::api::{Answered, Loaded, get_secret, load};
use crate::model::error::{ApiError, ErrorCode};
use crate::model::secret::{Secret, SecretName};
use crate::paths;

/// Counts the changes that this page made: what shows data asks again when it moves.
#[derive(Clone, Copy)]
pub(crate) struct Changes(RwSignal<u32>);

/// The list as it was last seen, with its query.
#[derive(Clone, Copy)]
pub(crate) struct LastList(pub(crate) RwSignal<String>);

impl Default for Changes {
    fn default() -> Self {
        Self(RwSignal::new(0))
    }
}

impl Default for LastList {
    fn default() -> Self {
        Self(RwSignal::new(String::new()))
    }
}

impl Changes {
    pub(crate) fn made(self) {
        self.0.update(|count| *count += 1);
    }

    pub(crate) fn track(self) -> u32 {
        self.0.get()
    }
}

/// What a dialog about one secret knows of its address.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) region: Memo<String>,
    /// `None` where the address holds no possible name.
    pub(crate) name: Memo<Option<SecretName>>,
    pub(crate) is_over_details: Memo<bool>,
}

pub(crate) fn use_target() -> Target {
    let params = use_params_map();
    let query = use_query_map();
    Target {
        region: Memo::new(move |_| params.read().get("region").unwrap_or_default()),
        name: Memo::new(move |_| SecretName::parse(&params.read().get("name").unwrap_or_default())),
        is_over_details: Memo::new(move |_| query.read().get_str("over") == Some("details")),
    }
}

impl Target {
    /// Region and name as they are now, for a call.
    pub(crate) fn secret(self) -> Result<(String, SecretName), ApiError> {
        let name = self.name.get_untracked().ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
        Ok((self.region.get_untracked(), name))
    }

    /// The page beneath the dialog.
    pub(crate) fn beneath(self) -> String {
        let region = self.region.get_untracked();
        match self.name.get_untracked().filter(|_| self.is_over_details.get_untracked()) {
            Some(name) => paths::secret(&region, &name),
            None => list_of(&region),
        }
    }
}

/// The secret of the address, which it may not have.
pub(crate) fn load_secret(target: Target) -> Loaded<Answered<Secret>> {
    load(
        move || (target.region.get(), target.name.get()),
        |(region, name)| async move {
            match name {
                Some(name) => (paths::secret(&region, &name), get_secret(region, name).await),
                None => (region, Err(ApiError::new(ErrorCode::NotFound))),
            }
        },
    )
}

/// The list as it was last seen in this region.
pub(crate) fn list_of(region: &str) -> String {
    let LastList(last) = expect_context();
    let last = last.get_untracked();
    if last.starts_with(&paths::secrets(region)) { last } else { paths::secrets(region) }
}

/// A way to an address, in place of the dialog's own: `back` does not open it again.
pub(crate) fn use_leave() -> impl Fn(&str) + Clone + Send + Sync + 'static {
    let navigate = use_navigate();
    move |href| {
        navigate(href, leptos_router::NavigateOptions { replace: true, scroll: false, ..Default::default() });
    }
}
