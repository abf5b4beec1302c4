//! Chance: every choice of a simulation comes from here, and so from the seed.

use stateline_base::Rng;

/// A generator with the questions that a simulation asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dice(Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        // Neighbouring seeds must not begin alike.
        let mut first = Rng::new(seed ^ 0x5EED_0F5E_ED0F_5EED);
        Dice(Rng::new(first.next_u64()))
    }

    /// Dice that depend on a text only, for answers that must be the same whoever asks.
    pub(crate) fn of_text(seed: u64, text: &str) -> Self {
        Dice::new(seed ^ fnv(text.as_bytes(), FNV_START))
    }

    /// Dice of their own: however often they are thrown, these here go on as if they had not been.
    pub(crate) fn fork(&mut self) -> Self {
        Dice::new(self.0.next_u64())
    }

    pub(crate) fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `bound`; 0 when it is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.below(bound as u64)).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).unsigned_abs() + 1;
        low + i64::try_from(self.0.below(width)).unwrap_or(0)
    }

    /// True once in so many throws; never with 0.
    pub(crate) fn once_in(&mut self, throws: usize) -> bool {
        throws > 0 && self.below(throws) == 0
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = self.below(from.len());
        from.get(at).expect("there is something to choose from")
    }
}

/// Where an FNV-1a hash begins.
pub(crate) const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a, going on from a hash.
pub(crate) fn fnv(bytes: &[u8], from: u64) -> u64 {
    bytes.iter().fold(from, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
