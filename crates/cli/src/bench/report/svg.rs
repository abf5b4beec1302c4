//! A picture of a report: a panel for each workload, in it a row for each case and server, and bars
//! of up to three figures. A bar is the median of the rounds, the line on it reaches from the lowest
//! to the highest. It stands alone, follows the reader's light or dark, and says in text what it draws.

use super::super::case::{Case, word};
use super::super::figures::{Better, Figure};
use super::super::workloads::{Sheet, Workload};
use super::{MachineFacts, Report, Side, Spread, shown};

const WIDTH: usize = 960;
const MARGIN: usize = 24;
/// Where the bars begin; to the left stand the names of the rows.
const LEFT: usize = 220;
/// Beside the longest bar, for its value.
const VALUE: usize = 96;
const ROW: usize = 20;
const BAR: usize = 12;

/// Light colours, and dark ones for who prefers these; text and bars stand out by 4.5 to 1 in both.
const STYLE: &str = "\
text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1f2328}
.title{font-size:20px;font-weight:600}.name{font-size:15px;font-weight:600}
.soft{fill:#59636e}.small{font-size:12px}.ratio{font-size:12px;font-weight:600}
.page{fill:#ffffff}.first{fill:#0969da}.second{fill:#bc4c00}.neither{fill:#6e7781}
.bound{fill:none;stroke:#818b98;stroke-width:1;stroke-dasharray:3 2}
.spread{stroke:#1f2328;stroke-width:1.5}.rule{stroke:#d1d9e0;stroke-width:1}
@media (prefers-color-scheme:dark){
text{fill:#f0f6fc}.soft{fill:#9198a1}
.page{fill:#0d1117}.first{fill:#4493f8}.second{fill:#db6d28}.neither{fill:#9198a1}
.spread{stroke:#f0f6fc}.rule{stroke:#3d444d}
}";

/// Draws it.
pub fn draw(report: &Report) -> String {
    let mut picture = Picture { body: String::new(), told: Vec::new(), y: MARGIN };
    picture.head(report);
    let mut workloads: Vec<Workload> = report.runs.iter().map(|run| run.case.workload).collect();
    workloads.sort();
    workloads.dedup();
    for workload in workloads {
        picture.panel(report, workload);
    }
    picture.page()
}

struct Picture {
    body: String,
    /// What is drawn, in words.
    told: Vec<String>,
    y: usize,
}

impl Picture {
    fn page(self) -> String {
        let (height, told) = (self.y + MARGIN, escaped(&self.told.join("; ")));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
             viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"title desc\">\n\
             <title id=\"title\">Figures of stateline bench</title>\n<desc id=\"desc\">{told}</desc>\n\
             <style>\n{STYLE}\n</style>\n<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n{}</svg>",
            self.body
        )
    }

    fn text(&mut self, x: usize, class: &str, text: &str) {
        let (y, text) = (self.y, escaped(text));
        self.body += &format!("<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{text}</text>\n");
    }

    fn head(&mut self, report: &Report) {
        let facts = &report.facts;
        let MachineFacts { processors, model, kernel } = &facts.machine;
        let rounds = report.runs.iter().map(|run| run.round).max().unwrap_or(1);
        self.y += 18;
        self.text(MARGIN, "title", "stateline bench");
        self.y += 20;
        let machine = format!(
            "{}, {processors} x {model}, Linux {kernel}, data on {}, stateline {}",
            facts.date, facts.store, facts.version
        );
        self.text(MARGIN, "soft small", &machine);
        self.y += 18;
        let spread = match rounds {
            1 => "One round.".to_owned(),
            _ => format!("Bars are medians of {rounds} rounds, lines reach from the lowest to the highest."),
        };
        let scale = "Each column of a panel has a scale of its own, from zero.";
        self.text(MARGIN, "soft small", &format!("{spread} {scale}"));
        if report.cases().iter().any(|case| report.bound(case).is_some()) {
            self.y += 18;
            let told = "Dashed outlines are the ceilings that were measured beside: what the machine allows.";
            self.text(MARGIN, "soft small", told);
        }
        if !facts.optimised {
            self.y += 18;
            self.text(MARGIN, "small", "Built without optimisation: the figures mean nothing.");
        }
        if report.compares() {
            self.y += 24;
            let mut x = MARGIN;
            for (side, facts) in [Side::First, Side::Second].into_iter().zip(&facts.sides) {
                let name = format!("{}: {}", facts.label, facts.server);
                self.swatch(x, side);
                self.text(x + 18, "small", &clipped(&name, 62));
                x = WIDTH / 2;
            }
        }
        self.y += 12;
    }

    fn swatch(&mut self, x: usize, side: Side) {
        let y = self.y - 11;
        let class = class_of(side);
        self.body += &format!("<rect x=\"{x}\" y=\"{y}\" width=\"12\" height=\"12\" class=\"{class}\"/>\n");
    }

    fn panel(&mut self, report: &Report, workload: Workload) {
        let cases: Vec<Case> = report.cases().into_iter().filter(|case| case.workload == workload).collect();
        let sheet = workload.sheet();
        let sides = [Side::First, Side::Second, Side::Neither];
        let measured = |figure: Figure| {
            move |case: &Case| sides.iter().any(|side| !report.values(case, *side, figure).is_empty())
        };
        let columns: Vec<Figure> =
            sheet.drawn().iter().copied().filter(|figure| cases.iter().any(measured(*figure))).collect();
        if columns.is_empty() {
            return;
        }
        self.y += 16;
        let (y, end) = (self.y, WIDTH - MARGIN);
        self.body += &format!("<line x1=\"{MARGIN}\" y1=\"{y}\" x2=\"{end}\" y2=\"{y}\" class=\"rule\"/>\n");
        self.y += 24;
        self.text(MARGIN, "name", &word(&workload));
        self.text(LEFT, "soft", &workload.about());
        self.y += 20;
        let width = (WIDTH - MARGIN - LEFT) / columns.len();
        for (at, figure) in columns.iter().enumerate() {
            self.text(LEFT + at * width, "soft small", &titled(*figure));
        }
        self.y += 8;
        for case in &cases {
            for side in sides {
                self.row(report, (case, side), &columns, &cases);
            }
            self.ratios(report, case, &columns);
        }
    }

    fn row(&mut self, report: &Report, (case, side): (&Case, Side), columns: &[Figure], cases: &[Case]) {
        if !report.runs.iter().any(|run| run.case == *case && run.side == side) {
            return;
        }
        self.y += ROW;
        let label = label_of(case, case.workload.sheet());
        let named = match (report.compares(), side) {
            (true, Side::First | Side::Second) => format!("{label}, {}", clipped(report.label(side), 16)),
            _ => label,
        };
        self.text(MARGIN, "small", &clipped(&named, 34));
        let width = (WIDTH - MARGIN - LEFT) / columns.len();
        for (at, figure) in columns.iter().enumerate() {
            let Some(spread) = Spread::of(report.values(case, side, *figure)) else { continue };
            let all = cases.iter().flat_map(|case| {
                [Side::First, Side::Second, Side::Neither].map(|side| report.values(case, side, *figure))
            });
            let bound = |case: &Case| report.bound(case).filter(|_| *figure == Figure::PerSecond);
            let most = all.flatten().chain(cases.iter().filter_map(bound)).fold(f64::MIN_POSITIVE, f64::max);
            let said = format!("{} {named}: {}", case.name(), in_words(spread, *figure));
            let unit = (width - VALUE) as f64 / most;
            let least = bound(case).map_or(0, |bound| self.outline(LEFT + at * width, bound * unit));
            self.bar((LEFT + at * width, least), unit, (spread, side), &said);
            self.told.push(said);
        }
    }

    /// An outline of a length around where the bar will be; gives where it ends.
    fn outline(&mut self, x: usize, length: f64) -> usize {
        let top = self.y - BAR + 1;
        self.body += &format!(
            "<rect x=\"{x}\" y=\"{top}\" width=\"{length:.1}\" height=\"{BAR}\" class=\"bound\"/>\n"
        );
        x + length as usize
    }

    /// A bar with its spread, and its value behind `least`; `unit` is how long one of the figure is.
    fn bar(&mut self, (x, least): (usize, usize), unit: f64, (spread, side): (Spread, Side), said: &str) {
        let pixels = |value: f64| (value * unit).max(0.0);
        let (length, low, high) = (pixels(spread.median).max(1.0), pixels(spread.low), pixels(spread.high));
        let (top, middle, class) = (self.y - BAR + 1, self.y - BAR / 2 + 1, class_of(side));
        let said = escaped(said);
        let line = |x1: f64, x2: f64, y1: usize, y2: usize| {
            format!("<line x1=\"{x1:.1}\" y1=\"{y1}\" x2=\"{x2:.1}\" y2=\"{y2}\" class=\"spread\"/>")
        };
        let from = x as f64;
        let mut bar = format!(
            "<g><title>{said}</title><rect x=\"{x}\" y=\"{top}\" width=\"{length:.1}\" height=\"{BAR}\" \
             class=\"{class}\"/>"
        );
        if spread.high > spread.low {
            bar += &line(from + low, from + high, middle, middle);
            bar += &line(from + low, from + low, middle - 3, middle + 3);
            bar += &line(from + high, from + high, middle - 3, middle + 3);
        }
        self.body += &bar;
        self.body += "</g>\n";
        let end = least.max((from + length.max(high)) as usize) + 6;
        self.text(end, "small", &grouped(&shown(Some(spread.median))));
    }

    /// A line with the first server over the second, where both have the figure.
    fn ratios(&mut self, report: &Report, case: &Case, columns: &[Figure]) {
        let all: Vec<_> = columns.iter().map(|figure| report.ratio(case, *figure)).collect();
        if all.iter().all(Option::is_none) {
            return;
        }
        self.y += ROW - 2;
        let [first, second] = [Side::First, Side::Second].map(|side| clipped(report.label(side), 16));
        let over = format!("{first} / {second}");
        self.text(MARGIN, "soft small", &over);
        let width = (WIDTH - MARGIN - LEFT) / columns.len();
        for (at, (ratio, figure)) in all.into_iter().zip(columns).enumerate() {
            let Some(ratio) = ratio else { continue };
            let [median, low, high] =
                [ratio.spread.median, ratio.spread.low, ratio.spread.high].map(|value| shown(Some(value)));
            let told = format!("{median} ({low} to {high})");
            self.text(LEFT + at * width, "ratio", &told);
            self.told.push(format!("{} {over}, {}: {told}", case.title(), figure.title().0));
        }
        self.y += 4;
    }
}

fn class_of(side: Side) -> &'static str {
    match side {
        Side::First => "first",
        Side::Second => "second",
        Side::Neither => "neither",
    }
}

/// What a row is of: `standard in-process, 32 in flight`.
fn label_of(case: &Case, sheet: Sheet) -> String {
    let amount = format!("{} {}", grouped(&case.amount().to_string()), sheet.amount());
    match case.kind {
        Some(kind) => format!("{} {}, {amount}", word(&kind), word(&case.way)),
        None => amount,
    }
}

fn titled(figure: Figure) -> String {
    let (title, better) = figure.title();
    let title = long(figure).unwrap_or(title);
    match better {
        Better::More => format!("{title} (more is better)"),
        Better::Less => format!("{title} (less is better)"),
        Better::Neither => title.to_owned(),
    }
}

/// What a column of a table has no room for.
fn long(figure: Figure) -> Option<&'static str> {
    Some(match figure {
        Figure::PerSecond => "per second",
        Figure::P50Ms => "median ms",
        Figure::CpuUsPerWorkflow => "CPU \u{b5}s each",
        Figure::ItemsPerSecond => "items per second",
        Figure::CpuUsPerItem => "CPU \u{b5}s per item",
        Figure::KibPerSleeper => "KiB per sleeper",
        Figure::LateP99Ms => "ms late, 99 of 100",
        Figure::StartedPerSecond => "starts per second",
        Figure::ReadySeconds => "seconds to the first answer",
        Figure::EndedSeconds => "seconds until all have ended",
        Figure::StartCpuUs => "CPU \u{b5}s per start",
        Figure::DescribeMs => "DescribeExecution ms",
        Figure::DeepListMs => "page far behind, ms",
        Figure::SyncsPerSecond => "durable appends per second",
        _ => return None,
    })
}

fn in_words(spread: Spread, figure: Figure) -> String {
    let [median, low, high] = [spread.median, spread.low, spread.high].map(|value| shown(Some(value)));
    let title = long(figure).unwrap_or(figure.title().0);
    if low == high { format!("{title} {median}") } else { format!("{title} {median} ({low} to {high})") }
}

/// With a comma before each three digits of a whole number.
fn grouped(number: &str) -> String {
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let digits = number.len();
    let mut text = String::new();
    for (at, digit) in number.chars().enumerate() {
        if at > 0 && (digits - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn clipped(text: &str, chars_max: usize) -> String {
    crate::output::clip(text, chars_max)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use expect_test::expect;

    #[test]
    fn a_comparison_is_drawn() {
        expect![[r#"
            <svg xmlns="http://www.w3.org/2000/svg" width="960" height="482" viewBox="0 0 960 482" role="img" aria-labelledby="title desc">
            <title id="title">Figures of stateline bench</title>
            <desc id="desc">starts 32 in flight, new: per second 8800 (8000 to 9000); starts 32 in flight, new: median ms 0.114 (0.111 to 0.125); starts 32 in flight, new: CPU µs each 56.8 (55.6 to 62.5); starts 32 in flight, old &amp; dear: per second 3000 (2200 to 4000); starts 32 in flight, old &amp; dear: median ms 0.333 (0.250 to 0.455); starts 32 in flight, old &amp; dear: CPU µs each 167 (125 to 227); starts x32 new / old &amp; dear, per s: 3.00 (2.00 to 4.00); starts x32 new / old &amp; dear, p50 ms: 0.333 (0.250 to 0.500); starts x32 new / old &amp; dear, cpu us: 0.333 (0.250 to 0.500); w3 10,000 sleepers, new: KiB per sleeper 0.750; w3 10,000 sleepers, new: ms late, 99 of 100 9.00; ceiling-durable 32 in flight: per second 16000; ceiling-durable 32 in flight: median ms 0.062; ceiling-durable 32 in flight: CPU µs each 31.2</desc>
            <style>
            text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1f2328}
            .title{font-size:20px;font-weight:600}.name{font-size:15px;font-weight:600}
            .soft{fill:#59636e}.small{font-size:12px}.ratio{font-size:12px;font-weight:600}
            .page{fill:#ffffff}.first{fill:#0969da}.second{fill:#bc4c00}.neither{fill:#6e7781}
            .bound{fill:none;stroke:#818b98;stroke-width:1;stroke-dasharray:3 2}
            .spread{stroke:#1f2328;stroke-width:1.5}.rule{stroke:#d1d9e0;stroke-width:1}
            @media (prefers-color-scheme:dark){
            text{fill:#f0f6fc}.soft{fill:#9198a1}
            .page{fill:#0d1117}.first{fill:#4493f8}.second{fill:#db6d28}.neither{fill:#9198a1}
            .spread{stroke:#f0f6fc}.rule{stroke:#3d444d}
            }
            </style>
            <rect class="page" width="100%" height="100%"/>
            <text x="24" y="42" class="title">stateline bench</text>
            <text x="24" y="62" class="soft small">2026-11-21T00:00:00Z, 2 x Chip, Linux 6, data on tmpfs, stateline 0</text>
            <text x="24" y="80" class="soft small">Bars are medians of 3 rounds, lines reach from the lowest to the highest. Each column of a panel has a scale of its own, from zero.</text>
            <text x="24" y="98" class="soft small">Dashed outlines are the ceilings that were measured beside: what the machine allows.</text>
            <text x="24" y="116" class="small">Built without optimisation: the figures mean nothing.</text>
            <rect x="24" y="129" width="12" height="12" class="first"/>
            <text x="42" y="140" class="small">new: this program</text>
            <rect x="480" y="129" width="12" height="12" class="second"/>
            <text x="498" y="140" class="small">old &amp; dear: old {port}</text>
            <line x1="24" y1="168" x2="936" y2="168" class="rule"/>
            <text x="24" y="192" class="name">starts</text>
            <text x="220" y="192" class="soft">Five Pass states, Standard, only started: durable, and not asked for again</text>
            <text x="220" y="212" class="soft small">per second (more is better)</text>
            <text x="458" y="212" class="soft small">median ms (less is better)</text>
            <text x="696" y="212" class="soft small">CPU µs each (less is better)</text>
            <text x="24" y="240" class="small">32 in flight, new</text>
            <rect x="220" y="229" width="142.0" height="12" class="bound"/>
            <g><title>starts 32 in flight, new: per second 8800 (8000 to 9000)</title><rect x="220" y="229" width="78.1" height="12" class="first"/><line x1="291.0" y1="235" x2="299.9" y2="235" class="spread"/><line x1="291.0" y1="232" x2="291.0" y2="238" class="spread"/><line x1="299.9" y1="232" x2="299.9" y2="238" class="spread"/></g>
            <text x="368" y="240" class="small">8,800</text>
            <g><title>starts 32 in flight, new: median ms 0.114 (0.111 to 0.125)</title><rect x="458" y="229" width="35.5" height="12" class="first"/><line x1="492.7" y1="235" x2="497.1" y2="235" class="spread"/><line x1="492.7" y1="232" x2="492.7" y2="238" class="spread"/><line x1="497.1" y1="232" x2="497.1" y2="238" class="spread"/></g>
            <text x="503" y="240" class="small">0.114</text>
            <g><title>starts 32 in flight, new: CPU µs each 56.8 (55.6 to 62.5)</title><rect x="696" y="229" width="35.5" height="12" class="first"/><line x1="730.7" y1="235" x2="735.0" y2="235" class="spread"/><line x1="730.7" y1="232" x2="730.7" y2="238" class="spread"/><line x1="735.0" y1="232" x2="735.0" y2="238" class="spread"/></g>
            <text x="741" y="240" class="small">56.8</text>
            <text x="24" y="260" class="small">32 in flight, old &amp; dear</text>
            <rect x="220" y="249" width="142.0" height="12" class="bound"/>
            <g><title>starts 32 in flight, old &amp; dear: per second 3000 (2200 to 4000)</title><rect x="220" y="249" width="26.6" height="12" class="second"/><line x1="239.5" y1="255" x2="255.5" y2="255" class="spread"/><line x1="239.5" y1="252" x2="239.5" y2="258" class="spread"/><line x1="255.5" y1="252" x2="255.5" y2="258" class="spread"/></g>
            <text x="368" y="260" class="small">3,000</text>
            <g><title>starts 32 in flight, old &amp; dear: median ms 0.333 (0.250 to 0.455)</title><rect x="458" y="249" width="104.1" height="12" class="second"/><line x1="536.1" y1="255" x2="600.0" y2="255" class="spread"/><line x1="536.1" y1="252" x2="536.1" y2="258" class="spread"/><line x1="600.0" y1="252" x2="600.0" y2="258" class="spread"/></g>
            <text x="606" y="260" class="small">0.333</text>
            <g><title>starts 32 in flight, old &amp; dear: CPU µs each 167 (125 to 227)</title><rect x="696" y="249" width="104.1" height="12" class="second"/><line x1="774.1" y1="255" x2="838.0" y2="255" class="spread"/><line x1="774.1" y1="252" x2="774.1" y2="258" class="spread"/><line x1="838.0" y1="252" x2="838.0" y2="258" class="spread"/></g>
            <text x="844" y="260" class="small">167</text>
            <text x="24" y="278" class="soft small">new / old &amp; dear</text>
            <text x="220" y="278" class="ratio">3.00 (2.00 to 4.00)</text>
            <text x="458" y="278" class="ratio">0.333 (0.250 to 0.500)</text>
            <text x="696" y="278" class="ratio">0.333 (0.250 to 0.500)</text>
            <line x1="24" y1="298" x2="936" y2="298" class="rule"/>
            <text x="24" y="322" class="name">w3</text>
            <text x="220" y="322" class="soft">Sleepers: what they take of memory, and how late they wake</text>
            <text x="220" y="342" class="soft small">KiB per sleeper (less is better)</text>
            <text x="578" y="342" class="soft small">ms late, 99 of 100 (less is better)</text>
            <text x="24" y="370" class="small">10,000 sleepers, new</text>
            <g><title>w3 10,000 sleepers, new: KiB per sleeper 0.750</title><rect x="220" y="359" width="262.0" height="12" class="first"/></g>
            <text x="488" y="370" class="small">0.750</text>
            <g><title>w3 10,000 sleepers, new: ms late, 99 of 100 9.00</title><rect x="578" y="359" width="262.0" height="12" class="first"/></g>
            <text x="846" y="370" class="small">9.00</text>
            <line x1="24" y1="386" x2="936" y2="386" class="rule"/>
            <text x="24" y="410" class="name">ceiling-durable</text>
            <text x="220" y="410" class="soft">The same, each request appended to a log and made durable together with others</text>
            <text x="220" y="430" class="soft small">per second (more is better)</text>
            <text x="458" y="430" class="soft small">median ms (less is better)</text>
            <text x="696" y="430" class="soft small">CPU µs each (less is better)</text>
            <text x="24" y="458" class="small">32 in flight</text>
            <g><title>ceiling-durable 32 in flight: per second 16000</title><rect x="220" y="447" width="142.0" height="12" class="neither"/></g>
            <text x="368" y="458" class="small">16,000</text>
            <g><title>ceiling-durable 32 in flight: median ms 0.062</title><rect x="458" y="447" width="142.0" height="12" class="neither"/></g>
            <text x="606" y="458" class="small">0.062</text>
            <g><title>ceiling-durable 32 in flight: CPU µs each 31.2</title><rect x="696" y="447" width="142.0" height="12" class="neither"/></g>
            <text x="844" y="458" class="small">31.2</text>
            </svg>"#]].assert_eq(&draw(&testing::report()));
    }

    #[test]
    fn one_server_has_no_ratios() {
        let mut report = testing::report();
        report.facts.sides.truncate(1);
        report.runs.retain(|run| run.side != Side::Second);
        let picture = draw(&report);
        assert!(!picture.contains("class=\"ratio\"") && !picture.contains("class=\"second\""), "{picture}");
        assert_eq!(picture.matches("<g>").count(), 8, "three figures of two cases, two of the third");
    }

    #[test]
    fn what_is_drawn_has_a_name_with_its_unit() {
        for sheet in Sheet::ALL {
            assert!(sheet.drawn().iter().all(|figure| long(*figure).is_some()), "{sheet:?}");
        }
    }

    #[test]
    fn numbers_are_grouped() {
        let check = |number: &str, expected: &str| assert_eq!(grouped(number), expected);
        check("0", "0");
        check("999", "999");
        check("1000", "1,000");
        check("12345678", "12,345,678");
        check("1.25", "1.25");
    }
}
