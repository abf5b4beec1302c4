//! Choices read from bytes: the property tests draw the bytes, a fuzzer mutates them. Bytes that
//! run out choose the first of everything, so that fewer bytes make a simpler case.

pub struct Choices<'b> {
    bytes: &'b [u8],
}

impl<'b> Choices<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Choices { bytes }
    }

    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        *first
    }

    /// A number from 0 to below `bound`.
    pub fn below(&mut self, bound: u8) -> u8 {
        self.byte() % bound.max(1)
    }

    pub fn between(&mut self, least: u8, most: u8) -> u8 {
        least + self.below(most - least + 1)
    }

    /// True for one byte in `n`; never for the byte 0.
    pub fn once_in(&mut self, n: u8) -> bool {
        self.below(n) == n - 1
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::from(self.byte()) % from.len()]
    }

    /// Eight bytes as a number.
    pub fn seed(&mut self) -> u64 {
        (0..8).fold(0, |seed, _| seed << 8 | u64::from(self.byte()))
    }
}
