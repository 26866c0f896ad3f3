//! The fields of a posted form. A typed AccessKey secret may be among them: zeroed on drop, never shown again.

use zeroize::Zeroizing;

/// The names of the value fields begin so; the AccessKey ID follows.
pub(crate) const VALUE_PREFIX: &str = "value-";

/// Names and values in their order. It has no `Debug`.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, Zeroizing<String>)>);

impl Fields {
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name, Zeroizing::new(value))).collect())
    }

    pub fn with(mut self, name: &str, value: String) -> Self {
        self.0.push((name.into(), Zeroizing::new(value)));
        self
    }

    /// Whether a name stands twice: no form of ours sends that.
    pub fn has_duplicates(&self) -> bool {
        self.0.iter().enumerate().any(|(index, (name, _))| self.0[..index].iter().any(|(of, _)| of == name))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(of, _)| of == name)
    }

    /// Empty where the form did not send it.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Line ends as the person typed them: a form sends each as CR LF.
    pub(super) fn text(&self, name: &str) -> String {
        self.get(name).replace("\r\n", "\n")
    }

    /// Without the AccessKey secrets.
    pub fn without_values(self) -> Self {
        Self(self.0.into_iter().filter(|(name, _)| !name.starts_with(VALUE_PREFIX)).collect())
    }

    pub fn has_values(&self) -> bool {
        self.0.iter().any(|(name, value)| name.starts_with(VALUE_PREFIX) && !value.is_empty())
    }

    /// Names and values, as they were sent.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s37_values_do_not_go_back_to_the_page() {
        let fields = Fields::new([("value-LTAI5tX".into(), "canary".into()), ("user".into(), "x".into())]);
        let shown = fields.without_values();
        assert!(!shown.has("value-LTAI5tX") && shown.get("user") == "x");
    }

    #[test]
    fn s31_a_name_that_stands_twice_is_noticed() {
        let twice = Fields::new([("days".into(), "7".into()), ("days".into(), "8".into())]);
        assert!(twice.has_duplicates());
        assert!(!Fields::new([("days".into(), "7".into())]).has_duplicates());
    }
}
