//! Tokens → tree, with recovery: after each mistake the parser goes on where
//! the author most likely went on, so that one missing comma is one finding and
//! all the rest of the definition is still checked.

use super::lex::{Token, tokens};
use super::report::Report;
use crate::tree::{Entry, Node, NodeKind, Tree};
use crate::{Diagnostic, Span};

/// Levels of objects and arrays that a definition may have. A state in a branch
/// costs four levels, so this is some thirty Parallel states inside each other;
/// it also keeps every recursion over a tree within a small stack.
pub const DEPTH_MAX: usize = 120;

const VALUES: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const BETWEEN_ITEMS: &str = "was expecting comma to separate Array entries";
const BETWEEN_ENTRIES: &str = "was expecting comma to separate Object entries";
const NO_VALUE: &str = "write a string, a number, an object, an array, true, false or null here";

/// Reads a text. Gives a tree of every text, and all that is wrong with it as JSON.
#[must_use]
pub fn parse(text: &str) -> (Tree, Vec<Diagnostic>) {
    let mut report = Report::new(text);
    let tokens = tokens(text, &mut report);
    let mut parser = Parser { tokens, at: 0, report, arrays: 0, objects: 0 };
    let root = if matches!(parser.token(), Token::End) { None } else { Some(parser.value()) };
    if root.is_some() && !matches!(parser.token(), Token::End) {
        parser.trailing();
    }
    (Tree { root }, parser.report.into_diagnostics())
}

struct Parser<'t> {
    tokens: Vec<(Token, Span)>,
    at: usize,
    report: Report<'t>,
    /// Arrays and objects that are open, to know whose a closing bracket may be.
    arrays: usize,
    objects: usize,
}

impl Parser<'_> {
    fn token(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    fn span(&self) -> Span {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(Span::default(), |(_, span)| *span)
    }

    /// Steps on; the end is never passed.
    fn bump(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Node {
        let span = self.span();
        let kind = match self.token() {
            Token::OpenObject | Token::OpenArray if self.arrays + self.objects >= DEPTH_MAX => {
                return self.too_deep();
            }
            Token::OpenObject => return self.object(),
            Token::OpenArray => return self.array(),
            Token::String(text) => NodeKind::String(text.clone()),
            Token::Number(text) => NodeKind::Number(text.clone()),
            Token::Bool(truth) => NodeKind::Bool(*truth),
            Token::Null => NodeKind::Null,
            _ => return self.no_value(),
        };
        self.bump();
        Node { span, kind, damaged: false }
    }

    /// Reports that no value stands here. Punctuation stays for whom it belongs to.
    fn no_value(&mut self) -> Node {
        let span = self.span();
        match self.token() {
            Token::Word => {
                self.unrecognized(span);
                self.bump();
            }
            Token::Unknown(reported) => {
                if !*reported {
                    self.report.character(span, &format!("expected a valid value {VALUES}"), NO_VALUE);
                }
                self.bump();
            }
            Token::End => {
                self.report.end(span, span.end, "Unexpected end-of-input", NO_VALUE);
            }
            _ => self.report.character(span, &format!("expected a valid value {VALUES}"), NO_VALUE),
        }
        Node { span: Span::new(span.start, span.start), kind: NodeKind::Broken, damaged: true }
    }

    fn unrecognized(&mut self, span: Span) {
        let word = self.report_text(span);
        let message = format!("Unrecognized token '{word}': was expecting {VALUES}");
        self.report.at(span, span.end, &message, "put text into quotes: \"…\"");
    }

    fn report_text(&self, span: Span) -> String {
        self.report.slice(span).to_owned()
    }

    fn object(&mut self) -> Node {
        let open = self.span();
        self.bump();
        self.objects += 1;
        let mut entries: Vec<Entry> = Vec::new();
        let mut damaged = false;
        // Whether an entry may begin here without a comma in front.
        let mut separated = true;
        let end = loop {
            let span = self.span();
            match self.token() {
                Token::CloseObject => {
                    if separated && !entries.is_empty() {
                        self.report.character(
                            span,
                            "was expecting double-quote to start field name",
                            "remove the comma in front of the }",
                        );
                    }
                    self.bump();
                    break span.end;
                }
                Token::End => {
                    self.unclosed(open, span, "Object", '}');
                    damaged = true;
                    break span.end;
                }
                Token::Comma => {
                    if separated {
                        self.report.character(
                            span,
                            "was expecting double-quote to start field name",
                            "remove this comma",
                        );
                    }
                    separated = true;
                    self.bump();
                }
                Token::CloseArray if self.arrays > 0 => {
                    self.report.character(span, BETWEEN_ENTRIES, "close the object with } first");
                    damaged = true;
                    break span.start;
                }
                _ => {
                    if !separated {
                        self.report.character(span, BETWEEN_ENTRIES, "put a comma in front of this");
                    }
                    damaged |= !self.entry(&mut entries);
                    // A key whose value is missing has been reported where the next one begins.
                    separated = self.at_key() && entries.last().is_some_and(|last| last.value.is_broken());
                }
            }
        };
        self.objects -= 1;
        self.repeated(&entries);
        Node { span: Span::new(open.start, end), kind: NodeKind::Object(entries), damaged }
    }

    /// Reads a key, a colon and a value; false when there was no key.
    fn entry(&mut self, entries: &mut Vec<Entry>) -> bool {
        let key_span = self.span();
        let key = match self.token() {
            Token::String(text) => text.clone(),
            other => {
                let word = matches!(other, Token::Word);
                if !matches!(other, Token::Unknown(true)) {
                    self.report.character(
                        key_span,
                        "was expecting double-quote to start field name",
                        "a key is a string in double quotes",
                    );
                }
                self.skip();
                if !matches!(self.token(), Token::Colon) {
                    return false;
                }
                if !word {
                    // A value in the place of a key: its own value is of no use.
                    self.bump();
                    self.value();
                    return false;
                }
                self.report_text(key_span)
            }
        };
        if matches!(self.token(), Token::String(_)) {
            self.bump();
        }
        if matches!(self.token(), Token::Colon) {
            self.bump();
        } else {
            let span = self.span();
            if matches!(self.token(), Token::End) {
                self.report.end(
                    span,
                    span.end,
                    "Unexpected end-of-input within/between Object entries",
                    "a colon and a value must follow the key",
                );
            } else {
                self.report.character(
                    span,
                    "was expecting a colon to separate field name and value",
                    "put a colon between key and value",
                );
            }
            // Only what begins a value on its own may follow a forgotten colon.
            let ends =
                matches!(self.token(), Token::Comma | Token::CloseObject | Token::CloseArray | Token::End);
            if ends || self.at_key() {
                let value =
                    Node { span: Span::new(span.start, span.start), kind: NodeKind::Broken, damaged: true };
                entries.push(Entry { key, key_span, value });
                return true;
            }
        }
        let value = if self.at_key() {
            let span = self.span();
            // A reader that goes on to the end of the text takes the key for the value, and stumbles behind it.
            let colon = self.tokens.get(self.at + 1).map_or(span, |(_, span)| *span);
            self.report.character(colon, BETWEEN_ENTRIES, "the key in front of this one has no value");
            Node { span: Span::new(span.start, span.start), kind: NodeKind::Broken, damaged: true }
        } else {
            self.value()
        };
        entries.push(Entry { key, key_span, value });
        true
    }

    /// Whether the next entry begins here, where a value should: a text with a colon behind it.
    fn at_key(&self) -> bool {
        let after = self.tokens.get(self.at + 1).map(|(token, _)| token);
        matches!((self.token(), after), (Token::String(_), Some(Token::Colon)))
    }

    fn array(&mut self) -> Node {
        let open = self.span();
        self.bump();
        self.arrays += 1;
        let mut items = Vec::new();
        let mut damaged = false;
        let mut separated = true;
        let end = loop {
            let span = self.span();
            match self.token() {
                Token::CloseArray => {
                    if separated && !items.is_empty() {
                        self.report.character(
                            span,
                            &format!("expected a valid value {VALUES}"),
                            "remove the comma in front of the ]",
                        );
                    }
                    self.bump();
                    break span.end;
                }
                Token::End => {
                    self.unclosed(open, span, "Array", ']');
                    damaged = true;
                    break span.end;
                }
                Token::Comma => {
                    if separated {
                        self.report.character(
                            span,
                            &format!("expected a valid value {VALUES}"),
                            "remove this comma",
                        );
                    }
                    separated = true;
                    self.bump();
                }
                Token::CloseObject if self.objects > 0 => {
                    self.report.character(span, BETWEEN_ITEMS, "close the array with ] first");
                    damaged = true;
                    break span.start;
                }
                Token::Colon | Token::CloseObject => {
                    self.report.character(span, BETWEEN_ITEMS, "an array has values and commas only");
                    damaged = true;
                    self.bump();
                }
                _ => {
                    if !separated {
                        self.report.character(span, BETWEEN_ITEMS, "put a comma in front of this");
                    }
                    separated = false;
                    items.push(self.value());
                }
            }
        };
        self.arrays -= 1;
        Node { span: Span::new(open.start, end), kind: NodeKind::Array(items), damaged }
    }

    fn unclosed(&mut self, open: Span, end: Span, what: &str, close: char) {
        let start = self.report.place(open.start);
        let message =
            format!("Unexpected end-of-input: expected close marker for {what} (start marker at {start})");
        self.report.end(open, end.end, &message, &format!("it is opened here and never closed with {close}"));
    }

    /// Steps over one token, or over everything between brackets, without recursion.
    fn skip(&mut self) {
        let mut depth = 0usize;
        loop {
            match self.token() {
                Token::OpenObject | Token::OpenArray => depth += 1,
                Token::CloseObject | Token::CloseArray => depth = depth.saturating_sub(1),
                Token::End => return,
                _ => {}
            }
            self.bump();
            if depth == 0 {
                return;
            }
        }
    }

    fn too_deep(&mut self) -> Node {
        let start = self.span();
        let message = format!("The definition is nested more than {DEPTH_MAX} levels deep");
        self.report.deep(
            start,
            message,
            "move inner states into a state machine of their own and start it with states:startExecution",
        );
        self.skip();
        Node { span: Span::new(start.start, self.span().start), kind: NodeKind::Broken, damaged: true }
    }

    /// Keys that stand twice: the last one counts, which the author may not know.
    fn repeated(&mut self, entries: &[Entry]) {
        let mut seen = std::collections::BTreeSet::new();
        for entry in entries {
            if !seen.insert(entry.key.as_str()) {
                self.report.repeated(entry.key_span, &entry.key);
            }
        }
    }

    /// Text behind the document. One finding is enough, whatever it is; and none when
    /// a mistake before may have ended the document too early.
    fn trailing(&mut self) {
        if !self.report.is_empty() {
            return;
        }
        let span = self.span();
        let help = "a definition is one JSON object; nothing may follow it";
        if matches!(self.token(), Token::Word) {
            let word = self.report_text(span);
            let message = format!("Unrecognized token '{word}': was expecting {VALUES}");
            self.report.at(span, span.end, &message, help);
        } else {
            self.report.character(span, "expected the end of the definition", help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;
    use expect_test::{Expect, expect};

    /// The tree as JSON, then each finding as `line:column message`, without Jackson's places.
    fn check(text: &str, expected: &Expect) {
        let (tree, diagnostics) = parse(text);
        let lines = crate::LineIndex::new(text);
        let mut shown = tree.root.map_or("nothing".to_owned(), |root| root.to_value().to_string());
        for found in diagnostics {
            let message = found.message.split("\n at ").next().unwrap_or_default().to_owned();
            let message = message.split(" (start marker").next().unwrap_or_default().to_owned();
            shown.push_str(&format!("\n{} {message}", lines.position(found.span.start)));
        }
        expected.assert_eq(&shown);
    }

    #[test]
    fn well_formed_text_gives_its_value() {
        check(
            r#" {"a": [1, -2.5e3, "x\n\u00e4\ud83d\ude00"], "b": {}, "c": null, "d": true} "#,
            &expect![[r#"{"a":[1,-2500.0,"x\nä😀"],"b":{},"c":null,"d":true}"#]],
        );
        check("", &expect!["nothing"]);
        check(" \n", &expect!["nothing"]);
        check("[]", &expect!["[]"]);
    }

    #[test]
    fn mistakes_in_objects_are_recovered() {
        check(
            r#"{"a": 1 "b": 2}"#,
            &expect![[r#"
            {"a":1,"b":2}
            1:9 Unexpected character ('"' (code 34)): was expecting comma to separate Object entries"#]],
        );
        check(
            r#"{"a" 1, "b": 2}"#,
            &expect![[r#"
            {"a":1,"b":2}
            1:6 Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value"#]],
        );
        check(
            r#"{"a": 1,}"#,
            &expect![[r#"
            {"a":1}
            1:9 Unexpected character ('}' (code 125)): was expecting double-quote to start field name"#]],
        );
        check(
            r#"{,"a": 1,, "b": 2}"#,
            &expect![[r#"
            {"a":1,"b":2}
            1:2 Unexpected character (',' (code 44)): was expecting double-quote to start field name
            1:10 Unexpected character (',' (code 44)): was expecting double-quote to start field name"#]],
        );
        check(
            r#"{a: 1, "b": 2}"#,
            &expect![[r#"
            {"a":1,"b":2}
            1:2 Unexpected character ('a' (code 97)): was expecting double-quote to start field name"#]],
        );
        check(
            r#"{"a": , "b": 2}"#,
            &expect![[r#"
            {"a":null,"b":2}
            1:7 Unexpected character (',' (code 44)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"#]],
        );
        check(
            r#"{"a": "b": 2, "c": 3}"#,
            &expect![[r#"
                {"a":null,"b":2,"c":3}
                1:10 Unexpected character (':' (code 58)): was expecting comma to separate Object entries"#]],
        );
        check(
            r#"{"a" "b": 2}"#,
            &expect![[r#"
            {"a":null,"b":2}
            1:6 Unexpected character ('"' (code 34)): was expecting a colon to separate field name and value"#]],
        );
        check(
            r#"{"a", "b": 2}"#,
            &expect![[r#"
            {"a":null,"b":2}
            1:5 Unexpected character (',' (code 44)): was expecting a colon to separate field name and value"#]],
        );
        check(
            r#"{5: 1, "b": 2}"#,
            &expect![[r#"
            {"b":2}
            1:2 Unexpected character ('5' (code 53)): was expecting double-quote to start field name"#]],
        );
        check(
            r#"{"a": 1, "a": 2}"#,
            &expect![[r#"
            {"a":2}
            1:10 The key 'a' stands more than once in this object"#]],
        );
    }

    #[test]
    fn text_that_breaks_off_gives_what_there_was() {
        check(
            r#"{"a": {"b": [1, 2"#,
            &expect![[r#"
            {"a":{"b":[1,2]}}
            1:13 Unexpected end-of-input: expected close marker for Array"#]],
        );
        check(
            r#"{"a": "x"#,
            &expect![[r#"
            {"a":"x"}
            1:7 Unexpected end-of-input: was expecting closing quote for a string value"#]],
        );
        check(
            r#"{"a""#,
            &expect![[r#"
            {"a":null}
            1:5 Unexpected end-of-input within/between Object entries"#]],
        );
        check(
            "{\"a\": \"x,\n \"b\": 2}",
            &expect![[r#"
            {"a":"x","b":2}
            1:7 Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value"#]],
        );
        check(
            r#"{"a": [1, 2}, "b": 3}"#,
            &expect![[r#"
            {"a":[1,2]}
            1:12 Unexpected character ('}' (code 125)): was expecting comma to separate Array entries"#]],
        );
        check(
            r#"[{"a": 1], 2]"#,
            &expect![[r#"
            [{"a":1}]
            1:9 Unexpected character (']' (code 93)): was expecting comma to separate Object entries"#]],
        );
    }

    #[test]
    fn bad_literals_are_told() {
        check(
            r#"[01, 1., 2e, -, +1, .5, 1x, tru, nul, 'a']"#,
            &expect![[r#"
            [null,null,null,null,null,1,null,5,null,null,null,null,null,null]
            1:2 Invalid numeric value: Leading zeroes not allowed
            1:6 Unexpected character in numeric value: Decimal point not followed by a digit
            1:10 Unexpected character in numeric value: Exponent indicator not followed by a digit
            1:14 Unexpected character in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value
            1:17 Unexpected character ('+' (code 43)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
            1:18 Unexpected character ('1' (code 49)): was expecting comma to separate Array entries
            1:21 Unexpected character ('.' (code 46)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
            1:22 Unexpected character ('5' (code 53)): was expecting comma to separate Array entries
            1:25 Unexpected character ('x' (code 120)): Expected space separating root-level values
            1:29 Unrecognized token 'tru': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
            1:34 Unrecognized token 'nul': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
            1:39 Unexpected character (''' (code 39)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
            1:40 Unexpected character ('a' (code 97)): was expecting comma to separate Array entries
            1:41 Unexpected character (''' (code 39)): was expecting comma to separate Array entries"#]],
        );
        check(
            r#"["\x", "\u12", "tab	"]"#,
            &expect![[r#"
            ["x","12","tab\t"]
            1:3 Unrecognized character escape 'x' (code 120)
            1:9 Unexpected character: expected a hex-digit for character escape sequence
            1:20 Illegal unquoted character ((CTRL-CHAR, code 9)): has to be escaped using backslash to be included in string value"#]],
        );
        check(
            "not a definition",
            &expect![[r#"
            null
            1:1 Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"#]],
        );
        check(
            "{} {}",
            &expect![[r#"
            {}
            1:4 Unexpected character ('{' (code 123)): expected the end of the definition"#]],
        );
    }

    #[test]
    fn places_are_written_as_jackson_writes_them() {
        let (_, found) = parse("not a definition");
        assert_eq!(
            found[0].message,
            "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', \
             'true' or 'false')\n at [Source: (String)\"not a definition\"; line: 1, column: 4]"
        );
        assert_eq!(found[0].location, "[Source: (String)\"not a definition\"; line: 1, column: 4]");
        let (_, found) = parse(&format!("{{\"a\": \"{}\" x", "y".repeat(600)));
        assert!(
            found[0].location.contains("\"[truncated 110 chars]; line: 1, column: "),
            "{}",
            found[0].location
        );
    }

    #[test]
    fn deep_text_neither_fails_nor_overflows() {
        let (_, found) = parse(&"[".repeat(100_000));
        assert_eq!(found[0].code, Code::TooDeeplyNested);
        let (_, found) = parse(&"{\"a\":".repeat(100_000));
        assert!(found.iter().any(|found| found.code == Code::TooDeeplyNested));
        let deep = format!("{}{}", "[".repeat(DEPTH_MAX), "]".repeat(DEPTH_MAX));
        assert!(parse(&deep).1.is_empty());
    }
}
