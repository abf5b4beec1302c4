//! Writes JSON answers straight into one buffer, in the forms of AWS: absent
//! members are left out, times are numbers of seconds with milliseconds.

use stateline_base::Timestamp;
use std::io::Write;

/// A JSON object being written.
pub(crate) struct Object<'a> {
    out: &'a mut Vec<u8>,
    empty: bool,
}

impl Object<'_> {
    /// A whole document with one object.
    pub(crate) fn document(fill: impl FnOnce(&mut Object<'_>)) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        Object::write(&mut out, fill);
        out
    }

    /// A whole document with an array of objects.
    pub(crate) fn list<T>(items: &[T], mut fill: impl FnMut(&mut Object<'_>, &T)) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        out.push(b'[');
        for (number, item) in items.iter().enumerate() {
            if number > 0 {
                out.push(b',');
            }
            Object::write(&mut out, |object| fill(object, item));
        }
        out.push(b']');
        out
    }

    /// An object at the end of a buffer.
    pub(crate) fn write(out: &mut Vec<u8>, fill: impl FnOnce(&mut Object<'_>)) {
        out.push(b'{');
        let mut object = Object { out, empty: true };
        fill(&mut object);
        object.out.push(b'}');
    }

    /// Keys are wire names, which need no escapes.
    fn key(&mut self, key: &str) {
        self.separate();
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    fn separate(&mut self) {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
    }

    /// A member with text.
    pub(crate) fn text(&mut self, key: &str, text: &str) {
        self.key(key);
        write_text(self.out, text);
    }

    /// A member with text whose key is a name of the user's.
    pub(crate) fn member_text(&mut self, key: &str, text: &str) {
        self.separate();
        write_text(self.out, key);
        self.out.push(b':');
        write_text(self.out, text);
    }

    /// A member with text, where there is one.
    pub(crate) fn text_if(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    /// A member with a whole number.
    pub(crate) fn number(&mut self, key: &str, number: u64) {
        self.key(key);
        write!(self.out, "{number}").expect("a vector takes every write");
    }

    /// A member with a whole number, where there is one.
    pub(crate) fn number_if(&mut self, key: &str, number: Option<u64>) {
        if let Some(number) = number {
            self.number(key, number);
        }
    }

    /// A member with a number of three decimals, where there is one.
    pub(crate) fn decimal_if(&mut self, key: &str, number: Option<f64>) {
        if let Some(number) = number.filter(|number| number.is_finite()) {
            self.key(key);
            write!(self.out, "{number:.3}").expect("a vector takes every write");
        }
    }

    /// A member that is true or false.
    pub(crate) fn flag(&mut self, key: &str, flag: bool) {
        self.key(key);
        self.out.extend_from_slice(if flag { b"true" } else { b"false" });
    }

    /// A member with a time.
    pub(crate) fn time(&mut self, key: &str, time: Timestamp) {
        self.key(key);
        write_time(self.out, time);
    }

    /// A member with a time, where there is one.
    pub(crate) fn time_if(&mut self, key: &str, time: Option<Timestamp>) {
        if let Some(time) = time {
            self.time(key, time);
        }
    }

    /// A member whose value is JSON already.
    pub(crate) fn json(&mut self, key: &str, json: &str) {
        self.key(key);
        self.out.extend_from_slice(json.as_bytes());
    }

    /// A member that is an object.
    pub(crate) fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) {
        self.key(key);
        Object::write(self.out, fill);
    }

    /// A member that is an object and is named by an event's type: `taskFailedEventDetails`.
    pub(crate) fn details(&mut self, event_type: &str, fill: impl FnOnce(&mut Object<'_>)) {
        self.separate();
        self.out.push(b'"');
        let mut letters = event_type.bytes();
        self.out.extend(letters.next().map(|letter| letter.to_ascii_lowercase()));
        self.out.extend(letters);
        self.out.extend_from_slice(b"EventDetails\":");
        Object::write(self.out, fill);
    }

    /// A member that is an array of objects. Writes items until there are no more or, after
    /// `bytes_max` bytes of this document, stops; answers how many it wrote.
    pub(crate) fn array<T>(
        &mut self,
        key: &str,
        items: &[T],
        bytes_max: usize,
        mut fill: impl FnMut(&mut Object<'_>, &T),
    ) -> usize {
        self.key(key);
        self.out.push(b'[');
        let mut written = 0;
        for item in items {
            if written > 0 {
                if self.out.len() >= bytes_max {
                    break;
                }
                self.out.push(b',');
            }
            Object::write(self.out, |object| fill(object, item));
            written += 1;
        }
        self.out.push(b']');
        written
    }
}

/// A JSON string.
fn write_text(out: &mut Vec<u8>, text: &str) {
    out.reserve(text.len() + 2);
    serde_json::to_writer(out, text).expect("a vector takes every write and text is always JSON");
}

/// Seconds since the epoch with three digits of milliseconds.
fn write_time(out: &mut Vec<u8>, time: Timestamp) {
    let millis = time.as_millis();
    let sign = if millis < 0 { "-" } else { "" };
    let (seconds, rest) = (millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000);
    write!(out, "{sign}{seconds}.{rest:03}").expect("a vector takes every write");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_separated_and_escaped() {
        let bytes = Object::document(|object| {
            object.text("a", "x\"\n\u{1f600}");
            object.text_if("b", None);
            object.number("c", 7);
            object.flag("d", false);
            object.decimal_if("g", Some(0.12345));
            object.decimal_if("g", Some(f64::NAN));
            object.object("e", |_| {});
            object.details("TaskFailed", |details| details.text_if("error", Some("E")));
            assert_eq!(object.array("f", &[1, 2], usize::MAX, |item, n| item.number("n", *n)), 2);
            object.json("g", "[]");
        });
        let text = "{\"a\":\"x\\\"\\n\u{1f600}\",\"c\":7,\"d\":false,\"g\":0.123,\"e\":{},\
                    \"taskFailedEventDetails\":{\"error\":\"E\"},\"f\":[{\"n\":1},{\"n\":2}],\"g\":[]}";
        assert_eq!(String::from_utf8_lossy(&bytes), text);
    }

    #[test]
    fn times_are_seconds_with_milliseconds() {
        for (millis, text) in [
            (1_763_683_200_123, "1763683200.123"),
            (5, "0.005"),
            (-1_500, "-1.500"),
            (i64::MIN, "-9223372036854775.808"),
        ] {
            let mut out = Vec::new();
            write_time(&mut out, Timestamp::from_millis(millis));
            assert_eq!(String::from_utf8_lossy(&out), text);
        }
    }

    #[test]
    fn a_long_array_stops_after_the_limit_but_never_before_its_first_item() {
        let bytes = Object::document(|object| {
            let written = object.array("f", &["0123456789"; 9], 1, |item, text| item.text("t", text));
            assert_eq!(written, 1);
        });
        assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok());
    }
}
