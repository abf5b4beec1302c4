//! `States.ArrayPartition`, `ArrayContains`, `ArrayRange`, `ArrayGetItem`,
//! `ArrayLength` and `ArrayUnique`.

use serde_json::Value;

use super::number::{integer, small_integer};
use super::{Refusal, expect_array};
use crate::limits::RANGE_ELEMENTS_MAX;

/// Chunks of `size` elements; the last may be shorter.
pub(super) fn partition(array: &Value, size: &Value) -> Result<Value, Refusal> {
    let items = expect_array(array, "first")?;
    let size = integer(size, "second")?;
    match usize::try_from(size) {
        Ok(size) if size > 0 => Ok(items.chunks(size).map(|chunk| Value::Array(chunk.to_vec())).collect()),
        _ => Err("The second argument must be a positive integer".to_owned()),
    }
}

/// Whether an element equals the value, by type and at any depth.
pub(super) fn contains(array: &Value, wanted: &Value) -> Result<Value, Refusal> {
    Ok(Value::Bool(expect_array(array, "first")?.contains(wanted)))
}

/// From `first` to `last` in steps, both included.
pub(super) fn range(first: &Value, last: &Value, step: &Value) -> Result<Value, Refusal> {
    let first = i128::from(small_integer(first, "first")?);
    let last = i128::from(small_integer(last, "second")?);
    let step = i128::from(small_integer(step, "third")?);
    if step == 0 {
        return Err("The third argument must not be 0".to_owned());
    }
    let distance = last - first;
    if distance != 0 && distance.signum() != step.signum() {
        return Ok(Value::Array(Vec::new()));
    }
    let count = distance / step + 1;
    if count > RANGE_ELEMENTS_MAX as i128 {
        return Err(format!("The range has {count} elements, more than {RANGE_ELEMENTS_MAX}"));
    }
    Ok((0..count).filter_map(|n| i64::try_from(first + n * step).ok()).map(Value::from).collect())
}

/// The element at an index from zero.
pub(super) fn get_item(array: &Value, index: &Value) -> Result<Value, Refusal> {
    let items = expect_array(array, "first")?;
    let index = integer(index, "second")?;
    usize::try_from(index)
        .ok()
        .and_then(|index| items.get(index))
        .cloned()
        .ok_or_else(|| format!("The index {index} is out of range for an array of {} elements", items.len()))
}

/// How many elements there are.
pub(super) fn length(array: &Value) -> Result<Value, Refusal> {
    Ok(Value::from(expect_array(array, "first")?.len()))
}

/// The elements without those that came before, by type and at any depth.
pub(super) fn unique(array: &Value) -> Result<Value, Refusal> {
    let items = expect_array(array, "first")?;
    let mut seen: std::collections::HashSet<String> = std::collections::HashSet::new();
    let fresh = items.iter().filter(|item| seen.insert(canonical(item)));
    Ok(fresh.cloned().collect())
}

/// A text that is the same for equal values, whatever the order of members.
fn canonical(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let mut members: Vec<String> = members
                .iter()
                .map(|(name, item)| format!("{}:{}", Value::from(name.as_str()), canonical(item)))
                .collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use crate::intrinsic::{check, check_refused};
    use serde_json::json;

    #[test]
    fn partition() {
        check(&[
            ("States.ArrayPartition(States.Array(1,2,3), 2)", json!([[1, 2], [3]])),
            ("States.ArrayPartition(States.Array(1,2), 5)", json!([[1, 2]])),
            ("States.ArrayPartition(States.Array(), 1)", json!([])),
            ("States.ArrayPartition(States.Array(1,2,3), 1.5)", json!([[1, 2], [3]])),
        ]);
        check_refused(&[
            ("States.ArrayPartition($.l, 0)", "The second argument must be a positive integer"),
            ("States.ArrayPartition($.s, 1)", "The first argument must be an array"),
            ("States.ArrayPartition($.l, '1')", "The second argument must be a number"),
        ]);
    }

    #[test]
    fn contains() {
        check(&[
            ("States.ArrayContains($.l, 1)", json!(true)),
            ("States.ArrayContains($.l, '1')", json!(true)),
            ("States.ArrayContains($.l, null)", json!(true)),
            ("States.ArrayContains($.l, States.StringToJson('{\"k\":[1]}'))", json!(true)),
            ("States.ArrayContains($.l, 2)", json!(false)),
            ("States.ArrayContains(States.Array(1), 1.0)", json!(false)),
        ]);
        check_refused(&[("States.ArrayContains($.o, 1)", "The first argument must be an array")]);
    }

    #[test]
    fn range() {
        check(&[
            ("States.ArrayRange(1, 9, 2)", json!([1, 3, 5, 7, 9])),
            ("States.ArrayRange(1, 10, 2)", json!([1, 3, 5, 7, 9])),
            ("States.ArrayRange(0, -3, -1)", json!([0, -1, -2, -3])),
            ("States.ArrayRange(0, 3, -1)", json!([])),
            ("States.ArrayRange(2, 2, 5)", json!([2])),
            ("States.ArrayRange(0.5, 2.4, 1)", json!([1, 2])),
            ("States.ArrayLength(States.ArrayRange(1, 1000, 1))", json!(1000)),
        ]);
        check_refused(&[
            ("States.ArrayRange(1, 2, 0)", "The third argument must not be 0"),
            ("States.ArrayRange(0, 1000, 1)", "The range has 1001 elements, more than 1000"),
            ("States.ArrayRange('a', 2, 1)", "The first argument must be a number"),
        ]);
    }

    #[test]
    fn get_item_length_unique() {
        check(&[
            ("States.ArrayGetItem($.l, 1)", json!("1")),
            ("States.ArrayGetItem($v, 0)", json!(3)),
            ("States.ArrayLength($.l)", json!(7)),
            ("States.ArrayLength(States.Array())", json!(0)),
            ("States.ArrayUnique($.l)", json!([1, "1", null, 1.0, {"k": [1]}])),
        ]);
        check_refused(&[
            ("States.ArrayGetItem($v, 2)", "The index 2 is out of range for an array of 2 elements"),
            ("States.ArrayGetItem($v, -1)", "The index -1 is out of range for an array of 2 elements"),
            ("States.ArrayLength($.s)", "The first argument must be an array"),
            ("States.ArrayUnique($.n)", "The first argument must be an array"),
        ]);
    }
}
