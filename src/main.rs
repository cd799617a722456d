//! The closeloop program.

/// Tens of thousands of small trees are built on several threads and dropped: an eighth of the time of a run was the
/// system's allocator, and on musl it would be far more.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    closeloop::cli::run()
}
