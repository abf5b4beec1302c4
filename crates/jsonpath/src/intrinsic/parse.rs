//! The text of an intrinsic call.
//!
//! `States.Name(argument, …)`, where an argument is a `'text'`, a number,
//! `true`, `false`, `null`, a query or another call. Nothing may follow the
//! closing parenthesis. Called by `Call`.

use std::sync::Arc;

use serde_json::{Number, Value};

use super::{Argument, Call, Function, Inner};
use crate::error::CompileError;
use crate::limits::CALL_DEPTH_MAX;
use crate::query::Query;

pub(super) fn compile(text: &str) -> Result<Call, CompileError> {
    let mut parser = Parser { text, position: 0 };
    let call = parser.call(1)?;
    if parser.position < text.len() {
        return parser.error("Nothing may follow the call of an intrinsic function");
    }
    Ok(call)
}

struct Parser<'a> {
    text: &'a str,
    /// A byte offset at a character boundary.
    position: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T, CompileError> {
        Err(CompileError::new(message, self.position))
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.position += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, wanted: &str) -> bool {
        let taken = self.rest().starts_with(wanted);
        if taken {
            self.position += wanted.len();
        }
        taken
    }

    fn call(&mut self, depth: usize) -> Result<Call, CompileError> {
        let start = self.position;
        if depth > CALL_DEPTH_MAX {
            return self.error(format!("Calls may nest at most {CALL_DEPTH_MAX} deep"));
        }
        if !self.take("States.") {
            return self.error("Expected a path or a call of an intrinsic function");
        }
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default();
        let Some((function, least, most)) = Function::find(name) else {
            return self.error(format!("There is no intrinsic function 'States.{name}'"));
        };
        self.position += end;
        if !self.take("(") {
            return self.error(format!("Expected '(' after 'States.{name}'"));
        }
        let arguments = self.arguments(depth, most)?;
        if arguments.len() < least || arguments.len() > most {
            let given = arguments.len();
            let range = if least == most { least.to_string() } else { format!("{least} to {most}") };
            return Err(CompileError::new(
                format!("'States.{name}' takes {range} arguments, not {given}"),
                start,
            ));
        }
        let text = self.text.get(start..self.position).unwrap_or_default().into();
        Ok(Call { inner: Arc::new(Inner { text, function, arguments }) })
    }

    /// Reads up to the closing parenthesis.
    fn arguments(&mut self, depth: usize, most: usize) -> Result<Vec<Argument>, CompileError> {
        let mut arguments = Vec::new();
        self.skip_blanks();
        if self.take(")") {
            return Ok(arguments);
        }
        loop {
            self.skip_blanks();
            arguments.push(self.argument(depth)?);
            self.skip_blanks();
            if self.take(")") {
                return Ok(arguments);
            }
            if !self.take(",") {
                return self.error("Expected ',' or ')' after an argument");
            }
            if arguments.len() > most {
                return self.error("Too many arguments");
            }
        }
    }

    fn argument(&mut self, depth: usize) -> Result<Argument, CompileError> {
        match self.rest().chars().next() {
            Some('\'') => self.quoted(),
            Some('$') => self.query(),
            Some('S') => self.call(depth + 1).map(Argument::Call),
            Some(_) => self.literal(),
            None => self.error("An argument is missing"),
        }
    }

    /// `'…'`, in which only `\'`, `\{`, `\}` and `\\` are escapes.
    fn quoted(&mut self) -> Result<Argument, CompileError> {
        self.position += 1;
        let mut value = String::new();
        let mut pieces = vec![String::new()];
        loop {
            let Some(c) = self.rest().chars().next() else {
                return self.error("A text is not closed with '");
            };
            let mut literal = c;
            match c {
                '\'' => {
                    self.position += 1;
                    return Ok(Argument::Text { value: Value::String(value), pieces });
                }
                '{' if self.rest().starts_with("{}") => {
                    self.position += 2;
                    value.push_str("{}");
                    pieces.push(String::new());
                    continue;
                }
                '\\' => match self.rest().chars().nth(1) {
                    Some(escaped @ ('\'' | '{' | '}' | '\\')) => {
                        self.position += 1;
                        literal = escaped;
                    }
                    _ => return self.error(r"A backslash may only stand before ', {, } and \"),
                },
                _ => {}
            }
            self.position += literal.len_utf8();
            value.push(literal);
            if let Some(piece) = pieces.last_mut() {
                piece.push(literal);
            }
        }
    }

    /// A path ends at a comma or a parenthesis that is outside of its brackets.
    fn query(&mut self) -> Result<Argument, CompileError> {
        let rest = self.rest();
        let mut brackets = 0_usize;
        let mut parentheses = 0_usize;
        let mut quote = None;
        let mut escaped = false;
        let end = rest.char_indices().find_map(|(at, c)| {
            if let Some(open) = quote {
                if !escaped && c == open {
                    quote = None;
                }
                escaped = c == '\\' && !escaped;
                return None;
            }
            match c {
                '\'' | '"' if brackets > 0 => quote = Some(c),
                '[' => brackets += 1,
                ']' => brackets = brackets.saturating_sub(1),
                '(' => parentheses += 1,
                ')' if brackets == 0 && parentheses == 0 => return Some(at),
                ')' => parentheses = parentheses.saturating_sub(1),
                ',' if brackets == 0 && parentheses == 0 => return Some(at),
                _ => {}
            }
            None
        });
        let path = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default().trim_end();
        let query = Query::compile(path).map_err(|error| error.shifted(self.position))?;
        self.position += path.len();
        Ok(Argument::Query(query))
    }

    /// A number or a keyword.
    fn literal(&mut self) -> Result<Argument, CompileError> {
        let rest = self.rest();
        let end = rest.find(|c: char| c == ',' || c == ')' || c.is_whitespace());
        let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let value = match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            number => match number.parse::<Number>() {
                Ok(number) => Value::Number(number),
                Err(_) => {
                    return self.error(format!("'{word}' is not an argument"));
                }
            },
        };
        self.position += word.len();
        Ok(Argument::Literal(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intrinsic::check;
    use serde_json::json;

    #[test]
    fn arguments_of_every_kind() {
        check(&[
            ("States.Array()", json!([])),
            ("States.Array( )", json!([])),
            ("States.Array('a', 'b')", json!(["a", "b"])),
            ("States.Array(1,-2.5 , 1e3)", json!([1, -2.5, 1000.0])),
            ("States.Array(true, false, null)", json!([true, false, null])),
            ("States.Array($.i, $v, $v[1])", json!([7, [3, 4], 4])),
            ("States.Array($.o['a'], $['s'])", json!([1, "str"])),
            ("States.Array($.l[?(@ == '1')], 2)", json!([[1, "1", 1, 1.0], 2])),
            ("States.Array($.l[0,1], $.l.length())", json!([[1, "1"], 7])),
            ("States.Array(States.Array(1), States.Array())", json!([[1], []])),
            (r"States.Array('it\'s \{ \} \\', '{}', ')')", json!(["it's { } \\", "{}", ")"])),
            (r#"States.StringToJson('{"k": "v, )"}')"#, json!({"k": "v, )"})),
        ]);
    }

    #[test]
    fn malformed_calls_are_refused_where_they_fail() {
        for (text, offset) in [
            ("States.Nope()", 7),
            ("States.Array", 12),
            ("States.Array(", 13),
            ("States.Array(1", 14),
            ("States.Array(1,)", 15),
            ("States.Array(1 2)", 15),
            ("States.Array('a)", 16),
            ("States.Array()[0]", 14),
            ("States.Array() ", 14),
            ("States.Array(x)", 13),
            ("States.Array(\"x\")", 13),
            ("States.Array(01)", 13),
            ("States.Array($.a b)", 15),
            ("States.Array($..)", 13),
            (r#"States.StringToJson('\"')"#, 21),
            (r"States.Array('\n')", 14),
            ("States.UUID(1)", 0),
            ("States.MathAdd(1)", 0),
            ("States.Array(States.UUID(1))", 13),
            ("states.UUID()", 0),
            ("States.Format()", 0),
        ] {
            let error = Call::compile(text).expect_err(text);
            assert_eq!(error.offset(), offset, "{text}: {error}");
        }
    }

    #[test]
    fn calls_nest_ten_deep() {
        let nested = |depth| "States.Array(".repeat(depth) + &")".repeat(depth);
        assert!(Call::compile(&nested(10)).is_ok());
        assert!(Call::compile(&nested(11)).is_err());
        assert!(Call::compile(&nested(100_000)).is_err());
    }
}
