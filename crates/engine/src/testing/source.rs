//! Data as an `ItemReader` finds it at its source, taken apart into items (reference 01, section 5.7).

use serde_json::{Map, Value};

/// What was found in the data.
#[derive(Debug, PartialEq)]
pub(super) struct Found {
    /// An array, or an object whose members are the items.
    pub(super) items: Value,
    /// What `ItemsPointer` leads to.
    pub(super) pointed: Option<Value>,
}

/// Reads data by a `ReaderConfig`; `lists` says that the reader lists objects.
///
/// # Errors
/// Why it cannot be read: the cause of `States.ItemReaderFailed`.
pub(super) fn read(config: &Value, lists: bool, text: &str) -> Result<Found, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let plain = |items| Ok(Found { items, pointed: None });
    let said = |field: &str| config.get(field).and_then(Value::as_str);
    if lists && said("Transformation") != Some("LOAD_AND_FLATTEN") {
        let listed = json(text)?;
        // The whole answer of ListObjectsV2 will do as well as the objects in it.
        let objects = listed.get("Contents").cloned().unwrap_or(listed);
        return if objects.is_array() { plain(objects) } else { Err(NOT_ITEMS.to_owned()) };
    }
    match said("InputType") {
        Some("JSON") => pointed(config, json(text)?),
        Some("JSONL") => {
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            plain(Value::Array(lines.map(json).collect::<Result<_, _>>()?))
        }
        Some("CSV") => csv(config, text).and_then(plain),
        Some(other) => Err(format!("Data of the InputType {other} cannot be given as text.")),
        None => Err("A manifest names other data, which cannot be given with it.".to_owned()),
    }
}

/// Recorded on AWS.
const NOT_ITEMS: &str = "Attempting to map over non-iterable node.";

/// The first so many items; 0 is all of them.
pub(super) fn first(items: Value, max: u64) -> Value {
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    match items {
        Value::Array(mut items) if max > 0 => {
            items.truncate(max);
            Value::Array(items)
        }
        Value::Object(members) if max > 0 => Value::Object(members.into_iter().take(max).collect()),
        all => all,
    }
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("The data is not valid JSON: {error}"))
}

fn pointed(config: &Value, document: Value) -> Result<Found, String> {
    let (items, pointed) = match config.get("ItemsPointer").and_then(Value::as_str) {
        None => (document, None),
        Some(pointer) => {
            let missing = || format!("The ItemsPointer '{pointer}' leads to nothing in the data.");
            let found = document.pointer(pointer).ok_or_else(missing)?.clone();
            (found.clone(), Some(found))
        }
    };
    if items.is_array() || items.is_object() {
        Ok(Found { items, pointed })
    } else {
        Err(NOT_ITEMS.to_owned())
    }
}

/// Every row an object by the headers: short rows are filled up, longer ones cut.
fn csv(config: &Value, text: &str) -> Result<Value, String> {
    let delimiter = match config.get("CSVDelimiter").and_then(Value::as_str) {
        Some("PIPE") => '|',
        Some("SEMICOLON") => ';',
        Some("SPACE") => ' ',
        Some("TAB") => '\t',
        _ => ',',
    };
    let mut rows = rows(text, delimiter).into_iter();
    let headers: Vec<String> = match config.get("CSVHeaders").and_then(Value::as_array) {
        Some(given) => given.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        None => rows.next().unwrap_or_default(),
    };
    let mut seen = std::collections::BTreeSet::new();
    if !headers.iter().all(|header| seen.insert(header)) {
        return Err("CSV headers cannot contain duplicates.".to_owned());
    }
    let item = |row: Vec<String>| {
        let mut fields = row.into_iter();
        let members =
            headers.iter().map(|header| (header.clone(), Value::String(fields.next().unwrap_or_default())));
        Value::Object(members.collect::<Map<_, _>>())
    };
    Ok(rows.map(item).collect())
}

/// Records end with a line; quotes keep delimiters, ends of lines and, doubled, quotes. A backslash
/// keeps a backslash, a quote or the delimiter and is dropped before anything else.
fn rows(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let (mut row, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let kept = chars.next_if(|next| matches!(next, '\\' | '"') || *next == delimiter);
                field.extend(kept);
            }
            '"' if quoted && chars.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => quoted = !quoted,
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            c if c == delimiter && !quoted => row.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn items(config: &Value, text: &str) -> String {
        read(config, false, text).map_or_else(|cause| cause, |found| found.items.to_string())
    }

    #[test]
    fn each_type_is_read() {
        assert_eq!(items(&json!({"InputType": "JSON"}), "[1, 2]"), "[1,2]");
        assert_eq!(items(&json!({"InputType": "JSON"}), r#"{"a": 1}"#), r#"{"a":1}"#);
        assert_eq!(items(&json!({"InputType": "JSON"}), "1"), NOT_ITEMS);
        assert_eq!(
            items(&json!({"InputType": "JSONL"}), "{\"a\": 1}\n\n{\"a\": 2}\n"),
            r#"[{"a":1},{"a":2}]"#
        );
        let pointer = json!({"InputType": "JSON", "ItemsPointer": "/a/b"});
        assert_eq!(items(&pointer, r#"{"a": {"b": [3]}}"#), "[3]");
        assert_eq!(items(&pointer, "{}"), "The ItemsPointer '/a/b' leads to nothing in the data.");
        assert_eq!(
            items(&json!({"InputType": "PARQUET"}), "PAR1"),
            "Data of the InputType PARQUET cannot be given as text."
        );
        assert_eq!(items(&json!({"InputType": "CSV"}), "\u{feff}a\n1"), r#"[{"a":"1"}]"#);
        let listed = read(&json!({}), true, r#"{"Contents": [{"Key": "k"}]}"#);
        assert_eq!(listed.map(|found| found.items), Ok(json!([{"Key": "k"}])));
    }

    #[test]
    fn rows_are_read_as_aws_reads_them() {
        let first_row = json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"});
        let text = "a,b\r\n1,\"x, \"\"y\"\"\nz\"\n2\n3,4,5\n\\,\\n,6";
        assert_eq!(
            items(&first_row, text),
            json!([{"a": "1", "b": "x, \"y\"\nz"}, {"a": "2", "b": ""}, {"a": "3", "b": "4"}, {"a": ",n", "b": "6"}]).to_string()
        );
        let given = json!({"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a"], "CSVDelimiter": "PIPE"});
        assert_eq!(items(&given, "1|2\n \n"), r#"[{"a":"1"},{"a":" "}]"#);
        assert_eq!(items(&first_row, "a,a\n1,2"), "CSV headers cannot contain duplicates.");
    }

    #[test]
    fn as_many_as_are_wanted_are_taken() {
        assert_eq!(first(json!([1, 2, 3]), 2), json!([1, 2]));
        assert_eq!(first(json!({"a": 1, "b": 2}), 1), json!({"a": 1}));
        assert_eq!(first(json!([1]), 0), json!([1]));
    }
}
