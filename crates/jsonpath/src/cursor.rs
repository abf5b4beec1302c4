//! A window over characters that the path and filter compilers move through.
//!
//! Jayway tells the end of the window (which trimming moves) from the end of
//! the text behind it, and some of its quirks come from reading between the
//! two; this type keeps the difference. Only the space character counts as
//! blank. Called by `compile` and `filter`.

use crate::fault::Fault;

/// The characters, the place in them, and the last place that counts.
pub(crate) struct Cursor {
    chars: Vec<char>,
    pub(crate) position: usize,
    /// One more than the last character of the window.
    length: usize,
}

impl Cursor {
    pub(crate) fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let length = chars.len();
        Self { chars, position: 0, length }
    }

    /// The length of the window, which a trim shortens.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// The character at a place of the whole text, also behind the window.
    pub(crate) fn at(&self, index: usize) -> Result<char, Fault> {
        self.chars
            .get(index)
            .copied()
            .ok_or_else(|| Fault::Other(format!("The text ends unexpectedly at position {index}")))
    }

    pub(crate) fn current(&self) -> Result<char, Fault> {
        self.at(self.position)
    }

    pub(crate) fn current_is(&self, wanted: char) -> Result<bool, Fault> {
        Ok(self.current()? == wanted)
    }

    /// The last character of the window.
    pub(crate) fn last_is(&self, wanted: char) -> Result<bool, Fault> {
        match self.length.checked_sub(1) {
            Some(last) => Ok(self.at(last)? == wanted),
            None => self.at(self.chars.len()).map(|_| false),
        }
    }

    pub(crate) fn in_bounds(&self, index: usize) -> bool {
        index < self.length
    }

    /// At the last character or behind it. Note that a path ends here, so that
    /// one stray character after a complete step is not looked at.
    pub(crate) fn is_tail(&self) -> bool {
        self.position + 1 >= self.length
    }

    pub(crate) fn text(&self, start: usize, end: usize) -> String {
        self.chars.get(start..end).unwrap_or_default().iter().collect()
    }

    pub(crate) fn whole(&self) -> String {
        self.chars.iter().collect()
    }

    pub(crate) fn skip_blanks(&mut self) {
        while self.position + 1 < self.length && self.chars.get(self.position) == Some(&' ') {
            self.position += 1;
        }
    }

    /// Moves the place over leading blanks and the end before trailing ones.
    pub(crate) fn trim(&mut self) {
        self.skip_blanks();
        while self.position + 1 < self.length && self.chars.get(self.length - 1) == Some(&' ') {
            self.length -= 1;
        }
    }

    /// Takes the last character out of the window.
    pub(crate) fn shorten(&mut self) {
        self.length = self.length.saturating_sub(1);
    }

    /// The first place after `start` that is not blank; it may be behind the window.
    fn significant_after(&self, start: usize) -> usize {
        let mut index = start + 1;
        while self.in_bounds(index) && self.chars.get(index) == Some(&' ') {
            index += 1;
        }
        index
    }

    /// The next character that is not blank, or a blank when there is none.
    pub(crate) fn next_significant(&self, start: usize) -> char {
        let index = self.significant_after(start);
        if self.in_bounds(index) { self.chars.get(index).copied().unwrap_or(' ') } else { ' ' }
    }

    /// The place of `wanted` if it is the next character that is not blank.
    pub(crate) fn index_of_next(&self, start: usize, wanted: char) -> Result<Option<usize>, Fault> {
        let index = self.significant_after(start);
        Ok((self.at(index)? == wanted).then_some(index))
    }

    /// The last place before `start` that is not blank.
    pub(crate) fn previous_significant(&self, start: usize) -> Option<usize> {
        (0..start.min(self.length)).rev().find(|&index| self.chars.get(index) != Some(&' '))
    }

    pub(crate) fn find(&self, start: usize, wanted: char) -> Option<usize> {
        (start..self.length).find(|&index| self.chars.get(index) == Some(&wanted))
    }

    /// The next `wanted` after `start` that no backslash precedes.
    pub(crate) fn find_unescaped(&self, start: usize, wanted: char) -> Option<usize> {
        let mut escaped = false;
        for index in start + 1..self.length {
            let c = *self.chars.get(index)?;
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == wanted {
                return Some(index);
            }
        }
        None
    }

    /// The bracket that closes the one at `start`. Quoted text is skipped, and
    /// regular expressions where `skip_regex` says so.
    pub(crate) fn matching(
        &self,
        start: usize,
        open: char,
        close: char,
        skip_regex: bool,
    ) -> Result<Option<usize>, Fault> {
        let mut opened = 1_usize;
        let mut index = start + 1;
        while self.in_bounds(index) {
            let quote = self.at(index)?;
            if quote == '\'' || quote == '"' {
                index = self.find_unescaped(index, quote).ok_or_else(|| {
                    let text = self.whole();
                    Fault::Invalid(format!(
                        "Could not find matching close quote for {quote} when parsing : {text}"
                    ))
                })? + 1;
            }
            if skip_regex && self.at(index)? == '/' {
                index = self.find_unescaped(index, '/').ok_or_else(|| {
                    let text = self.whole();
                    Fault::Invalid(format!(
                        "Could not find matching close for / when parsing regex in : {text}"
                    ))
                })? + 1;
            }
            let c = self.at(index)?;
            if c == open {
                opened += 1;
            }
            if c == close {
                opened -= 1;
                if opened == 0 {
                    return Ok(Some(index));
                }
            }
            index += 1;
        }
        Ok(None)
    }

    /// Takes `wanted` if the text goes on with it after blanks.
    pub(crate) fn take(&mut self, wanted: &str) -> bool {
        self.skip_blanks();
        let end = self.position + wanted.chars().count();
        if end > self.length || self.text(self.position, end) != wanted {
            return false;
        }
        self.position = end;
        true
    }

    /// Takes the one character that must come next after blanks.
    pub(crate) fn expect(&mut self, wanted: char) -> Result<(), Fault> {
        self.skip_blanks();
        if self.current()? != wanted {
            return Err(Fault::Invalid(format!("Expected character: {wanted}")));
        }
        self.position += 1;
        Ok(())
    }
}
