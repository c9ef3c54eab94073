//! Several edits of one text, put together where they do not overlap. Pure: texts in, text out.

/// 400 clauses: a text of 10,000 characters has fewer; of more the changed part counts as one edit.
const CLAUSES_MAX: usize = 400;
/// A clause ends behind one of these.
const CLAUSE_ENDS: [char; 9] = ['。', '！', '？', '；', '，', '、', '\n', ';', ','];

/// Merges edits of one text; `None` where two of them change or touch the same place.
pub fn merge(base: &str, edits: &[&str]) -> Option<String> {
    let text: Vec<char> = base.chars().collect();
    let mut hunks: Vec<(usize, Hunk)> = Vec::new();
    for (writer, edit) in edits.iter().enumerate() {
        for hunk in hunks_of(&text, &edit.chars().collect::<Vec<_>>()) {
            // What two have changed in the same way is one edit.
            if !hunks.iter().any(|(_, known)| *known == hunk) {
                hunks.push((writer, hunk));
            }
        }
    }
    hunks.sort_by_key(|(_, hunk)| (hunk.start, hunk.end));
    let (mut merged, mut here, mut last) = (Vec::new(), 0, None);
    for (writer, hunk) in hunks {
        // Edits of two writers at the same place have no order of their own.
        if hunk.start < here || (hunk.start == here && last.is_some_and(|last| last != writer)) {
            return None;
        }
        merged.extend_from_slice(&text[here..hunk.start]);
        merged.extend(hunk.written);
        (here, last) = (hunk.end, Some(writer));
    }
    merged.extend_from_slice(&text[here..]);
    Some(merged.into_iter().collect())
}

/// Which part of a text was written anew, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hunk {
    start: usize,
    end: usize,
    written: Vec<char>,
}

/// Finds the parts of a text that an edit has changed: clause by clause, and in each no more than was changed.
fn hunks_of(base: &[char], edited: &[char]) -> Vec<Hunk> {
    let (old, new) = (clauses(base), clauses(edited));
    let common = common_clauses(&old, &new);
    let mut hunks = Vec::new();
    let (mut at_old, mut at_new) = (0, 0);
    let (mut from, mut from_new) = (0, 0);
    for (one, other) in common.into_iter().chain([(old.len(), new.len())]) {
        let length = |clauses: &[&[char]]| clauses.iter().map(|clause| clause.len()).sum::<usize>();
        let (end, end_new) = (
            from + length(&old[at_old..one]),
            from_new + length(&new[at_new..other]),
        );
        hunks.extend(narrowed(base, from, end, &edited[from_new..end_new]));
        let same = old.get(one).map_or(0, |clause| clause.len());
        (from, from_new, at_old, at_new) = (end + same, end_new + same, one + 1, other + 1);
    }
    hunks
}

/// Leaves out what is the same at both ends; `None` where nothing was changed.
fn narrowed(base: &[char], start: usize, end: usize, written: &[char]) -> Option<Hunk> {
    let old = &base[start..end];
    let before = old.iter().zip(written).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(written.len()) - before;
    let pairs = old.iter().rev().zip(written.iter().rev()).take(rest);
    let after = pairs.take_while(|(a, b)| a == b).count();
    let hunk = Hunk {
        start: start + before,
        end: end - after,
        written: written[before..written.len() - after].to_vec(),
    };
    (hunk.start < hunk.end || !hunk.written.is_empty()).then_some(hunk)
}

fn clauses(text: &[char]) -> Vec<&[char]> {
    text.split_inclusive(|letter| CLAUSE_ENDS.contains(letter))
        .collect()
}

/// Returns the places of the longest row of clauses that both have, in order.
fn common_clauses(old: &[&[char]], new: &[&[char]]) -> Vec<(usize, usize)> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let pairs = old.iter().rev().zip(new.iter().rev()).take(rest);
    let tail = pairs.take_while(|(a, b)| a == b).count();
    let (rows, columns) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let mut found: Vec<(usize, usize)> = (0..head).map(|place| (place, place)).collect();
    if rows.len() <= CLAUSES_MAX && columns.len() <= CLAUSES_MAX {
        found.extend(
            longest(rows, columns)
                .into_iter()
                .map(|(a, b)| (head + a, head + b)),
        );
    }
    found.extend((0..tail).map(|place| (old.len() - tail + place, new.len() - tail + place)));
    found
}

fn longest(rows: &[&[char]], columns: &[&[char]]) -> Vec<(usize, usize)> {
    let width = columns.len() + 1;
    let mut lengths = vec![0_u16; (rows.len() + 1) * width];
    for row in (0..rows.len()).rev() {
        for column in (0..columns.len()).rev() {
            let here = row * width + column;
            lengths[here] = match rows[row] == columns[column] {
                true => lengths[here + width + 1] + 1,
                false => lengths[here + width].max(lengths[here + 1]),
            };
        }
    }
    let (mut row, mut column, mut found) = (0, 0, Vec::new());
    while row < rows.len() && column < columns.len() {
        let here = row * width + column;
        if rows[row] == columns[column] {
            found.push((row, column));
            (row, column) = (row + 1, column + 1);
        } else if lengths[here + width] >= lengths[here + 1] {
            row += 1;
        } else {
            column += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, one: &str, other: &str, expected: Option<&str>) {
        assert_eq!(merge(base, &[one, other]).as_deref(), expected);
        assert_eq!(merge(base, &[other, one]).as_deref(), expected);
    }

    #[test]
    fn edits_at_different_places_are_put_together() {
        check(
            "排查12处。整改3处。",
            "排查15处。整改3处。",
            "排查12处。整改8处。",
            Some("排查15处。整改8处。"),
        );
        check("已启动", "本周已启动", "已启动。", Some("本周已启动。"));
    }

    #[test]
    fn edits_around_another_edit_are_put_together() {
        check(
            "一、排查12处，整改3处。二、约谈1家。三、下周复查。",
            "一、排查15处，整改3处。二、约谈1家。三、下周一复查，并通报。",
            "一、排查12处，整改3处。二、约谈2家，罚款1家。三、下周复查。",
            Some("一、排查15处，整改3处。二、约谈2家，罚款1家。三、下周一复查，并通报。"),
        );
        check(
            "甲。\n乙。\n丙。",
            "甲。\n丙。",
            "甲。\n乙。\n丙。\n丁。",
            Some("甲。\n丙。\n丁。"),
        );
    }

    #[test]
    fn edits_of_the_same_place_are_not() {
        check("排查12处", "排查15处", "排查18处", None);
        check("", "甲", "乙", None);
        check("甲。", "甲。乙。", "甲。丙。", None);
        check("甲。乙。丙。", "甲。丙。", "甲。乙二。丙。", None);
    }

    #[test]
    fn what_both_changed_alike_is_changed_once() {
        check(
            "甲。乙。丙。",
            "甲一。乙。丙。",
            "甲一。乙。丙三。",
            Some("甲一。乙。丙三。"),
        );
    }

    #[test]
    fn three_writers_are_put_together_too() {
        let merged = merge(
            "甲。乙。丙。",
            &["甲一。乙。丙。", "甲。乙二。丙。", "甲。乙。丙三。"],
        );
        assert_eq!(merged.as_deref(), Some("甲一。乙二。丙三。"));
    }

    #[test]
    fn nothing_that_one_writer_alone_changed_is_lost() {
        // Seeded: every edit of one writer beside an unchanged text is that edit.
        let letters: Vec<char> = "甲乙丙，。；\n12".chars().collect();
        let mut state = 7_u64;
        let mut below = |bound: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % bound
        };
        for _ in 0..2_000 {
            let mut text = || -> String {
                let length = below(24);
                (0..length).map(|_| letters[below(letters.len())]).collect()
            };
            let (base, edit) = (text(), text());
            check(&base, &edit, &base, Some(&edit));
            check(&base, &edit, &edit, Some(&edit));
        }
    }

    #[test]
    fn a_text_of_many_clauses_ends_in_time() {
        let long: String = (0..3_000).map(|n| format!("第{n}项。")).collect();
        let other: String = (0..3_000).map(|n| format!("另{n}项。")).collect();
        assert_eq!(merge(&long, &[&other, &long]), Some(other));
    }
}
