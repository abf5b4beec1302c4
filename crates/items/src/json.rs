//! The array or object in a JSON document whose elements or members are the items, read one at a time.
//!
//! Not a library's work: what lies before `ItemsPointer` is only skipped, reading goes on in the middle
//! of an array that was read up to there, and a single element is all that is ever in memory.

use crate::cursor::{Container, Place};
use crate::failure::failed;
use crate::input::Input;
use crate::records::{Record, Records};
use crate::text;
use stateline_base::{DEPTH_MAX, Failure, Limits};
use std::sync::Arc;

/// AWS's words for a document that is neither an array nor an object.
const NOT_ITERABLE: &str = "Attempting to map over non-iterable node.";

/// The elements of an array or the members of an object.
pub(crate) struct Elements {
    scanner: Scanner,
    within: Container,
    /// Whether the document is nothing but the container.
    alone: bool,
    place: Place,
    element: Vec<u8>,
}

impl Elements {
    /// From an input that stands at the place: behind an element, or at the document's beginning,
    /// where the pointer (RFC 6901, checked with the definition) tells the way.
    pub(crate) fn new(
        input: Input,
        pointer: Option<&str>,
        mut place: Place,
        limits: &Limits,
    ) -> Result<Self, Failure> {
        let mut scanner = Scanner::new(input, limits);
        let pointer = pointer.unwrap_or_default();
        let within = match place.within {
            Some(within) => within,
            None => scanner.find(pointer)?,
        };
        place.within = Some(within);
        Ok(Elements { scanner, within, alone: pointer.is_empty(), place, element: Vec::new() })
    }

    /// Goes to the next element; `false` at the container's end.
    fn go_on(&mut self) -> Result<bool, Failure> {
        let close = match self.within {
            Container::Array => b']',
            Container::Object => b'}',
        };
        let next = self.scanner.peek()?;
        if next == Some(close) {
            self.scanner.input.consume(1);
            if self.alone && self.scanner.peek()?.is_some() {
                return Err(self.scanner.complain("something follows the end of the document"));
            }
            return Ok(false);
        }
        if self.place.items > 0 {
            self.scanner.expect(b',')?;
        }
        Ok(true)
    }
}

impl Records for Elements {
    fn next(&mut self) -> Result<Option<Record>, Failure> {
        if !self.go_on()? {
            return Ok(None);
        }
        let key = match self.within {
            Container::Array => None,
            Container::Object => Some(Arc::from(self.scanner.member(&mut self.element)?)),
        };
        self.element.clear();
        self.scanner.value(Some(&mut self.element))?;
        let value = text::payload(&self.element)
            .map_err(|why| self.scanner.complain(&format!("item {}: {why}", self.place.items)))?;
        self.place.items += 1;
        self.place.bytes = self.scanner.input.position();
        Ok(Some(Record { value, key }))
    }

    fn place(&self) -> Place {
        self.place
    }
}

/// Tells tokens apart as far as the way to the items needs it.
struct Scanner {
    input: Input,
    value_bytes_max: usize,
    /// Bytes before the container whose elements are the items.
    way_bytes_max: u64,
}

impl Scanner {
    fn new(input: Input, limits: &Limits) -> Self {
        let (value_bytes_max, way_bytes_max) = (limits.item_bytes_max, limits.items_pointer_bytes_max);
        Scanner { input, value_bytes_max, way_bytes_max }
    }

    /// Goes into the container that the pointer leads to.
    fn find(&mut self, pointer: &str) -> Result<Container, Failure> {
        let tokens = pointer.split('/').skip(1);
        for token in tokens.map(|token| token.replace("~1", "/").replace("~0", "~")) {
            if !self.descend(&token)? {
                let object = self.input.object();
                return Err(failed(format!("The ItemsPointer '{pointer}' leads to nothing in {object}.")));
            }
        }
        let within = match self.peek()? {
            Some(b'[') => Container::Array,
            Some(b'{') => Container::Object,
            _ => return Err(failed(NOT_ITERABLE)),
        };
        self.not_too_far()?;
        self.input.consume(1);
        Ok(within)
    }

    fn not_too_far(&self) -> Result<(), Failure> {
        if self.input.position() <= self.way_bytes_max {
            return Ok(());
        }
        Err(failed(format!(
            "The ItemsPointer leads behind the first {} bytes of {}. Put what it leads to before the rest of \
             the document.",
            self.way_bytes_max,
            self.input.object()
        )))
    }

    /// The next byte that is not a space, which is not taken.
    fn peek(&mut self) -> Result<Option<u8>, Failure> {
        loop {
            let chunk = self.input.chunk()?;
            if chunk.is_empty() {
                return Ok(None);
            }
            let spaces = chunk.iter().take_while(|byte| is_space(**byte)).count();
            let found = chunk.get(spaces).copied();
            self.input.consume(spaces);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Failure> {
        match self.peek()? {
            Some(found) if found == byte => {
                self.input.consume(1);
                Ok(())
            }
            Some(_) => Err(self.complain(&format!("`{}` is missing", char::from(byte)))),
            None => Err(self.complain("the document ends too soon")),
        }
    }

    /// Enters the container that comes next, up to the value that the token names; `false` where there
    /// is none.
    fn descend(&mut self, token: &str) -> Result<bool, Failure> {
        match self.peek()? {
            Some(b'{') => self.descend_object(token),
            Some(b'[') => self.descend_array(token),
            _ => Ok(false),
        }
    }

    fn descend_object(&mut self, token: &str) -> Result<bool, Failure> {
        self.input.consume(1);
        let mut name = Vec::new();
        let mut first = true;
        while self.peek()? != Some(b'}') {
            if !first {
                self.expect(b',')?;
            }
            first = false;
            if self.member(&mut name)? == token {
                return Ok(true);
            }
            self.value(None)?;
            self.not_too_far()?;
        }
        Ok(false)
    }

    fn descend_array(&mut self, token: &str) -> Result<bool, Failure> {
        self.input.consume(1);
        let plain = token == "0" || !token.starts_with('0');
        let digits = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
        let Some(index) = token.parse::<u64>().ok().filter(|_| plain && digits) else { return Ok(false) };
        for before in 0..=index {
            if self.peek()? == Some(b']') {
                return Ok(false);
            }
            if before > 0 {
                self.expect(b',')?;
            }
            if before < index {
                self.value(None)?;
                self.not_too_far()?;
            }
        }
        Ok(true)
    }

    /// Reads a member's name and the colon behind it.
    fn member(&mut self, memory: &mut Vec<u8>) -> Result<String, Failure> {
        if self.peek()? != Some(b'"') {
            return Err(self.complain("the name of a member is missing"));
        }
        memory.clear();
        self.value(Some(memory))?;
        let name = serde_json::from_slice(memory)
            .map_err(|error| self.complain(&format!("the name of a member is not valid: {error}")))?;
        self.expect(b':')?;
        Ok(name)
    }

    /// Takes one value, with the spaces in it. Its brackets must be as many closed as opened, and
    /// whoever keeps it looks at all else.
    fn value(&mut self, mut kept: Option<&mut Vec<u8>>) -> Result<(), Failure> {
        if self.peek()?.is_none() {
            return Err(self.complain("the document ends too soon"));
        }
        let mut value = Value::default();
        loop {
            let chunk = self.input.chunk()?;
            if chunk.is_empty() {
                let whole = value.depth == 0 && !value.in_string;
                return if whole { Ok(()) } else { Err(self.complain("the document ends too soon")) };
            }
            let taken = value.take(chunk);
            let kept_bytes = kept.as_mut().map_or(0, |kept| {
                kept.extend_from_slice(&chunk[..taken]);
                kept.len()
            });
            self.input.consume(taken);
            if kept_bytes > self.value_bytes_max {
                let max = self.value_bytes_max;
                return Err(self.complain(&format!(
                    "an item has more than {max} bytes, which is as much as one may have"
                )));
            }
            if value.depth > DEPTH_MAX {
                return Err(self.complain(&format!("a value is nested deeper than {DEPTH_MAX} levels")));
            }
            if value.ended {
                return Ok(());
            }
        }
    }

    fn complain(&self, why: &str) -> Failure {
        let (object, position) = (self.input.object(), self.input.position());
        failed(format!("{object} cannot be read as JSON at byte {position}: {why}."))
    }
}

/// A value under way.
#[derive(Default)]
struct Value {
    depth: usize,
    in_string: bool,
    escaped: bool,
    ended: bool,
}

impl Value {
    /// How many bytes of those that come next belong to it.
    fn take(&mut self, chunk: &[u8]) -> usize {
        let mut at = 0;
        while let Some(&byte) = chunk.get(at) {
            if self.escaped {
                self.escaped = false;
            } else if self.in_string {
                let Some(found) = memchr::memchr2(b'"', b'\\', &chunk[at..]) else { return chunk.len() };
                at += found;
                self.in_string = chunk[at] == b'\\';
                self.escaped = self.in_string;
                self.ended = !self.in_string && self.depth == 0;
            } else if !self.structure(byte) {
                return at;
            }
            at += 1;
            if self.ended || self.depth > DEPTH_MAX {
                return at;
            }
        }
        at
    }

    /// A byte outside of texts; `false` when it is not part of the value any more, as what ends a
    /// number or a word.
    fn structure(&mut self, byte: u8) -> bool {
        let outermost = self.depth == 0;
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' if !outermost => {
                self.depth -= 1;
                self.ended = self.depth == 0;
            }
            b',' | b':' | b'}' | b']' if outermost => self.ended = true,
            byte if outermost && is_space(byte) => self.ended = true,
            _ => return true,
        }
        !(outermost && self.ended)
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
