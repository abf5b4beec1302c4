//! The text as tokens.
//!
//! Whether a slash divides or begins a regular expression depends on what stands
//! before it, which the parser knows and says.

use super::refuse;
use crate::error::{Problem, SyntaxError};
use crate::text::regex::Pattern;
use crate::text::{json_number, json_text};
use std::sync::Arc;

#[derive(Clone, Debug)]
pub(super) enum Token {
    Name(Arc<str>),
    Variable(Arc<str>),
    Operator(&'static str),
    Text(Arc<str>),
    Number(f64),
    Bool(bool),
    Null,
    Regex(Pattern),
    End,
}

impl Token {
    /// The token as messages show it.
    pub(super) fn in_message(&self) -> String {
        match self {
            Token::Name(text) | Token::Variable(text) | Token::Text(text) => json_text(text),
            Token::Operator(text) => json_text(text),
            Token::Number(number) => json_number(*number),
            Token::Bool(value) => value.to_string(),
            Token::Null => "null".to_owned(),
            Token::Regex(_) => "{}".to_owned(),
            Token::End => json_text("(end)"),
        }
    }

    pub(super) fn is(&self, operator: &str) -> bool {
        matches!(self, Token::Operator(text) if *text == operator)
    }

    /// The token's text as a signature needs it, which is written with the same tokens.
    pub(super) fn in_signature(&self) -> String {
        match self {
            Token::Name(text) | Token::Variable(text) | Token::Text(text) => text.to_string(),
            Token::Operator(text) => (*text).to_owned(),
            other => other.in_message(),
        }
    }
}

/// Operators of two characters, before the ones of one.
const PAIRS: [&str; 7] = ["..", ":=", "!=", ">=", "<=", "**", "~>"];

const SINGLES: [&str; 25] = [
    ".", "[", "]", "{", "}", "(", ")", ",", "@", "#", ";", ":", "?", "+", "-", "*", "/", "%", "|", "=", "<",
    ">", "^", "&", "!",
];

pub(super) struct Lexer<'t> {
    text: &'t str,
    position: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Lexer<'t> {
        Lexer { text, position: 0 }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The next token and where it begins. After an operand a slash divides.
    pub(super) fn next(&mut self, after_operand: bool) -> Result<(Token, usize), SyntaxError> {
        self.skip_blanks()?;
        let start = self.position;
        let Some(byte) = self.byte(start) else { return Ok((Token::End, self.text.len())) };
        let token = match byte {
            b'/' if !after_operand => {
                self.position += 1;
                self.regex()?
            }
            b'"' | b'\'' => self.quoted(byte)?,
            b'0'..=b'9' => self.number()?,
            b'`' => self.back_quoted()?,
            _ => match self.operator() {
                Some(operator) => Token::Operator(operator),
                None => self.word(),
            },
        };
        Ok((token, start))
    }

    fn skip_blanks(&mut self) -> Result<(), SyntaxError> {
        loop {
            while self.byte(self.position).is_some_and(is_blank) {
                self.position += 1;
            }
            let rest = self.text.get(self.position..).unwrap_or_default();
            let Some(comment) = rest.strip_prefix("/*") else { return Ok(()) };
            let Some(length) = comment.find("*/") else {
                return Err(refuse(&Problem::new("S0106"), self.position));
            };
            self.position += length + 4;
        }
    }

    fn operator(&mut self) -> Option<&'static str> {
        let rest = self.text.get(self.position..)?;
        let found = PAIRS.iter().chain(&SINGLES).chain(&["~"]).find(|known| rest.starts_with(**known))?;
        self.position += found.len();
        Some(found)
    }

    fn number(&mut self) -> Result<Token, SyntaxError> {
        let start = self.position;
        let digits = |from: usize| {
            let rest = self.text.as_bytes().get(from..).unwrap_or_default();
            from + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
        };
        let mut end = if self.byte(start) == Some(b'0') { start + 1 } else { digits(start) };
        if self.byte(end) == Some(b'.') && digits(end + 1) > end + 1 {
            end = digits(end + 1);
        }
        if matches!(self.byte(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.byte(end + 1), Some(b'+' | b'-')));
            if digits(end + 1 + sign) > end + 1 + sign {
                end = digits(end + 1 + sign);
            }
        }
        let written = self.text.get(start..end).unwrap_or_default();
        match written.parse::<f64>() {
            Ok(number) if number.is_finite() => {
                self.position = end;
                Ok(Token::Number(number))
            }
            _ => Err(refuse(&Problem::new("S0102").token(written), start)),
        }
    }

    fn back_quoted(&mut self) -> Result<Token, SyntaxError> {
        let start = self.position + 1;
        let rest = self.text.get(start..).unwrap_or_default();
        let Some(length) = rest.find('`') else {
            return Err(refuse(&Problem::new("S0105"), self.text.len()));
        };
        self.position = start + length + 1;
        Ok(Token::Name(rest.get(..length).unwrap_or_default().into()))
    }

    fn word(&mut self) -> Token {
        let rest = self.text.get(self.position..).unwrap_or_default();
        let ends = |byte: u8| is_blank(byte) || b".[]{}(),@#;:?+-*/%|=<>^&!~".contains(&byte);
        let length = rest.bytes().position(ends).unwrap_or(rest.len());
        self.position += length;
        let word = rest.get(..length).unwrap_or_default();
        match word.strip_prefix('$') {
            Some(name) => Token::Variable(name.into()),
            None => match word {
                "or" => Token::Operator("or"),
                "and" => Token::Operator("and"),
                "in" => Token::Operator("in"),
                "true" => Token::Bool(true),
                "false" => Token::Bool(false),
                "null" => Token::Null,
                name => Token::Name(name.into()),
            },
        }
    }

    fn quoted(&mut self, quote: u8) -> Result<Token, SyntaxError> {
        self.position += 1;
        let mut units: Vec<u16> = Vec::new();
        let mut text = String::new();
        while let Some(rest) = self.text.get(self.position..).filter(|rest| !rest.is_empty()) {
            let stop = rest.bytes().position(|byte| byte == quote || byte == b'\\').unwrap_or(rest.len());
            if stop > 0 {
                flush(&mut units, &mut text);
                text.push_str(rest.get(..stop).unwrap_or_default());
            }
            self.position += stop;
            match self.byte(self.position) {
                Some(b'\\') => self.escape(&mut units)?,
                Some(_) => {
                    self.position += 1;
                    flush(&mut units, &mut text);
                    return Ok(Token::Text(text.into()));
                }
                None => {}
            }
        }
        Err(refuse(&Problem::new("S0101"), self.text.len()))
    }

    /// Reads an escape. Halves of characters are kept apart, since two in a row may
    /// be one character.
    fn escape(&mut self, units: &mut Vec<u16>) -> Result<(), SyntaxError> {
        self.position += 1;
        let letter = self.text.get(self.position..).and_then(|rest| rest.chars().next());
        let plain = match letter {
            Some('"' | '\\' | '/') => letter,
            Some('b') => Some('\u{8}'),
            Some('f') => Some('\u{c}'),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            _ => None,
        };
        if let Some(plain) = plain {
            units.push(plain as u16);
            self.position += 1;
            return Ok(());
        }
        if letter != Some('u') {
            let shown = letter.map(String::from).unwrap_or_default();
            return Err(refuse(&Problem::new("S0103").token(&shown), self.position));
        }
        let digits = self.text.get(self.position + 1..self.position + 5);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let Some(unit) = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()) else {
            return Err(refuse(&Problem::new("S0104"), self.position));
        };
        units.push(unit);
        self.position += 5;
        Ok(())
    }

    /// The text up to the slash that closes it outside of brackets.
    fn regex(&mut self) -> Result<Token, SyntaxError> {
        let start = self.position;
        let mut depth = 0i32;
        let mut escaped = false;
        loop {
            let Some(byte) = self.byte(self.position) else {
                return Err(refuse(&Problem::new("S0302"), self.text.len()));
            };
            match byte {
                b'/' if depth == 0 && !escaped => break,
                b'(' | b'[' | b'{' if self.byte(self.position.wrapping_sub(1)) != Some(b'\\') => depth += 1,
                b')' | b']' | b'}' if self.byte(self.position.wrapping_sub(1)) != Some(b'\\') => depth -= 1,
                _ => {}
            }
            escaped = byte == b'\\' && !escaped;
            self.position += 1;
        }
        let pattern = self.text.get(start..self.position).unwrap_or_default();
        if pattern.is_empty() {
            return Err(refuse(&Problem::new("S0301"), self.position));
        }
        self.position += 1;
        let rest = self.text.get(self.position..).unwrap_or_default();
        let count = rest.bytes().take_while(|byte| matches!(byte, b'i' | b'm')).count();
        self.position += count;
        match Pattern::compile(pattern, rest.get(..count).unwrap_or_default()) {
            Ok(pattern) => Ok(Token::Regex(pattern)),
            Err(fault) => {
                Err(SyntaxError { code: fault.code, message: fault.message, offset: start.saturating_sub(1) })
            }
        }
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b)
}

/// Half a character alone becomes the replacement character: our texts cannot hold it.
fn flush(units: &mut Vec<u16>, text: &mut String) {
    if !units.is_empty() {
        text.push_str(&String::from_utf16_lossy(units));
        units.clear();
    }
}
