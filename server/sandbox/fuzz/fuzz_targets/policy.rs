#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| keyturn_sandbox::fuzz::policy(data));
