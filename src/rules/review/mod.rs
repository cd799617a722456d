//! Was there one, in time, with its output kept?
