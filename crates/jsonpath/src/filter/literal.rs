//! Lenient JSON, for literals in filters and arguments of functions.
//!
//! Reads what json-smart reads in its permissive mode, on which Jayway stands:
//! single quotes, bare words, stray commas, leading zeros; what follows the value
//! is ignored. Never used for payloads.

use serde_json::{Map, Number, Value};

use crate::limits::LITERAL_DEPTH_MAX;

/// Reads one value; `None` when even the lenient grammar has no room for it.
pub(crate) fn parse(text: &str) -> Option<Value> {
    let mut reader = Reader { chars: text.chars().collect(), position: 0 };
    reader.value(&[], 0)
}

struct Reader {
    chars: Vec<char>,
    position: usize,
}

impl Reader {
    fn current(&self) -> Option<char> {
        self.chars.get(self.position).copied()
    }

    fn skip_space(&mut self) {
        while self.current().is_some_and(|c| c <= ' ') {
            self.position += 1;
        }
    }

    fn value(&mut self, stops: &[char], depth: usize) -> Option<Value> {
        self.skip_space();
        match self.current() {
            None | Some(':' | '}' | ']') => None,
            Some('{') => self.object(depth + 1),
            Some('[') => self.array(depth + 1),
            Some('"' | '\'') => self.string().map(Value::String),
            Some(_) => Some(bare_value(self.bare(stops))),
        }
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        if depth > LITERAL_DEPTH_MAX {
            return None;
        }
        self.position += 1;
        let mut items = Vec::new();
        loop {
            match self.current() {
                Some(' ' | '\r' | '\n' | '\t' | ',') => self.position += 1,
                Some(']') => {
                    self.position += 1;
                    return Some(Value::Array(items));
                }
                None | Some(':' | '}') => return None,
                Some(_) => items.push(self.value(&[',', ']'], depth)?),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        if depth > LITERAL_DEPTH_MAX {
            return None;
        }
        self.position += 1;
        let mut members = Map::new();
        loop {
            match self.current() {
                Some(' ' | '\r' | '\n' | '\t' | ',') => self.position += 1,
                Some('}') => {
                    self.position += 1;
                    return Some(Value::Object(members));
                }
                None | Some(':' | ']' | '[' | '{') => return None,
                Some(quote) => {
                    let quoted = quote == '"' || quote == '\'';
                    let name = if quoted { self.string()? } else { self.bare(&[':']) };
                    self.skip_space();
                    if self.current() != Some(':') {
                        return None;
                    }
                    self.position += 1;
                    let value = self.value(&[',', '}'], depth)?;
                    members.insert(name, value);
                    self.skip_space();
                    if !matches!(self.current(), Some('}' | ',')) {
                        return None;
                    }
                }
            }
        }
    }

    /// Quoted text.
    fn string(&mut self) -> Option<String> {
        let quote = self.current()?;
        let mut units: Vec<u16> = Vec::new();
        let mut buffer = [0_u16; 2];
        self.position += 1;
        loop {
            let c = self.current()?;
            self.position += 1;
            if c == quote {
                return Some(String::from_utf16_lossy(&units));
            }
            if c != '\\' {
                units.extend_from_slice(c.encode_utf16(&mut buffer));
                continue;
            }
            let escaped = self.current()?;
            self.position += 1;
            match escaped {
                't' => units.push(9),
                'n' => units.push(10),
                'r' => units.push(13),
                'f' => units.push(12),
                'b' => units.push(8),
                '\\' | '/' | '\'' | '"' => {
                    units.extend_from_slice(escaped.encode_utf16(&mut buffer));
                }
                'u' => units.push(self.unicode(4)?),
                'x' => units.push(self.unicode(2)?),
                // An unknown escape vanishes.
                _ => {}
            }
        }
    }

    fn unicode(&mut self, digits: usize) -> Option<u16> {
        let end = self.position + digits;
        let text: String = self.chars.get(self.position..end)?.iter().collect();
        self.position = end;
        text.chars().all(|c| c.is_ascii_hexdigit()).then_some(())?;
        u16::from_str_radix(&text, 16).ok()
    }

    /// A bare word up to one of the stops, without surrounding blanks.
    fn bare(&mut self, stops: &[char]) -> String {
        let start = self.position;
        while self.current().is_some_and(|c| !stops.contains(&c)) {
            self.position += 1;
        }
        let word: String = self.chars.get(start..self.position).unwrap_or_default().iter().collect();
        word.trim().to_owned()
    }
}

/// What a bare word means: a keyword, a number, else itself.
fn bare_value(word: String) -> Value {
    match word.as_str() {
        "null" => return Value::Null,
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        _ => {}
    }
    let digits = word.strip_prefix('-').unwrap_or(&word);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        if let Ok(number) = word.parse::<i64>() {
            return Value::from(number);
        }
        if let Ok(number) = word.parse::<u64>() {
            return Value::from(number);
        }
    }
    if is_float(digits)
        && let Some(number) = word.parse::<f64>().ok().and_then(Number::from_f64)
    {
        return Value::Number(number);
    }
    Value::String(word)
}

/// Digits, then at most one point with digits, then at most one exponent.
fn is_float(text: &str) -> bool {
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_exponent = exponent.is_none_or(|digits| !digits.is_empty() && all_digits(digits));
    !whole.is_empty() && all_digits(whole) && all_digits(fraction) && has_exponent
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lenient_text_is_read() {
        for (text, wanted) in [
            ("[1, 2.5, -3]", Some(json!([1, 2.5, -3]))),
            ("['a', \"b\", c d]", Some(json!(["a", "b", "c d"]))),
            ("[,1,,2,]", Some(json!([1, 2]))),
            ("[007, 1e3, 1x]", Some(json!([7, 1000.0, "1x"]))),
            ("[true, false, null, nil]", Some(json!([true, false, null, "nil"]))),
            ("{a: 1, 'b': [x], \"c\":{}}", Some(json!({"a": 1, "b": ["x"], "c": {}}))),
            (r"['a\'b\u00e9\q']", Some(json!(["a'bé"]))),
            ("[1] tail", Some(json!([1]))),
            ("[1, 2", None),
            ("['a", None),
            ("{a: 1", None),
            ("{a}", None),
            ("[}", None),
            ("{[", None),
            ("[1:2]", Some(json!(["1:2"]))),
            ("", None),
        ] {
            assert_eq!(parse(text), wanted, "{text}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        assert_eq!(parse(&"[".repeat(100_000)), None);
        assert_eq!(parse(&"{a:".repeat(100_000)), None);
    }
}
