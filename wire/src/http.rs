//! JSON bodies of the HTTP surface.
