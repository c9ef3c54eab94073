//! Files: bytes to plan values and back.
