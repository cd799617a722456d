//! A sign of life for work that takes over a second, on a terminal and nowhere else.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Shows that something is going on, from one second on until it is dropped.
pub(super) struct Progress {
    done: Option<Sender<()>>,
    shown: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins to wait.
    pub(super) fn of(what: &'static str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self { done: None, shown: None };
        }
        let (done, wait) = channel();
        Self { done: Some(done), shown: Some(std::thread::spawn(move || show(what, &wait))) }
    }
}

fn show(what: &'static str, wait: &Receiver<()>) {
    if wait.recv_timeout(Duration::from_secs(1)) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = ProgressBar::new_spinner().with_message(what);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    while wait.recv_timeout(Duration::from_millis(120)) == Err(RecvTimeoutError::Timeout) {
        bar.tick();
    }
    bar.finish_and_clear();
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(shown) = self.shown.take() {
            // The thread draws and does nothing that could fail the run.
            let _ = shown.join();
        }
    }
}
