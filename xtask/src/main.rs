//! One way to do each chore.
fn main() {}
