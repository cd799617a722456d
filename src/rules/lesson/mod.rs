//! Did it teach anything?

pub mod unaddressed_lesson;
