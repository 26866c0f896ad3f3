//! The site is embedded: a change of it is a change of the binary.

fn main() -> std::io::Result<()> {
    println!("cargo:rerun-if-changed=site");
    // So that a checkout without a built site compiles; its pages then come without script and style.
    std::fs::create_dir_all("site")
}
