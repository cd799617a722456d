//! The closeloop program.

fn main() -> std::process::ExitCode {
    closeloop::cli::run()
}
