//! Did it reach the management system?
