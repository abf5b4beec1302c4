//! From the text of a filter to a [`Condition`].
//!
//! ```text
//! any      = all { '||' all }
//! all      = operand { '&&' operand }
//! operand  = '(' any ')' | '!' operand | value [ operator value ]
//! ```
//!
//! A path without an operator asks whether the path leads anywhere. An operator
//! that does not read is put back, so that what stood before it may still end
//! the operand. Called by the path compiler.

use super::Condition;
use super::operand::{self, Operand};
use super::operator::Operator;
use crate::compile;
use crate::cursor::Cursor;
use crate::fault::Fault;
use crate::limits::COMPILE_DEPTH_MAX;

/// Compiles `[?(…)]`, nested `depth` deep, and says which character it reached.
pub(crate) fn compile(text: &str, depth: usize, reached: &mut usize) -> Result<Condition, Fault> {
    let mut parser = Parser { cursor: Cursor::new(text), depth };
    let result = parser.filter(text);
    *reached = parser.cursor.position;
    result
}

struct Parser {
    cursor: Cursor,
    depth: usize,
}

impl Parser {
    fn filter(&mut self, text: &str) -> Result<Condition, Fault> {
        self.strip(text)?;
        let condition = self.any()?;
        let cursor = &mut self.cursor;
        cursor.skip_blanks();
        if cursor.in_bounds(cursor.position) {
            let rest = cursor.text(cursor.position, cursor.length());
            return Err(Fault::Invalid(format!("Expected end of filter expression instead of: {rest}")));
        }
        Ok(condition)
    }

    /// Narrows the window to the parentheses and what is in them.
    fn strip(&mut self, text: &str) -> Result<(), Fault> {
        let cursor = &mut self.cursor;
        cursor.trim();
        if !cursor.current_is('[')? || !cursor.last_is(']')? {
            let message = format!("Filter must start with '[' and end with ']'. {text}");
            return Err(Fault::Invalid(message));
        }
        cursor.position += 1;
        cursor.shorten();
        cursor.trim();
        if !cursor.current_is('?')? {
            let message = format!("Filter must start with '[?' and end with ']'. {text}");
            return Err(Fault::Invalid(message));
        }
        cursor.position += 1;
        cursor.trim();
        if !cursor.current_is('(')? || !cursor.last_is(')')? {
            let message = format!("Filter must start with '[?(' and end with ')]'. {text}");
            return Err(Fault::Invalid(message));
        }
        Ok(())
    }

    fn any(&mut self) -> Result<Condition, Fault> {
        let mut parts = vec![self.all()?];
        while self.take_operator("||") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Condition::Any(parts) })
    }

    fn all(&mut self) -> Result<Condition, Fault> {
        let mut parts = vec![self.operand()?];
        while self.take_operator("&&") {
            parts.push(self.operand()?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Condition::All(parts) })
    }

    fn take_operator(&mut self, operator: &str) -> bool {
        let before = self.cursor.position;
        let taken = self.cursor.take(operator);
        if !taken {
            self.cursor.position = before;
        }
        taken
    }

    fn operand(&mut self) -> Result<Condition, Fault> {
        self.depth += 1;
        if self.depth > COMPILE_DEPTH_MAX {
            let message = format!("The filter nests deeper than {COMPILE_DEPTH_MAX} levels");
            return Err(Fault::Invalid(message));
        }
        let result = self.operand_inside();
        self.depth -= 1;
        result
    }

    fn operand_inside(&mut self) -> Result<Condition, Fault> {
        self.cursor.skip_blanks();
        let start = self.cursor.position;
        if self.cursor.current_is('!')? {
            self.cursor.position += 1;
            self.cursor.skip_blanks();
            if !matches!(self.cursor.current()?, '$' | '@') {
                return Ok(Condition::Not(Box::new(self.operand()?)));
            }
            self.cursor.position = start;
        }
        if self.cursor.current_is('(')? {
            self.cursor.position += 1;
            let inner = self.any()?;
            self.cursor.expect(')')?;
            return Ok(inner);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Condition, Fault> {
        let left = self.value()?;
        let before = self.cursor.position;
        match self.operator_and_value() {
            Ok((operator, right)) => return Ok(Condition::Compare { left, operator, right }),
            Err(Fault::Invalid(_)) => self.cursor.position = before,
            Err(fault) => return Err(fault),
        }
        let Operand::Path { steps, wanted, .. } = left else {
            return Err(Fault::invalid("Expected path node"));
        };
        let left = Operand::Path { steps, checks_existence: true, wanted };
        Ok(Condition::Compare { left, operator: Operator::Exists, right: Operand::Flag(wanted) })
    }

    fn operator_and_value(&mut self) -> Result<(Operator, Operand), Fault> {
        let cursor = &mut self.cursor;
        cursor.skip_blanks();
        let start = cursor.position;
        let symbolic = is_operator_char(cursor.current()?);
        while cursor.in_bounds(cursor.position) {
            let c = cursor.current()?;
            let goes_on = if symbolic { is_operator_char(c) } else { c != ' ' };
            if !goes_on {
                break;
            }
            cursor.position += 1;
        }
        let operator = Operator::find(&cursor.text(start, cursor.position))?;
        Ok((operator, self.value()?))
    }

    fn value(&mut self) -> Result<Operand, Fault> {
        self.cursor.skip_blanks();
        match self.cursor.current()? {
            '$' | '@' => self.path(),
            '!' => {
                self.cursor.position += 1;
                self.cursor.skip_blanks();
                match self.cursor.current()? {
                    '$' | '@' => self.path(),
                    _ => Err(Fault::invalid("Unexpected character: !")),
                }
            }
            quote @ ('\'' | '"') => self.text(quote),
            't' => self.word("true", Operand::Flag(true), "Expected boolean literal"),
            'f' => self.word("false", Operand::Flag(false), "Expected boolean literal"),
            'n' => self.word("null", Operand::Null, "Expected <null> value"),
            '[' => self.json('[', ']'),
            '{' => self.json('{', '}'),
            '/' => self.pattern(),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Operand, expected: &str) -> Result<Operand, Fault> {
        if self.cursor.take(word) { Ok(value) } else { Err(Fault::invalid(expected)) }
    }

    fn text(&mut self, quote: char) -> Result<Operand, Fault> {
        let start = self.cursor.position;
        let end = self.cursor.find_unescaped(start, quote).ok_or_else(|| {
            Fault::Invalid(format!(
                "String literal does not have matching quotes. Expected {quote} in {}",
                self.cursor.whole()
            ))
        })?;
        self.cursor.position = end + 1;
        Ok(Operand::Text(operand::unquote(&self.cursor.text(start, end + 1))?))
    }

    fn json(&mut self, open: char, close: char) -> Result<Operand, Fault> {
        let start = self.cursor.position;
        let end = self.cursor.matching(start, open, close, false)?.ok_or_else(|| {
            Fault::Invalid(format!("String not closed. Expected ' in {}", self.cursor.whole()))
        })?;
        self.cursor.position = end + 1;
        Ok(Operand::Json(self.cursor.text(start, end + 1)))
    }

    fn pattern(&mut self) -> Result<Operand, Fault> {
        let cursor = &mut self.cursor;
        let start = cursor.position;
        let mut end = cursor
            .find_unescaped(start, '/')
            .ok_or_else(|| Fault::Invalid(format!("Pattern not closed. Expected / in {}", cursor.whole())))?
            + 1;
        while cursor.in_bounds(end) && "dixmsuU".contains(cursor.at(end)?) {
            end += 1;
        }
        cursor.position = end;
        Operand::pattern(&cursor.text(start, end))
    }

    fn number(&mut self) -> Result<Operand, Fault> {
        let cursor = &mut self.cursor;
        let start = cursor.position;
        while cursor.in_bounds(cursor.position) {
            if !matches!(cursor.current()?, '0'..='9' | '-' | '.' | 'e' | 'E') {
                break;
            }
            cursor.position += 1;
        }
        let text = cursor.text(start, cursor.position);
        let position = cursor.position;
        // Not an invalid path in Jayway's eyes, so nothing puts it back.
        Operand::number(&text).ok_or_else(|| {
            Fault::Other(format!(
                "Failed to parse filter: {}, error on position: {position}",
                self.cursor.whole()
            ))
        })
    }

    /// A path ends at a blank, an operator or a parenthesis that is not its own.
    /// Brackets are skipped as a whole, but only the first of several in a row.
    fn path(&mut self) -> Result<Operand, Fault> {
        let start = self.cursor.position;
        let before = self.cursor.previous_significant(start);
        let wanted = before.is_none_or(|index| self.cursor.at(index) != Ok('!'));
        let cursor = &mut self.cursor;
        cursor.position += 1;
        while cursor.in_bounds(cursor.position) {
            if cursor.current_is('[')? {
                let close = cursor.matching(cursor.position, '[', ']', false)?;
                cursor.position = 1 + close.ok_or_else(|| {
                    let text = cursor.whole();
                    Fault::Invalid(format!("Square brackets does not match in filter {text}"))
                })?;
            }
            let c = cursor.current()?;
            let ends = c == ')' && !closes_function(cursor, start)?;
            if ends || !cursor.in_bounds(cursor.position) || is_operator_char(c) || c == ' ' {
                break;
            }
            cursor.position += 1;
        }
        let text = self.cursor.text(start, self.cursor.position);
        let mut reached = 0;
        let steps = compile::compile_at(&text, self.depth, &mut reached);
        if steps.is_err() {
            self.cursor.position = start + reached;
        }
        Ok(Operand::Path { steps: steps?, checks_existence: false, wanted })
    }
}

fn is_operator_char(c: char) -> bool {
    matches!(c, '<' | '>' | '=' | '~' | '!')
}

/// Whether the `)` here closes the empty call of a function of this path.
fn closes_function(cursor: &Cursor, start: usize) -> Result<bool, Fault> {
    let Some(open) = cursor.previous_significant(cursor.position) else { return Ok(false) };
    if cursor.at(open)? != '(' {
        return Ok(false);
    }
    for index in (start + 1..open).rev() {
        if cursor.at(index)? == '.' {
            return Ok(true);
        }
    }
    Ok(false)
}
