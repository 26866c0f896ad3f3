//! Answers as XML, for calls that ask for it by `Format=XML`: the root is the action's name and `Response`, lists repeat their element.

use serde_json::Value;

/// The whole document; an error's root is `Error`.
pub(crate) fn document(action: Option<&str>, body: &Value) -> String {
    let root = action.map_or_else(|| "Error".to_owned(), |action| format!("{action}Response"));
    let mut text = String::from("<?xml version='1.0' encoding='UTF-8'?>");
    element(&mut text, &root, body);
    text
}

fn element(text: &mut String, name: &str, value: &Value) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| element(text, name, item)),
        Value::Null => {}
        _ => {
            text.push_str(&format!("<{name}>"));
            match value {
                Value::Object(fields) => fields.iter().for_each(|(name, value)| element(text, name, value)),
                Value::String(string) => escape(text, string),
                other => text.push_str(&other.to_string()),
            }
            text.push_str(&format!("</{name}>"));
        }
    }
}

/// What XML cannot hold at all, such as most control characters, becomes the replacement character.
fn escape(text: &mut String, string: &str) {
    for c in string.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '\t' | '\n' => text.push(c),
            '\r' => text.push_str("&#13;"),
            '\u{0}'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => text.push('\u{fffd}'),
            _ => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::document;

    #[test]
    fn lists_repeat_their_element_and_text_is_escaped() {
        let body = json!({
            "RequestId": "X", "TotalCount": 2, "Absent": null,
            "Regions": {"Region": [{"RegionId": "a<b>&\u{7}"}, {"RegionId": "c"}]},
        });
        let expected = "<?xml version='1.0' encoding='UTF-8'?><DescribeRegionsResponse><Regions>\
             <Region><RegionId>a&lt;b&gt;&amp;\u{fffd}</RegionId></Region><Region><RegionId>c</RegionId></Region></Regions>\
             <RequestId>X</RequestId><TotalCount>2</TotalCount></DescribeRegionsResponse>";
        assert_eq!(document(Some("DescribeRegions"), &body), expected);
        assert!(document(None, &json!({"Code": "X"})).ends_with("<Error><Code>X</Code></Error>"));
    }
}
