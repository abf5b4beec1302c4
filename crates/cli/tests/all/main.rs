//! The real binary, run as its users run it: in folders of its own, on free ports.

#![allow(clippy::disallowed_methods, reason = "tests of a program wait for it and read its environment")]

mod backup;
mod dev;
mod doctor;
mod eval;
mod examples;
mod harness;
mod http;
mod mocks;
mod run;
mod serve;
mod show;
mod tokens;
