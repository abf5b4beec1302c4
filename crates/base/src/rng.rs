//! A small generator whose whole state is one number, so that it can live in
//! an execution's history: same seed and same position, same draws, for ever.
//!
//! It decides jitter, `States.UUID` and `States.MathRandom`. It is not for
//! secrets; seeds come from the runtime's entropy.

/// `SplitMix64` (Steele, Lea and Flood, 2014): one addition and three mixes a draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rng {
    state: u64,
}

impl Rng {
    /// Starts at a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Rng { state: seed }
    }

    /// The seed from which a new generator would continue this one.
    #[must_use]
    pub fn state(self) -> u64 {
        self.state
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 (inclusive) to 1 (exclusive).
    pub fn next_unit(&mut self) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "53 bits are exactly what an f64 holds")]
        let high = (self.next_u64() >> 11) as f64;
        high / (1u64 << 53) as f64
    }

    /// A number below `bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }

    /// A version 4 UUID in its usual text form.
    pub fn uuid(&mut self) -> String {
        uuid_text(self.next_u64(), self.next_u64())
    }
}

/// Two words as a version 4 UUID: the version and variant bits are set, the rest is kept.
#[must_use]
pub fn uuid_text(high: u64, low: u64) -> String {
    let high = (high & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000;
    let low = (low & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xFFFF,
        high & 0xFFFF,
        low >> 48,
        low & 0xFFFF_FFFF_FFFF
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generator_continues_from_its_state() {
        let mut first = Rng::new(7);
        first.next_u64();
        let mut second = Rng::new(first.state());
        assert_eq!(first.next_u64(), second.next_u64());
    }

    #[test]
    fn uuids_carry_version_and_variant() {
        let text = Rng::new(1).uuid();
        assert_eq!(text.len(), 36);
        assert_eq!(&text[14..15], "4");
        assert!(matches!(&text[19..20], "8" | "9" | "a" | "b"));
    }

    #[test]
    fn units_and_bounds_hold() {
        let mut rng = Rng::new(99);
        for _ in 0..1000 {
            let unit = rng.next_unit();
            assert!((0.0..1.0).contains(&unit));
            assert!(rng.below(3) < 3);
        }
        assert_eq!(rng.below(0), 0);
    }
}
