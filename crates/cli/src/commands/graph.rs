//! `stateline graph`: a picture of a workflow.

use super::{CommandError, Outcome, definition};
use crate::args::{GraphArgs, GraphFormat, MachineType};
use crate::inputs;
use crate::output::{note, say};
use stateline_asl::graph;
use std::process::ExitCode;

pub fn run(args: &GraphArgs) -> Outcome {
    let text = inputs::file(&args.file)?;
    let compilation = definition::check(&args.file, &text, MachineType::Standard);
    let Some(program) = &compilation.program else {
        note(&definition::report(&args.file, &text, &compilation.diagnostics));
        return Err(CommandError::Usage(format!(
            "{} cannot be drawn before it is right",
            args.file.display()
        )));
    };
    let picture = match args.format {
        GraphFormat::Svg => graph::svg(program),
        GraphFormat::Mermaid => graph::mermaid(program),
        GraphFormat::Dot => graph::dot(program),
    };
    say(picture.trim_end());
    Ok(ExitCode::SUCCESS)
}
