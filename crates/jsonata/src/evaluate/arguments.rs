//! Arguments against signatures.
//!
//! jsonata.js makes a regular expression of a signature and matches it with a text
//! of one letter for each argument. The same matching is done here directly, with
//! its results where arguments could belong to several parameters.

use super::Evaluator;
use crate::error::{Outcome, Problem};
use crate::syntax::{Param, Signature};
use crate::text::json_text;
use crate::value::{Array, Value};

/// The letter of a value's type.
fn letter(value: &Value<'_>) -> char {
    match value {
        Value::Undefined => 'm',
        Value::Null => 'l',
        Value::Bool(_) => 'b',
        Value::Number(_) => 'n',
        Value::Text(_) => 's',
        Value::Array(_) | Value::JsonArray(_) | Value::Tuples(_) => 'a',
        Value::Object(_) | Value::JsonObject(_) | Value::Members(_) => 'o',
        Value::Function(_) => 'f',
    }
}

impl<'v> Evaluator<'v> {
    /// The arguments as the function takes them: single values wrapped where an array
    /// is wanted, and the context value where an argument is left out.
    ///
    /// # Errors
    /// `T0410`, `T0411`, `T0412`.
    pub(crate) fn check_arguments(
        &self,
        signature: &Signature,
        mut arguments: Vec<Value<'v>>,
        context: &Value<'v>,
    ) -> Outcome<Vec<Value<'v>>> {
        self.meter.step(arguments.len() as u64)?;
        let letters: Vec<char> = arguments.iter().map(letter).collect();
        let params = &signature.params;
        // The common case: one argument for each parameter.
        let direct = letters.len() == params.len()
            && params.iter().zip(&letters).all(|(param, letter)| param.types.has(*letter) && !param.lazy);
        if direct {
            for (index, param) in params.iter().enumerate().filter(|(_, param)| param.is_array) {
                let own = letters.get(index..=index).unwrap_or_default();
                let array = self.array_argument(param, arguments.get(index), own, index)?;
                if let Some(argument) = arguments.get_mut(index) {
                    *argument = array;
                }
            }
            return Ok(arguments);
        }
        match Matcher::new(params, &letters).whole() {
            Some(lengths) => self.distribute(params, &lengths, &letters, &arguments, context),
            None => mismatch(params, &letters),
        }
    }

    /// The arguments by the number of them that goes to each parameter.
    fn distribute(
        &self,
        params: &[Param],
        lengths: &[usize],
        letters: &[char],
        arguments: &[Value<'v>],
        context: &Value<'v>,
    ) -> Outcome<Vec<Value<'v>>> {
        let mut checked = Vec::with_capacity(params.len());
        let mut index = 0;
        for (param, length) in params.iter().zip(lengths.iter().copied()) {
            if length == 0 {
                if param.context {
                    if !param.types.has(letter(context)) {
                        return Problem::new("T0411").index(index + 1).raise();
                    }
                    checked.push(context.clone());
                } else {
                    // jsonata.js passes what stands here, though it belongs to the next.
                    checked.push(arguments.get(index).cloned().unwrap_or_default());
                    index += 1;
                }
                continue;
            }
            let first = index;
            for _ in 0..length {
                let value = if param.is_array {
                    let whole = letters.get(first..first + length).unwrap_or_default();
                    self.array_argument(param, arguments.get(index), whole, index)?
                } else {
                    // Of several arguments jsonata.js takes the first, again and again.
                    arguments.get(first).cloned().unwrap_or_default()
                };
                checked.push(value);
                index += 1;
            }
        }
        Ok(checked)
    }

    fn array_argument(
        &self,
        param: &Param,
        argument: Option<&Value<'v>>,
        letters: &[char],
        index: usize,
    ) -> Outcome<Value<'v>> {
        let Some(argument) = argument.filter(|argument| !argument.is_undefined()) else {
            return Ok(Value::Undefined);
        };
        let items = argument.as_array();
        if let Some(subtype) = &param.subtype {
            let fits = match items {
                None => letters.iter().copied().eq(subtype.chars()),
                Some(items) if items.len() == 0 => true,
                Some(items) => {
                    self.meter.step(items.len() as u64)?;
                    let wanted = subtype.chars().next();
                    items.iter().all(|item| Some(letter(&item)) == wanted)
                }
            };
            if !fits {
                return wrong_elements(subtype, index);
            }
        }
        if items.is_some() {
            return Ok(argument.clone());
        }
        let mut array = Array::plain(&self.meter);
        array.push(argument.clone())?;
        Ok(array.into_value())
    }
}

fn wrong_elements<T>(subtype: &str, index: usize) -> Outcome<T> {
    let plural = match subtype {
        "a" => "arrays",
        "b" => "booleans",
        "f" => "functions",
        "n" => "numbers",
        "o" => "objects",
        "s" => "strings",
        _ => return Problem::new("T0412").index(index + 1).raise(),
    };
    Problem::new("T0412").index(index + 1).value(json_text(plural)).raise()
}

/// The error names the first argument that the parameters so far do not cover.
fn mismatch<T>(params: &[Param], letters: &[char]) -> Outcome<T> {
    let mut good = 0;
    for count in 1..=params.len() {
        match Matcher::new(params.get(..count).unwrap_or_default(), letters).beginning() {
            Some(lengths) => good = lengths.iter().sum(),
            None => break,
        }
    }
    Problem::new("T0410").index(good + 1).raise()
}

/// Distributes letters over parameters: as many as possible to each, or as few as
/// possible to those that are lazy, and back again where that does not work out.
struct Matcher<'m> {
    params: &'m [Param],
    letters: &'m [char],
    /// Where the rest was found not to fit, by parameter and letter.
    dead: Vec<bool>,
}

impl Matcher<'_> {
    fn new<'m>(params: &'m [Param], letters: &'m [char]) -> Matcher<'m> {
        let dead = vec![false; (params.len() + 1) * (letters.len() + 1)];
        Matcher { params, letters, dead }
    }

    /// How many letters go to each parameter if all are used up.
    fn whole(mut self) -> Option<Vec<usize>> {
        self.solve(true)
    }

    /// The same if letters may be left over.
    fn beginning(mut self) -> Option<Vec<usize>> {
        self.solve(false)
    }

    /// A search without recursion: signatures come from expressions and may be long.
    fn solve(&mut self, to_end: bool) -> Option<Vec<usize>> {
        // For each parameter so far: where it begins and which lengths are left to try.
        let mut tried: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut chosen: Vec<usize> = Vec::new();
        let mut position = 0;
        loop {
            let index = chosen.len();
            if index == self.params.len() && (!to_end || position == self.letters.len()) {
                return Some(chosen);
            }
            let place = index * (self.letters.len() + 1) + position;
            let mut lengths = match self.params.get(index) {
                Some(param) if !self.dead.get(place).copied().unwrap_or(true) => {
                    self.lengths(param, position)
                }
                _ => Vec::new(),
            };
            let mut next = lengths.pop();
            if next.is_some() {
                tried.push((position, lengths));
            } else if let Some(dead) = self.dead.get_mut(place) {
                *dead = true;
            }
            while next.is_none() {
                let (start, lengths) = tried.last_mut()?;
                chosen.pop();
                position = *start;
                next = lengths.pop();
                if next.is_none() {
                    let place = (tried.len() - 1) * (self.letters.len() + 1) + position;
                    if let Some(dead) = self.dead.get_mut(place) {
                        *dead = true;
                    }
                    tried.pop();
                }
            }
            let length = next?;
            chosen.push(length);
            position += length;
        }
    }

    /// The lengths that a parameter could have at a place, the best one last.
    fn lengths(&self, param: &Param, position: usize) -> Vec<usize> {
        let rest = self.letters.get(position..).unwrap_or_default();
        let fitting = rest.iter().take_while(|letter| param.types.has(**letter)).count();
        let most = if param.many { fitting } else { fitting.min(1) };
        let least = usize::from(!param.optional);
        let mut lengths: Vec<usize> = (least..=most).collect();
        if param.lazy {
            lengths.reverse();
        }
        lengths
    }
}
