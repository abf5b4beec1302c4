//! JSON Lines: one document a line. Lines of nothing but spaces are passed over.

use crate::cursor::Place;
use crate::failure::failed;
use crate::input::Input;
use crate::records::{Record, Records};
use crate::text;
use stateline_base::Failure;

/// The lines of an object.
pub(crate) struct Lines {
    input: Input,
    line: Vec<u8>,
    place: Place,
    item_bytes_max: usize,
}

impl Lines {
    /// From an input that stands at the place.
    pub(crate) fn new(input: Input, place: Place, item_bytes_max: usize) -> Self {
        Lines { input, line: Vec::new(), place, item_bytes_max }
    }

    /// Reads a line without its end; `false` when nothing is left.
    fn read_line(&mut self) -> Result<bool, Failure> {
        self.line.clear();
        loop {
            let chunk = self.input.chunk()?;
            if chunk.is_empty() {
                return Ok(!self.line.is_empty());
            }
            let end = memchr::memchr(b'\n', chunk);
            let part = &chunk[..end.unwrap_or(chunk.len())];
            if self.line.len() + part.len() > self.item_bytes_max {
                return Err(self.complain(&format!(
                    "has more than {} bytes, which is as much as an item may have",
                    self.item_bytes_max
                )));
            }
            self.line.extend_from_slice(part);
            let taken = part.len() + usize::from(end.is_some());
            self.input.consume(taken);
            if end.is_some() {
                return Ok(true);
            }
        }
    }

    fn complain(&self, why: &str) -> Failure {
        failed(format!("Line {} of {} {why}.", self.place.lines + 1, self.input.object()))
    }
}

impl Records for Lines {
    fn next(&mut self) -> Result<Option<Record>, Failure> {
        while self.read_line()? {
            let line = self.line.trim_ascii();
            let read = if line.is_empty() { None } else { Some(text::payload(line)) };
            let item = read.transpose().map_err(|why| self.complain(&format!("cannot be read: {why}")))?;
            self.place.lines += 1;
            self.place.bytes = self.input.position();
            if let Some(item) = item {
                self.place.items += 1;
                return Ok(Some(item.into()));
            }
        }
        Ok(None)
    }

    fn place(&self) -> Place {
        self.place
    }
}
