//! What must hold with many offices, real servers and other people's clients. Never sleeps to be right.

mod offices;
