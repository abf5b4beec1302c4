//! What could stand at a place, and what stands there.

use super::diagnostics::places;
use super::{parsed, source};
use crate::aws::{ApiError, Object};
use serde::Deserialize;
use stateline_asl::Utf16Index;
use stateline_asl::language::{self, Callable, ItemKind};
use std::borrow::Cow;

/// A text and a place in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct At<'b> {
    #[serde(borrow)]
    definition: Cow<'b, str>,
    #[serde(borrow)]
    format: Cow<'b, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'b, str>,
    /// In UTF-16 units; behind the end is the end.
    position: usize,
}

/// What could stand there. A text over the limit is not read, and nothing is offered.
pub(super) fn complete(body: &[u8], bytes_max: usize, callable: &Callable) -> Result<Vec<u8>, ApiError> {
    let at: At<'_> = parsed(body)?;
    let source = source(&at.definition, &at.format, &at.kind)?;
    let index = Utf16Index::new(source.text);
    let byte = index.byte(at.position);
    let found = if source.text.len() > bytes_max {
        let span = stateline_asl::Span::new(byte, byte);
        language::Completion { span, items: Vec::new() }
    } else {
        language::complete(&source, byte, callable)
    };
    Ok(Object::document(|answer| {
        places(answer, &index, ("from", found.span.start), ("to", found.span.end));
        answer.array("items", &found.items, usize::MAX, |object, item| {
            object.text("label", &item.label);
            object.text("kind", word(item.kind));
            object.text_if("detail", item.detail.as_deref());
            object.text_if("documentation", item.documentation.as_deref());
            object.text("insert", &item.insert);
        });
    }))
}

/// What stands there; an empty object where nothing is that has a meaning.
pub(super) fn hover(body: &[u8], bytes_max: usize) -> Result<Vec<u8>, ApiError> {
    let at: At<'_> = parsed(body)?;
    let source = source(&at.definition, &at.format, &at.kind)?;
    let index = Utf16Index::new(source.text);
    let is_read = source.text.len() <= bytes_max;
    let found = is_read.then(|| language::hover(&source, index.byte(at.position))).flatten();
    Ok(Object::document(|answer| {
        let Some(found) = found else { return };
        places(answer, &index, ("from", found.span.start), ("to", found.span.end));
        answer.text("title", &found.title);
        answer.text("text", &found.text);
        answer.text_if("link", found.link.as_deref());
    }))
}

fn word(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Field => "field",
        ItemKind::State => "state",
        ItemKind::Value => "value",
        ItemKind::Resource => "resource",
        ItemKind::Error => "error",
        ItemKind::Function => "function",
        ItemKind::Variable => "variable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use serde_json::{Value, json};

    type Run = fn(&[u8], usize) -> Result<Vec<u8>, ApiError>;

    fn complete(body: &[u8], bytes_max: usize) -> Result<Vec<u8>, ApiError> {
        super::complete(body, bytes_max, &Callable::default())
    }

    /// `|` is the place; of the items the first is shown.
    fn check(run: Run, marked: &str, expected: &Expect) {
        let before = marked.split('|').next().unwrap_or_default();
        let position = before.encode_utf16().count();
        let definition = marked.replacen('|', "", 1);
        let body =
            json!({"definition": definition, "format": "json", "type": "STANDARD", "position": position});
        let said = run(body.to_string().as_bytes(), 1_000).expect("an answer");
        let mut said: Value = serde_json::from_slice(&said).expect("JSON");
        if let Some(items) = said.get_mut("items").and_then(Value::as_array_mut) {
            items.truncate(1);
        }
        expected.assert_eq(&said.to_string());
    }

    #[test]
    fn places_are_utf16_units() {
        check(
            complete,
            r#"{"Comment": "😀", "StartAt": "A|", "States": {"Aä": {"Type": "Pass"}}}"#,
            &expect![[
                r#"{"from":30,"to":31,"items":[{"label":"Aä","kind":"state","detail":"Pass","insert":"Aä"}]}"#
            ]],
        );
        check(
            hover,
            r#"{"Comment": "😀", "Start|At": "A", "States": {}}"#,
            &expect![[
                r#"{"from":19,"to":26,"title":"StartAt","text":"The state that an execution begins with."}"#
            ]],
        );
        check(hover, r#"{"Comment": "x" |}"#, &expect!["{}"]);
        check(complete, &format!("{}|", "ä".repeat(501)), &expect![[r#"{"from":501,"to":501,"items":[]}"#]]);
        check(hover, &format!("{}|", "ä".repeat(501)), &expect!["{}"]);
    }

    #[test]
    fn a_place_must_be_given() {
        let body = br#"{"definition": "", "format": "json", "type": "STANDARD"}"#;
        assert!(complete(body, 9).is_err_and(|error| error.to_string().contains("`position`")));
        let body = br#"{"definition": "", "format": "json", "type": "STANDARD", "position": -1}"#;
        assert!(hover(body, 9).is_err());
        let body = br#"{"definition": "", "format": "json", "type": "EXPRESS", "position": 9}"#;
        assert_eq!(complete(body, 9).expect("an answer"), br#"{"from":0,"to":0,"items":[]}"#);
    }
}
