//! From text to a compiled path, in Jayway's grammar and with its quirks.
//!
//! The grammar is far from RFC 9535: a path need not start with `$`, one stray
//! character after a complete step is not looked at, a slice's step is ignored.
//! Brackets are read in `bracket`, function arguments in `argument`, filters by
//! the `filter` module. Called by `Path`, by filters for the paths in them, and
//! at run time for strings that look like paths.

mod argument;
mod bracket;

use crate::cursor::Cursor;
use crate::error::CompileError;
use crate::fault::Fault;
use crate::limits::{COMPILE_DEPTH_MAX, PATH_CHARS_MAX, TOKENS_MAX};
use crate::token::{Steps, Token};

/// Compiles a whole path.
pub(crate) fn compile(text: &str) -> Result<Steps, CompileError> {
    let mut reached = 0;
    compile_at(text, 0, &mut reached).map_err(|fault| {
        let offset = text.char_indices().nth(reached).map_or(text.len(), |(byte, _)| byte);
        CompileError::new(fault.into_message(), offset)
    })
}

/// Compiles a whole path that is nested `depth` deep in another one, and says
/// which character it reached when it failed.
pub(crate) fn compile_at(text: &str, depth: usize, reached: &mut usize) -> Result<Steps, Fault> {
    if text.is_empty() {
        return Err(Fault::invalid("json can not be null or empty"));
    }
    if text.chars().nth(PATH_CHARS_MAX).is_some() {
        let message = format!("The path is longer than {PATH_CHARS_MAX} characters");
        return Err(Fault::Invalid(message));
    }
    let mut cursor = Cursor::new(text);
    let mut added = 0;
    cursor.trim();
    if !matches!(cursor.at(0), Ok('$' | '@')) {
        added = 2;
        cursor = Cursor::new(&format!("$.{text}"));
        cursor.trim();
    }
    let result = compile_trimmed(&mut cursor, depth);
    *reached = cursor.position.saturating_sub(added);
    // Whatever went wrong inside, the whole text is an invalid path.
    result.map_err(|fault| Fault::Invalid(fault.into_message()))
}

fn compile_trimmed(cursor: &mut Cursor, depth: usize) -> Result<Steps, Fault> {
    if cursor.last_is('.')? {
        return Err(Fault::invalid("Path must not end with a '.' or '..'"));
    }
    compile_from_root(cursor, depth)
}

/// Compiles from the root character on, without the checks of a whole path.
fn compile_from_root(cursor: &mut Cursor, depth: usize) -> Result<Steps, Fault> {
    if depth > COMPILE_DEPTH_MAX {
        let message = format!("The path nests deeper than {COMPILE_DEPTH_MAX} levels");
        return Err(Fault::Invalid(message));
    }
    while cursor.in_bounds(cursor.position) && is_whitespace(cursor.current()?) {
        cursor.position += 1;
    }
    let root = cursor.current()?;
    if root != '$' && root != '@' {
        return Err(Fault::invalid("Path must start with '$' or '@'"));
    }
    let mut tokens = Vec::new();
    if cursor.is_tail() {
        return Ok(Steps::new(root, tokens));
    }
    cursor.position += 1;
    if !matches!(cursor.current()?, '.' | '[') {
        let position = cursor.position;
        return Err(Fault::Invalid(format!("Illegal character at position {position} expected '.' or '['")));
    }
    loop {
        if cursor.current_is('.')? {
            read_dot(cursor, &mut tokens)?;
        }
        tokens.push(read_step(cursor, depth)?);
        if tokens.len() > TOKENS_MAX {
            return Err(Fault::Invalid(format!("The path has more than {TOKENS_MAX} steps")));
        }
        if cursor.is_tail() {
            return Ok(Steps::new(root, tokens));
        }
    }
}

fn is_whitespace(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// `.` or `..`; a step has to follow.
fn read_dot(cursor: &mut Cursor, tokens: &mut Vec<Token>) -> Result<(), Fault> {
    let next = cursor.position + 1;
    if cursor.in_bounds(next) && cursor.at(next)? == '.' {
        tokens.push(Token::Scan);
        cursor.position += 2;
    } else if cursor.in_bounds(next) {
        cursor.position += 1;
    } else {
        return Err(Fault::invalid("Path must not end with a '."));
    }
    if cursor.current_is('.')? {
        let position = cursor.position;
        return Err(Fault::Invalid(format!("Character '.' on position {position} is not valid.")));
    }
    Ok(())
}

/// One step, without the dot before it.
fn read_step(cursor: &mut Cursor, depth: usize) -> Result<Token, Fault> {
    match cursor.current()? {
        '[' => bracket::read(cursor, depth),
        '*' => {
            cursor.position += 1;
            Ok(Token::Wildcard)
        }
        ' ' => Err(Fault::Invalid(format!("Could not parse token starting at position {}", cursor.position))),
        _ => read_name(cursor, depth),
    }
}

/// A bare name, or a function and its arguments.
fn read_name(cursor: &mut Cursor, depth: usize) -> Result<Token, Fault> {
    let start = cursor.position;
    let mut end = start;
    let mut is_function = false;
    while cursor.in_bounds(end) {
        match cursor.at(end)? {
            ' ' => {
                return Err(Fault::Invalid(format!(
                    "Use bracket notion ['my prop'] if your property contains blank characters. \
                     position: {start}"
                )));
            }
            '.' | '[' => break,
            '(' => {
                is_function = true;
                break;
            }
            _ => end += 1,
        }
    }
    let name = cursor.text(start, end);
    if !is_function {
        cursor.position = end;
        return Ok(Token::Property { names: vec![name], quote: '\'' });
    }
    if !has_closing_parenthesis(cursor, end)? {
        return Err(argument::not_closed(&name));
    }
    cursor.position = end + 1;
    // Of `()` the closing parenthesis is left in place: at the end of the path
    // it is the one character not looked at, elsewhere it reads as a name.
    let parameters = if cursor.current_is(')')? { Vec::new() } else { argument::read(cursor, &name, depth)? };
    let written_empty = parameters.is_empty();
    Ok(Token::Function { name, parameters, written_empty })
}

fn has_closing_parenthesis(cursor: &Cursor, open: usize) -> Result<bool, Fault> {
    let mut opened = 1_usize;
    for index in open + 1..cursor.length() {
        match cursor.at(index)? {
            ')' => opened -= 1,
            '(' => opened += 1,
            _ => {}
        }
        if opened == 0 {
            return Ok(true);
        }
    }
    Ok(false)
}
