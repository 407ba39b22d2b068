//! Did you mean ...?

/// The candidate that is most like `word`, if it is like it at all: at most two letters wrong, missing, too many or
/// swapped, at most one in a short word, none in a very short one. Case is ignored; the word itself is not a candidate.
pub(crate) fn similar<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = match word.len() {
        0..3 => return None,
        3..6 => 1,
        _ => 2,
    };
    let mut best = None;
    let mut best_distance = allowed + 1;
    for candidate in candidates {
        if candidate.len().abs_diff(word.len()) < best_distance {
            let distance = distance(word.as_bytes(), candidate.as_bytes(), best_distance);
            if distance > 0 && distance < best_distance {
                (best, best_distance) = (Some(candidate), distance);
            }
        }
    }
    best
}

/// Longest word compared.
const LONGEST: usize = 40;

/// Edits between two words (optimal string alignment); large if there are `limit` or more, or one is too long to
/// compare.
fn distance(a: &[u8], b: &[u8], limit: usize) -> usize {
    if a.len() > LONGEST || b.len() > LONGEST {
        return usize::MAX;
    }
    let (mut before, mut previous, mut row) = ([0; LONGEST + 1], [0; LONGEST + 1], [0; LONGEST + 1]);
    for (column, cell) in previous.iter_mut().enumerate() {
        *cell = column;
    }
    for (i, x) in a.iter().enumerate() {
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = usize::from(!x.eq_ignore_ascii_case(y));
            let mut cell = (previous[j] + cost).min(previous[j + 1] + 1).min(row[j] + 1);
            let swapped =
                i > 0 && j > 0 && x.eq_ignore_ascii_case(&b[j - 1]) && a[i - 1].eq_ignore_ascii_case(y);
            if swapped {
                cell = cell.min(before[j - 1] + 1);
            }
            row[j + 1] = cell;
        }
        // A swap looks back two rows, so one row beyond the limit says nothing yet.
        let least = |row: &[usize]| row.iter().take(b.len() + 1).min().copied().unwrap_or(0);
        if least(&row).min(least(&previous)) >= limit {
            return usize::MAX;
        }
        (before, previous, row) = (previous, row, before);
    }
    previous[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found() {
        let names = ["ZSPI-DDL-INT", "ZSPI-DDL-INT2", "ZSPI-DDL-UINT", "TYPE"];
        let find = |word| similar(word, names.into_iter());
        assert_eq!(find("zspi-dll-int"), Some("ZSPI-DDL-INT"));
        assert_eq!(find("TPYE"), Some("TYPE"));
        assert_eq!(find("TYEP"), Some("TYPE"));
        assert_eq!(find("ZSPI-DDL-UNIT"), Some("ZSPI-DDL-UINT"));
        assert_eq!(similar("ZPSI-DDL-ITN", names.into_iter()), Some("ZSPI-DDL-INT"));
        assert_eq!(find("TOKEN"), None);
        assert_eq!(find("ZSPI-DDL-TIMESTAMP"), None);
        assert_eq!(distance(b"abc", &[b'x'; 41], 100), usize::MAX);
    }
}
