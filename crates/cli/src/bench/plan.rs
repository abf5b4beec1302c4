//! From what was typed to the cases that run, and why others of them do not.

use super::args::BenchArgs;
use super::case::{Case, Kind, Way};
use super::workloads::{Needs, Workload, needs};
use clap::ValueEnum;

/// Clients, when nobody says how many.
const IN_FLIGHT: [u32; 3] = [1, 32, 128];
/// Clients of the short cases.
const IN_FLIGHT_QUICK: [u32; 1] = [8];
/// Measured when nobody says what.
const USUAL: [Workload; 8] = [
    Workload::W1,
    Workload::W1sync,
    Workload::Express1,
    Workload::Starts,
    Workload::W1t,
    Workload::W2,
    Workload::CeilingHttp,
    Workload::CeilingDurable,
];
/// Sizes of batches that are made durable: one small commit, and one of a busy engine.
const DISK_BATCHES: [u64; 2] = [4 << 10, 64 << 10];

/// The cases that were asked for, and why others of them are left out.
#[derive(Debug, Default, PartialEq)]
pub struct Plan {
    /// In the order in which they run.
    pub cases: Vec<Case>,
    /// Sentences for people.
    pub left_out: Vec<String>,
    /// How often all of them run.
    pub rounds: u32,
}

impl Plan {
    /// From the arguments.
    pub fn new(args: &BenchArgs) -> Plan {
        let compared = args.sides.against.is_some() || args.sides.against_command.is_some();
        let usual_rounds = if args.quick {
            1
        } else if compared {
            5
        } else if args.suite {
            3
        } else {
            1
        };
        let mut plan = Plan { rounds: args.rounds.unwrap_or(usual_rounds), ..Plan::default() };
        for workload in workloads(args) {
            plan.add(args, workload);
        }
        plan
    }

    fn add(&mut self, args: &BenchArgs, workload: Workload) {
        for (kind, way) in types(args, workload) {
            let (in_flight, sizes) = amounts(args, workload);
            for in_flight in in_flight {
                for size in &sizes {
                    let case = Case {
                        workload,
                        kind,
                        way,
                        in_flight,
                        size: *size,
                        seconds: args.seconds.unwrap_or(if args.quick { 0.2 } else { 5.0 }),
                        warm_up_seconds: args.warm_up.unwrap_or(if args.quick { 0.05 } else { 1.0 }),
                        poll_ms: args.poll_ms,
                        sleep_seconds: (workload == Workload::W3)
                            .then(|| args.sleep_seconds.unwrap_or(if args.quick { 3 } else { 10 })),
                    };
                    match cannot(args, &case) {
                        Some(why) => self.leave_out(&why),
                        None => self.cases.push(case),
                    }
                }
            }
        }
    }

    fn leave_out(&mut self, why: &str) {
        if !self.left_out.iter().any(|known| known == why) {
            self.left_out.push(why.to_owned());
        }
    }
}

fn workloads(args: &BenchArgs) -> Vec<Workload> {
    if !args.workload.is_empty() {
        return args.workload.clone();
    }
    if !args.kind.is_empty() || !args.way.is_empty() {
        return vec![Workload::Pass5, Workload::Call1];
    }
    if args.quick || args.suite { Workload::value_variants().to_vec() } else { USUAL.to_vec() }
}

/// The types and ways of a workload; most have one of their own.
fn types(args: &BenchArgs, workload: Workload) -> Vec<(Option<Kind>, Way)> {
    if !matches!(workload, Workload::Pass5 | Workload::Call1) {
        return vec![(None, Way::Http)];
    }
    let few = args.quick && args.kind.is_empty() && args.way.is_empty();
    if few {
        return match workload {
            Workload::Pass5 => vec![(Some(Kind::Standard), Way::InProcess), (Some(Kind::Express), Way::Http)],
            _ => vec![(Some(Kind::Express), Way::InProcess), (Some(Kind::Standard), Way::Http)],
        };
    }
    let kinds = if args.kind.is_empty() { Kind::value_variants() } else { &args.kind };
    let ways = match (args.way.is_empty(), args.suite, args.sides.endpoint.is_some()) {
        (false, ..) => &args.way,
        // Over HTTP the suite has them by other names.
        (true, true, _) => &vec![Way::InProcess],
        (true, _, true) => &vec![Way::Http],
        (true, _, false) => &Way::value_variants().to_vec(),
    };
    kinds.iter().flat_map(|kind| ways.iter().map(|way| (Some(*kind), *way))).collect()
}

/// How many clients, and how many of what it is about.
fn amounts(args: &BenchArgs, workload: Workload) -> (Vec<u32>, Vec<Option<u64>>) {
    let usual: &[u32] = if args.quick { &IN_FLIGHT_QUICK } else { &IN_FLIGHT };
    let clients = if args.in_flight.is_empty() { usual } else { &args.in_flight };
    let size = |typed: Option<u64>, quick, usual| {
        vec![Some(typed.unwrap_or(if args.quick { quick } else { usual }))]
    };
    match workload {
        Workload::W2 | Workload::W2Nested if args.in_flight.is_empty() => (vec![1], vec![None]),
        Workload::W3 => (vec![64], size(args.sleepers, 100, 10_000)),
        Workload::W4 => (vec![16], size(args.open, 200, 25_000)),
        Workload::Growth => (vec![32], size(args.executions, 100, 100_000)),
        Workload::Disk | Workload::DiskGrowing => (vec![1], DISK_BATCHES.map(Some).to_vec()),
        _ => (clients.to_vec(), vec![None]),
    }
}

/// Why a case cannot be measured, or not honestly.
fn cannot(args: &BenchArgs, case: &Case) -> Option<String> {
    let sides = &args.sides;
    let function_at_all = |named: bool, started: Option<&String>, function: &Option<String>| {
        let configured = started.is_none_or(|command| command.contains("{config}"));
        function.is_some() || (!named && configured)
    };
    let first = function_at_all(sides.endpoint.is_some(), sides.command.as_ref(), &sides.function);
    let second =
        function_at_all(sides.against.is_some(), sides.against_command.as_ref(), &sides.against_function);
    let why = match case.workload {
        Workload::Call1 if case.kind == Some(Kind::Express) && case.way == Way::Http => {
            "call1 as asynchronous Express over HTTP: nobody outside sees its end, so the clients would \
             not wait for the functions, and the calls would pile up"
        }
        Workload::Call1 | Workload::W1tFunction if case.way == Way::Http && !first => {
            "call1 and w1t-function: --function must name a function that the server can call, or --command \
             take {config}"
        }
        Workload::Call1 | Workload::W1tFunction if case.way == Way::Http && !second => {
            "call1 and w1t-function: --against-function must name a function that the second server can \
             call, or --against-command take {config}"
        }
        Workload::W4 if args.store.as_deref() == Some("memory:") => "w4: memory keeps nothing over a crash",
        Workload::W4 if sides.endpoint.is_some() || sides.against.is_some() => {
            "w4 at an endpoint: only a server that the benchmark started is killed"
        }
        Workload::Disk | Workload::DiskGrowing | Workload::CeilingDurable
            if args.store.as_deref() == Some("memory:") =>
        {
            "disk and ceiling-durable: --store memory: has no disk"
        }
        _ if case.way == Way::InProcess && needs(case) == Needs::Process && sides.endpoint.is_some() => {
            "in-process at an endpoint: what runs there is another process"
        }
        _ => return None,
    };
    Some(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use expect_test::{Expect, expect};

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        bench: BenchArgs,
    }

    fn plan(typed: &[&str]) -> Plan {
        Plan::new(&Typed::parse_from(std::iter::once(&"bench").chain(typed)).bench)
    }

    fn check(typed: &[&str], expected: &Expect) {
        let plan = plan(typed);
        let mut lines: Vec<String> = plan.cases.iter().map(Case::title).collect();
        lines.extend(plan.left_out.iter().map(|why| why.split(':').next().unwrap_or_default().to_owned()));
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn the_usual_ones_are_the_closed_loops_and_their_ceilings() {
        check(
            &["--in-flight", "1,32"],
            &expect![[r#"
            w1 x1
            w1 x32
            w1sync x1
            w1sync x32
            express1 x1
            express1 x32
            starts x1
            starts x32
            w1t x1
            w1t x32
            w2 x1
            w2 x32
            ceiling-http x1
            ceiling-http x32
            ceiling-durable x1
            ceiling-durable x32"#]],
        );
    }

    #[test]
    fn types_and_ways_are_combined() {
        check(
            &["--kind", "standard,express", "--in-flight", "4"],
            &expect![[r#"
                pass5 standard in-process x4
                pass5 standard http x4
                pass5 express in-process x4
                pass5 express http x4
                call1 standard in-process x4
                call1 standard http x4
                call1 express in-process x4
                call1 as asynchronous Express over HTTP"#]],
        );
    }

    #[test]
    fn an_endpoint_is_reached_over_http_and_not_killed() {
        check(
            &[
                "--endpoint",
                "http://127.0.0.1:1",
                "--in-flight",
                "4",
                "--workload",
                "pass5,call1,w1t-function,w4,w3",
            ],
            &expect![[r#"
                pass5 standard http x4
                pass5 express http x4
                pass5 express-sync http x4
                w3 x10000
                call1 and w1t-function
                call1 as asynchronous Express over HTTP
                w4 at an endpoint"#]],
        );
        check(
            &[
                "--endpoint",
                "http://127.0.0.1:1",
                "--function",
                "f",
                "--kind",
                "standard",
                "--in-flight",
                "4",
            ],
            &expect![[r#"
                pass5 standard http x4
                call1 standard http x4"#]],
        );
        check(
            &["--against-command", "old {port}", "--workload", "w1t-function,w4"],
            &expect![[r#"
                w4 x25000
                call1 and w1t-function"#]],
        );
    }

    #[test]
    fn memory_has_no_disk() {
        check(
            &["--store", "memory:", "--workload", "w4,disk,ceiling-durable,ceiling-http", "--in-flight", "1"],
            &expect![[r#"
                ceiling-http x1
                w4
                disk and ceiling-durable"#]],
        );
    }

    #[test]
    fn the_quick_ones_are_all_there_and_short() {
        check(
            &["--quick"],
            &expect![[r#"
                w1 x8
                w1sync x8
                express1 x8
                starts x8
                w1t x8
                w1t-function x8
                w2 x1
                w2-nested x1
                jsonata x8
                w3 x100
                w4 x200
                growth x100
                pass5 standard in-process x8
                pass5 express http x8
                call1 express in-process x8
                call1 standard http x8
                ceiling-http x8
                ceiling-durable x8
                disk x4096
                disk x65536
                disk-growing x4096
                disk-growing x65536"#]],
        );
        let seconds: f64 =
            plan(&["--quick"]).cases.iter().map(|case| case.seconds + case.warm_up_seconds).sum();
        assert!(seconds < 6.0, "{seconds}");
    }

    #[test]
    fn the_suite_has_every_workload_and_leaves_none_out() {
        let suite = plan(&["--suite"]);
        assert_eq!(suite.left_out, Vec::<String>::new());
        for workload in Workload::value_variants() {
            assert!(suite.cases.iter().any(|case| case.workload == *workload), "{workload:?}");
        }
        let seconds: f64 = suite.cases.iter().map(|case| case.seconds + case.warm_up_seconds).sum();
        assert!((200.0..500.0).contains(&seconds), "a round is minutes: {seconds}");
    }

    #[test]
    fn rounds_are_more_where_figures_are_compared() {
        assert_eq!(plan(&[]).rounds, 1);
        assert_eq!(plan(&["--suite"]).rounds, 3);
        assert_eq!(plan(&["--against", "http://127.0.0.1:1"]).rounds, 5);
        assert_eq!(plan(&["--against", "http://127.0.0.1:1", "--rounds", "2"]).rounds, 2);
    }
}
