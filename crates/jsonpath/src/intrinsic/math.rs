//! `States.MathAdd` and `MathRandom`.

use serde_json::Value;

use super::Refusal;
use super::number::{integer, small_integer};

/// The sum of two integers; each must have 32 bits, and so must the sum.
pub(super) fn add(first: &Value, second: &Value) -> Result<Value, Refusal> {
    let sum = small_integer(first, "first")? + small_integer(second, "second")?;
    match i32::try_from(sum) {
        Ok(sum) => Ok(Value::from(sum)),
        Err(_) => Err(format!("The sum {sum} is not between {} and {}", i32::MIN, i32::MAX)),
    }
}

/// An integer from `start` (included) to `end` (not included). The same seed
/// always gives the same one; without a seed it is drawn from `random`.
pub(super) fn random(
    start: &Value,
    end: &Value,
    seed: Option<&Value>,
    random: impl FnOnce() -> u64,
) -> Result<Value, Refusal> {
    let start = small_integer(start, "first")?;
    let end = small_integer(end, "second")?;
    let seed = seed.map(|seed| integer(seed, "third")).transpose()?;
    let Some(size) = u64::try_from(end - start).ok().filter(|&size| size > 0) else {
        return Err("The second argument must be greater than the first".to_owned());
    };
    let drawn = match seed {
        Some(seed) => seeded(seed, size),
        // The high half of the product spreads the draw evenly over the range.
        None => (u128::from(random()) * u128::from(size)) >> 64,
    };
    let offset = i64::try_from(drawn).unwrap_or(0);
    Ok(Value::from(start + offset))
}

/// The first draw below `size` of the linear congruential generator that
/// `java.util.Random` documents.
fn seeded(seed: i64, size: u64) -> u128 {
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const MASK: u64 = (1 << 48) - 1;
    let mut state = (seed as u64 ^ MULTIPLIER) & MASK;
    let mut draw = |bits: u32| {
        state = state.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & MASK;
        state >> (48 - bits)
    };
    if size > 1 << 31 {
        return u128::from(((draw(32) << 32) | draw(32)) % size);
    }
    if size.is_power_of_two() {
        return u128::from((size * draw(31)) >> 31);
    }
    // Draws of the incomplete last stretch would favour small numbers. More
    // than half of all draws are outside of it, so that this ends soon.
    for _ in 0..128 {
        let bits = draw(31);
        if bits - bits % size + size <= 1 << 31 {
            return u128::from(bits % size);
        }
    }
    u128::from(draw(31) % size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intrinsic::{Call, check, check_refused, test_scope};
    use serde_json::json;

    #[test]
    fn sums() {
        check(&[
            ("States.MathAdd(1, 2)", json!(3)),
            ("States.MathAdd(1, -1)", json!(0)),
            ("States.MathAdd(1.5, 0)", json!(2)),
            ("States.MathAdd(-1.5, 0)", json!(-1)),
            ("States.MathAdd(-2.5, 0)", json!(-2)),
            ("States.MathAdd(2147483647, 0)", json!(2_147_483_647)),
            ("States.MathAdd(-2147483648, 2147483647)", json!(-1)),
        ]);
        check_refused(&[
            (
                "States.MathAdd(2147483648, 0)",
                "The first argument must be between -2147483648 and 2147483647",
            ),
            ("States.MathAdd(2147483647, 1)", "The sum 2147483648 is not between -2147483648 and 2147483647"),
            ("States.MathAdd('1', 1)", "The first argument must be a number"),
            ("States.MathAdd(1, $.n)", "The second argument must be a number"),
        ]);
    }

    #[test]
    fn random_stays_in_its_range() {
        let scope = test_scope();
        for (text, range) in [
            ("States.MathRandom(12.5, 44.51)", 13..45),
            ("States.MathRandom(9999, 99999)", 9_999..99_999),
            ("States.MathRandom(-99999, -9999)", -99_999..-9_999),
            ("States.MathRandom(0, 1)", 0..1),
            ("States.MathRandom(-2147483648, 2147483647)", -2_147_483_648..2_147_483_647),
        ] {
            let call = Call::compile(text).expect(text);
            for _ in 0..100 {
                let drawn = call.evaluate(&scope).ok().and_then(|value| value.as_i64());
                assert!(drawn.is_some_and(|drawn| range.contains(&drawn)), "{text}: {drawn:?}");
            }
        }
        check_refused(&[("States.MathRandom(1, 1)", "The second argument must be greater than the first")]);
    }

    #[test]
    fn a_seed_fixes_the_draw() {
        // The first values of new Random(seed).nextInt(bound).
        for (seed, size, wanted) in [(42, 10, 0), (42, 100, 30), (0, 100, 60), (1, 1024, 748)] {
            assert_eq!(seeded(seed, size), wanted, "{seed} {size}");
        }
        let call = Call::compile("States.MathRandom(1, 1000, 7)").expect("a call");
        assert_eq!(call.evaluate(&test_scope()), call.evaluate(&test_scope()));
        for seed in -50..50 {
            for size in [1, 3, 4_000_000_000, 1 << 31, (1 << 31) - 1] {
                assert!(seeded(seed, size) < u128::from(size));
            }
        }
    }
}
