//! Selections, tried step by step and against a plain set of cells.

use super::super::outline::fixture;
use super::*;
use Direction::{Down, Left, Right, Up};

fn spot(line: usize, column: usize) -> Spot {
    Spot { line, column }
}

fn range(from: (usize, usize), to: (usize, usize)) -> Range {
    Range {
        anchor: spot(from.0, from.1),
        corner: spot(to.0, to.1),
    }
}

fn with_ground<T>(outline: &Outline, act: impl FnOnce(&Ground<'_>) -> T) -> T {
    act(&Ground {
        outline,
        frozen: 2,
        filled: &|_| false,
        page: &|line, _| line,
        page_sideways: &|column, _| column,
        last_used: &|| None,
    })
}

/// The active cell after each of some moves.
fn walk(
    outline: &Outline,
    start: Selection,
    ways: &[Direction],
    enter: bool,
) -> Vec<(usize, usize)> {
    with_ground(outline, |ground| {
        let mut selection = start;
        ways.iter()
            .map(|way| {
                selection = match enter {
                    true => selection.clone().enter(*way, ground),
                    false => selection.clone().tab(*way, ground),
                };
                (selection.active.line, selection.active.column)
            })
            .collect()
    })
}

#[test]
fn enter_returns_to_the_column_where_the_row_was_begun() {
    let outline = fixture("A...", 6);
    with_ground(&outline, |ground| {
        let tabbed = Selection::at(spot(1, 2))
            .tab(Right, ground)
            .tab(Right, ground);
        assert_eq!(tabbed.active, spot(1, 4));
        let next = tabbed.clone().enter(Down, ground);
        assert_eq!(next.active, spot(2, 2));
        assert_eq!(next.enter(Down, ground).active, spot(3, 2));
        let strayed = tabbed.go(Reach::Step(Left), ground).enter(Down, ground);
        assert_eq!(
            strayed.active,
            spot(2, 3),
            "an arrow forgets where the row was begun"
        );
        assert_eq!(
            Selection::at(spot(3, 1)).enter(Down, ground).active,
            spot(3, 1)
        );
    });
}

#[test]
fn shift_grows_a_rectangle_from_the_active_cell() {
    let outline = fixture("A....", 6);
    with_ground(&outline, |ground| {
        let grown = Selection::at(spot(3, 3))
            .grow(Reach::Step(Up), ground)
            .grow(Reach::Step(Right), ground);
        assert_eq!((grown.range.lines(), grown.range.columns()), (2..=3, 3..=4));
        assert_eq!(grown.active, spot(3, 3));
        assert!(grown.clone().go(Reach::Step(Left), ground).is_single());
        assert_eq!(grown.grow_to(spot(4, 0)).range.columns(), 0..=3);
    });
}

#[test]
fn tab_goes_on_in_the_next_row_and_ends_at_the_last_cell() {
    let outline = fixture(".a.", 4);
    let tab = |from, way| walk(&outline, Selection::at(from), &[way], false)[0];
    assert_eq!(
        tab(spot(0, 3), Right),
        (2, 2),
        "the first column that scrolls"
    );
    assert_eq!(tab(spot(2, 0), Left), (0, 3));
    assert_eq!(tab(spot(2, 3), Right), (2, 3));
    assert_eq!(tab(spot(0, 0), Left), (0, 0));
}

#[test]
fn tab_and_enter_go_round_in_a_range_and_leave_it_selected() {
    let outline = fixture("A..a.", 6);
    let chosen = Selection::over(range((1, 1), (4, 2)));
    assert_eq!(
        walk(&outline, chosen.clone(), &[Right; 6], false),
        [(1, 2), (2, 1), (2, 2), (4, 1), (4, 2), (1, 1)]
    );
    assert_eq!(
        walk(&outline, chosen.clone(), &[Down; 4], true),
        [(2, 1), (4, 1), (1, 2), (2, 2)]
    );
    assert_eq!(walk(&outline, chosen.clone(), &[Left], false), [(4, 2)]);
    assert_eq!(walk(&outline, chosen.clone(), &[Up], true), [(4, 2)]);
    with_ground(&outline, |ground| {
        assert_eq!(chosen.clone().tab(Right, ground).range, chosen.range);
    });
}

#[test]
fn from_the_end_of_a_range_the_next_begins() {
    let outline = fixture("....", 6);
    let chosen = Selection::over(range((0, 0), (0, 1))).add_range(range((2, 3), (3, 3)));
    assert_eq!(
        walk(&outline, chosen, &[Right; 4], false),
        [(3, 3), (0, 0), (0, 1), (2, 3)]
    );
}

#[test]
fn chosen_cells_are_added_and_let_go() {
    let outline = fixture("....", 4);
    let chosen = Selection::at(spot(0, 0)).add(spot(1, 1)).add(spot(3, 2));
    assert_eq!(chosen.cells(&outline), [spot(0, 0), spot(1, 1), spot(3, 2)]);
    assert_eq!(chosen.spans(1), [(1, 1)]);
    assert!(chosen.rectangle(&outline).is_none());
    let fewer = chosen.add(spot(1, 1));
    assert_eq!(fewer.cells(&outline), [spot(0, 0), spot(3, 2)]);
    let last = fewer.add(spot(3, 2));
    assert_eq!((last.active, last.is_single()), (spot(0, 0), true));
    assert_eq!(
        last.add(spot(0, 0)).active,
        spot(0, 0),
        "one cell is always active"
    );
}

#[test]
fn overlapping_ranges_name_each_cell_once() {
    let outline = fixture("A...", 4);
    let chosen = Selection::over(range((1, 0), (2, 1))).add_range(range((2, 1), (3, 2)));
    let cells = chosen.cells(&outline);
    assert_eq!(cells.len(), 7);
    assert!(cells.is_sorted());
}

#[test]
fn ranges_side_by_side_or_one_under_the_other_make_a_rectangle() {
    let outline = fixture(".A..", 6);
    let beside = Selection::over(range((0, 4), (2, 4))).add_range(range((0, 1), (2, 1)));
    assert_eq!(beside.rectangle(&outline), Some((vec![0, 2], vec![1, 4])));
    let under = Selection::over(range((3, 1), (3, 2))).add_range(range((0, 1), (0, 2)));
    assert_eq!(under.rectangle(&outline), Some((vec![0, 3], vec![1, 2])));
}

#[test]
fn f8_grows_and_shift_f8_adds_until_pressed_again() {
    let outline = fixture("....", 6);
    with_ground(&outline, |ground| {
        let growing = Selection::at(spot(0, 0)).toggle(Growth::Grow);
        let grown = growing
            .go(Reach::Step(Down), ground)
            .go(Reach::Step(Right), ground);
        assert_eq!(grown.range, range((0, 0), (1, 1)));
        let ended = grown.toggle(Growth::Grow).go(Reach::Step(Down), ground);
        assert!(ended.is_single());
        let adding = Selection::at(spot(0, 0)).toggle(Growth::Add);
        let added = adding
            .go(Reach::Step(Down), ground)
            .go(Reach::Step(Down), ground);
        assert_eq!(added.cells(&outline), [spot(0, 0), spot(2, 0)]);
        let wider = added
            .grow(Reach::Step(Right), ground)
            .go(Reach::Step(Down), ground);
        assert_eq!(
            wider.cells(&outline),
            [spot(0, 0), spot(2, 0), spot(2, 1), spot(3, 0)]
        );
    });
}

#[test]
fn everything_is_selected_group_by_group() {
    let outline = fixture("Aa..b.", 3);
    let once = Selection::at(spot(3, 1)).all(&outline);
    assert_eq!(
        (once.active, once.range),
        (spot(3, 1), range((2, 0), (3, 2)))
    );
    let twice = once.all(&outline);
    assert_eq!(
        (twice.active, twice.range),
        (spot(3, 1), range((2, 0), (5, 2)))
    );
    assert_eq!(twice.clone().all(&outline), twice);
    assert_eq!(Selection::at(spot(3, 1)).table(&outline).range, twice.range);
}

#[test]
fn whole_rows_and_columns_reach_to_the_edges() {
    let outline = fixture("A...", 5);
    let chosen = Selection::over(range((2, 1), (3, 2)));
    assert_eq!(
        chosen.clone().whole_rows(&outline).range,
        range((2, 0), (3, 4))
    );
    assert_eq!(chosen.whole_columns(&outline).range, range((1, 1), (3, 2)));
}

#[test]
fn the_active_cell_goes_from_corner_to_corner() {
    let mut selection = Selection::over(range((3, 4), (1, 2)));
    let mut corners = Vec::new();
    for _ in 0..4 {
        selection = selection.next_corner();
        corners.push((selection.active.line, selection.active.column));
    }
    assert_eq!(corners, [(3, 2), (1, 2), (1, 4), (3, 4)]);
}

#[test]
fn the_active_cell_follows_its_row_when_lines_change() {
    let before = fixture("A...", 3);
    let mut lines: Vec<_> = (0..4)
        .filter_map(|index| before.line(index).cloned())
        .collect();
    lines.reverse();
    let after = Outline::new(std::sync::Arc::new(lines), 3);
    let selection = Selection::at(spot(1, 2))
        .grow_to(spot(3, 2))
        .carried(&before, &after);
    assert_eq!(
        (selection.active, selection.is_single()),
        (spot(2, 2), true)
    );
    let shrunk = Selection::at(spot(3, 2)).carried(&before, &fixture("A.", 2));
    assert_eq!(shrunk.active, spot(1, 1));
}

/// Random choices against a set of cells, the plainest model there is.
#[test]
fn selections_are_the_union_of_what_was_chosen() {
    let outline = fixture("A..a...B..", 7);
    let rows: Vec<usize> = (0..outline.len())
        .filter(|line| outline.row_id(*line).is_some())
        .collect();
    let mut seed = 20_210_416_u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % below
    };
    for _ in 0..2_000 {
        let mut any = || spot(rows[random(rows.len())], random(7));
        let (first, last) = (any(), any());
        let mut selection = Selection::at(first).grow_to(last);
        let mut ranges = vec![Range {
            anchor: first,
            corner: last,
        }];
        for _ in 0..random(4) {
            let mut any = || spot(rows[random(rows.len())], random(7));
            let more = Range {
                anchor: any(),
                corner: any(),
            };
            selection = selection.add_range(more);
            ranges.push(more);
        }
        let expected: BTreeSet<Spot> = rows
            .iter()
            .flat_map(|line| (0..7).map(move |column| spot(*line, column)))
            .filter(|spot| ranges.iter().any(|range| range.holds(*spot)))
            .collect();
        let cells: Vec<Spot> = expected.iter().copied().collect();
        assert_eq!(selection.cells(&outline), cells, "{ranges:?}");
        for line in &rows {
            let spans = selection.spans(*line);
            let held: Vec<usize> = (0..7)
                .filter(|column| spans.iter().any(|(from, to)| (from..=to).contains(&column)))
                .collect();
            let wanted: Vec<usize> = cells
                .iter()
                .filter(|spot| spot.line == *line)
                .map(|spot| spot.column)
                .collect();
            assert_eq!(held, wanted);
        }
        // Once round: Tab meets every cell of a single range exactly once.
        if ranges.len() == 1 && cells.len() > 1 {
            let met: BTreeSet<(usize, usize)> = walk(
                &outline,
                selection.clone(),
                &vec![Right; cells.len()],
                false,
            )
            .into_iter()
            .collect();
            assert_eq!(met.len(), cells.len());
        }
    }
}
