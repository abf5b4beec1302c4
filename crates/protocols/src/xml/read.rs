//! XML answers as trees. Prefixes are dropped, and so is the text behind an element's first child.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Answers nest no deeper than this; deeper ones are refused instead of filling the stack.
const DEPTH_MAX: usize = 128;

/// An element with all that it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// The first child with a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }
}

/// Reads a document.
///
/// # Errors
/// What is wrong with it, in a few words.
pub(crate) fn read(document: &[u8]) -> Result<Element, String> {
    let mut reader = Reader::from_reader(document);
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|error| error.to_string())?;
        let closed = match event {
            Event::Start(start) => {
                if open.len() >= DEPTH_MAX {
                    return Err(format!("it nests deeper than {DEPTH_MAX} elements"));
                }
                open.push(element(&start)?);
                None
            }
            Event::Empty(start) => Some(element(&start)?),
            Event::End(_) => open.pop(),
            Event::Text(text) => {
                add(&mut open, &text.xml_content().map_err(|error| error.to_string())?);
                None
            }
            Event::CData(text) => {
                add(&mut open, &text.decode().map_err(|error| error.to_string())?);
                None
            }
            Event::GeneralRef(reference) => {
                add(&mut open, &resolved(&reference)?);
                None
            }
            Event::Eof => break,
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) | Event::DocType(_) => None,
        };
        match (closed, open.last_mut()) {
            (Some(element), Some(parent)) => parent.children.push(element),
            (Some(element), None) if root.is_none() => root = Some(element),
            (Some(_), None) => return Err("it has more than one root".to_owned()),
            (None, _) => {}
        }
    }
    match (root, open.is_empty()) {
        (Some(root), true) => Ok(root),
        (_, false) => Err("it ends within an element".to_owned()),
        (None, true) => Err("it has no element".to_owned()),
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut().filter(|element| element.children.is_empty()) {
        element.text.push_str(text);
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut element = Element { name: text(start.local_name().as_ref()), ..Element::default() };
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.unescape_value().map_err(|error| error.to_string())?;
        element.attributes.push((text(attribute.key.local_name().as_ref()), value.into_owned()));
    }
    Ok(element)
}

/// The five named entities and references by number; no others exist without a document type.
fn resolved(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Some(char) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(char.to_string());
    }
    let name = reference.decode().map_err(|error| error.to_string())?;
    let known = quick_xml::escape::resolve_xml_entity(&name);
    known.map(str::to_owned).ok_or_else(|| format!("it has the unknown entity {name:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use std::fmt::Write as _;

    fn shown(out: &mut String, element: &Element, depth: usize) {
        let Element { name, attributes, text, children } = element;
        writeln!(out, "{}{name} {attributes:?} {text:?}", "  ".repeat(depth)).expect("written");
        children.iter().for_each(|child| shown(out, child, depth + 1));
    }

    fn check(document: &str, expected: &Expect) {
        let mut out = String::new();
        match read(document.as_bytes()) {
            Ok(root) => shown(&mut out, &root, 0),
            Err(why) => out.push_str(&why),
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn documents_are_read() {
        check(
            "<?xml version=\"1.0\"?>\n<!-- c --><a:r xmlns:a=\"u\"><x a:t='1 &lt; 2'> &amp;&#x41;<![CDATA[<b>]]></x><y/> z</a:r>",
            &expect![[r#"
                r [("a", "u")] ""
                  x [("t", "1 < 2")] " &A<b>"
                  y [] ""
            "#]],
        );
    }

    #[test]
    fn what_is_no_document_is_refused() {
        check("", &expect!["it has no element"]);
        check("text", &expect!["it has no element"]);
        check("<a>", &expect!["it ends within an element"]);
        check("<a/><b/>", &expect!["it has more than one root"]);
        check("<a>&nbsp;</a>", &expect![[r#"it has the unknown entity "nbsp""#]]);
        check(&"<a>".repeat(100_000), &expect!["it nests deeper than 128 elements"]);
        assert!(read(b"<a></b>").is_err() && read(b"<a b></a>").is_err() && read(b"<a>&#0;</a>").is_err());
    }
}
