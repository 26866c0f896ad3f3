//! Randomness, from the browser's own source or the system's.

/// A random UUID; empty where there is no source of randomness.
pub(crate) fn uuid() -> String {
    let mut bytes = [0_u8; 16];
    if !fill(&mut bytes) {
        return String::new();
    }
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn fill(bytes: &mut [u8]) -> bool {
    #[cfg(feature = "hydrate")]
    return web_sys::window()
        .and_then(|window| window.crypto().ok())
        .is_some_and(|crypto| crypto.get_random_values_with_u8_array(bytes).is_ok());
    #[cfg(feature = "ssr")]
    return getrandom::fill(bytes).is_ok();
    #[cfg(not(any(feature = "hydrate", feature = "ssr")))]
    {
        let _ = bytes;
        false
    }
}
