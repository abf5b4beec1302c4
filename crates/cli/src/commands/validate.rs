//! `stateline validate`: every mistake of definitions, with its place.

use super::{Outcome, definition};
use crate::args::{Format, ValidateArgs};
use crate::inputs;
use crate::output::{pretty, say};
use serde_json::Value;
use std::process::ExitCode;

pub fn run(args: &ValidateArgs) -> Outcome {
    let mut found_json = Vec::new();
    let (mut errors, mut warnings) = (0, 0);
    for path in &args.files {
        let text = inputs::file(path)?;
        let compilation = definition::check(path, &text, args.machine_type);
        let wrong = compilation.diagnostics.iter().filter(|found| found.is_error()).count();
        errors += wrong;
        warnings += compilation.diagnostics.len() - wrong;
        match args.output {
            Format::Json => found_json.extend(definition::report_json(path, &text, &compilation.diagnostics)),
            Format::Table if compilation.diagnostics.is_empty() => {}
            Format::Table => say(&definition::report(path, &text, &compilation.diagnostics)),
        }
    }
    match args.output {
        Format::Json => say(&pretty(&Value::Array(found_json))),
        Format::Table => say(&summary(args.files.len(), errors, warnings)),
    }
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn summary(files: usize, errors: usize, warnings: usize) -> String {
    let count =
        |number: usize, thing: &str| format!("{number} {thing}{}", if number == 1 { "" } else { "s" });
    format!("{}: {}, {}", count(files, "file"), count(errors, "error"), count(warnings, "warning"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts() {
        assert_eq!(summary(1, 5, 1), "1 file: 5 errors, 1 warning");
    }
}
