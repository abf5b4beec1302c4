//! A row of Parquet as JSON. AWS does not say what its rows look like; `SEMANTICS.md` has our rules.

use ::parquet::basic::{LogicalType, TimeUnit};
use ::parquet::data_type::Decimal;
use ::parquet::record::{Field, List, Map, Row};
use ::parquet::schema::types::Type;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::civil;
use serde_json::{Number, Value};

const NANOS_PER_SECOND: i64 = 1_000_000_000;
const NANOS_PER_MILLI: i64 = 1_000_000;
const NANOS_PER_MICRO: i64 = 1_000;
/// Decimals of 76 digits, the longest that are in use, have 32 bytes.
const DECIMAL_BYTES_MAX: usize = 64;
const DECIMAL_SCALE_MAX: usize = 154;

/// A row as an object, its columns in the file's order; a null is a member that is `null`.
pub(super) fn value(row: &Row, schema: &Type) -> Value {
    let member = |name: &String, field: &Field| (name.clone(), of_field(field, child(schema, name)));
    Value::Object(row.get_column_iter().map(|(name, field)| member(name, field)).collect())
}

/// The type tells what the field itself does not: times in nanoseconds and UUIDs.
fn of_field(field: &Field, ty: Option<&Type>) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(flag) => Value::Bool(*flag),
        Field::Byte(number) => Value::from(*number),
        Field::Short(number) => Value::from(*number),
        Field::Int(number) => Value::from(*number),
        Field::Long(number) => of_long(*number, ty),
        Field::UByte(number) => Value::from(*number),
        Field::UShort(number) => Value::from(*number),
        Field::UInt(number) => Value::from(*number),
        Field::ULong(number) => Value::from(*number),
        Field::Float16(number) => of_float(f64::from(*number)),
        Field::Float(number) => of_short_float(*number),
        Field::Double(number) => of_float(*number),
        Field::Decimal(decimal) => Value::from(decimal_text(decimal)),
        Field::Str(text) => Value::from(text.as_str()),
        Field::Bytes(bytes) => of_bytes(bytes.data(), ty),
        Field::Date(days) => date(*days),
        Field::TimeMillis(millis) => time_of_day(i64::from(*millis).saturating_mul(NANOS_PER_MILLI)),
        Field::TimeMicros(micros) => time_of_day(micros.saturating_mul(NANOS_PER_MICRO)),
        Field::TimestampMillis(millis) => timestamp(i128::from(*millis) * i128::from(NANOS_PER_MILLI)),
        Field::TimestampMicros(micros) => timestamp(i128::from(*micros) * i128::from(NANOS_PER_MICRO)),
        Field::Group(row) => match ty {
            Some(group) if group.is_group() => value(row, group),
            _ => Value::Object(
                row.get_column_iter().map(|(name, field)| (name.clone(), of_field(field, None))).collect(),
            ),
        },
        Field::ListInternal(list) => of_list(list, ty),
        Field::MapInternal(map) => of_map(map, ty),
    }
}

fn child<'t>(group: &'t Type, name: &str) -> Option<&'t Type> {
    group.get_fields().iter().find(|child| child.name() == name).map(|child| &**child)
}

/// The elements' type: of the repeated field, or of the only field in a repeated group.
fn of_list(list: &List, ty: Option<&Type>) -> Value {
    let repeated = ty.filter(|ty| ty.is_group()).and_then(|ty| ty.get_fields().first());
    let element = repeated.map(|repeated| match repeated.is_group() {
        true if repeated.get_fields().len() == 1 => &*repeated.get_fields()[0],
        _ => &**repeated,
    });
    Value::Array(list.elements().iter().map(|field| of_field(field, element)).collect())
}

/// Keys that are no texts are written as JSON.
fn of_map(map: &Map, ty: Option<&Type>) -> Value {
    let pair = ty.filter(|ty| ty.is_group()).and_then(|ty| ty.get_fields().first());
    let pair = pair.filter(|pair| pair.is_group() && pair.get_fields().len() == 2);
    let part = |at: usize| pair.map(|pair| &*pair.get_fields()[at]);
    let key = |field: &Field| match of_field(field, part(0)) {
        Value::String(text) => text,
        other => other.to_string(),
    };
    Value::Object(map.entries().iter().map(|(k, v)| (key(k), of_field(v, part(1)))).collect())
}

fn of_long(number: i64, ty: Option<&Type>) -> Value {
    match ty.and_then(|ty| ty.get_basic_info().logical_type_ref()) {
        Some(LogicalType::Timestamp(time)) if time.unit == TimeUnit::NANOS => timestamp(i128::from(number)),
        Some(LogicalType::Time(time)) if time.unit == TimeUnit::NANOS => time_of_day(number),
        _ => Value::from(number),
    }
}

/// JSON has no numbers for these three, so they are texts.
fn of_float(number: f64) -> Value {
    Number::from_f64(number).map_or_else(
        || {
            let name = match number {
                n if n.is_nan() => "NaN",
                n if n > 0.0 => "Infinity",
                _ => "-Infinity",
            };
            Value::from(name)
        },
        Value::Number,
    )
}

/// By its own shortest decimal form: 0.1 and not 0.10000000149011612.
fn of_short_float(number: f32) -> Value {
    of_float(number.to_string().parse().unwrap_or_else(|_| f64::from(number)))
}

fn of_bytes(bytes: &[u8], ty: Option<&Type>) -> Value {
    match (ty.and_then(|ty| ty.get_basic_info().logical_type_ref()), <[u8; 16]>::try_from(bytes)) {
        (Some(LogicalType::Uuid), Ok(bytes)) => {
            let hex = format!("{:032x}", u128::from_be_bytes(bytes));
            let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
            Value::from(parts.join("-"))
        }
        _ => Value::from(BASE64_STANDARD.encode(bytes)),
    }
}

fn date(days: i32) -> Value {
    let epoch = civil::date(1970, 1, 1);
    let day = epoch.checked_add(jiff::Span::new().try_days(days).unwrap_or_default());
    day.map_or_else(|_| Value::from(days), |day| Value::from(day.to_string()))
}

fn time_of_day(nanos: i64) -> Value {
    let time = u32::try_from(nanos / NANOS_PER_SECOND).ok().filter(|seconds| *seconds < 86_400 && nanos >= 0);
    match time {
        Some(seconds) => {
            let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
            Value::from(format!("{hour:02}:{minute:02}:{second:02}{}", fraction(nanos % NANOS_PER_SECOND)))
        }
        None => Value::from(nanos),
    }
}

/// In UTC, with milliseconds at least, as AWS writes times.
fn timestamp(nanos: i128) -> Value {
    let Ok(time) = jiff::Timestamp::from_nanosecond(nanos) else { return Value::from(nanos.to_string()) };
    let whole = time.strftime("%Y-%m-%dT%H:%M:%S");
    let part = i64::try_from(nanos.rem_euclid(i128::from(NANOS_PER_SECOND))).unwrap_or(0);
    Value::from(format!("{whole}{}Z", fraction(part)))
}

/// Three, six or nine digits, as many as there are.
fn fraction(nanos: i64) -> String {
    if nanos % NANOS_PER_MILLI == 0 {
        format!(".{:03}", nanos / NANOS_PER_MILLI)
    } else if nanos % NANOS_PER_MICRO == 0 {
        format!(".{:06}", nanos / NANOS_PER_MICRO)
    } else {
        format!(".{nanos:09}")
    }
}

/// All digits, which a number in JSON would not keep. What no writer means is left as it is.
fn decimal_text(decimal: &Decimal) -> String {
    let scale = usize::try_from(decimal.scale()).unwrap_or(usize::MAX);
    if scale > DECIMAL_SCALE_MAX || decimal.data().len() > DECIMAL_BYTES_MAX {
        return BASE64_STANDARD.encode(decimal.data());
    }
    let negative = decimal.data().first().is_some_and(|byte| *byte >= 0x80);
    let mut digits = decimal_digits(decimal.data(), negative);
    if scale > 0 {
        if digits.len() <= scale {
            digits.insert_str(0, &"0".repeat(scale + 1 - digits.len()));
        }
        digits.insert(digits.len() - scale, '.');
    }
    if negative { format!("-{digits}") } else { digits }
}

/// The amount of a number in two's complement of any length, by long division.
fn decimal_digits(data: &[u8], negative: bool) -> String {
    let mut bytes: Vec<u8> = data.to_vec();
    if negative {
        let mut carry = true;
        for byte in bytes.iter_mut().rev() {
            (*byte, carry) = (!*byte).overflowing_add(u8::from(carry));
        }
    }
    let mut digits = Vec::new();
    while bytes.iter().any(|byte| *byte != 0) {
        let mut rest = 0_u16;
        for byte in &mut bytes {
            let number = rest << 8 | u16::from(*byte);
            *byte = u8::try_from(number / 10).expect("the rest is below ten");
            rest = number % 10;
        }
        digits.push(char::from(b'0' + u8::try_from(rest).expect("a rest of ten is a digit")));
    }
    if digits.is_empty() { "0".to_owned() } else { digits.into_iter().rev().collect() }
}
