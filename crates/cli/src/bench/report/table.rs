//! Tables of medians, one for each kind of workload, and one of ratios where two servers were measured.

use super::super::case::{Case, Until, Way};
use super::super::figures::{Better, Figure};
use super::super::workloads::Sheet;
use super::{MachineFacts, Report, Side, Spread};
use crate::output::table;

/// The whole report.
pub fn text(report: &Report) -> String {
    let mut parts = Vec::new();
    for sheet in Sheet::ALL {
        let mut cases = report.cases();
        cases.retain(|case| case.workload.sheet() == sheet);
        if !cases.is_empty() {
            parts.push(sheet_of(report, sheet, &cases));
        }
    }
    if report.compares() {
        parts.extend(ratios(report));
    }
    parts.push(notes(report).join("\n"));
    parts.join("\n\n")
}

/// One table: a row for each case and side, without columns that nobody has anything in.
fn sheet_of(report: &Report, sheet: Sheet, cases: &[Case]) -> String {
    let sides = [Side::First, Side::Second, Side::Neither];
    let rows: Vec<(Case, Side)> = cases
        .iter()
        .flat_map(|case| sides.map(|side| (*case, side)))
        .filter(|(case, side)| report.runs.iter().any(|run| run.case == *case && run.side == *side))
        .collect();
    let has =
        |figure: &&Figure| rows.iter().any(|(case, side)| !report.values(case, *side, **figure).is_empty());
    let columns: Vec<Figure> = sheet.columns().iter().filter(has).copied().collect();
    let mut head = vec!["workload", sheet.amount()];
    if report.compares() {
        head.insert(0, "server");
    }
    head.extend(columns.iter().map(|figure| figure.title().0));
    if sheet == Sheet::Loops {
        head.push("until");
    }
    let row = |(case, side): &(Case, Side)| {
        let mut row = vec![case.name(), case.amount().to_string()];
        if report.compares() {
            row.insert(0, report.label(*side).to_owned());
        }
        let median =
            |figure: &Figure| Spread::of(report.values(case, *side, *figure)).map(|spread| spread.median);
        row.extend(columns.iter().map(|figure| shown(median(figure))));
        if sheet == Sheet::Loops {
            let until = match case.until() {
                Until::Ended => "ended",
                Until::Accepted => "accepted",
            };
            row.push(until.to_owned());
        }
        row
    };
    table(&head, &rows.iter().map(row).collect::<Vec<_>>())
}

/// The first server over the second, figure by figure.
fn ratios(report: &Report) -> Option<String> {
    let [first, second] = [Side::First, Side::Second].map(|side| report.label(side).to_owned());
    let mut rows = Vec::new();
    for case in report.cases() {
        let compared = case.workload.sheet().columns().iter();
        for figure in compared.filter(|figure| figure.better() != Better::Neither) {
            let Some(ratio) = report.ratio(&case, *figure) else { continue };
            let (title, better) = figure.title();
            let median =
                |side| shown(Spread::of(report.values(&case, side, *figure)).map(|spread| spread.median));
            rows.push(vec![
                case.name(),
                case.amount().to_string(),
                title.to_owned(),
                median(Side::First),
                median(Side::Second),
                shown(Some(ratio.spread.median)),
                format!("{} to {}", shown(Some(ratio.spread.low)), shown(Some(ratio.spread.high))),
                ratio.rounds.to_string(),
                if better == Better::More { "more" } else { "less" }.to_owned(),
            ]);
        }
    }
    let over = format!("{first} / {second}");
    let head = ["workload", "amount", "figure", &first, &second, &over, "spread", "rounds", "better is"];
    (!rows.is_empty()).then(|| table(&head, &rows))
}

fn notes(report: &Report) -> Vec<String> {
    let facts = &report.facts;
    let MachineFacts { processors, model, kernel } = &facts.machine;
    let rounds = report.runs.iter().map(|run| run.round).max().unwrap_or(1);
    let pressure = report.runs.iter().filter_map(|run| run.cpu_pressure_percent_before).fold(0.0, f64::max);
    let mut notes = vec![format!(
        "stateline {}, {}, {processors} x {model}, Linux {kernel}, data on {}; medians of {rounds} {}; \
         pressure on the processors before a case up to {pressure:.0} %",
        facts.version,
        facts.date,
        facts.store,
        if rounds == 1 { "round" } else { "rounds" },
    )];
    if report.compares() {
        notes.extend(facts.sides.iter().map(|side| format!("{}: {}", side.label, side.server)));
    }
    if !facts.optimised {
        notes.push("This program was built without optimisation: the figures mean nothing.".to_owned());
    }
    if facts.store == "tmpfs" {
        notes.push(
            "tmpfs is memory: making data durable costs nothing there. --store names a folder on a disk."
                .to_owned(),
        );
    }
    if report.runs.iter().any(|run| run.case.way == Way::InProcess) {
        notes.push("cpu and rss in-process include the clients.".to_owned());
    }
    let polled = report.runs.iter().find(|run| run.figures.get(Figure::PollsPerWorkflow).is_some());
    notes.extend(polled.map(|run| match run.case.poll_ms {
        Some(millis) => format!("Ends were asked for every {millis} ms."),
        None => "Ends were asked for when half of the time was over that the last workflow took, then after each \
                 eighth of the time so far, a millisecond at least."
            .to_owned(),
    }));
    let unmetered = |run: &&super::Run| {
        run.figures.get(Figure::PerSecond).is_some() && run.figures.get(Figure::RssMaxMib).is_none()
    };
    if report.runs.iter().any(|run| unmetered(&run)) {
        notes.push(
            "cpu and memory of a server that runs elsewhere are not known; --pid and --against-pid name its process."
                .to_owned(),
        );
    }
    for case in report.cases().iter().filter(|case| none_ended(report, case)) {
        let title = case.title();
        notes.push(format!("{title}: in a round nothing ended in two minutes."));
    }
    notes.extend(report.left_out.iter().map(|why| format!("Left out: {why}.")));
    notes.extend(report.failed.iter().map(|why| format!("Failed: {why}.")));
    notes
}

fn none_ended(report: &Report, case: &Case) -> bool {
    let mut runs = report.runs.iter().filter(|run| run.case == *case);
    runs.any(|run| run.figures.get(Figure::Workflows) == Some(0.0))
}

/// With three digits that say something.
pub fn shown(value: Option<f64>) -> String {
    match value {
        None => "-".to_owned(),
        Some(value) if value == 0.0 || value >= 100.0 => format!("{value:.0}"),
        Some(value) if value >= 10.0 => format!("{value:.1}"),
        Some(value) if value >= 1.0 => format!("{value:.2}"),
        Some(value) => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use expect_test::expect;

    #[test]
    fn tables_have_medians_and_ratios() {
        expect![[r#"
            server      workload         in flight  per s  of ceiling  p50 ms  cpu us  until
            new         starts           32         8800   0.550       0.114   56.8    accepted
            old & dear  starts           32         3000   0.188       0.333   167     accepted
            -           ceiling-durable  32         16000  -           0.062   31.2    ended

            server  workload  sleepers  KiB/sleeper  late p99 ms
            new     w3        10000     0.750        9.00

            workload  amount  figure  new    old & dear  new / old & dear  spread          rounds  better is
            starts    32      per s   8800   3000        3.00              2.00 to 4.00    3       more
            starts    32      p50 ms  0.114  0.333       0.333             0.250 to 0.500  3       less
            starts    32      cpu us  56.8   167         0.333             0.250 to 0.500  3       less

            stateline 0, 2026-11-21T00:00:00Z, 2 x Chip, Linux 6, data on tmpfs; medians of 3 rounds; pressure on the processors before a case up to 12 %
            new: this program
            old & dear: old {port}
            This program was built without optimisation: the figures mean nothing.
            tmpfs is memory: making data durable costs nothing there. --store names a folder on a disk.
            cpu and memory of a server that runs elsewhere are not known; --pid and --against-pid name its process.
            Left out: a case: why.
            Failed: another: why."#]].assert_eq(&text(&testing::report()));
    }

    #[test]
    fn one_server_needs_no_names() {
        let mut report = testing::report();
        report.facts.sides.truncate(1);
        report.runs.retain(|run| run.side != Side::Second);
        expect![[r#"
            workload         in flight  per s  of ceiling  p50 ms  cpu us  until
            starts           32         8800   0.550       0.114   56.8    accepted
            ceiling-durable  32         16000  -           0.062   31.2    ended

            workload  sleepers  KiB/sleeper  late p99 ms
            w3        10000     0.750        9.00

            stateline 0, 2026-11-21T00:00:00Z, 2 x Chip, Linux 6, data on tmpfs; medians of 3 rounds; pressure on the processors before a case up to 12 %
            This program was built without optimisation: the figures mean nothing.
            tmpfs is memory: making data durable costs nothing there. --store names a folder on a disk.
            cpu and memory of a server that runs elsewhere are not known; --pid and --against-pid name its process.
            Left out: a case: why.
            Failed: another: why."#]].assert_eq(&text(&report));
    }

    #[test]
    fn what_is_unknown_or_missing_is_told() {
        let mut report = testing::report();
        let told = |report: &Report| {
            let notes = notes(report);
            notes
                .into_iter()
                .filter(|note| note.contains("--pid") || note.contains("nothing ended"))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(&report).len(), 1, "the memory of no server is known");
        for run in &mut report.runs {
            run.figures.set(Figure::RssMaxMib, Some(20.0));
        }
        assert!(told(&report).is_empty());
        report.runs[1].figures.set(Figure::Workflows, Some(0.0));
        expect!["starts x32: in a round nothing ended in two minutes."].assert_eq(&told(&report).join("\n"));
    }

    #[test]
    fn figures_have_three_digits() {
        let all: Vec<String> =
            [None, Some(0.0), Some(0.01234), Some(1.234), Some(12.34), Some(1_234.5)].map(shown).into();
        expect!["- 0 0.012 1.23 12.3 1234"].assert_eq(&all.join(" "));
    }
}
