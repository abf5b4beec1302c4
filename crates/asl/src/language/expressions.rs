//! What could stand in an expression: JSONata between `{%` and `%}`, paths and intrinsic functions in the
//! fields that hold them. An expression that is being typed is not parsed; the few letters before the
//! cursor say enough.

use super::completion::{Cursor, Item, ItemKind, assigned_by};
use super::names::{ERROR_OUTPUT, INTRINSIC, JSONATA, Named, STATES, context};
use super::site::{Shape, Site};
use super::spot::word;

/// What a text at a place is to the query language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Between the delimiters of JSONata.
    Jsonata,
    /// A path.
    Path,
    /// A path or an intrinsic function.
    PathOrFunction,
    /// A path into the state's input that is written to.
    ResultPath,
}

/// What the text at a place holds; `None` for texts that are taken as they are.
pub(super) fn holds(site: &Site<'_>, typed: &str) -> Option<Holds> {
    let field = site.field.unwrap_or_default();
    if site.is_jsonata {
        return is_computed(site).then_some(Holds::Jsonata).filter(|_| typed.contains("{%"));
    }
    if field.ends_with(".$") || matches!(field, "ErrorPath" | "CausePath") {
        return Some(Holds::PathOrFunction);
    }
    if field == "ResultPath" && matches!(site.shape, Shape::State | Shape::Catcher) {
        return Some(Holds::ResultPath);
    }
    let in_language = !matches!(site.shape, Shape::Template | Shape::Arguments | Shape::Data | Shape::Assign);
    (in_language && (field.ends_with("Path") || field == "Variable")).then_some(Holds::Path)
}

/// Fields of a state that are never computed.
const WRITTEN: [&str; 19] = [
    "Type",
    "Comment",
    "QueryLanguage",
    "Next",
    "Default",
    "End",
    "Resource",
    "Result",
    "Label",
    "Retry",
    "Catch",
    "Branches",
    "Choices",
    "ItemProcessor",
    "Iterator",
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "Assign",
];

/// Whether a text of a JSONata state is looked at.
pub(super) fn is_computed(site: &Site<'_>) -> bool {
    match site.shape {
        Shape::Template | Shape::Arguments | Shape::Assign | Shape::Credentials => true,
        Shape::Rule => matches!(site.field, Some("Condition" | "Output")),
        Shape::Catcher => site.field == Some("Output"),
        Shape::Batcher | Shape::ReaderConfig | Shape::Reader | Shape::Writer => {
            !matches!(site.field, Some("Resource" | "InputType"))
        }
        Shape::State => site.field.is_none_or(|field| !WRITTEN.contains(&field)),
        _ => false,
    }
}

/// Items for the expression at the cursor, whose word becomes the part that is being typed; `None` when
/// there is no expression.
pub(super) fn complete(site: &Site<'_>, cursor: &mut Cursor<'_>) -> Option<Vec<Item>> {
    if site.is_jsonata && is_computed(site) && cursor.in_expression {
        return Some(jsonata(site, cursor));
    }
    if site.is_jsonata
        && is_computed(site)
        && cursor.typed().trim().is_empty()
        && cursor.word.start == cursor.word.end
    {
        let about = "A text that is computed by JSONata.".to_owned();
        return Some(vec![cursor.text_item(ItemKind::Value, "{% $states.input %}", None, Some(about))]);
    }
    let holds = holds(site, cursor.typed()).filter(|holds| *holds != Holds::Jsonata)?;
    Some(path(site, cursor, holds))
}

/// The names with dots in between that end at the cursor: `$states.context.Ex`.
fn chain<'s>(cursor: &Cursor<'s>) -> &'s str {
    let text = cursor.text.get(..cursor.offset).unwrap_or_default();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.');
    text.get(text.trim_end_matches(is_part).len()..).unwrap_or_default()
}

fn jsonata(site: &Site<'_>, cursor: &mut Cursor<'_>) -> Vec<Item> {
    let chain = chain(cursor);
    cursor.word = word(cursor.text, cursor.offset);
    if let Some((owner, _)) = chain.rsplit_once('.') {
        let members: Vec<Named> = match owner {
            "$states" => {
                let sees = |name: &str| match name {
                    "result" => site.sees_result(),
                    "errorOutput" => site.catches,
                    _ => true,
                };
                STATES.iter().copied().filter(|(name, _)| sees(name)).collect()
            }
            "$states.errorOutput" => ERROR_OUTPUT.to_vec(),
            "$states.context" => context("").to_vec(),
            owner => {
                owner.strip_prefix("$states.context.").map_or_else(Vec::new, |path| context(path).to_vec())
            }
        };
        return members.into_iter().map(|(name, about)| plain(name, ItemKind::Field, None, about)).collect();
    }
    let mut items = vec![plain(
        "$states",
        ItemKind::Variable,
        None,
        "The state's input, its result, and the Context object.",
    )];
    items.extend(variables(site));
    let functions = stateline_jsonata::functions().zip(JSONATA);
    items.extend(functions.map(|(function, (name, about))| Item {
        insert: format!("${name}("),
        ..plain(&format!("${name}"), ItemKind::Function, Some(function.signature.to_owned()), about)
    }));
    items
}

fn path(site: &Site<'_>, cursor: &mut Cursor<'_>, holds: Holds) -> Vec<Item> {
    let chain = chain(cursor);
    // Where nothing or a single dollar stands, that is replaced as a whole.
    let typed = chain.strip_prefix("$$.").map(|rest| rest.rsplit_once('.').map_or("", |(owner, _)| owner));
    if holds == Holds::ResultPath {
        let choices = [
            ("$", "The result replaces the input."),
            ("$.result", "The result becomes a member of the input."),
        ];
        let choices = choices
            .map(|(path, about)| cursor.text_item(ItemKind::Value, path, None, Some(about.to_owned())));
        return if chain.contains('.') { Vec::new() } else { choices.into() };
    }
    if let Some(owner) = typed {
        cursor.word = word(cursor.text, cursor.offset);
        let members = context(owner).iter();
        return members.map(|(name, about)| plain(name, ItemKind::Field, None, about)).collect();
    }
    if !chain.is_empty() && !chain.starts_with("States.") && chain.contains('.') {
        return Vec::new();
    }
    let inside = !chain.is_empty() && cursor.word.start < cursor.offset - chain.len();
    if inside || !chain.is_empty() {
        cursor.word.start = cursor.offset - chain.len();
        let after = cursor.text.get(cursor.offset..cursor.word.end.max(cursor.offset)).unwrap_or_default();
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.');
        cursor.word.end = cursor.offset + (after.len() - after.trim_start_matches(is_part).len());
    }
    let mut items = vec![
        written(cursor, "$", ItemKind::Variable, "The state's input."),
        written(
            cursor,
            "$$",
            ItemKind::Variable,
            "The Context object: the execution, the state, the machine.",
        ),
    ];
    for (name, about) in context("") {
        items.push(written(cursor, &format!("$$.{name}"), ItemKind::Variable, about));
    }
    for (name, states) in site.variables() {
        items.push(written(cursor, &format!("${name}"), ItemKind::Variable, &assigned_by(&states)));
    }
    if holds == Holds::PathOrFunction {
        items.extend(INTRINSIC.iter().map(|(name, arguments, about)| {
            let label = format!("States.{name}");
            let signature = format!("({arguments})");
            let item = written(cursor, &label, ItemKind::Function, about);
            let opened = if item.insert.ends_with('"') { item.insert.clone() } else { format!("{label}(") };
            Item { insert: opened, detail: Some(signature), ..item }
        }));
    }
    items
}

fn variables(site: &Site<'_>) -> Vec<Item> {
    let variables = site.variables().into_iter();
    variables
        .map(|(name, states)| plain(&format!("${name}"), ItemKind::Variable, None, &assigned_by(&states)))
        .collect()
}

/// An item that is inserted as it is shown.
fn plain(label: &str, kind: ItemKind, detail: Option<String>, about: &str) -> Item {
    let documentation = Some(about.to_owned());
    Item { label: label.to_owned(), kind, detail, documentation, insert: label.to_owned() }
}

/// An item that is a whole text where none has begun.
fn written(cursor: &Cursor<'_>, label: &str, kind: ItemKind, about: &str) -> Item {
    if cursor.typed().is_empty() && !cursor.is_quoted() {
        return cursor.text_item(kind, label, None, Some(about.to_owned()));
    }
    plain(label, kind, None, about)
}
