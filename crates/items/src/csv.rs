//! Text with delimiters, as AWS reads it: every row an object of texts (reference 01, section 5.7).
//!
//! No library reads AWS's dialect: a backslash keeps another one, a quotation mark or the delimiter
//! and vanishes before anything else, and quotation marks may begin and end in the middle of a field.

use crate::cursor::Place;
use crate::failure::failed;
use crate::input::Input;
use crate::records::{Record, Records};
use stateline_base::{Failure, Limits, Payload};
use std::collections::BTreeSet;

/// How the fields of a file are named and told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    /// Names of the columns; `None`: they are in the first row.
    pub(crate) headers: Option<Vec<String>>,
}

/// The rows of a file as items.
pub(crate) struct Items {
    rows: Rows,
    /// Each column's name as the beginning of a member: `"name":`.
    members: Vec<String>,
    place: Place,
}

impl Items {
    /// From an input that stands at the file's beginning; goes on at the place.
    pub(crate) fn new(
        input: Input,
        dialect: &Dialect,
        place: Place,
        limits: &Limits,
    ) -> Result<Self, Failure> {
        let mut rows = Rows::new(input, dialect.delimiter);
        let headers = match &dialect.headers {
            Some(given) => given.clone(),
            None => rows.headers(limits.csv_header_bytes_max)?,
        };
        let mut seen = BTreeSet::new();
        if !headers.iter().all(|header| seen.insert(header)) {
            return Err(failed("CSV headers cannot contain duplicates."));
        }
        rows.row_bytes_max = limits.item_bytes_max;
        if place.items > 0 {
            rows.input.go_to(place.bytes)?;
            rows.lines = place.lines;
        }
        let members =
            headers.into_iter().map(|header| format!("{}:", serde_json::Value::from(header))).collect();
        Ok(Items { rows, members, place })
    }

    /// The row as an object: short rows are filled up with empty texts, longer ones cut.
    fn item(&self) -> Result<Payload, Failure> {
        let rows = &self.rows;
        let text = std::str::from_utf8(&rows.text)
            .map_err(|_| rows.complain("holds bytes that are not UTF-8. Write the file in UTF-8"))?;
        let mut item = Vec::with_capacity(text.len() + 16 * self.members.len());
        item.push(b'{');
        for (column, member) in self.members.iter().enumerate() {
            if column > 0 {
                item.push(b',');
            }
            item.extend_from_slice(member.as_bytes());
            let field = rows.field(text, column).unwrap_or_default();
            serde_json::to_writer(&mut item, field).expect("a text is written to memory");
        }
        item.push(b'}');
        let item = String::from_utf8(item).expect("UTF-8 was put together with UTF-8");
        Ok(Payload::from_checked_text(item))
    }
}

impl Records for Items {
    fn next(&mut self) -> Result<Option<Record>, Failure> {
        if self.members.is_empty() || !self.rows.read()? {
            return Ok(None);
        }
        let item = self.item()?;
        let (bytes, lines) = (self.rows.input.position(), self.rows.lines);
        self.place = Place { bytes, items: self.place.items + 1, lines, within: None };
        Ok(Some(item.into()))
    }

    fn place(&self) -> Place {
        self.place
    }
}

/// The rows of a file, one at a time in the same memory.
struct Rows {
    input: Input,
    delimiter: u8,
    row_bytes_max: usize,
    /// All fields of the row, one behind the other.
    text: Vec<u8>,
    /// Where each field ends in the text.
    ends: Vec<usize>,
    /// Ends of lines that were read, and how many of them before this row.
    lines: u64,
    lines_before: u64,
}

/// What the bytes so far mean for the next one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// Nothing.
    Plain,
    /// A backslash: the next one is kept if it is special, and read as usual otherwise.
    Backslash,
    /// A quotation mark within quotation marks: a second one is kept, otherwise it has ended them.
    Quote,
    /// A carriage return, which belongs to the end of a line if that follows.
    Return,
}

impl Rows {
    fn new(input: Input, delimiter: u8) -> Self {
        Rows {
            input,
            delimiter,
            row_bytes_max: 0,
            text: Vec::new(),
            ends: Vec::new(),
            lines: 0,
            lines_before: 0,
        }
    }

    fn headers(&mut self, bytes_max: usize) -> Result<Vec<String>, Failure> {
        self.row_bytes_max = bytes_max;
        if !self.read()? {
            return Ok(Vec::new());
        }
        let text = std::str::from_utf8(&self.text)
            .map_err(|_| self.complain("holds bytes that are not UTF-8. Write the file in UTF-8"))?;
        Ok((0..self.ends.len()).filter_map(|column| self.field(text, column)).map(str::to_owned).collect())
    }

    fn field<'t>(&self, text: &'t str, column: usize) -> Option<&'t str> {
        let end = *self.ends.get(column)?;
        let start = if column == 0 { 0 } else { self.ends[column - 1] };
        // Fields end at delimiters, which are ASCII: never within a character.
        text.get(start..end)
    }

    /// Reads the next row; `false` when there is none.
    fn read(&mut self) -> Result<bool, Failure> {
        self.text.clear();
        self.ends.clear();
        self.lines_before = self.lines;
        let (mut after, mut quoted, mut bytes) = (After::Plain, false, 0);
        loop {
            let chunk = self.input.chunk()?;
            if chunk.is_empty() {
                return Ok(self.last(after));
            }
            let mut row = RowUnderWay {
                delimiter: self.delimiter,
                text: &mut self.text,
                ends: &mut self.ends,
                lines: &mut self.lines,
                after,
                quoted,
            };
            let (taken, ended) = row.take(chunk);
            (after, quoted) = (row.after, row.quoted);
            bytes += taken;
            self.input.consume(taken);
            if bytes > self.row_bytes_max {
                let max = self.row_bytes_max;
                return Err(self.complain(&format!(
                    "begins a row of more than {max} bytes, which is as much as one may have here. Look \
                     for a quotation mark that is not closed"
                )));
            }
            if ended {
                return Ok(true);
            }
        }
    }

    /// The row that the end of the file ends, if there is one.
    fn last(&mut self, after: After) -> bool {
        if after == After::Return {
            self.text.push(b'\r');
        }
        let some = !self.text.is_empty() || !self.ends.is_empty();
        if some {
            self.ends.push(self.text.len());
        }
        some
    }

    fn complain(&self, why: &str) -> Failure {
        failed(format!("Line {} of {} {why}.", self.lines_before + 1, self.input.object()))
    }
}

struct RowUnderWay<'r> {
    delimiter: u8,
    text: &'r mut Vec<u8>,
    ends: &'r mut Vec<usize>,
    lines: &'r mut u64,
    after: After,
    quoted: bool,
}

impl RowUnderWay<'_> {
    /// Takes bytes up to the row's end: how many, and whether it has ended.
    fn take(&mut self, chunk: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while let Some(&byte) = chunk.get(at) {
            if self.after != After::Plain && self.settled(byte) {
                at += 1;
                continue;
            }
            let run = self.plain(&chunk[at..]);
            if run > 0 {
                self.text.extend_from_slice(&chunk[at..at + run]);
                at += run;
                continue;
            }
            at += 1;
            match byte {
                b'\\' => self.after = After::Backslash,
                b'"' if self.quoted => self.after = After::Quote,
                b'"' => self.quoted = true,
                b'\r' => self.after = After::Return,
                b'\n' => {
                    *self.lines += 1;
                    if !self.quoted {
                        self.ends.push(self.text.len());
                        return (at, true);
                    }
                    self.text.push(byte);
                }
                _ => self.ends.push(self.text.len()),
            }
        }
        (at, false)
    }

    /// How many bytes have no meaning but themselves.
    fn plain(&self, bytes: &[u8]) -> usize {
        let special = |byte: &u8| match byte {
            b'\\' | b'"' | b'\n' => true,
            b'\r' => !self.quoted,
            byte => *byte == self.delimiter && !self.quoted,
        };
        bytes.iter().position(special).unwrap_or(bytes.len())
    }

    /// What the byte before asks of this one; `true` when it is taken with that.
    fn settled(&mut self, byte: u8) -> bool {
        let kept = match std::mem::replace(&mut self.after, After::Plain) {
            After::Plain => false,
            After::Backslash => matches!(byte, b'\\' | b'"') || byte == self.delimiter,
            After::Quote if byte == b'"' => true,
            After::Quote => {
                self.quoted = false;
                false
            }
            After::Return => {
                if byte != b'\n' {
                    self.text.push(b'\r');
                }
                false
            }
        };
        if kept {
            self.text.push(byte);
        }
        kept
    }
}
