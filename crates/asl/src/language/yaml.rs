//! YAML that is being typed. The reader stops at the first mistake, and what is being typed is one: so
//! the line with the cursor is mended first, and a mark is put where the cursor is. The tree is that of
//! the mended text; what is replaced is a span of the text as it stands.

use super::spot::{Name, Place, Spot, Step, word};
use crate::Span;
use crate::tree::{Node, NodeKind, Tree};
use crate::yaml::parse_yaml;

/// Stands where the cursor is: letters that nobody writes.
pub(super) const MARK: &str = "\u{E83A}cursor\u{E83B}";
/// Bytes before the cursor in which an expression may have begun.
const EXPRESSION_BYTES_MAX: usize = 64 * 1_024;

/// A text that was mended around a place.
pub(super) struct Mended {
    pub(super) tree: Tree,
    /// What is being typed.
    pub(super) word: Span,
    /// The quote that it stands in.
    pub(super) quote: Option<char>,
    /// Whether a colon stands behind a key already.
    pub(super) has_colon: bool,
    /// Whether it is part of an expression of JSONata.
    pub(super) in_expression: bool,
}

/// What is done to the text.
struct Repair {
    /// Replaced by what `with` says.
    cut: Span,
    with: String,
    word: Span,
    quote: Option<char>,
    has_colon: bool,
}

/// Mends a text; `None` where nothing that has a meaning is typed.
pub(super) fn mend(text: &str, offset: usize) -> Option<Mended> {
    if text.contains(MARK) {
        return None;
    }
    let expression = in_expression(text, offset);
    let in_expression = expression.is_some();
    let repair = expression.or_else(|| in_line(text, offset))?;
    let Repair { cut, with, word, quote, has_colon } = repair;
    let mended = format!("{}{with}{}", text.get(..cut.start)?, text.get(cut.end..)?);
    let (tree, _) = parse_yaml(&mended);
    Some(Mended { tree, word, quote, has_colon, in_expression })
}

/// Within `{% … %}`, whatever lines it runs over: the expression becomes the mark.
fn in_expression(text: &str, offset: usize) -> Option<Repair> {
    let before = text.get(..offset)?;
    let open = before.rfind("{%")?;
    let since = before.get(open + 2..)?;
    if since.len() > EXPRESSION_BYTES_MAX || since.contains("%}") || has_left(before, open) {
        return None;
    }
    let line_end = offset + text.get(offset..)?.find('\n').unwrap_or(text.len() - offset);
    let close = text.get(offset..)?.find("%}").map(|at| offset + at + 2);
    let next = text.get(offset..)?.find("{%").map_or(text.len(), |at| offset + at);
    // An expression that was never closed ends with its line.
    let (mut start, mut end) = (open, close.filter(|close| *close <= next).unwrap_or(line_end));
    let quote = before.get(..open)?.chars().next_back().filter(|quote| matches!(quote, '"' | '\''));
    if let Some(quote) = quote {
        start -= 1;
        if text.get(end..)?.starts_with(quote) {
            end += 1;
        }
    }
    let word = word(text, offset);
    Some(Repair { cut: Span::new(start, end), with: MARK.to_owned(), word, quote, has_colon: false })
}

/// Whether a line behind the one on which an expression was opened stands too far left to be part of it:
/// nobody closed the expression.
fn has_left(before: &str, open: usize) -> bool {
    let start = before.get(..open).and_then(|text| text.rfind('\n')).map_or(0, |at| at + 1);
    let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let opening = before.get(start..open).unwrap_or_default();
    // The text may stand on lines of its own; then the others stand under it, else to the right of the key.
    let least = blanks(opening) + usize::from(!opening.trim().trim_matches(['"', '\'']).is_empty());
    let lines = before.get(open..).unwrap_or_default().lines().skip(1);
    lines.filter(|line| !line.trim().is_empty()).any(|line| blanks(line) < least)
}

/// Anywhere else: what is typed is a key, a value or an element on its line.
fn in_line(text: &str, offset: usize) -> Option<Repair> {
    let start = text.get(..offset)?.rfind('\n').map_or(0, |at| at + 1);
    let end = offset + text.get(offset..)?.find(['\r', '\n']).unwrap_or(text.len() - offset);
    let line = text.get(start..end)?;
    let cursor = offset - start;
    let mut at = 0;
    // Blanks and the dashes of lists.
    loop {
        let rest = line.get(at..)?;
        at += rest.len() - rest.trim_start_matches(' ').len();
        let rest = line.get(at..)?;
        if rest == "-" || rest.starts_with("- ") { at += 1 } else { break }
    }
    if cursor < at {
        // In the blanks before what stands on the line; only a blank line says something there.
        return line.trim().is_empty().then(|| key(text, Span::new(offset, end), offset, false))?;
    }
    let rest = line.get(at..)?;
    if rest.starts_with('#') {
        return None;
    }
    match colon(rest) {
        Some(colon) if cursor > at + colon => value(text, Span::new(start + at + colon + 1, end), offset),
        Some(colon) => key(text, Span::new(start + at, start + at + colon), offset, true),
        None => key(text, Span::new(start + at, end), offset, false),
    }
}

/// Where the colon behind a key stands.
fn colon(rest: &str) -> Option<usize> {
    let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
    let from = match quote {
        Some(quote) => rest.get(1..)?.find(quote)? + 2,
        None => 0,
    };
    let colons = rest.get(from..)?.match_indices(':').map(|(at, _)| from + at);
    colons
        .into_iter()
        .find(|at| rest.get(at + 1..).is_some_and(|after| after.is_empty() || after.starts_with(' ')))
}

fn key(text: &str, span: Span, offset: usize, has_colon: bool) -> Option<Repair> {
    let written = text.get(span.start..span.end)?;
    let span = Span::new(span.start, span.start + written.trim_end().len()).to(Span::new(offset, offset));
    let quote = text.get(span.start..)?.chars().next().filter(|first| matches!(first, '"' | '\''));
    let with = if has_colon { MARK.to_owned() } else { format!("{MARK}: ~") };
    let word = unquoted(text, span, offset, quote);
    // An anchor, an alias, a tag or a flow collection is nothing that is completed here.
    let first = text.get(span.start..span.end)?.chars().next();
    if first.is_some_and(|first| matches!(first, '&' | '*' | '!' | '{' | '[' | '|' | '>')) {
        return None;
    }
    Some(Repair { cut: span, with, word, quote, has_colon })
}

fn value(text: &str, span: Span, offset: usize) -> Option<Repair> {
    let written = text.get(span.start..span.end)?;
    let blank = written.len() - written.trim_start().len();
    let start = span.start + blank;
    let written = written.trim();
    if offset <= start || written.is_empty() {
        // Where a value could be.
        let is_there = !written.is_empty();
        let cut = if is_there { Span::new(start, start + written.len()) } else { span };
        let (word, with) = (Span::new(offset, offset), format!(" {MARK}"));
        return (!is_there).then_some(Repair { cut, with, word, quote: None, has_colon: false });
    }
    let whole = Span::new(start, (start + written.len()).max(offset));
    match written.chars().next()? {
        '[' => element(text, whole, offset),
        '{' | '&' | '*' | '!' | '|' | '>' | '#' => None,
        first => {
            let quote = Some(first).filter(|first| matches!(first, '"' | '\''));
            let word = unquoted(text, whole, offset, quote);
            Some(Repair { cut: whole, with: MARK.to_owned(), word, quote, has_colon: false })
        }
    }
}

/// An element of a list in brackets on one line.
fn element(text: &str, list: Span, offset: usize) -> Option<Repair> {
    let before = text.get(list.start..offset)?;
    let after = text.get(offset..list.end)?;
    if before.contains(']') || before.matches('[').count() != 1 || before.contains('{') {
        return None;
    }
    let start = list.start + before.rfind(['[', ','])? + 1;
    let closes = after.find([',', ']']);
    let end = closes.map_or(list.end, |at| offset + at);
    let written = text.get(start..end)?;
    let blank = (written.len() - written.trim_start().len()).min(offset - start);
    let whole = Span::new(start + blank, end).to(Span::new(offset, offset));
    let trimmed = text.get(whole.start..whole.end)?.trim_end().len();
    let whole = Span::new(whole.start, (whole.start + trimmed).max(offset));
    let quote = text.get(whole.start..whole.end)?.chars().next().filter(|first| matches!(first, '"' | '\''));
    let word = unquoted(text, whole, offset, quote);
    let with = if closes.is_some() { MARK.to_owned() } else { format!("{MARK}]") };
    Some(Repair { cut: whole, with, word, quote, has_colon: false })
}

/// What stands between the quotes, as far as they are there.
fn unquoted(text: &str, span: Span, offset: usize, quote: Option<char>) -> Span {
    let Some(quote) = quote else { return span };
    if offset <= span.start {
        return Span::new(offset, offset);
    }
    let written = text.get(span.start + 1..span.end).unwrap_or_default();
    let end = if written.ends_with(quote) && offset < span.end { span.end - 1 } else { span.end };
    Span::new(span.start + 1, end.max(offset))
}

/// The mark in the tree.
pub(super) fn find(root: &Node) -> Option<Spot<'_>> {
    let mut path = Vec::new();
    let place = search(root, &mut path)?;
    // What was taken for a key may be an element of a list of words.
    if let Place::Key { object, entry: Some(entry) } = place
        && object.as_object().is_some_and(|entries| entries.len() == 1)
        && entry.value.is_null()
        && let [.., Step { name: Name::Key("ErrorEquals"), .. }, Step { name: Name::Index(_), .. }] = path[..]
    {
        return Some(Spot { path, place: Place::Value { node: None } });
    }
    Some(Spot { path, place })
}

/// The parser bounds the depth.
fn search<'t>(node: &'t Node, path: &mut Vec<Step<'t>>) -> Option<Place<'t>> {
    match &node.kind {
        NodeKind::Object(entries) => {
            for entry in entries {
                if entry.key == MARK {
                    return Some(Place::Key { object: node, entry: Some(entry) });
                }
                path.push(Step { container: node, name: Name::Key(&entry.key) });
                if let Some(found) = search(&entry.value, path) {
                    return Some(found);
                }
                path.pop();
            }
            None
        }
        NodeKind::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                path.push(Step { container: node, name: Name::Index(at) });
                if let Some(found) = search(item, path) {
                    return Some(found);
                }
                path.pop();
            }
            None
        }
        NodeKind::String(text) if text.contains(MARK) => Some(Place::Value { node: None }),
        _ => None,
    }
}
