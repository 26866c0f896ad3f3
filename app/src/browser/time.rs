//! Dates in words. The server and the first hydrated sight show UTC; the browser adds the person's own zone.

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    #[cfg(feature = "hydrate")]
    return js_sys::Date::now() as i64;
    #[cfg(feature = "ssr")]
    return jiff::Timestamp::now().as_millisecond();
    #[cfg(not(any(feature = "hydrate", feature = "ssr")))]
    0
}

/// Such as `2026-12-24 18:30 UTC`.
pub(crate) fn utc(milliseconds: i64) -> String {
    let iso = iso(milliseconds);
    match (iso.get(..10), iso.get(11..16)) {
        (Some(date), Some(time)) => format!("{date} {time} UTC"),
        _ => iso,
    }
}

/// Such as `2026-12-24T18:30:00Z`, for `<time datetime>`.
pub(crate) fn iso(milliseconds: i64) -> String {
    #[cfg(feature = "hydrate")]
    {
        let date = js_sys::Date::new(&(milliseconds as f64).into());
        let text = date.to_iso_string().as_string().unwrap_or_default();
        format!("{}Z", text.get(..19).unwrap_or_default())
    }
    #[cfg(feature = "ssr")]
    {
        jiff::Timestamp::from_millisecond(milliseconds)
            .map(|time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
            .unwrap_or_default()
    }
    #[cfg(not(any(feature = "hydrate", feature = "ssr")))]
    milliseconds.to_string()
}

/// Such as `2026-12-24`, in UTC.
pub(crate) fn date(milliseconds: i64) -> String {
    iso(milliseconds).get(..10).unwrap_or_default().to_owned()
}

/// In the person's zone where that is known, else in UTC.
pub(crate) fn local_or_utc(milliseconds: i64) -> String {
    local(milliseconds).unwrap_or_else(|| utc(milliseconds))
}

/// The same moment in the person's zone and language; `None` on the server.
pub(crate) fn local(milliseconds: i64) -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsValue;
        let options = js_sys::Object::new();
        let parts = [
            ("year", "numeric"),
            ("month", "short"),
            ("day", "numeric"),
            ("hour", "2-digit"),
            ("minute", "2-digit"),
            ("timeZoneName", "short"),
        ];
        for (key, value) in parts {
            js_sys::Reflect::set(&options, &key.into(), &value.into()).ok()?;
        }
        if let Some(zone) = super::document::time_zone() {
            js_sys::Reflect::set(&options, &"timeZone".into(), &zone.into()).ok()?;
        }
        let date = js_sys::Date::new(&JsValue::from_f64(milliseconds as f64));
        date.to_locale_string(&language(), &options).as_string()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = milliseconds;
        None
    }
}

/// The person's own form of the console's language, such as `en-GB`; the language itself where they speak another.
#[cfg(feature = "hydrate")]
fn language() -> String {
    let ours = crate::locales::t().lang;
    web_sys::window()
        .and_then(|window| window.navigator().language())
        .filter(|theirs| theirs.split('-').next() == Some(ours))
        .unwrap_or_else(|| ours.to_owned())
}
