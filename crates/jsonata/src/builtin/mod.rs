//! The built-in functions.
//!
//! One table with what jsonata.js knows of each function: its name, its signature,
//! and how many arguments it takes when it is called back. Arguments were checked
//! against the signature before a function runs; any of them may still be undefined.

mod array;
mod extra;
mod general;
mod higher_order;
mod matching;
mod numeric;
mod object;
mod textual;
mod time;

pub(crate) use general::clone_value;
pub(crate) use matching::{search, search_on};

use crate::error::Outcome;
use crate::evaluate::{Dialect, Evaluator, Frame, Function};
use crate::syntax::Signature;
use crate::value::{Text, Value};
use std::rc::Rc;
use std::sync::LazyLock;

/// What a function does.
type Run = for<'e, 'r, 'v> fn(&'e Evaluator<'v>, &mut Args<'r, 'v>) -> Outcome<Value<'v>>;

/// A built-in function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Native {
    pub(crate) name: &'static str,
    signature: &'static str,
    pub(crate) arity: usize,
    pub(crate) run: Run,
    place: Place,
}

/// Where a function exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Everywhere,
    /// Not in Step Functions.
    Reference,
    /// Added, or replaced, by Step Functions.
    StepFunctions,
}

const fn native(name: &'static str, signature: &'static str, arity: usize, run: Run) -> Native {
    Native { name, signature, arity, run, place: Place::Everywhere }
}

const fn only(place: Place, native: Native) -> Native {
    Native { place, ..native }
}

/// All functions, by name.
static NATIVES: [Native; 71] = [
    native("abs", "<n-:n>", 1, numeric::abs),
    native("append", "<xx:a>", 2, array::append),
    native("assert", "<bs?:x>", 2, general::assert),
    native("average", "<a<n>:n>", 1, numeric::average),
    native("base64decode", "<s-:s>", 1, textual::base64_decode),
    native("base64encode", "<s-:s>", 1, textual::base64_encode),
    native("boolean", "<x-:b>", 1, general::boolean),
    native("ceil", "<n-:n>", 1, numeric::ceil),
    native("clone", "<(oa)-:o>", 1, general::clone),
    native("contains", "<s-(sf):b>", 2, matching::contains),
    native("count", "<a:n>", 1, array::count),
    native("decodeUrl", "<s-:s>", 1, textual::decode_url),
    native("decodeUrlComponent", "<s-:s>", 1, textual::decode_url_component),
    native("distinct", "<x:x>", 1, array::distinct),
    native("each", "<o-f:a>", 2, higher_order::each),
    native("encodeUrl", "<s-:s>", 1, textual::encode_url),
    native("encodeUrlComponent", "<s-:s>", 1, textual::encode_url_component),
    native("error", "<s?:x>", 1, general::error),
    only(Place::Reference, native("eval", "<sx?:x>", 2, general::eval)),
    native("exists", "<x:b>", 1, general::exists),
    native("filter", "<af>", 2, higher_order::filter),
    native("floor", "<n-:n>", 1, numeric::floor),
    native("formatBase", "<n-n?:s>", 2, numeric::format_base),
    native("formatInteger", "<n-s:s>", 2, numeric::format_integer),
    native("formatNumber", "<n-so?:s>", 3, numeric::format_number),
    native("fromMillis", "<n-s?s?:s>", 3, time::from_millis),
    only(Place::StepFunctions, native("hash", "<ss:s>", 2, extra::hash)),
    native("join", "<a<s>s?:s>", 2, textual::join),
    native("keys", "<x-:a<s>>", 1, object::keys),
    native("length", "<s-:n>", 1, textual::length),
    native("lookup", "<x-s:x>", 2, object::lookup),
    native("lowercase", "<s-:s>", 1, textual::lowercase),
    native("map", "<af>", 2, higher_order::map),
    native("match", "<s-f<s:o>n?:a<o>>", 3, matching::matches),
    native("max", "<a<n>:n>", 1, numeric::max),
    native("merge", "<a<o>:o>", 1, object::merge),
    native("millis", "<:n>", 0, time::millis),
    native("min", "<a<n>:n>", 1, numeric::min),
    native("not", "<x-:b>", 1, general::not),
    native("now", "<s?s?:s>", 2, time::now),
    native("number", "<(nsb)-:n>", 1, numeric::number),
    native("pad", "<s-ns?:s>", 3, textual::pad),
    only(Place::StepFunctions, native("parse", "<s:x>", 1, extra::parse)),
    native("parseInteger", "<s-s:n>", 2, numeric::parse_integer),
    only(Place::StepFunctions, native("partition", "<an:a<a>>", 2, extra::partition)),
    native("power", "<n-n:n>", 2, numeric::power),
    only(Place::StepFunctions, native("random", "<n?:n>", 1, extra::random)),
    only(Place::Reference, native("random", "<:n>", 0, extra::random)),
    only(Place::StepFunctions, native("range", "<nnn:a<n>>", 3, extra::range)),
    native("reduce", "<afj?:j>", 3, higher_order::reduce),
    native("replace", "<s-(sf)(sf)n?:s>", 4, matching::replace),
    native("reverse", "<a:a>", 1, array::reverse),
    native("round", "<n-n?:n>", 2, numeric::round),
    native("shuffle", "<a:a>", 1, array::shuffle),
    native("sift", "<o-f?:o>", 2, higher_order::sift),
    native("single", "<af?>", 2, higher_order::single),
    native("sort", "<af?:a>", 2, higher_order::sort),
    native("split", "<s-(sf)n?:a<s>>", 3, matching::split),
    native("spread", "<x-:a<o>>", 1, object::spread),
    native("sqrt", "<n-:n>", 1, numeric::sqrt),
    native("string", "<x-b?:s>", 1, textual::string),
    native("substring", "<s-nn?:s>", 3, textual::substring),
    native("substringAfter", "<s-s:s>", 2, textual::substring_after),
    native("substringBefore", "<s-s:s>", 2, textual::substring_before),
    native("sum", "<a<n>:n>", 1, numeric::sum),
    native("toMillis", "<s-s?:n>", 2, time::to_millis),
    native("trim", "<s-:s>", 1, textual::trim),
    native("type", "<x:s>", 1, general::type_name),
    native("uppercase", "<s-:s>", 1, textual::uppercase),
    only(Place::StepFunctions, native("uuid", "<:s>", 0, extra::uuid)),
    native("zip", "<a+>", 0, array::zip),
];

/// The signatures, in the order of the table.
static SIGNATURES: LazyLock<Vec<Option<Signature>>> =
    LazyLock::new(|| NATIVES.iter().map(|native| Signature::parse(native.signature, 0).ok()).collect());

/// The function of a name.
pub(crate) fn find(name: &str, dialect: Dialect) -> Option<&'static Native> {
    let elsewhere = match dialect {
        Dialect::StepFunctions => Place::Reference,
        Dialect::Reference => Place::StepFunctions,
    };
    NATIVES.iter().find(|native| native.name == name && native.place != elsewhere)
}

/// A function that expressions may call, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Without the `$`.
    pub name: &'static str,
    /// What it takes and gives, as JSONata writes it: `<s-n:s>`.
    pub signature: &'static str,
}

/// Every function of Step Functions' dialect, by name.
pub fn functions() -> impl Iterator<Item = BuiltIn> {
    let here = NATIVES.iter().filter(|native| native.place != Place::Reference);
    here.map(|native| BuiltIn { name: native.name, signature: native.signature })
}

/// The signature of a function.
pub(crate) fn signature(native: &'static Native) -> Option<&'static Signature> {
    let index = NATIVES.iter().position(|known| std::ptr::eq(known, native))?;
    SIGNATURES.get(index)?.as_ref()
}

/// The arguments of a call, with where it was made.
pub(crate) struct Args<'r, 'v> {
    values: Vec<Value<'v>>,
    /// The context value.
    input: &'r Value<'v>,
    frame: &'r Rc<Frame<'v>>,
}

impl<'r, 'v> Args<'r, 'v> {
    pub(crate) fn new(values: Vec<Value<'v>>, input: &'r Value<'v>, frame: &'r Rc<Frame<'v>>) -> Self {
        Args { values, input, frame }
    }

    /// The argument, undefined if there is none.
    fn take(&mut self, index: usize) -> Value<'v> {
        self.values.get_mut(index).map(std::mem::take).unwrap_or_default()
    }

    fn get(&self, index: usize) -> &Value<'v> {
        self.values.get(index).unwrap_or(&Value::Undefined)
    }

    fn number(&self, index: usize) -> Option<f64> {
        match self.get(index) {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn text(&self, index: usize) -> Option<&str> {
        self.get(index).as_str()
    }

    fn shared_text(&self, index: usize) -> Option<Text<'v>> {
        match self.get(index) {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn function(&self, index: usize) -> Option<Rc<Function<'v>>> {
        match self.get(index) {
            Value::Function(function) => Some(Rc::clone(function)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signature_is_one() {
        for (native, signature) in NATIVES.iter().zip(SIGNATURES.iter()) {
            assert!(signature.is_some(), "{}", native.name);
        }
    }
}
