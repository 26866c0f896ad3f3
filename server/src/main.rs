//! The command line: `keyturn serve` (the default), `keyturn sandbox`, `keyturn config`.

mod commands;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    // clap answers `--help`, and a wrong command line with exit code 2, by itself.
    let arguments = commands::arguments().get_matches();
    match commands::run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("keyturn: {error:#}");
            ExitCode::FAILURE
        }
    }
}
