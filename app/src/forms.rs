//! What changes something: a dialog each, named verb_noun.

pub(crate) mod change_rotation;
pub(crate) mod create_secret;
pub(crate) mod delete_secret;
pub(crate) mod edit_policy;
pub(crate) mod edit_secret;
pub(crate) mod key_change;
pub(crate) mod over;
pub(crate) mod restore_secret;
pub(crate) mod rotate_secret;
mod rotation_fields;
mod secret_dialog;
