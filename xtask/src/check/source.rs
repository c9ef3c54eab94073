//! Reading Rust just far enough to tell code, string literals, comments and tests apart.

/// A source file without its tests.
#[derive(Default)]
pub struct Source {
    /// The code, line by line; comments and what stands in literals is left out.
    pub code: Vec<String>,
    /// The string literals and the lines they begin on, counted from 1.
    pub literals: Vec<(usize, String)>,
}

/// Takes a source file apart. Tests stand last in a file (STYLE.md), so reading ends at `#[cfg(test)]` before a `mod` with a body.
pub fn take_apart(text: &str) -> Source {
    let mut source = Source {
        code: vec![String::new()],
        literals: Vec::new(),
    };
    let mut rest = without_tests(text);
    while let Some(first) = rest.chars().next() {
        let taken = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(hashes) =
            raw_string_hashes(rest).filter(|_| !ends_in_word(source.code.last()))
        {
            let closing = format!("\"{}", "#".repeat(hashes));
            let begin = rest.find('"').map_or(rest.len(), |quote| quote + 1);
            let end = rest[begin..]
                .find(&closing)
                .map_or(rest.len(), |end| begin + end);
            source
                .literals
                .push((source.code.len(), rest[begin..end].to_owned()));
            (end + closing.len()).min(rest.len())
        } else if first == '"' {
            let end = closing_quote(rest);
            source
                .literals
                .push((source.code.len(), rest[1..end].to_owned()));
            (end + 1).min(rest.len())
        } else if let Some(length) = character_literal(rest) {
            length
        } else {
            if first == '\n' {
                source.code.push(String::new());
            } else if let Some(line) = source.code.last_mut() {
                line.push(first);
            }
            rest = &rest[first.len_utf8()..];
            continue;
        };
        let lines = rest[..taken].matches('\n').count();
        source
            .code
            .extend(std::iter::repeat_n(String::new(), lines));
        rest = &rest[taken..];
    }
    source
}

fn without_tests(text: &str) -> &str {
    let mut from = 0;
    while let Some(found) = text[from..].find("#[cfg(test)]") {
        let end = from + found;
        from = end + "#[cfg(test)]".len();
        let item = text[from..].trim_start();
        if item.starts_with("mod ") && item.lines().next().is_some_and(|line| line.ends_with('{')) {
            return &text[..end];
        }
    }
    text
}

fn ends_in_word(line: Option<&String>) -> bool {
    line.and_then(|line| line.chars().next_back())
        .is_some_and(|last| last.is_alphanumeric() || last == '_')
}

fn raw_string_hashes(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn closing_quote(rest: &str) -> usize {
    let mut escaped = false;
    for (index, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return index,
            _ => {}
        }
    }
    rest.len()
}

/// Returns the length of `'x'` or `'\n'`, and nothing for a lifetime.
fn character_literal(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    let mut letters = inside.char_indices();
    let (_, first) = letters.next()?;
    if first == '\\' {
        return inside[2..].find('\'').map(|end| end + 4);
    }
    let (index, second) = letters.next()?;
    (second == '\'').then_some(index + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_literals(text: &str, expected: &[(usize, &str)]) {
        let source = take_apart(text);
        let found: Vec<_> = source
            .literals
            .iter()
            .map(|(line, literal)| (*line, literal.as_str()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn literals_are_told_from_comments_characters_and_lifetimes() {
        check_literals("let a = \"一\";", &[(1, "一")]);
        check_literals("// \"no\"\nlet a = \"yes\";", &[(2, "yes")]);
        check_literals("/* \"no\"\n\n */ let a = \"yes\";", &[(3, "yes")]);
        check_literals(
            "let a = '\"'; let b = '\\''; f::<'a>(\"yes\")",
            &[(1, "yes")],
        );
        check_literals(
            "let a = r#\"a \"b\" c\"#; let b = \"d\";",
            &[(1, "a \"b\" c"), (1, "d")],
        );
        check_literals(
            "let a = \"a \\\" b\";\nlet b = \"c\";",
            &[(1, "a \\\" b"), (2, "c")],
        );
        check_literals("let r = \"a\nb\"; let c = \"d\";", &[(1, "a\nb"), (2, "d")]);
    }

    #[test]
    fn tests_are_left_out_and_code_keeps_its_lines() {
        check_literals(
            "#[cfg(test)]\nmod fixture;\nlet a = \"yes\";\n#[cfg(test)]\nmod tests {\n\"no\" }",
            &[(3, "yes")],
        );
        let source = take_apart("a(); // b\n\"c\nd\"; e();");
        assert_eq!(source.code, ["a(); ", "", "; e();"]);
    }
}
