//! Text → tokens. Never fails: what is no token becomes one that says so, and
//! the mistake goes to the report. Knows nothing of nesting.

use super::report::Report;
use crate::Span;

/// A piece of JSON text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// `{`
    OpenObject,
    /// `}`
    CloseObject,
    /// `[`
    OpenArray,
    /// `]`
    CloseArray,
    /// `:`
    Colon,
    /// `,`
    Comma,
    /// A string, unescaped.
    String(String),
    /// A well-formed number, as written.
    Number(Box<str>),
    /// `true`, `false`
    Bool(bool),
    /// `null`
    Null,
    /// A word that JSON does not know.
    Word,
    /// A character that begins nothing, or a number that is none; `true` when already reported.
    Unknown(bool),
    /// Behind the last token.
    End,
}

/// Cuts the whole text; the last token is always [`Token::End`].
pub(super) fn tokens(text: &str, report: &mut Report<'_>) -> Vec<(Token, Span)> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_space();
        let start = lexer.at;
        let token = lexer.token(report);
        let end = token == Token::End;
        tokens.push((token, Span::new(start, lexer.at)));
        if end {
            return tokens;
        }
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_while(&mut self, accept: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !accept(c)).unwrap_or(rest.len());
    }

    fn skip_space(&mut self) {
        // A byte order mark is no text, and editors of some systems write one.
        self.skip_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{FEFF}'));
    }

    fn token(&mut self, report: &mut Report<'_>) -> Token {
        let Some(first) = self.peek() else { return Token::End };
        let single = match first {
            '{' => Token::OpenObject,
            '}' => Token::CloseObject,
            '[' => Token::OpenArray,
            ']' => Token::CloseArray,
            ':' => Token::Colon,
            ',' => Token::Comma,
            '"' => return self.string(report),
            '-' | '0'..='9' => return self.number(report),
            c if is_word(c) => return self.word(),
            _ => Token::Unknown(false),
        };
        self.at += first.len_utf8();
        single
    }

    fn word(&mut self) -> Token {
        let start = self.at;
        self.skip_while(is_word);
        match self.text.get(start..self.at) {
            Some("true") => Token::Bool(true),
            Some("false") => Token::Bool(false),
            Some("null") => Token::Null,
            _ => Token::Word,
        }
    }

    fn number(&mut self, report: &mut Report<'_>) -> Token {
        let start = self.at;
        self.skip_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
        let text = self.text.get(start..self.at).unwrap_or_default();
        match number_fault(text) {
            None => Token::Number(text.into()),
            Some((at, message)) => {
                let place = start + at;
                report.at(Span::new(start, self.at), place, &message, "a number looks like 5, -1.5 or 2e3");
                Token::Unknown(true)
            }
        }
    }

    /// Reads a string from its opening quote. A string that is not closed ends with
    /// its line, because the next line most likely begins something new.
    fn string(&mut self, report: &mut Report<'_>) -> Token {
        let start = self.at;
        self.at += 1;
        let mut value = String::new();
        loop {
            let Some(c) = self.peek() else {
                let message = "Unexpected end-of-input: was expecting closing quote for a string value";
                report.end(Span::new(start, self.at), self.at, message, "close the string with \"");
                return Token::String(value);
            };
            match c {
                '"' => {
                    self.at += 1;
                    return Token::String(value);
                }
                '\n' | '\r' => {
                    let help = "close the string with \"; write a line break as \\n";
                    report.control(Span::new(start, self.at), self.at, c, help);
                    // The comma at the end of the line was meant to stand behind the string.
                    if value.ends_with(',') && self.text.as_bytes().get(self.at - 1) == Some(&b',') {
                        value.pop();
                        self.at -= 1;
                    }
                    return Token::String(value);
                }
                '\\' => self.escape(&mut value, report),
                c => {
                    if c < ' ' {
                        let span = Span::new(self.at, self.at + 1);
                        report.control(span, self.at, c, "write it as an escape, such as \\t");
                    }
                    value.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
    }

    /// Reads an escape from its backslash. Of one that JSON does not know the character stays.
    fn escape(&mut self, value: &mut String, report: &mut Report<'_>) {
        let start = self.at;
        self.at += 1;
        let Some(c) = self.peek() else { return };
        let plain = match c {
            '"' | '\\' | '/' => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(start, value, report),
            // The loop of the string deals with the end of the line.
            '\n' | '\r' => return,
            _ => {
                let span = Span::new(start, self.at + c.len_utf8());
                let message = format!("Unrecognized character escape '{c}' (code {})", u32::from(c));
                report.at(
                    span,
                    span.end,
                    &message,
                    "the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX",
                );
                c
            }
        };
        value.push(plain);
        self.at += c.len_utf8();
    }

    /// Reads `uXXXX`, and the second half of a surrogate pair with it.
    fn unicode(&mut self, start: usize, value: &mut String, report: &mut Report<'_>) {
        let Some(high) = self.hex_unit() else {
            let place = self.at;
            let message = "Unexpected character: expected a hex-digit for character escape sequence";
            report.at(Span::new(start, place), place, message, "\\u takes four hexadecimal digits");
            return;
        };
        let mut units = vec![high];
        if (0xD800..0xDC00).contains(&high) && self.rest().starts_with("\\u") {
            let before = self.at;
            self.at += 1;
            match self.hex_unit() {
                Some(low) if (0xDC00..0xE000).contains(&low) => units.push(low),
                _ => self.at = before,
            }
        }
        value.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    }

    /// Reads `uXXXX` if four digits follow, else steps over the `u`.
    fn hex_unit(&mut self) -> Option<u16> {
        self.at += 1;
        let digits = self.rest().get(..4)?;
        let unit =
            digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())??;
        self.at += 4;
        Some(unit)
    }
}

/// The characters of words: what could be meant as a literal or as a key without quotes.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

/// Where a number breaks JSON's grammar, as an offset, and what Jackson says of it.
fn number_fault(text: &str) -> Option<(usize, String)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
    let sign = usize::from(text.starts_with('-'));
    let whole = digits(sign);
    if whole == 0 {
        let message = "Unexpected character in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value";
        return Some((sign + 1, message.into()));
    }
    if whole > 1 && bytes.get(sign) == Some(&b'0') {
        return Some((sign + 1, "Invalid numeric value: Leading zeroes not allowed".into()));
    }
    let mut at = sign + whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return Some((
                at + 1,
                "Unexpected character in numeric value: Decimal point not followed by a digit".into(),
            ));
        }
        at += 1 + fraction;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at + 1 + sign);
        if exponent == 0 {
            return Some((
                at + 1,
                "Unexpected character in numeric value: Exponent indicator not followed by a digit".into(),
            ));
        }
        at += 1 + sign + exponent;
    }
    let next = text.get(at..)?.chars().next()?;
    let code = u32::from(next);
    Some((
        at + 1,
        format!("Unexpected character ('{next}' (code {code})): Expected space separating root-level values"),
    ))
}
