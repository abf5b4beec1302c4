//! What may stand in square brackets: names, indexes, a slice, a wildcard or a
//! filter. Tried in this order, as Jayway does.
//!
//! Leaves the inside of a filter to the `filter` module. Called by `compile`.

use crate::cursor::Cursor;
use crate::fault::Fault;
use crate::filter;
use crate::java;
use crate::token::Token;

/// Reads one bracket and moves behind it.
pub(super) fn read(cursor: &mut Cursor, depth: usize) -> Result<Token, Fault> {
    let next = cursor.next_significant(cursor.position);
    if next == '\'' || next == '"' {
        return read_names(cursor, next);
    }
    if let Some(token) = read_indexes(cursor, next)? {
        return Ok(token);
    }
    if next == '*' {
        return read_wildcard(cursor);
    }
    if let Some(token) = read_filter(cursor, depth)? {
        return Ok(token);
    }
    check_placeholder(cursor)?;
    Err(Fault::Invalid(format!(
        "Could not parse token starting at position {}. Expected ?, ', 0-9, * ",
        cursor.position
    )))
}

/// `['a']`, `["a","b"]`: only the kind of quote that comes first counts as one.
fn read_names(cursor: &mut Cursor, quote: char) -> Result<Token, Fault> {
    let mut names = Vec::new();
    let mut start = cursor.position + 1;
    let mut index = start;
    let mut end = 0;
    let mut in_name = false;
    let mut in_escape = false;
    let mut after_comma = false;
    while cursor.in_bounds(index) {
        let c = cursor.at(index)?;
        if in_escape {
            in_escape = false;
        } else if c == '\\' {
            in_escape = true;
        } else if c == ']' && !in_name {
            if after_comma {
                return Err(Fault::Invalid(format!("Found empty property at index {index}")));
            }
            break;
        } else if c == quote && in_name {
            let next = cursor.next_significant(index);
            if next != ']' && next != ',' {
                return Err(Fault::Invalid(format!(
                    "Property must be separated by comma or Property must be terminated close \
                     square bracket at index {index}"
                )));
            }
            end = index;
            let name = cursor.text(start, end);
            names.push(java::unescape(&name).ok_or_else(|| bad_unicode(&name))?);
            in_name = false;
        } else if c == quote {
            start = index + 1;
            in_name = true;
            after_comma = false;
        } else if c == ',' && !in_name {
            if after_comma {
                return Err(Fault::Invalid(format!("Found empty property at index {index}")));
            }
            after_comma = true;
        }
        index += 1;
    }
    if in_name {
        return Err(Fault::Invalid(format!("Property has not been closed - missing closing {quote}")));
    }
    let close = cursor
        .index_of_next(end, ']')?
        .ok_or_else(|| Fault::invalid("Property has not been closed - missing closing ]"))?;
    cursor.position = close + 1;
    if names.is_empty() {
        return Err(Fault::invalid("Empty properties"));
    }
    Ok(Token::Property { names, quote })
}

fn bad_unicode(name: &str) -> Fault {
    Fault::Other(format!("Unable to parse unicode value: {name}"))
}

/// `[1]`, `[1,2]`, `[1:2]`; `None` when the bracket holds something else.
fn read_indexes(cursor: &mut Cursor, next: char) -> Result<Option<Token>, Fault> {
    if !next.is_ascii_digit() && next != '-' && next != ':' {
        return Ok(None);
    }
    let start = cursor.position + 1;
    let Some(end) = cursor.find(start, ']') else { return Ok(None) };
    let text = cursor.text(start, end);
    let text = text.trim_matches(|c| c <= ' ');
    if !text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '-' | ':' | ' ')) {
        return Ok(None);
    }
    let token = if text.contains(':') { parse_slice(text)? } else { parse_indexes(text)? };
    cursor.position = end + 1;
    Ok(Some(token))
}

fn parse_indexes(text: &str) -> Result<Token, Fault> {
    let parse = |part: &str| {
        part.trim_matches(' ')
            .parse::<i32>()
            .map_err(|_| Fault::Invalid(format!("Failed to parse token in ArrayIndexOperation: {part}")))
    };
    Ok(Token::Index(text.split(',').map(parse).collect::<Result<_, _>>()?))
}

/// What follows a second colon is read and ignored.
fn parse_slice(text: &str) -> Result<Token, Fault> {
    let failed = || Fault::Invalid(format!("Failed to parse SliceOperation: {text}"));
    if text.contains([' ', ',']) {
        return Err(failed());
    }
    let mut sides = text.split(':').map(|side| match side {
        "" => Ok(None),
        number => number.parse::<i32>().map(Some).map_err(|_| failed()),
    });
    let from = sides.next().transpose()?.flatten();
    let to = sides.next().transpose()?.flatten();
    if from.is_none() && to.is_none() {
        return Err(failed());
    }
    Ok(Token::Slice { from, to })
}

fn read_wildcard(cursor: &mut Cursor) -> Result<Token, Fault> {
    let star = cursor.index_of_next(cursor.position, '*')?.unwrap_or(cursor.position);
    if cursor.next_significant(star) != ']' {
        return Err(Fault::Invalid(format!(
            "Expected wildcard token to end with ']' on position {}",
            star + 1
        )));
    }
    let close = cursor.index_of_next(star, ']')?.unwrap_or(star);
    cursor.position = close + 1;
    Ok(Token::Wildcard)
}

/// `[?(…)]`; `None` when the bracket holds something else.
fn read_filter(cursor: &mut Cursor, depth: usize) -> Result<Option<Token>, Fault> {
    let open = cursor.position;
    let Some(mark) = cursor.index_of_next(open, '?')? else { return Ok(None) };
    let Some(parenthesis) = cursor.index_of_next(mark, '(')? else { return Ok(None) };
    let Some(closing) = cursor.matching(parenthesis, '(', ')', true)? else { return Ok(None) };
    if cursor.next_significant(closing) != ']' {
        return Ok(None);
    }
    let Some(close) = cursor.index_of_next(closing, ']')? else { return Ok(None) };
    let mut reached = 0;
    let condition = filter::compile(&cursor.text(open, close + 1), depth + 1, &mut reached);
    cursor.position = if condition.is_ok() { close + 1 } else { open + reached };
    Ok(Some(Token::Filter(condition?)))
}

/// `[?]` stands for a predicate that Java code passes in; there is none here.
fn check_placeholder(cursor: &Cursor) -> Result<(), Fault> {
    let Some(mark) = cursor.index_of_next(cursor.position, '?')? else { return Ok(()) };
    if !matches!(cursor.next_significant(mark), ']' | ',') {
        return Ok(());
    }
    let start = cursor.position + 1;
    let Some(end) = cursor.find(start, ']') else { return Ok(()) };
    Err(Fault::Invalid(format!(
        "Not enough predicates supplied for filter [{}] at position {}",
        cursor.text(start, end),
        cursor.position
    )))
}
