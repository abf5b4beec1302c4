//! YAML text → the same tree that JSON text becomes, with places in the YAML, so
//! that the same checks run and speak of the author's own lines.
//!
//! YAML is for files: the command line reads it, AWS's API does not. What plain
//! scalars mean is `scalar`'s matter; where things stand in the text, `place`'s.

mod build;
mod place;
mod scalar;

use crate::tree::Tree;
use crate::{Code, Diagnostic, Severity, Span};
use build::Builder;
use place::Places;
use saphyr_parser::{Event, Parser, ScanError};

/// Findings kept of one text; more would not help anybody.
const FINDINGS_MAX: usize = 50;

/// Reads a YAML text. Gives a tree of every text, and all that is wrong with it as
/// YAML; behind a syntax error nothing is read any more.
#[must_use]
pub fn parse_yaml(text: &str) -> (Tree, Vec<Diagnostic>) {
    let mut reader = Reader { places: Places::of(text), text, found: Vec::new() };
    let root = reader.document();
    (Tree { root }, reader.found)
}

/// What reading needs beside the tree.
struct Reader<'t> {
    places: Places<'t>,
    text: &'t str,
    found: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn document(&mut self) -> Option<crate::tree::Node> {
        let mut builder = Builder::default();
        let mut documents = 0;
        let mut parser = Parser::new_from_str(self.text);
        while let Some(next) = parser.next_event() {
            let (event, span) = match next {
                Ok(next) => next,
                Err(error) => {
                    self.syntax(&error);
                    return builder.broken(self);
                }
            };
            let span = self.places.span(span);
            match event {
                Event::StreamEnd => break,
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        let help = "put each definition into a file of its own";
                        self.error(Code::InvalidYaml, "A second document begins here".to_owned(), span, help);
                        break;
                    }
                }
                Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
                event => {
                    if !builder.take(self, event, span) {
                        return builder.broken(self);
                    }
                }
            }
        }
        builder.broken(self)
    }

    fn syntax(&mut self, error: &ScanError) {
        let at = self.places.offset(error.marker().index());
        let line = self.text.get(..at).map_or(0, |before| before.rfind('\n').map_or(0, |end| end + 1));
        let line = self.text.get(line..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let help = if line.contains("{%") {
            "quote a text that begins with '{%', as in '{% $states.input %}'; unquoted it is a mapping"
        } else {
            "what stands behind this place was not read"
        };
        let message = format!("This is not valid YAML: {}", error.info());
        self.error(Code::InvalidYaml, message, Span::new(at, at), help);
    }

    fn error(&mut self, code: Code, message: String, span: Span, help: &str) {
        self.add(code, Severity::Error, message, span, help);
    }

    fn add(&mut self, code: Code, severity: Severity, message: String, span: Span, help: &str) {
        if self.found.len() < FINDINGS_MAX || severity == Severity::Error && !self.has_errors() {
            let (location, help) = (String::new(), Some(help.to_owned()));
            self.found.push(Diagnostic { code, severity, message, location, span, help });
        }
    }

    fn has_errors(&self) -> bool {
        self.found.iter().any(Diagnostic::is_error)
    }
}
