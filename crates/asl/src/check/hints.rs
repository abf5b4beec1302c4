//! Guesses at what the author meant: the name that is nearest to a misspelt one,
//! and values that look as if they should be evaluated but are not. The latter
//! are AWS's static-analysis warnings (`NO_DOLLAR`, `NO_PATH`, `PASS_RESULT_IS_STATIC`).

use super::fields::Field;
use super::findings::Findings;
use crate::Code;
use crate::tree::{Node, NodeKind};

/// Names longer than this are not compared; the comparison is quadratic.
const COMPARED_CHARS_MAX: usize = 80;
/// Candidates that are compared with one name.
const CANDIDATES_MAX: usize = 1_000;

/// `did you mean 'X'?` for the candidate that is nearest, if one is near.
pub(super) fn nearest<'n>(name: &str, candidates: impl Iterator<Item = &'n str>) -> Option<String> {
    if name.chars().count() > COMPARED_CHARS_MAX {
        return None;
    }
    let lower = name.to_lowercase();
    // Short names are near to everything; of them only one letter may differ, or the case.
    let allowed = (name.chars().count() / 3).min(2);
    let (distance, nearest) = candidates
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= 2 * allowed)
        .take(CANDIDATES_MAX)
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate))
        .min_by_key(|(distance, _)| *distance)?;
    (distance <= allowed).then(|| format!("did you mean '{nearest}'?"))
}

/// How many characters must be put in, taken out, changed or swapped with their
/// neighbour to make one text of the other.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(COMPARED_CHARS_MAX).collect();
    let right: Vec<char> = right.chars().take(COMPARED_CHARS_MAX).collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=right.len()).collect()];
    for (l, from) in left.iter().enumerate() {
        let mut row = vec![l + 1];
        for (r, to) in right.iter().enumerate() {
            let before =
                |up: usize, back: usize| rows.get(l + 1 - up).and_then(|row| row.get(r + 1 - back)).copied();
            let far = usize::MAX - 1;
            let changed = before(1, 1).unwrap_or(far) + usize::from(from != to);
            let put_in = row.last().copied().unwrap_or(far) + 1;
            let taken_out = before(1, 0).unwrap_or(far) + 1;
            let swapped = l > 0 && r > 0 && left.get(l - 1) == Some(to) && right.get(r - 1) == Some(from);
            let swap = if swapped { before(2, 2).unwrap_or(far) + 1 } else { far };
            row.push(changed.min(put_in).min(taken_out).min(swap));
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or(usize::MAX)
}

/// Whether a text looks like a path or an intrinsic call.
fn looks_dynamic(text: &str) -> bool {
    text.starts_with("$.")
        || text.starts_with("$$.")
        || text.starts_with("$[")
        || (text.starts_with("States.") && text.contains('('))
}

/// Warns of a template's literal value that looks as if it should be evaluated.
pub(super) fn literal(key: &str, value: &Node, location: &str, found: &mut Findings) {
    if value.as_str().is_some_and(looks_dynamic) {
        let message = format!(
            "The value of the field '{key}' appears to be a JSONPath or an intrinsic function, but the field name does not end with '.$'"
        );
        found
            .warning(Code::NoDollar, message, location, value.span)
            .help(format!("write '{key}.$' to have it evaluated"));
    }
}

/// Warns of a constant field that looks like a path.
pub(super) fn constant(field: &Field<'_>, found: &mut Findings) {
    if field.node.as_str().is_some_and(looks_dynamic) {
        let name = field.name;
        let message = format!(
            "The value of the field '{name}' appears to be a path, but the field name does not end with 'Path'"
        );
        found
            .warning(Code::NoPath, message, &field.location, field.node.span)
            .help(format!("write '{name}Path' to have it read"));
    }
}

/// Warns of a `Result` with parts that look as if they should be evaluated. Once is enough.
pub(super) fn pass_result(field: &Field<'_>, found: &mut Findings) {
    if contains_dynamic(field.node) {
        let message =
            "The 'Result' of a Pass state is static: paths and intrinsic functions in it are not evaluated";
        found
            .warning(Code::PassResultIsStatic, message, &field.location, field.node.span)
            .help("use 'Parameters' to compute the result");
    }
}

fn contains_dynamic(node: &Node) -> bool {
    match &node.kind {
        NodeKind::String(text) => looks_dynamic(text),
        NodeKind::Array(items) => items.iter().any(contains_dynamic),
        NodeKind::Object(entries) => {
            entries.iter().any(|entry| entry.key.ends_with(".$") || contains_dynamic(&entry.value))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_offered() {
        let names = ["Next", "End", "Resource", "ResultPath"];
        let offer = |name: &str| nearest(name, names.into_iter());
        assert_eq!(offer("next").as_deref(), Some("did you mean 'Next'?"));
        assert_eq!(offer("Resorce").as_deref(), Some("did you mean 'Resource'?"));
        assert_eq!(offer("Resultpaht").as_deref(), Some("did you mean 'ResultPath'?"));
        assert_eq!(offer("Edn").as_deref(), Some("did you mean 'End'?"));
        assert_eq!(offer("Anything"), None);
        assert_eq!(nearest("B", ["A"].into_iter()), None);
        assert_eq!(nearest("b", ["B"].into_iter()).as_deref(), Some("did you mean 'B'?"));
        assert_eq!(offer(&"x".repeat(1000)), None);
        assert_eq!(nearest("x", std::iter::empty()), None);
    }
}
