//! Waivers and the run itself.
