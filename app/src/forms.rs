//! What changes something: a dialog each, named verb_noun.

pub(crate) mod create_secret;
pub(crate) mod delete_secret;
pub(crate) mod over;
pub(crate) mod restore_secret;
mod secret_dialog;
