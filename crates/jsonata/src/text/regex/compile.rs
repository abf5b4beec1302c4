//! A pattern's tree to the program that a search runs, in proportion to its size:
//! counted loops count while they run, they are never written out.

use super::parse::{Node, Repeat, Test, Tree};
use super::set::is_line_end;

#[derive(Debug)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    /// Captures come first: start and end of the match, of group 1, and so on.
    /// Behind them each loop has its count and the place where its round began.
    pub(super) slots: usize,
    pub(super) groups: usize,
    pub(super) fold: bool,
    /// `^` and `$` see the ends of lines.
    pub(super) lines: bool,
    pub(super) opening: Opening,
}

/// What a match must begin with, so that a search may pass over other places.
#[derive(Debug)]
pub(super) enum Opening {
    Any,
    /// The start of the text.
    TextStart,
    /// As much as there is of a line: what fails at one place of it, fails at the
    /// places behind too.
    LineRest,
    /// This text, of whole characters.
    Text(String),
    Test(Test),
}

/// `back` marks what stands in a look-behind, where matching goes backwards.
#[derive(Debug)]
pub(super) enum Step {
    Match,
    Test {
        test: Test,
        back: bool,
    },
    /// A loop whose body is one unit: no round needs to be remembered.
    Run {
        test: Test,
        min: u32,
        max: u32,
        greedy: bool,
        back: bool,
    },
    /// Goes on, and comes back to try from there.
    Split(usize),
    Jump(usize),
    Save(usize),
    Captured {
        group: usize,
        back: bool,
    },
    LineStart,
    LineEnd,
    WordEdge(bool),
    /// Sets the loop's count to 0.
    LoopStart(usize),
    /// Decides whether another round begins, at the next step, or the loop ends.
    LoopTest {
        slot: usize,
        min: u32,
        max: u32,
        greedy: bool,
        exit: usize,
    },
    /// Remembers where the round begins, and forgets what it captured before.
    LoopRound {
        slot: usize,
        forget: std::ops::Range<usize>,
    },
    /// Counts the round; one that took nothing must not have been needless.
    LoopEnd {
        slot: usize,
        min: u32,
        test: usize,
    },
    /// Tries the steps up to the next [`Step::LookEnd`], and goes on at `exit`.
    Look {
        negated: bool,
        exit: usize,
    },
    LookEnd,
}

pub(super) fn compile(tree: &Tree, fold: bool, lines: bool) -> Program {
    let mut compiler = Compiler { steps: Vec::new(), slots: 2 * (tree.groups + 1) };
    compiler.add(&tree.root, false);
    compiler.steps.push(Step::Match);
    Program {
        steps: compiler.steps,
        slots: compiler.slots,
        groups: tree.groups,
        fold,
        lines,
        opening: opening(tree, fold, lines),
    }
}

fn opening(tree: &Tree, fold: bool, lines: bool) -> Opening {
    let mut text = Vec::new();
    let terms = match &tree.root {
        Node::Sequence(terms) => terms.as_slice(),
        other => std::slice::from_ref(other),
    };
    if let (Some(Node::LineStart), false) = (terms.first(), lines) {
        return Opening::TextStart;
    }
    if begins_with_line_rest(&tree.root, tree.refers) {
        return Opening::LineRest;
    }
    for term in terms {
        match term {
            Node::Test(Test::Unit(unit)) if !fold => text.push(*unit),
            _ => break,
        }
    }
    match String::from_utf16(&text) {
        Ok(text) if !text.is_empty() => Opening::Text(text),
        _ => terms.first().and_then(first_test).map_or(Opening::Any, Opening::Test),
    }
}

/// Whether the node begins with `.*`; not where a group holds it to which something
/// refers back, because then it matters how much the group took.
fn begins_with_line_rest(node: &Node, refers: bool) -> bool {
    match node {
        Node::Repeat(repeat) => {
            matches!(repeat.node, Node::Test(Test::NoLineEnd)) && (repeat.min, repeat.max) == (0, u32::MAX)
        }
        Node::Sequence(terms) => terms.first().is_some_and(|term| begins_with_line_rest(term, refers)),
        Node::Group(node, _) => !refers && begins_with_line_rest(node, refers),
        _ => false,
    }
}

/// What the first unit of every match passes.
fn first_test(node: &Node) -> Option<Test> {
    match node {
        Node::Test(test) => Some(test.clone()),
        Node::Group(node, _) => first_test(node),
        Node::Repeat(repeat) if repeat.min > 0 => first_test(&repeat.node),
        Node::Sequence(terms) => terms.first().and_then(first_test),
        _ => None,
    }
}

struct Compiler {
    steps: Vec<Step>,
    slots: usize,
}

impl Compiler {
    fn add(&mut self, node: &Node, back: bool) {
        match node {
            Node::Test(test) => self.steps.push(Step::Test { test: test.clone(), back }),
            Node::Sequence(terms) if back => terms.iter().rev().for_each(|term| self.add(term, back)),
            Node::Sequence(terms) => terms.iter().for_each(|term| self.add(term, back)),
            Node::Choice(options) => self.choice(options, back),
            Node::Group(node, index) => {
                let (start, end) = (2 * index, 2 * index + 1);
                let (first, last) = if back { (end, start) } else { (start, end) };
                self.steps.push(Step::Save(first));
                self.add(node, back);
                self.steps.push(Step::Save(last));
            }
            Node::Repeat(repeat) => self.repeat(repeat, back),
            Node::Look { node, ahead, negated } => {
                let look = self.hole();
                self.add(node, !ahead);
                self.steps.push(Step::LookEnd);
                self.steps[look] = Step::Look { negated: *negated, exit: self.steps.len() };
            }
            Node::Captured(group) => self.steps.push(Step::Captured { group: *group, back }),
            Node::LineStart => self.steps.push(Step::LineStart),
            Node::LineEnd => self.steps.push(Step::LineEnd),
            Node::WordEdge(edge) => self.steps.push(Step::WordEdge(*edge)),
        }
    }

    /// A place for a step that is known later.
    fn hole(&mut self) -> usize {
        self.steps.push(Step::Match);
        self.steps.len() - 1
    }

    fn choice(&mut self, options: &[Node], back: bool) {
        let mut jumps = Vec::new();
        for (index, option) in options.iter().enumerate() {
            if index + 1 == options.len() {
                self.add(option, back);
                break;
            }
            let split = self.hole();
            self.add(option, back);
            jumps.push(self.hole());
            self.steps[split] = Step::Split(self.steps.len());
        }
        for jump in jumps {
            self.steps[jump] = Step::Jump(self.steps.len());
        }
    }

    fn repeat(&mut self, repeat: &Repeat, back: bool) {
        let Repeat { node, min, max, greedy, groups } = repeat;
        let (min, max, greedy) = (*min, *max, *greedy);
        if let Node::Test(test) = node {
            self.steps.push(Step::Run { test: test.clone(), min, max, greedy, back });
            return;
        }
        let slot = self.slots;
        self.slots += 2;
        self.steps.push(Step::LoopStart(slot));
        let test = self.hole();
        self.steps.push(Step::LoopRound { slot, forget: 2 * groups.start..2 * groups.end });
        self.add(node, back);
        self.steps.push(Step::LoopEnd { slot, min, test });
        self.steps[test] = Step::LoopTest { slot, min, max, greedy, exit: self.steps.len() };
    }
}

impl Test {
    /// Whether the unit passes; with folding, it must be folded.
    pub(super) fn passes(&self, unit: u16) -> bool {
        match self {
            Test::Unit(expected) => *expected == unit,
            Test::NoLineEnd => !is_line_end(unit),
            Test::Set(set) => set.contains(unit),
        }
    }
}
