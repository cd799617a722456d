//! The closeloop program.

/// Tens of thousands of small trees are built on several threads and dropped: an eighth of the time of a run was the
/// system's allocator, and on musl it would be far more.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    small_pages();
    closeloop::cli::run()
}

/// The allocator asks for huge pages. A hook reads a thousand records in a quarter of a second, and would spend a third
/// of that on clearing memory which it never uses.
fn small_pages() {
    // Where it cannot be had, a run takes longer, and that is all.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
