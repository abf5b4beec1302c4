//! JavaScript's grammar of patterns without the flag `u`, its Annex B included:
//! a pattern's text to a tree.

use super::set::{DIGITS, Ranges, SPACE, Set, WORD};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

/// How deep groups may stand in each other: without optimisation, 64 take less than
/// 256 KiB of stack to parse, compile and run.
const DEPTH_MAX: usize = 64;
/// How long a pattern may be, in UTF-16 units.
const UNITS_MAX: usize = 1 << 16;
/// The text that V8 has for both.
const TOO_LARGE: &str = "Regular expression too large";

/// What one UTF-16 unit must be.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// This one; folded, where the pattern ignores case.
    Unit(u16),
    /// Anything but the end of a line.
    NoLineEnd,
    Set(Set),
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    Test(Test),
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
    /// Capturing parentheses; the first have index 1.
    Group(Box<Node>, usize),
    Repeat(Box<Repeat>),
    Look {
        node: Box<Node>,
        ahead: bool,
        negated: bool,
    },
    /// What the group of this index has captured.
    Captured(usize),
    LineStart,
    LineEnd,
    /// `\b`, or `\B` if not.
    WordEdge(bool),
}

#[derive(Clone, Debug)]
pub(super) struct Repeat {
    pub(super) node: Node,
    pub(super) min: u32,
    /// `u32::MAX` stands for no end.
    pub(super) max: u32,
    pub(super) greedy: bool,
    /// The capturing parentheses inside.
    pub(super) groups: Range<usize>,
}

#[derive(Debug)]
pub(super) struct Tree {
    pub(super) root: Node,
    pub(super) groups: usize,
    /// Something refers back to a group.
    pub(super) refers: bool,
}

/// # Errors
/// What is wrong, in V8's words.
pub(super) fn parse(source: &str, fold: bool) -> Result<Tree, &'static str> {
    let units: Vec<u16> = source.encode_utf16().take(UNITS_MAX + 1).collect();
    if units.len() > UNITS_MAX {
        return Err(TOO_LARGE);
    }
    let (groups, names, has_duplicate) = count_groups(&units);
    let mut parser = Parser { units: &units, at: 0, fold, groups, names, opened: 0, depth: 0, refers: false };
    let root = parser.choice()?;
    if parser.at < units.len() {
        return Err("Unmatched ')'");
    }
    if has_duplicate {
        return Err("Duplicate capture group name");
    }
    Ok(Tree { root, groups, refers: parser.refers })
}

/// The groups with a name, by name.
type Names = BTreeMap<Vec<u16>, usize>;

/// The number of capturing groups, the names among them, and whether two have one;
/// `\2` means a group only if there are two, wherever they stand.
fn count_groups(units: &[u16]) -> (usize, Names, bool) {
    let mut count = 0;
    let mut names = BTreeMap::new();
    let mut has_duplicate = false;
    let mut in_class = false;
    let mut at = 0;
    while let Some(unit) = units.get(at) {
        at += 1;
        match ascii(*unit) {
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'(' if !in_class => {
                let next = |offset: usize| units.get(at + offset).map_or(0, |unit| ascii(*unit));
                if next(0) != b'?' {
                    count += 1;
                } else if next(1) == b'<' && !matches!(next(2), b'=' | b'!') {
                    count += 1;
                    let name = units[at + 2..].iter().take_while(|unit| **unit != u16::from(b'>'));
                    match names.entry(name.copied().collect()) {
                        Entry::Vacant(entry) => _ = entry.insert(count),
                        Entry::Occupied(_) => has_duplicate = true,
                    }
                }
            }
            _ => {}
        }
    }
    (count, names, has_duplicate)
}

/// The unit as an ASCII character, 0 for what is none.
fn ascii(unit: u16) -> u8 {
    u8::try_from(unit).ok().filter(u8::is_ascii).unwrap_or(0)
}

struct Parser<'p> {
    units: &'p [u16],
    at: usize,
    fold: bool,
    groups: usize,
    names: Names,
    /// Capturing groups opened so far.
    opened: usize,
    depth: usize,
    refers: bool,
}

impl Parser<'_> {
    /// The unit `offset` behind the next one, 0 for what is not ASCII or not there.
    fn peek(&self, offset: usize) -> u8 {
        self.units.get(self.at + offset).map_or(0, |unit| ascii(*unit))
    }

    fn take(&mut self, expected: &str) -> bool {
        let found = expected.bytes().enumerate().all(|(offset, byte)| self.peek(offset) == byte);
        self.at += if found { expected.len() } else { 0 };
        found
    }

    fn choice(&mut self) -> Result<Node, &'static str> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(TOO_LARGE);
        }
        let mut options = vec![self.sequence()?];
        while self.take("|") {
            options.push(self.sequence()?);
        }
        self.depth -= 1;
        Ok(if options.len() == 1 { options.remove(0) } else { Node::Choice(options) })
    }

    fn sequence(&mut self) -> Result<Node, &'static str> {
        let mut terms = Vec::new();
        while self.at < self.units.len() && !matches!(self.peek(0), b'|' | b')') {
            let opened = self.opened;
            let (node, quantifiable) = self.term()?;
            let groups = opened + 1..self.opened + 1;
            terms.push(if quantifiable { self.repeated(node, groups)? } else { node });
        }
        Ok(if terms.len() == 1 { terms.remove(0) } else { Node::Sequence(terms) })
    }

    /// One term, and whether a quantifier may follow.
    fn term(&mut self) -> Result<(Node, bool), &'static str> {
        let unit = self.units[self.at];
        let node = match ascii(unit) {
            b'^' => (Node::LineStart, false),
            b'$' => (Node::LineEnd, false),
            b'(' => return self.group(),
            b'[' => return Ok((self.class()?, true)),
            b'\\' => return self.escape(),
            b'*' | b'+' | b'?' => return Err("Nothing to repeat"),
            b'{' if self.quantifier().is_some() => return Err("Nothing to repeat"),
            b'.' => (Node::Test(Test::NoLineEnd), true),
            _ => (self.unit(unit), true),
        };
        self.at += 1;
        Ok(node)
    }

    fn unit(&self, unit: u16) -> Node {
        Node::Test(Test::Unit(if self.fold { super::set::fold(unit) } else { unit }))
    }

    fn group(&mut self) -> Result<(Node, bool), &'static str> {
        self.at += 1;
        let close = |parser: &mut Self| {
            let node = parser.choice()?;
            if parser.take(")") { Ok(Box::new(node)) } else { Err("Unterminated group") }
        };
        for (opening, ahead, negated) in
            [("?=", true, false), ("?!", true, true), ("?<=", false, false), ("?<!", false, true)]
        {
            if self.take(opening) {
                let node = close(self)?;
                if !ahead && (matches!(self.peek(0), b'*' | b'+' | b'?') || self.quantifier().is_some()) {
                    return Err("Invalid quantifier");
                }
                return Ok((Node::Look { node, ahead, negated }, ahead));
            }
        }
        if self.take("?:") {
            return Ok((*close(self)?, true));
        }
        if self.take("?<") {
            self.group_name("Invalid capture group name")?;
        } else if self.peek(0) == b'?' {
            return Err("Invalid group");
        }
        self.opened += 1;
        let index = self.opened;
        Ok((Node::Group(close(self)?, index), true))
    }

    /// A name and its `>`.
    fn group_name(&mut self, problem: &'static str) -> Result<Vec<u16>, &'static str> {
        let name: Vec<u16> =
            self.units[self.at..].iter().copied().take_while(|unit| *unit != u16::from(b'>')).collect();
        self.at += name.len();
        let text = String::from_utf16(&name).map_err(|_| problem)?;
        let starts = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '$' | '_'));
        let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '$' | '_' | '\u{200c}' | '\u{200d}');
        if starts && text.chars().all(goes_on) && self.take(">") { Ok(name) } else { Err(problem) }
    }

    /// Puts the quantifier that follows, if one does, around the node.
    fn repeated(&mut self, node: Node, groups: Range<usize>) -> Result<Node, &'static str> {
        let (min, max, length) = match self.peek(0) {
            b'*' => (0, u32::MAX, 1),
            b'+' => (1, u32::MAX, 1),
            b'?' => (0, 1, 1),
            b'{' => match self.quantifier() {
                Some(found) => found,
                None => return Ok(node),
            },
            _ => return Ok(node),
        };
        self.at += length;
        if min > max {
            return Err("numbers out of order in {} quantifier");
        }
        let greedy = !self.take("?");
        Ok(Node::Repeat(Box::new(Repeat { node, min, max, greedy, groups })))
    }

    /// `{2}`, `{2,}` or `{2,5}` at this place: least, most, and its length. Other
    /// braces are characters like any others.
    fn quantifier(&self) -> Option<(u32, u32, usize)> {
        if self.peek(0) != b'{' {
            return None;
        }
        let number = |from: usize| {
            let mut end = from;
            let mut value: u32 = 0;
            while self.peek(end).is_ascii_digit() {
                value = value.saturating_mul(10).saturating_add(u32::from(self.peek(end) - b'0'));
                end += 1;
            }
            (end > from).then_some((value, end))
        };
        let (min, end) = number(1)?;
        match (self.peek(end), self.peek(end + 1)) {
            (b'}', _) => Some((min, min, end + 1)),
            (b',', b'}') => Some((min, u32::MAX, end + 2)),
            (b',', _) => {
                let (max, end) = number(end + 1)?;
                (self.peek(end) == b'}').then_some((min, max, end + 1))
            }
            _ => None,
        }
    }

    /// What a backslash outside a class begins.
    fn escape(&mut self) -> Result<(Node, bool), &'static str> {
        let next = self.peek(1);
        if let b'b' | b'B' = next {
            self.at += 2;
            return Ok((Node::WordEdge(next == b'b'), false));
        }
        if let Some((class, outside)) = class_escape(next) {
            self.at += 2;
            let mut ranges = Ranges::default();
            ranges.add_class(class, outside);
            return Ok((Node::Test(Test::Set(ranges.into_set(false, self.fold))), true));
        }
        if let b'1'..=b'9' = next
            && let Some(group) = self.back_reference()
        {
            self.refers = true;
            return Ok((Node::Captured(group), true));
        }
        if next == b'k' && !self.names.is_empty() {
            self.at += 2;
            if !self.take("<") {
                return Err("Invalid named reference");
            }
            let name = self.group_name("Invalid named reference")?;
            let group = self.names.get(&name).ok_or("Invalid named capture referenced")?;
            self.refers = true;
            return Ok((Node::Captured(*group), true));
        }
        let unit = self.character_escape(false)?;
        Ok((self.unit(unit), true))
    }

    /// `\12`, if there are as many groups.
    fn back_reference(&mut self) -> Option<usize> {
        let mut group = 0usize;
        let mut length = 1;
        while self.peek(length).is_ascii_digit() {
            group = group.saturating_mul(10).saturating_add(usize::from(self.peek(length) - b'0'));
            length += 1;
        }
        if group > self.groups {
            return None;
        }
        self.at += length;
        Some(group)
    }

    /// An escape that stands for one unit.
    fn character_escape(&mut self, in_class: bool) -> Result<u16, &'static str> {
        let Some(next) = self.units.get(self.at + 1).copied() else { return Err("\\ at end of pattern") };
        let (unit, length) = match ascii(next) {
            b't' => (0x09, 2),
            b'n' => (0x0a, 2),
            b'v' => (0x0b, 2),
            b'f' => (0x0c, 2),
            b'r' => (0x0d, 2),
            b'b' if in_class => (0x08, 2),
            b'c' => match self.peek(2) {
                letter if letter.is_ascii_alphabetic() => (u16::from(letter & 31), 3),
                other if in_class && (other == b'_' || other.is_ascii_digit()) => (u16::from(other & 31), 3),
                // The backslash stands for itself.
                _ => (u16::from(b'\\'), 1),
            },
            b'x' => self.hex(2).map_or((next, 2), |unit| (unit, 4)),
            b'u' => self.hex(4).map_or((next, 2), |unit| (unit, 6)),
            b'0'..=b'7' => self.octal(),
            _ => (next, 2),
        };
        self.at += length;
        Ok(unit)
    }

    /// So many hexadecimal digits behind `\x` or `\u`.
    fn hex(&self, digits: usize) -> Option<u16> {
        (2..2 + digits).try_fold(0, |value, offset| {
            let digit = char::from(self.peek(offset)).to_digit(16)?;
            u16::try_from(u32::from(value) << 4 | digit).ok()
        })
    }

    /// Up to three octal digits, up to 255, with the length of the escape.
    fn octal(&self) -> (u16, usize) {
        let mut value = 0;
        let mut length = 1;
        while let digit @ b'0'..=b'7' = self.peek(length)
            && length <= 3
            && value * 8 + u16::from(digit - b'0') <= 255
        {
            value = value * 8 + u16::from(digit - b'0');
            length += 1;
        }
        (value, length)
    }

    fn class(&mut self) -> Result<Node, &'static str> {
        self.at += 1;
        let negated = self.take("^");
        let mut ranges = Ranges::default();
        loop {
            if self.at >= self.units.len() {
                return Err("Unterminated character class");
            }
            if self.take("]") {
                let set = ranges.into_set(negated, self.fold);
                return Ok(Node::Test(Test::Set(set)));
            }
            let first = self.class_atom(&mut ranges)?;
            if self.peek(0) != b'-' || self.peek(1) == b']' || self.at + 1 >= self.units.len() {
                ranges.add_unit(first);
                continue;
            }
            self.at += 1;
            let last = self.class_atom(&mut ranges)?;
            match (first, last) {
                (Some(first), Some(last)) if first > last => {
                    return Err("Range out of order in character class");
                }
                (Some(first), Some(last)) => ranges.add(first, last),
                // A range to or from a class such as \d is its two ends and a dash.
                _ => {
                    ranges.add_unit(Some(u16::from(b'-')));
                    ranges.add_unit(first);
                    ranges.add_unit(last);
                }
            }
        }
    }

    /// One member: its unit, or `None` for a class such as `\d`, which is added.
    fn class_atom(&mut self, ranges: &mut Ranges) -> Result<Option<u16>, &'static str> {
        let Some(unit) = self.units.get(self.at).copied() else { return Err("Unterminated character class") };
        if ascii(unit) != b'\\' {
            self.at += 1;
            return Ok(Some(unit));
        }
        if let Some((class, outside)) = class_escape(self.peek(1)) {
            self.at += 2;
            ranges.add_class(class, outside);
            return Ok(None);
        }
        self.character_escape(true).map(Some)
    }
}

impl Ranges {
    fn add_unit(&mut self, unit: Option<u16>) {
        if let Some(unit) = unit {
            self.add(unit, unit);
        }
    }
}

/// What `\d` and its like stand for, and whether their opposite is meant.
fn class_escape(letter: u8) -> Option<(&'static [(u16, u16)], bool)> {
    Some(match letter {
        b'd' => (DIGITS, false),
        b'D' => (DIGITS, true),
        b'w' => (WORD, false),
        b'W' => (WORD, true),
        b's' => (SPACE, false),
        b'S' => (SPACE, true),
        _ => return None,
    })
}
