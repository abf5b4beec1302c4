//! Regular expressions of filters (`=~ /…/i`).
//!
//! Java's dialect, as far as a linear-time engine has it: the whole text must
//! match; `.` stops at Java's line ends; `\Q…\E`, `\h` and the POSIX classes are
//! rewritten. Look-around, back-references, possessive repetitions, classes in
//! classes and Unicode classes are refused when the path is compiled. Called by `parse` and `operator`.

use regex_lite::Regex;

use crate::fault::Fault;

/// A compiled expression and its source.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    /// Compiles `/body/flags`.
    pub(super) fn compile(text: &str) -> Result<Self, Fault> {
        let body = text.strip_prefix('/').unwrap_or(text);
        let (body, flags) = body.rsplit_once('/').unwrap_or((body, ""));
        let dot_all = flags.contains('s');
        let mut inline: String = flags.chars().filter(|c| "imx".contains(*c)).collect();
        if dot_all {
            inline.push('s');
        }
        let prefix = if inline.is_empty() { String::new() } else { format!("(?{inline})") };
        let refused = |why: &str| Fault::Other(format!("Invalid regular expression {text}: {why}"));
        let body = translate(body, dot_all)
            .ok_or_else(|| refused("this repetition or character class is not supported"))?;
        let regex =
            Regex::new(&format!(r"{prefix}\A(?:{body})\z")).map_err(|error| refused(&error.to_string()))?;
        Ok(Self(regex))
    }

    /// Whether the whole text matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// How much of a repetition (`*`, `+?`, `{2}`) has just been read.
#[derive(Clone, Copy, PartialEq)]
enum Repetition {
    None,
    Greedy,
    Complete,
}

/// Rewrites what Java spells otherwise. `None` for repetitions on top of each
/// other: Java refuses most of them, and the engine has no possessive ones.
fn translate(body: &str, dot_all: bool) -> Option<String> {
    let mut out = String::with_capacity(body.len() + 16);
    let mut rest = body;
    let mut class_depth = 0_usize;
    let mut before = Repetition::None;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        let mut now = Repetition::None;
        match c {
            '\\' => rest = translate_escape(rest, class_depth > 0, &mut out),
            '[' if class_depth > 0 => return None,
            '[' => {
                class_depth = 1;
                out.push(c);
            }
            '&' if class_depth > 0 && rest.starts_with('&') => return None,
            ']' => {
                class_depth = 0;
                out.push(c);
            }
            '.' if class_depth == 0 && !dot_all => {
                out.push_str(r"[^\n\r\u{85}\u{2028}\u{2029}]");
            }
            '(' if class_depth == 0 && rest.starts_with('?') => {
                rest = rest.get(1..).unwrap_or_default();
                out.push_str("(?");
            }
            '*' | '+' | '?' | '{' if class_depth == 0 => {
                now = match (before, c) {
                    (Repetition::None, _) => Repetition::Greedy,
                    (Repetition::Greedy, '?') => Repetition::Complete,
                    _ => return None,
                };
                out.push(c);
                if c == '{' {
                    let (count, behind) = rest.split_once('}')?;
                    out.push_str(count);
                    out.push('}');
                    rest = behind;
                }
            }
            _ => out.push(c),
        }
        before = now;
    }
    Some(out)
}

/// Handles what follows a backslash and returns the text behind it.
fn translate_escape<'a>(rest: &'a str, in_class: bool, out: &mut String) -> &'a str {
    let Some(c) = rest.chars().next() else {
        out.push('\\');
        return rest;
    };
    let behind = rest.get(c.len_utf8()..).unwrap_or_default();
    match c {
        'Q' => {
            let (quoted, behind) = behind.split_once("\\E").unwrap_or((behind, ""));
            out.push_str(&regex_lite::escape(quoted));
            return behind;
        }
        'E' => {}
        'h' if !in_class => out.push_str(r"[ \t]"),
        'h' => out.push_str(r" \t"),
        'Z' => out.push_str(r"\z"),
        'e' => out.push_str(r"\x1B"),
        'p' | 'P' => {
            if let Some((class, behind)) = posix_class(behind) {
                let not = if c == 'P' { "^" } else { "" };
                out.push_str(&format!("[[:{not}{class}:]]"));
                return behind;
            }
            out.push('\\');
            out.push(c);
        }
        // Java allows any punctuation to be escaped, the engine only ASCII's.
        _ if c.is_alphanumeric() || c.is_ascii() => {
            out.push('\\');
            out.push(c);
        }
        _ => out.push(c),
    }
    behind
}

/// The name of the engine for one of Java's `\p{…}` POSIX classes.
fn posix_class(rest: &str) -> Option<(&'static str, &str)> {
    let (name, behind) = rest.strip_prefix('{')?.split_once('}')?;
    let class = match name {
        "Lower" => "lower",
        "Upper" => "upper",
        "ASCII" => "ascii",
        "Alpha" => "alpha",
        "Digit" => "digit",
        "Alnum" => "alnum",
        "Punct" => "punct",
        "Graph" => "graph",
        "Print" => "print",
        "Blank" => "blank",
        "Cntrl" => "cntrl",
        "XDigit" => "xdigit",
        "Space" => "space",
        _ => return None,
    };
    Some((class, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str, wanted: bool) {
        let compiled = Pattern::compile(pattern).expect("a pattern");
        assert_eq!(compiled.matches(text), wanted, "{pattern} {text:?}");
    }

    #[test]
    fn the_whole_text_must_match() {
        check("/s[12]/", "s1", true);
        check("/1/", "s1", false);
        check("/^s.*$/", "s1", true);
        check("/a|b/", "ab", false);
    }

    #[test]
    fn flags_and_line_ends() {
        check("/S1/i", "s1", true);
        check("/S1/", "s1", false);
        check("/a.b/", "a\nb", false);
        check("/a.b/", "a\u{2028}b", false);
        check("/a.b/s", "a\nb", true);
        check("/a b/x", "ab", true);
        check("/a{2}b??c+?/", "aabcc", true);
        check("/[*+?.]{1,2}/", "+.", true);
    }

    #[test]
    fn java_spellings() {
        check(r"/\Qa.b\E+/", "a.bb", true);
        check(r"/\p{Upper}\p{Lower}+/", "Ann", true);
        check(r"/\P{Digit}/", "a", true);
        check(r"/a\/b/", "a/b", true);
        check(r"/[\d.]+/", "1.5", true);
        check(r"/\d+/", "٣", false);
        check(r"/a\hb/", "a b", true);
        check(r"/(?<year>\d{4})-.*/", "2026-01", true);
    }

    #[test]
    fn what_the_engine_lacks_is_refused() {
        for text in [
            "/(?=a)b/",
            r"/(a)\1/",
            r"/\p{Lu}/",
            "/[/",
            "/*/",
            "/a**/",
            "/a*+/",
            "/a{2}{3}/",
            "/[a&&[b]]/",
            "/a{2/",
        ] {
            assert!(Pattern::compile(text).is_err(), "{text}");
        }
    }
}
