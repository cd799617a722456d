//! The one way out: standard output, standard error and files.

use super::COULD_NOT;
use super::args::When;
use crate::text::Text;
use anstream::{AutoStream, ColorChoice};
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// Where everything that is printed passes through.
#[derive(Clone, Copy, Debug)]
pub(super) struct Out {
    choice: ColorChoice,
}

impl Out {
    /// `auto` follows the terminal, `NO_COLOR` and `CLICOLOR_FORCE`.
    pub(super) fn new(when: When) -> Self {
        let choice = match when {
            When::Always => ColorChoice::Always,
            When::Never => ColorChoice::Never,
            When::Auto => AutoStream::choice(&io::stdout()),
        };
        Self { choice }
    }

    /// Whether standard output takes colours.
    pub(super) fn has_colour(&self) -> bool {
        self.choice != ColorChoice::Never
    }

    /// Prints text that may hold colours; returns the exit code, which is worse where it could not be printed.
    ///
    /// A reader that closed the pipe has read enough: that is no failure.
    pub(super) fn print(&self, text: &str, code: u8) -> u8 {
        let mut stream = AutoStream::new(io::stdout(), self.choice).lock();
        match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
            Ok(()) => code,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => code,
            Err(error) => {
                self.complain(&format!("standard output could not be written: {error}"), "");
                COULD_NOT
            }
        }
    }

    /// Prints text, or writes it to a file; returns the exit code, which is worse where that could not be done.
    pub(super) fn deliver(&self, text: &str, file: Option<&Path>, code: u8) -> u8 {
        let Some(file) = file else { return self.print(text, code) };
        match write_file(file, text) {
            Ok(()) => code,
            Err(error) => self.could_not_write(&file.display().to_string(), &error.to_string()),
        }
    }

    /// Writes bytes to a file; returns the exit code.
    pub(super) fn deliver_bytes(&self, bytes: &[u8], file: &Path) -> u8 {
        match write_file(file, bytes) {
            Ok(()) => 0,
            Err(error) => self.could_not_write(&file.display().to_string(), &error.to_string()),
        }
    }

    /// Adds to the summary of the job, where GitHub says into which file; `text` gets the room that is left.
    pub(super) fn job_summary(&self, text: impl FnOnce(usize) -> String, code: u8) -> u8 {
        let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()) else { return code };
        match append_file(Path::new(&file), crate::render::job::MOST_BYTES, text) {
            Ok(()) => code,
            Err(error) => self.could_not_write("the job summary (GITHUB_STEP_SUMMARY)", &error.to_string()),
        }
    }

    /// Tells later steps of a job what came out, where GitHub says into which file.
    pub(super) fn step_outputs(&self, text: impl FnOnce() -> String) -> u8 {
        let Some(file) = std::env::var_os("GITHUB_OUTPUT").filter(|file| !file.is_empty()) else { return 0 };
        match append_file(Path::new(&file), usize::MAX, |_| text()) {
            Ok(()) => 0,
            Err(error) => self.could_not_write("the outputs of the step (GITHUB_OUTPUT)", &error.to_string()),
        }
    }

    /// Says that something could not be written, and why; returns the exit code.
    pub(super) fn could_not_write(&self, what: &str, why: &str) -> u8 {
        let help = "Name a file in a folder that exists and is writable.";
        self.complain(&format!("{what} could not be written: {why}"), help);
        COULD_NOT
    }

    /// Says on standard error why something could not be done, and what to do.
    pub(super) fn complain(&self, what: &str, help: &str) {
        let help = if help.is_empty() { String::new() } else { format!("  do: {}\n", Text::new(help)) };
        // Where standard error cannot be written either, the exit code has to say it.
        let _ = write!(io::stderr(), "error: {}\n{help}", Text::new(what));
    }
}

/// Writes a file, whole or not at all: it is written beside its place and then moved there.
pub(super) fn write_file(path: &Path, text: impl AsRef<[u8]>) -> io::Result<()> {
    if path.symlink_metadata().is_ok_and(|about| !about.is_file()) {
        // A device or a link is written through, and never replaced.
        return File::create(path)?.write_all(text.as_ref());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    folder.metadata()?;
    let mut beside = new_file(folder)?;
    beside.write_all(text.as_ref())?;
    beside.as_file().sync_all()?;
    beside.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A file of its own, with the rights that a new file gets.
fn new_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".closeloop-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    // The error would name a file that nobody asked for.
    builder.tempfile_in(folder).map_err(|error| error.kind().into())
}

/// Appends to a file that another program prepared, at most up to a size; `text` gets the room that is left.
pub(super) fn append_file(path: &Path, most: usize, text: impl FnOnce(usize) -> String) -> io::Result<()> {
    let held = path.metadata().map_or(0, |about| usize::try_from(about.len()).unwrap_or(usize::MAX));
    let text = text(most.saturating_sub(held));
    let mut file = File::options().append(true).create(true).open(path)?;
    file.write_all(text.as_bytes())
}
