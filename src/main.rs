//! The command `closeloop`.

fn main() {}
