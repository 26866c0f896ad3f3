//! The sandbox as a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

pub(crate) struct Running {
    pub(crate) process: Child,
    /// Where it speaks the vendor's wire.
    pub(crate) address: String,
}

impl Running {
    /// Waits until it says its address.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_keyturn"))
            .args(["sandbox", "--sandbox-listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        let output = process.stdout.as_mut().expect("a pipe");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let address = line.trim().rsplit_once("http://").expect("it says its address").1.to_owned();
        Self { process, address }
    }
}

impl Drop for Running {
    /// As `kill -9` does it.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
