//! Numbers as the intrinsic functions take them: rounded to integers.

use serde_json::Value;

use super::Refusal;

/// The nearest integer, halves towards positive infinity (1.5 → 2, -1.5 → -1).
pub(super) fn integer(value: &Value, place: &str) -> Result<i64, Refusal> {
    if let Some(integer) = value.as_i64() {
        return Ok(integer);
    }
    match value.as_f64() {
        // The cast saturates, which is far outside of every range asked for.
        Some(number) => Ok((number + 0.5).floor() as i64),
        None => Err(format!("The {place} argument must be a number")),
    }
}

/// An integer of 32 bits.
pub(super) fn small_integer(value: &Value, place: &str) -> Result<i64, Refusal> {
    let integer = integer(value, place)?;
    if i32::try_from(integer).is_ok() {
        return Ok(integer);
    }
    Err(format!("The {place} argument must be between {} and {}", i32::MIN, i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn halves_round_up() {
        for (value, wanted) in [
            (json!(1.5), 2),
            (json!(-1.5), -1),
            (json!(-2.5), -2),
            (json!(1.4), 1),
            (json!(-1.6), -2),
            (json!(9_007_199_254_740_993_i64), 9_007_199_254_740_993),
            (json!(1e300), i64::MAX),
        ] {
            assert_eq!(integer(&value, "first"), Ok(wanted), "{value}");
        }
        assert!(integer(&json!("1"), "first").is_err());
        assert!(small_integer(&json!(2_147_483_648_i64), "first").is_err());
        assert_eq!(small_integer(&json!(-2_147_483_648_i64), "first"), Ok(-2_147_483_648));
    }
}
