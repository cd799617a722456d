//! Were the right people there?
