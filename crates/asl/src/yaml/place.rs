//! Where things stand: the YAML reader counts characters, spans count bytes.

use crate::Span;

/// Turns counts of characters into offsets of bytes.
pub(super) struct Places<'t> {
    text: &'t str,
    /// Bytes before every `STEP`th character; empty where each character is a byte.
    steps: Vec<usize>,
}

/// Characters between two remembered places.
const STEP: usize = 64;

impl<'t> Places<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let steps = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(STEP).map(|(offset, _)| offset).collect()
        };
        Places { text, steps }
    }

    /// The byte at which a character begins; the text's end behind the last one.
    pub(super) fn offset(&self, index: usize) -> usize {
        if self.steps.is_empty() {
            return index.min(self.text.len());
        }
        let Some(step) = self.steps.get(index / STEP).copied() else { return self.text.len() };
        let rest = self.text.get(step..).unwrap_or_default();
        rest.char_indices().nth(index % STEP).map_or(self.text.len(), |(offset, _)| step + offset)
    }

    /// A span of the reader as a span of bytes, without the blanks at its end.
    pub(super) fn span(&self, span: saphyr_parser::Span) -> Span {
        let start = self.offset(span.start.index());
        let end = self.offset(span.end.index()).max(start);
        let covered = self.text.get(start..end).unwrap_or_default();
        Span::new(start, start + covered.trim_end().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_found_among_bytes() {
        let text = "aä€".repeat(100);
        let places = Places::of(&text);
        for (index, (offset, _)) in text.char_indices().enumerate() {
            assert_eq!(places.offset(index), offset);
        }
        assert_eq!((places.offset(300), places.offset(999)), (text.len(), text.len()));
        assert_eq!((Places::of("abc").offset(2), Places::of("abc").offset(9)), (2, 3));
    }
}
