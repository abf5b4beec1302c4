//! The arguments of a path function: JSON text or further paths, cut apart by
//! counting brackets.
//!
//! Jayway's own cutter, with its gaps: single-quoted text and bare words are no
//! arguments and vanish, and a nested call may only be empty (`$.a.sum()`).
//! Called by `compile`.

use crate::cursor::Cursor;
use crate::fault::Fault;
use crate::token::Parameter;

/// What the argument being read will be.
#[derive(Clone, Copy)]
enum Kind {
    Json,
    Path,
}

#[derive(Default)]
struct Groups {
    /// One is the function's own parenthesis. Within quotes that do not close
    /// this may fall below zero.
    parentheses: i64,
    brackets: usize,
    braces: usize,
    quotes: usize,
}

impl Groups {
    /// Outside of every bracket and quote but the parentheses.
    fn is_flat(&self) -> bool {
        self.brackets == 0 && self.braces == 0
    }
}

pub(super) fn not_closed(name: &str) -> Fault {
    Fault::Invalid(format!("Arguments to function: '{name}' are not closed properly."))
}

/// Reads from behind the opening parenthesis to behind the closing one.
pub(super) fn read(cursor: &mut Cursor, name: &str, depth: usize) -> Result<Vec<Parameter>, Fault> {
    let mut groups = Groups { parentheses: 1, ..Groups::default() };
    let mut parameters = Vec::new();
    let mut kind = None;
    let mut text = String::new();
    let mut previous = '\0';
    let mut ended = false;
    while cursor.in_bounds(cursor.position) && !ended {
        let c = cursor.current()?;
        cursor.position += 1;
        if kind.is_none() {
            if super::is_whitespace(c) {
                continue;
            }
            kind = match c {
                '{' | '"' | '-' => Some(Kind::Json),
                digit if digit.is_ascii_digit() => Some(Kind::Json),
                '$' | '@' => Some(Kind::Path),
                _ => None,
            };
        }
        count(&mut groups, c, previous, cursor.position)?;
        if c == ')' && (previous == '(' || groups.parentheses < 0) {
            text.push(c);
        }
        let closes = c == ')' && groups.parentheses == 0;
        let outside = groups.quotes == 0 && groups.is_flat();
        if matches!(c, ')' | ',') && outside && (closes || groups.parentheses == 1) {
            ended = closes;
            if let Some(kind) = kind.take() {
                parameters.push(parameter(kind, &text, depth)?);
                text.clear();
            }
        }
        let separates = c == ',' && groups.is_flat() && groups.parentheses == 1;
        if kind.is_some() && !separates {
            text.push(c);
        }
        previous = c;
    }
    if groups.parentheses != 0 || !groups.is_flat() {
        return Err(not_closed(name));
    }
    Ok(parameters)
}

fn count(groups: &mut Groups, c: char, previous: char, position: usize) -> Result<(), Fault> {
    let unexpected = |name: &str| {
        Fault::Invalid(format!("Unexpected close {name} '{c}' at character position: {position}"))
    };
    match c {
        '"' if previous != '\\' && groups.quotes > 0 => groups.quotes -= 1,
        '"' => groups.quotes += 1,
        '(' => groups.parentheses += 1,
        ')' => groups.parentheses -= 1,
        '{' => groups.braces += 1,
        '[' => groups.brackets += 1,
        '}' => groups.braces = groups.braces.checked_sub(1).ok_or_else(|| unexpected("brace"))?,
        ']' => {
            groups.brackets = groups.brackets.checked_sub(1).ok_or_else(|| unexpected("bracket"))?;
        }
        _ => {}
    }
    Ok(())
}

fn parameter(kind: Kind, text: &str, depth: usize) -> Result<Parameter, Fault> {
    Ok(match kind {
        Kind::Json => Parameter::Json(text.to_owned()),
        Kind::Path => Parameter::Path(super::compile_from_root(&mut Cursor::new(text), depth + 1)?),
    })
}
