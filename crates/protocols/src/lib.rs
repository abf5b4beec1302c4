//! Requests to AWS services and their answers, in the five AWS protocols: `json` 1.0 and 1.1, `query`,
//! `ec2`, `rest-json` and `rest-xml`.
//!
//! [`request`] makes the bytes of a task's parameters, [`answer`] makes a task's result of the bytes
//! that came back. What belongs to sending is left to the caller: the host and its address, the
//! signature, `User-Agent`, `amz-sdk-*`, `Content-Length`, `Expect`, trailers and compression.
//!
//! Requests are what botocore sends for the same parameters, byte by byte, but for what botocore adds
//! for its users' convenience; `scripts/tests.d/45-request-exactness` compares the two.

mod answer;
mod checksum;
mod fault;
mod fields;
mod json;
mod parameters;
mod query;
mod request;
mod rest;
mod time;
pub mod words;
mod xml;

pub use answer::{Spelling, answer};
pub use fault::{ServiceFault, request_id};
pub use parameters::{BadParameters, Problem, ProblemKind};
pub use request::{Request, request};
