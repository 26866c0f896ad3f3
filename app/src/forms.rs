//! What changes something: a dialog each, named verb_noun.

mod change_rotation;
pub(crate) mod create_secret;
pub(crate) mod delete_in;
mod delete_secret;
mod edit_policy;
mod edit_secret;
pub(crate) mod key_change;
pub(crate) mod over;
mod restore_secret;
mod rotate_secret;
pub(crate) mod rotation_fields;
mod secret_dialog;
pub(crate) mod secret_dialogs;
