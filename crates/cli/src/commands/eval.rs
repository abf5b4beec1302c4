//! `stateline eval`: one expression, or a line of JSON each for many.

use super::{CommandError, Outcome};
use crate::args::{Dialect, EvalArgs, ExpressionLanguage};
use crate::inputs;
use crate::output::{note, say};
use serde_json::{Map, Value, json};
use stateline_base::{Limits, Rng};
use stateline_jsonata::{Bound, Budget, EvaluationError};
use stateline_jsonpath::{Path, ReadError};
use std::cell::Cell;
use std::io::BufRead;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

pub fn run(args: &EvalArgs) -> Outcome {
    if args.batch {
        return batch(args);
    }
    let Some(expression) = &args.expression else {
        return Err(CommandError::Usage("say which expression to evaluate, or --batch".into()));
    };
    let input = match args.input.as_deref() {
        Some(input) => Some(parse(&inputs::json(input)?)?),
        None => None,
    };
    let bindings = match args.bindings.as_deref() {
        Some(bindings) => object(parse(&inputs::json(bindings)?)?)?,
        None => Map::new(),
    };
    let language = args.language.unwrap_or_else(|| guess(expression));
    let dialect = args.dialect.unwrap_or(Dialect::StepFunctions);
    match evaluate(language, dialect, expression, input.as_ref(), &bindings) {
        Answer::Value { value, .. } => {
            let text = serde_json::to_string_pretty(&value).map_err(|error| failed(&error))?;
            say(&text);
            Ok(ExitCode::SUCCESS)
        }
        Answer::Undefined => {
            note("the expression returned nothing (undefined)");
            Ok(ExitCode::from(1))
        }
        Answer::Error { code, message, .. } => Err(CommandError::Failed(format!("{code}: {message}"))),
    }
}

/// What becomes of an expression.
enum Answer {
    Value { value: Value, definite: Option<bool> },
    Undefined,
    Error { code: String, message: String, definite: Option<bool> },
}

/// A line of a batch. Unknown members are left alone, so that corpora may say more.
#[derive(serde::Deserialize)]
struct Line {
    id: Value,
    #[serde(default)]
    language: Option<String>,
    expression: String,
    #[serde(default, deserialize_with = "present")]
    input: Option<Value>,
    #[serde(default)]
    bindings: Map<String, Value>,
}

/// Tells `null` from nothing at all.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    serde::Deserialize::deserialize(deserializer).map(Some)
}

fn batch(args: &EvalArgs) -> Outcome {
    let mut wrong = false;
    for (at, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Line>(&line) {
            Ok(line) => say(&answer_line(args, &line).to_string()),
            Err(error) => {
                note(&format!("line {}: {error}", at + 1));
                wrong = true;
            }
        }
    }
    Ok(ExitCode::from(u8::from(wrong) * 2))
}

fn answer_line(args: &EvalArgs, line: &Line) -> Value {
    let language = match line.language.as_deref() {
        None => args.language.unwrap_or_else(|| guess(&line.expression)),
        Some(name) if name.eq_ignore_ascii_case("jsonata") => ExpressionLanguage::Jsonata,
        Some(name) if name.eq_ignore_ascii_case("jsonpath") => ExpressionLanguage::Jsonpath,
        Some(other) => {
            let message = format!("there is no language {other}; it is jsonata or jsonpath");
            return json!({"id": line.id, "error": {"code": "UnknownLanguage", "message": message}});
        }
    };
    // A batch is for judging against the language's own test-suites.
    let dialect = args.dialect.unwrap_or(Dialect::Reference);
    match evaluate(language, dialect, &line.expression, line.input.as_ref(), &line.bindings) {
        Answer::Value { value, definite: None } => json!({"id": line.id, "result": value}),
        Answer::Value { value, definite: Some(definite) } => {
            json!({"id": line.id, "result": value, "definite": definite})
        }
        Answer::Undefined => json!({"id": line.id, "undefined": true}),
        Answer::Error { code, message, definite } => {
            let mut answer = json!({"id": line.id, "error": {"code": code, "message": message}});
            if let Some(definite) = definite {
                answer["definite"] = Value::Bool(definite);
            }
            answer
        }
    }
}

/// A path begins with `$.`, `$[` or `$$`, an intrinsic function with `States.`; most else is JSONata.
fn guess(expression: &str) -> ExpressionLanguage {
    let text = expression.trim();
    let path = ["$.", "$[", "$$.", "$$[", "States."].iter().any(|begin| text.starts_with(begin));
    if path || text == "$" { ExpressionLanguage::Jsonpath } else { ExpressionLanguage::Jsonata }
}

fn evaluate(
    language: ExpressionLanguage,
    dialect: Dialect,
    expression: &str,
    input: Option<&Value>,
    bindings: &Map<String, Value>,
) -> Answer {
    let within = expression.trim().strip_prefix("{%").and_then(|text| text.strip_suffix("%}"));
    // Blanks are left alone: before a path they are a mistake.
    let text = within.unwrap_or(expression);
    match language {
        ExpressionLanguage::Jsonata => jsonata(dialect, text, input, bindings),
        ExpressionLanguage::Jsonpath if text.starts_with("States.") => intrinsic(text, input, bindings),
        ExpressionLanguage::Jsonpath => jsonpath(text, input.unwrap_or(&Value::Null)),
    }
}

fn jsonata(dialect: Dialect, text: &str, input: Option<&Value>, bindings: &Map<String, Value>) -> Answer {
    let parsed = match dialect {
        Dialect::StepFunctions => stateline_jsonata::Expression::parse(text),
        Dialect::Reference => stateline_jsonata::Expression::parse_reference(text),
    };
    let expression = match parsed {
        Ok(expression) => expression,
        Err(error) => return refused(error.code, &error.message),
    };
    let limits = Limits::default();
    let own = Budget {
        steps: limits.jsonata_steps_max,
        depth: limits.jsonata_depth_max,
        bytes: limits.jsonata_bytes_max,
    };
    // The language itself has no limits; what its test-suite does must have room.
    let budget = match dialect {
        Dialect::StepFunctions => own,
        Dialect::Reference => Budget { steps: own.steps * 50, bytes: own.bytes * 100, ..own },
    };
    match expression.evaluate(&Scope::new(input, bindings), budget) {
        Ok(Some(value)) => Answer::Value { value, definite: None },
        Ok(None) => Answer::Undefined,
        Err(EvaluationError::Thrown { code, message }) => refused(&code, &message),
        Err(EvaluationError::Function) => refused("Function", "the expression returned a function"),
        // What the reference raises when a limit that its caller set is hit.
        Err(EvaluationError::Time) => refused("U1001", "Expression evaluation timeout"),
        Err(EvaluationError::Memory) => refused("U1001", "Expression evaluation memory limit exceeded"),
        Err(EvaluationError::Stack) => {
            refused("U1001", "Stack overflow error: Check for non-terminating recursive function")
        }
    }
}

fn jsonpath(text: &str, document: &Value) -> Answer {
    let path = match Path::compile(text) {
        Ok(path) => path,
        Err(error) if text.is_empty() => return refused("IllegalArgumentException", &error.to_string()),
        Err(error) => return refused("InvalidPathException", &error.to_string()),
    };
    match path.read(document) {
        Ok(value) => Answer::Value { value: value.into_owned(), definite: Some(path.is_definite()) },
        Err(error) => {
            let (code, message) = (exception(&error).to_owned(), error.message().to_owned());
            Answer::Error { code, message, definite: Some(path.is_definite()) }
        }
    }
}

/// What Jayway calls a failure: its classes are the names that a corpus has.
fn exception(error: &ReadError) -> &'static str {
    match error {
        ReadError::NotFound { .. } => "PathNotFoundException",
        ReadError::Failed { message } if message.starts_with("Filter: ") => "InvalidPathException",
        ReadError::Failed { message } if message.ends_with("can not be null") => "IllegalArgumentException",
        ReadError::Failed { .. } => "JsonPathException",
    }
}

fn refused(code: &str, message: &str) -> Answer {
    Answer::Error { code: code.to_owned(), message: message.to_owned(), definite: None }
}

fn intrinsic(text: &str, input: Option<&Value>, bindings: &Map<String, Value>) -> Answer {
    let expression = match stateline_jsonpath::Expression::compile(text) {
        Ok(expression) => expression,
        Err(error) => return refused("InvalidPathException", &error.to_string()),
    };
    match expression.evaluate(&Scope::new(input, bindings)) {
        Ok(value) => Answer::Value { value, definite: None },
        Err(error) => refused("States.IntrinsicFailure", &error.to_string()),
    }
}

/// What an expression sees here: the input, the bindings, the machine's time and chance.
struct Scope<'a> {
    input: Option<&'a Value>,
    bindings: &'a Map<String, Value>,
    rng: Cell<Rng>,
    now: i64,
}

impl<'a> Scope<'a> {
    fn new(input: Option<&'a Value>, bindings: &'a Map<String, Value>) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        Scope { input, bindings, rng: Cell::new(Rng::new(u64::from(since.subsec_nanos()))), now }
    }

    fn draw(&self) -> u64 {
        let mut rng = self.rng.get();
        let drawn = rng.next_u64();
        self.rng.set(rng);
        drawn
    }
}

impl stateline_jsonata::Scope for Scope<'_> {
    fn input(&self) -> Option<&Value> {
        self.input
    }

    fn variable(&self, name: &str) -> Option<Bound<'_>> {
        self.bindings.get(name).map(Bound::Value)
    }

    fn random(&self) -> u64 {
        self.draw()
    }

    fn now_millis(&self) -> i64 {
        self.now
    }
}

impl stateline_jsonpath::Scope for Scope<'_> {
    fn input(&self) -> &Value {
        self.input.unwrap_or(&Value::Null)
    }

    /// `--bindings '{"context": …}'` is the Context object.
    fn context(&self) -> &Value {
        self.bindings.get("context").unwrap_or(&Value::Null)
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.bindings.get(name)
    }

    fn random(&self) -> u64 {
        self.draw()
    }
}

fn parse(text: &str) -> Result<Value, CommandError> {
    serde_json::from_str(text).map_err(|error| failed(&error))
}

fn object(value: Value) -> Result<Map<String, Value>, CommandError> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(CommandError::Usage("--bindings is a JSON object of names and values".into())),
    }
}

fn failed(error: &serde_json::Error) -> CommandError {
    CommandError::Failed(error.to_string())
}
