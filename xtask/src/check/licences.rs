//! Licences of everything that is built, read from `cargo metadata`.

use serde_json::Value;

use super::imports::{packages, text};
use super::{Complaints, Project};
use crate::shell::Outcome;

/// Licences that ask for a notice at most.
const PERMISSIVE: [&str; 15] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BlueOak-1.0.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Checks that each dependency can be had under permissive licences.
pub fn permissive(project: &Project) -> Outcome<Complaints> {
    let foreign = packages(&project.metadata)
        .filter(|package| package.get("source").is_some_and(Value::is_string));
    let refused = foreign.filter(|package| !is_permissive(text(package, "license")));
    Ok(refused
        .map(|package| {
            format!(
                "{} {} is under \"{}\"",
                text(package, "name"),
                text(package, "version"),
                text(package, "license")
            )
        })
        .collect())
}

/// Returns whether an SPDX expression can be met with permissive licences: one side of each OR, both of each AND.
fn is_permissive(expression: &str) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    !rest.is_empty() && either(&mut rest) && rest.is_empty()
}

fn either(rest: &mut &[&str]) -> bool {
    let mut met = both(rest);
    while let ["OR", after @ ..] = *rest {
        *rest = after;
        met |= both(rest);
    }
    met
}

fn both(rest: &mut &[&str]) -> bool {
    let mut met = one(rest);
    while let ["AND", after @ ..] = *rest {
        *rest = after;
        met &= one(rest);
    }
    met
}

fn one(rest: &mut &[&str]) -> bool {
    match *rest {
        ["(", after @ ..] => {
            *rest = after;
            let met = either(rest);
            match *rest {
                [")", after @ ..] => {
                    *rest = after;
                    met
                }
                _ => false,
            }
        }
        [licence, "WITH", exception, after @ ..] => {
            *rest = after;
            PERMISSIVE.contains(&format!("{licence} WITH {exception}").as_str())
        }
        [licence, after @ ..] => {
            *rest = after;
            PERMISSIVE.contains(licence)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_licence(expression: &str, expected: bool) {
        assert_eq!(is_permissive(expression), expected, "{expression}");
    }

    #[test]
    fn one_side_of_or_and_both_sides_of_and() {
        check_licence("MIT", true);
        check_licence("MIT/Apache-2.0", true);
        check_licence("GPL-3.0", false);
        check_licence("Apache-2.0 OR GPL-2.0-only", true);
        check_licence("MIT AND GPL-2.0-only", false);
        check_licence("(MIT OR GPL-3.0) AND Unicode-3.0", true);
        check_licence("(MIT OR Apache-2.0) AND MPL-2.0", false);
        check_licence("Apache-2.0 WITH LLVM-exception OR GPL-3.0", true);
        check_licence("", false);
        check_licence("(MIT", false);
    }
}
