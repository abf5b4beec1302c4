//! What an editor asks about a definition that is being written: what could stand here, and what does
//! what stands here mean. Pure, like everything in this crate: text and place in, answers out; who asks
//! and over which wire is not known here.
//!
//! A text is broken while it is typed. JSON is read by the parser of this crate, which gives a tree of
//! every text; YAML is mended around the cursor first (`yaml`). `spot` says where in the tree the cursor
//! is, `site` what the fields around it say. What may stand there comes from the tables that `check`
//! checks with, and from the services' models.

mod completion;
mod expressions;
mod fields;
mod hover;
mod integrations;
mod names;
mod part;
mod site;
mod spot;
mod yaml;

pub use completion::{Completion, Item, ItemKind, complete};
pub use hover::{Hover, hover};
pub use integrations::{
    Action, IntegratedService, Parameter, parameters, sdk_actions, sdk_services, services,
};
pub use part::{Part, part, pointer_at};

use crate::{Compilation, MachineKind, compile, compile_yaml};

/// What a definition is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As AWS takes it.
    Json,
    /// As files have it.
    Yaml,
}

/// A definition's text and what it is to be.
#[derive(Clone, Copy, Debug)]
pub struct Source<'t> {
    /// As it is typed.
    pub text: &'t str,
    /// What it is written in.
    pub format: Format,
    /// What kind of machine it is to be.
    pub kind: MachineKind,
}

/// What a Task can call where the definition will run, by ARN. Everything else can be called as well;
/// these are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Callable {
    /// Functions.
    pub functions: Vec<String>,
    /// Activities.
    pub activities: Vec<String>,
    /// State machines.
    pub machines: Vec<String>,
}

impl Source<'_> {
    /// Reads, checks and compiles it.
    #[must_use]
    pub fn compile(&self) -> Compilation {
        match self.format {
            Format::Json => compile(self.text, self.kind),
            Format::Yaml => compile_yaml(self.text, self.kind),
        }
    }
}

/// The nearest place at or before an offset that is between characters.
fn boundary(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}
