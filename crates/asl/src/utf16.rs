//! Places as browsers count them: UTF-16 code units. Spans count bytes.

/// Characters between two remembered places.
const STEP: usize = 256;

/// Turns offsets of bytes into offsets of UTF-16 units and back.
#[derive(Clone, Debug)]
pub struct Utf16Index<'t> {
    text: &'t str,
    /// Byte and unit of every `STEP`th character; empty where each character is a byte and a unit.
    steps: Vec<(usize, usize)>,
}

impl<'t> Utf16Index<'t> {
    /// Remembers places of a text, in one pass over it.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let mut steps = Vec::new();
        if !text.is_ascii() {
            let mut unit = 0;
            for (count, (byte, character)) in text.char_indices().enumerate() {
                if count % STEP == 0 {
                    steps.push((byte, unit));
                }
                unit += character.len_utf16();
            }
        }
        Utf16Index { text, steps }
    }

    /// The unit at which the character with a byte begins; the text's end behind it.
    #[must_use]
    pub fn unit(&self, byte: usize) -> usize {
        if self.steps.is_empty() {
            return byte.min(self.text.len());
        }
        let (start, mut unit) = self.step(|step| step.0 <= byte);
        for (at, character) in self.text.get(start..).unwrap_or_default().char_indices() {
            if start + at + character.len_utf8() > byte {
                break;
            }
            unit += character.len_utf16();
        }
        unit
    }

    /// The byte at which the character with a unit begins; the text's end behind it.
    #[must_use]
    pub fn byte(&self, unit: usize) -> usize {
        if self.steps.is_empty() {
            return unit.min(self.text.len());
        }
        let (start, mut at_unit) = self.step(|step| step.1 <= unit);
        for (at, character) in self.text.get(start..).unwrap_or_default().char_indices() {
            at_unit += character.len_utf16();
            if at_unit > unit {
                return start + at;
            }
        }
        self.text.len()
    }

    /// The last remembered place that is not behind what is looked for.
    fn step(&self, is_before: impl Fn(&(usize, usize)) -> bool) -> (usize, usize) {
        let after = self.steps.partition_point(is_before);
        after.checked_sub(1).and_then(|at| self.steps.get(at)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_units_go_side_by_side() {
        for text in ["", "abc", "aä€😀z", &"aä€😀".repeat(300), &"ß".repeat(2_000)] {
            let index = Utf16Index::new(text);
            let mut unit = 0;
            for (byte, character) in text.char_indices() {
                assert_eq!((index.unit(byte), index.byte(unit)), (unit, byte), "{character} at {byte}");
                if character.len_utf16() == 2 {
                    assert_eq!(
                        (index.unit(byte + 1), index.byte(unit + 1)),
                        (unit, byte),
                        "within {character}"
                    );
                }
                unit += character.len_utf16();
            }
            assert_eq!((index.unit(text.len()), index.byte(unit)), (unit, text.len()));
            assert_eq!((index.unit(text.len() + 9), index.byte(unit + 9)), (unit, text.len()));
        }
    }
}
