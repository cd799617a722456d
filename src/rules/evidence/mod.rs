//! Proof, not claims.
