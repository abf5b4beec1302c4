//! Tokens arranged by the precedence of their operators.
//!
//! A Pratt parser: an operand is read, then operators as long as they bind more
//! tightly than what stands to the left.

use super::raw::{Pairs, Raw, RawKind};
use super::token::{Lexer, Token};
use super::{NESTING_MAX, Signature, refuse, too_deep};
use crate::error::{Problem, SyntaxError};
use crate::stack;
use crate::text::json_text;
use std::sync::Arc;

type Parsed<T> = Result<T, SyntaxError>;

/// How tightly an operator binds what stands to its left.
fn binding(operator: &str) -> u32 {
    match operator {
        "[" | "(" | "@" | "#" => 80,
        "." => 75,
        "{" => 70,
        "*" | "/" | "%" => 60,
        "+" | "-" | "&" => 50,
        "=" | "<" | ">" | "^" | "!=" | "<=" | ">=" | "~>" | "in" => 40,
        "and" => 30,
        "or" => 25,
        "?" => 20,
        ":=" => 10,
        _ => 0,
    }
}

/// Parses a whole text.
pub(super) fn parse(text: &str) -> Parsed<Raw> {
    let mut parser = Parser { lexer: Lexer::new(text), token: Token::End, offset: 0, depth: 0 };
    parser.advance(false)?;
    let raw = parser.expression(0)?;
    if !matches!(parser.token, Token::End) {
        return Err(parser.refuse_token("S0201"));
    }
    Ok(raw)
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    token: Token,
    offset: usize,
    depth: u32,
}

impl Parser<'_> {
    fn advance(&mut self, after_operand: bool) -> Parsed<()> {
        (self.token, self.offset) = self.lexer.next(after_operand)?;
        if self.token.is("!") || self.token.is("~") {
            return Err(self.refuse_token("S0204"));
        }
        Ok(())
    }

    fn refuse_token(&self, code: &'static str) -> SyntaxError {
        let problem = Problem { token: Some(self.token.in_message()), ..Problem::new(code) };
        refuse(&problem, self.offset)
    }

    /// Goes past an operator that must stand here.
    fn expect(&mut self, operator: &str, after_operand: bool) -> Parsed<()> {
        if self.token.is(operator) {
            return self.advance(after_operand);
        }
        let code = if matches!(self.token, Token::End) { "S0203" } else { "S0202" };
        let problem = Problem::new(code).value(json_text(operator));
        Err(refuse(&Problem { token: Some(self.token.in_message()), ..problem }, self.offset))
    }

    /// Goes past an operator if it stands here.
    fn accept(&mut self, operator: &str) -> Parsed<bool> {
        let here = self.token.is(operator);
        if here {
            self.advance(false)?;
        }
        Ok(here)
    }

    fn make(&self, kind: RawKind, offset: usize, below: u32) -> Parsed<Raw> {
        if below >= NESTING_MAX {
            return Err(too_deep(offset));
        }
        Ok(Raw { kind, offset, keep_array: false, depth: below + 1 })
    }

    /// An expression whose operators bind more tightly than `least`.
    fn expression(&mut self, least: u32) -> Parsed<Raw> {
        if self.depth >= NESTING_MAX {
            return Err(too_deep(self.offset));
        }
        self.depth += 1;
        let parsed = if self.depth.is_multiple_of(8) {
            stack::with_room(|| self.operators(least))
        } else {
            self.operators(least)
        };
        self.depth -= 1;
        parsed
    }

    fn operators(&mut self, least: u32) -> Parsed<Raw> {
        let (token, offset) = (self.token.clone(), self.offset);
        self.advance(true)?;
        let mut left = self.operand(&token, offset)?;
        while let Token::Operator(operator) = self.token {
            if binding(operator) <= least {
                break;
            }
            let offset = self.offset;
            self.advance(false)?;
            left = self.operator(operator, left, offset)?;
        }
        Ok(left)
    }

    /// What stands where an operand should. The token itself is behind us.
    fn operand(&mut self, token: &Token, offset: usize) -> Parsed<Raw> {
        let kind = match token {
            Token::End => RawKind::End,
            Token::Name(name) => RawKind::Name(Arc::clone(name)),
            Token::Variable(name) => RawKind::Variable(Arc::clone(name)),
            Token::Text(text) => RawKind::Text(Arc::clone(text)),
            Token::Number(number) => RawKind::Number(*number),
            Token::Bool(value) => RawKind::Bool(*value),
            Token::Null => RawKind::Null,
            Token::Regex(pattern) => RawKind::Regex(pattern.clone()),
            Token::Operator(operator) => return self.prefix(operator, offset),
        };
        self.make(kind, offset, 0)
    }

    fn prefix(&mut self, operator: &'static str, offset: usize) -> Parsed<Raw> {
        match operator {
            "and" | "or" | "in" => self.make(RawKind::Word(operator), offset, 0),
            "*" => self.make(RawKind::Wildcard, offset, 0),
            "**" => self.make(RawKind::Descendants, offset, 0),
            "%" => self.make(RawKind::Parent, offset, 0),
            "-" => {
                let operand = self.expression(70)?;
                let depth = operand.depth;
                self.make(RawKind::Negate(Box::new(operand)), offset, depth)
            }
            "(" => self.block(offset),
            "[" => self.array(offset),
            "{" => {
                let pairs = self.pairs()?;
                let depth = deepest_pair(&pairs);
                self.make(RawKind::Object(pairs), offset, depth)
            }
            "|" => self.transform(offset),
            _ => Err(refuse(&Problem::new("S0211").token(operator), offset)),
        }
    }

    fn operator(&mut self, operator: &'static str, left: Raw, offset: usize) -> Parsed<Raw> {
        match operator {
            "(" => self.call(left, offset),
            "[" => self.filter(left, offset),
            "^" => self.sort(left, offset),
            "{" => {
                let pairs = self.pairs()?;
                let depth = deepest_pair(&pairs).max(left.depth);
                self.make(RawKind::Group(Box::new(left), pairs), offset, depth)
            }
            ":=" => self.bind(left, offset),
            "@" | "#" => self.context_binding(operator, left, offset),
            "?" => self.condition(left, offset),
            _ => {
                let right = self.expression(binding(operator))?;
                let depth = left.depth.max(right.depth);
                let (left, right) = (Box::new(left), Box::new(right));
                let kind = match operator {
                    "." => RawKind::Dot(left, right),
                    "~>" => RawKind::Apply(left, right),
                    _ => RawKind::Binary(operator, left, right),
                };
                self.make(kind, offset, depth)
            }
        }
    }

    fn block(&mut self, offset: usize) -> Parsed<Raw> {
        let mut parts = Vec::new();
        while !self.token.is(")") {
            parts.push(self.expression(0)?);
            if !self.accept(";")? {
                break;
            }
        }
        self.expect(")", true)?;
        let depth = deepest(&parts);
        self.make(RawKind::Block(parts), offset, depth)
    }

    fn array(&mut self, offset: usize) -> Parsed<Raw> {
        let mut items = Vec::new();
        if !self.token.is("]") {
            loop {
                items.push(self.item()?);
                if !self.accept(",")? {
                    break;
                }
            }
        }
        self.expect("]", true)?;
        let depth = deepest(&items);
        self.make(RawKind::Array(items), offset, depth)
    }

    /// An element of an array, or a range of them.
    fn item(&mut self) -> Parsed<Raw> {
        let item = self.expression(0)?;
        let offset = self.offset;
        if !self.accept("..")? {
            return Ok(item);
        }
        let last = self.expression(0)?;
        let depth = item.depth.max(last.depth);
        self.make(RawKind::Binary("..", Box::new(item), Box::new(last)), offset, depth)
    }

    fn pairs(&mut self) -> Parsed<Pairs> {
        let mut pairs = Vec::new();
        if !self.token.is("}") {
            loop {
                let name = self.expression(0)?;
                self.expect(":", false)?;
                pairs.push((name, self.expression(0)?));
                if !self.accept(",")? {
                    break;
                }
            }
        }
        self.expect("}", true)?;
        Ok(pairs)
    }

    fn transform(&mut self, offset: usize) -> Parsed<Raw> {
        let pattern = self.expression(0)?;
        self.expect("|", false)?;
        let update = self.expression(0)?;
        let delete = if self.accept(",")? { Some(Box::new(self.expression(0)?)) } else { None };
        self.expect("|", false)?;
        let depth = pattern.depth.max(update.depth).max(delete.as_ref().map_or(0, |delete| delete.depth));
        self.make(RawKind::Transform(Box::new(pattern), Box::new(update), delete), offset, depth)
    }

    fn filter(&mut self, mut left: Raw, offset: usize) -> Parsed<Raw> {
        if self.token.is("]") {
            let mut step = &mut left;
            while let RawKind::Filter(inner, _) = &mut step.kind {
                step = inner;
            }
            step.keep_array = true;
            self.advance(false)?;
            return Ok(left);
        }
        let condition = self.expression(0)?;
        self.expect("]", true)?;
        let depth = left.depth.max(condition.depth);
        self.make(RawKind::Filter(Box::new(left), Box::new(condition)), offset, depth)
    }

    fn sort(&mut self, left: Raw, offset: usize) -> Parsed<Raw> {
        self.expect("(", false)?;
        let mut terms = Vec::new();
        let mut depth = left.depth;
        loop {
            let descending = !self.accept("<")? && self.accept(">")?;
            let term = self.expression(0)?;
            depth = depth.max(term.depth);
            terms.push((term, descending));
            if !self.accept(",")? {
                break;
            }
        }
        self.expect(")", false)?;
        self.make(RawKind::Sort(Box::new(left), terms), offset, depth)
    }

    fn bind(&mut self, left: Raw, offset: usize) -> Parsed<Raw> {
        let RawKind::Variable(name) = left.kind else {
            return Err(refuse(&Problem::new("S0212"), left.offset));
        };
        let value = self.expression(9)?;
        let depth = value.depth;
        self.make(RawKind::Bind(name, Box::new(value)), offset, depth)
    }

    fn context_binding(&mut self, operator: &'static str, left: Raw, offset: usize) -> Parsed<Raw> {
        let variable = self.expression(80)?;
        let RawKind::Variable(name) = variable.kind else {
            return Err(refuse(&Problem::new("S0214").token(operator), variable.offset));
        };
        let depth = left.depth;
        let left = Box::new(left);
        let kind = if operator == "@" { RawKind::Focus(left, name) } else { RawKind::Index(left, name) };
        self.make(kind, offset, depth)
    }

    fn condition(&mut self, condition: Raw, offset: usize) -> Parsed<Raw> {
        let then = self.expression(0)?;
        let otherwise = if self.accept(":")? { Some(Box::new(self.expression(0)?)) } else { None };
        let below = otherwise.as_ref().map_or(0, |otherwise| otherwise.depth);
        let depth = condition.depth.max(then.depth).max(below);
        self.make(RawKind::Condition(Box::new(condition), Box::new(then), otherwise), offset, depth)
    }

    fn call(&mut self, left: Raw, offset: usize) -> Parsed<Raw> {
        let mut arguments = Vec::new();
        if !self.token.is(")") {
            loop {
                let at = self.offset;
                if self.accept("?")? {
                    arguments.push(self.make(RawKind::Placeholder, at, 0)?);
                } else {
                    arguments.push(self.expression(0)?);
                }
                if !self.accept(",")? {
                    break;
                }
            }
        }
        self.expect(")", true)?;
        if matches!(&left.kind, RawKind::Name(name) if matches!(&**name, "function" | "λ")) {
            return self.lambda(arguments, offset);
        }
        let depth = deepest(&arguments).max(left.depth);
        self.make(RawKind::Call(Box::new(left), arguments), offset, depth)
    }

    fn lambda(&mut self, arguments: Vec<Raw>, offset: usize) -> Parsed<Raw> {
        let mut params = Vec::new();
        for (index, argument) in arguments.into_iter().enumerate() {
            match argument.kind {
                RawKind::Variable(name) => params.push(name),
                _ => {
                    let problem = Problem::new("S0208").value((index + 1).to_string());
                    return Err(refuse(&problem, argument.offset));
                }
            }
        }
        let signature = if self.token.is("<") { Some(self.signature()?) } else { None };
        self.expect("{", false)?;
        let body = self.expression(0)?;
        self.expect("}", false)?;
        let depth = body.depth;
        self.make(RawKind::Lambda(params, signature, Box::new(body)), offset, depth)
    }

    fn signature(&mut self) -> Parsed<Signature> {
        let start = self.offset;
        let mut written = "<".to_owned();
        let mut depth = 1;
        while depth > 0 && !self.token.is("{") && !matches!(self.token, Token::End) {
            self.advance(false)?;
            if self.token.is(">") {
                depth -= 1;
            } else if self.token.is("<") {
                depth += 1;
            }
            written.push_str(&self.token.in_signature());
        }
        self.expect(">", false)?;
        Signature::parse(&written, start)
    }
}

fn deepest(parts: &[Raw]) -> u32 {
    parts.iter().map(|part| part.depth).max().unwrap_or_default()
}

fn deepest_pair(pairs: &Pairs) -> u32 {
    pairs.iter().map(|(name, value)| name.depth.max(value.depth)).max().unwrap_or_default()
}
