//! The thin back end.
