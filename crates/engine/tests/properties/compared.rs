//! One scenario, driven in several manners that must come to the same. Also what the fuzz target
//! `engine_run` runs.

use super::author::Scale;
use super::choices::Choices;
use super::world::{Manner, Scenario, Told};
use stateline_journal::MachineKind;

/// Cutting decisions, and inputs that nobody waits for, change nothing in the history.
pub fn compare_manners(choices: &mut Choices<'_>) -> Told {
    let scenario = Scenario::choose(choices, Scale { states: 14, distributed: true });
    let plain = scenario.run(Manner::PLAIN);
    for records_max in [1, 3] {
        let cut = scenario.run(Manner { records_max, ..Manner::PLAIN });
        same(&scenario, &plain, &cut, "decisions that are cut short");
    }
    let disturbed = scenario.run(Manner { disturbed: true, ..Manner::PLAIN });
    same(&scenario, &plain, &disturbed, "late, doubled and unknown inputs");
    plain
}

fn same(scenario: &Scenario, plain: &Told, other: &Told, what: &str) {
    for (expected, found) in plain.history.iter().zip(&other.history) {
        assert_eq!(expected, found, "{what} change the history of {}", scenario.text);
    }
    assert_eq!(plain.history.len(), other.history.len(), "{what} change the history's length");
    assert_eq!(plain.ending, other.ending);
}

/// Standard and Express come to the same end.
pub fn compare_kinds(choices: &mut Choices<'_>) {
    let scenario = Scenario::choose(choices, Scale { states: 14, distributed: false });
    let standard = scenario.run(Manner::PLAIN);
    let express = scenario.run(Manner { kind: MachineKind::Express, ..Manner::PLAIN });
    assert_eq!(standard.ending, express.ending, "{}", scenario.text);
}
