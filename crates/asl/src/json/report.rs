//! Says what is wrong with JSON text as Jackson does, the reader behind AWS's
//! API: its words, and its way to name a place (the position behind what was
//! read last, with the beginning of the text in front).

use crate::{Code, Diagnostic, LineIndex, Severity, Span};

/// Findings kept of one text; more would not help anybody.
const FINDINGS_MAX: usize = 50;
/// Jackson quotes this many characters of the text in each place.
const QUOTED_CHARS_MAX: usize = 500;

/// Collects findings about one text.
pub(super) struct Report<'t> {
    text: &'t str,
    lines: LineIndex<'t>,
    /// What was found, each with the offset at which a reader notices it.
    found: Vec<(usize, Diagnostic)>,
    /// Whether the end of the text was already reported as a surprise.
    ended: bool,
}

impl<'t> Report<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Report { text, lines: LineIndex::new(text), found: Vec::new(), ended: false }
    }

    /// The findings in the order of the text, which is the order of a reader that
    /// does not recover: the first is the one AWS reports.
    pub(super) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|(offset, _)| *offset);
        self.found.into_iter().map(|(_, found)| found).collect()
    }

    /// Whether nothing is wrong so far.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// A mistake at `span`, which a reader notices when it has read up to `offset`.
    /// A second mistake at the same place would only be an echo of the first.
    pub(super) fn at(&mut self, span: Span, offset: usize, message: &str, help: &str) {
        let told = |(_, found): &(usize, Diagnostic)| found.span.start == span.start && found.is_error();
        if self.found.last().is_some_and(told) {
            return;
        }
        let location = self.place(offset);
        let message = format!("{message}\n at {location}");
        self.add(offset, Code::InvalidJsonDescription, Severity::Error, message, location, span, help);
    }

    /// The text breaks off where something must follow. Told once: the brackets that
    /// are open around it are the same mistake.
    pub(super) fn end(&mut self, span: Span, offset: usize, message: &str, help: &str) {
        if !self.ended {
            self.ended = true;
            self.at(span, offset, message, help);
        }
    }

    /// A character that cannot stand here; Jackson has read it when it complains.
    pub(super) fn character(&mut self, span: Span, expected: &str, help: &str) {
        let Some(c) = self.text.get(span.start..).and_then(|rest| rest.chars().next()) else { return };
        let shown = if c.is_control() {
            format!("(CTRL-CHAR, code {})", u32::from(c))
        } else {
            format!("'{c}' (code {})", u32::from(c))
        };
        let message = format!("Unexpected character ({shown}): {expected}");
        self.at(span, span.start + c.len_utf8(), &message, help);
    }

    /// A control character inside a string.
    pub(super) fn control(&mut self, span: Span, offset: usize, c: char, help: &str) {
        let code = u32::from(c);
        let message = format!(
            "Illegal unquoted character ((CTRL-CHAR, code {code})): has to be escaped using backslash to be \
             included in string value"
        );
        self.at(span, offset, &message, help);
    }

    /// A key that stands twice in an object.
    pub(super) fn repeated(&mut self, span: Span, key: &str) {
        let message = format!("The key '{key}' stands more than once in this object");
        let help = "only the last one counts";
        self.add(span.start, Code::DuplicateKey, Severity::Warning, message, String::new(), span, help);
    }

    /// Too deep a nesting.
    pub(super) fn deep(&mut self, span: Span, message: String, help: &str) {
        self.add(span.start, Code::TooDeeplyNested, Severity::Error, message, String::new(), span, help);
    }

    /// The text of a span.
    pub(super) fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    #[allow(clippy::too_many_arguments, reason = "the fields of a diagnostic, in one private place")]
    fn add(
        &mut self,
        offset: usize,
        code: Code,
        severity: Severity,
        message: String,
        location: String,
        span: Span,
        help: &str,
    ) {
        if self.found.len() < FINDINGS_MAX {
            let help = Some(help.to_owned());
            self.found.push((offset, Diagnostic { code, severity, message, location, span, help }));
        }
    }

    /// A place as Jackson writes it.
    pub(super) fn place(&self, offset: usize) -> String {
        let position = self.lines.position(offset);
        let quoted = match self.text.char_indices().nth(QUOTED_CHARS_MAX) {
            None => format!("\"{}\"", self.text),
            Some((end, _)) => {
                let (head, tail) = self.text.split_at(end);
                format!("\"{head}\"[truncated {} chars]", tail.chars().count())
            }
        };
        format!("[Source: (String){quoted}; line: {}, column: {}]", position.line, position.column)
    }
}
