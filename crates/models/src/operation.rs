//! One action of a service: what it takes and gives, and what its request looks like.

use crate::hosts::Host;
use crate::service::Service;
use crate::shape::{Form, Shape, Wire};

/// An action of a service.
#[derive(Clone, Debug)]
pub struct Operation<'a> {
    service: &'a Service,
    name: &'a str,
    input: &'a str,
    output: &'a str,
    method: &'a str,
    path: &'a str,
    host_prefix: Option<&'a str>,
    auth: &'a str,
    wrapper: Option<&'a str>,
    checksum: Checksum<'a>,
    hosts: &'a str,
    discovers: bool,
    wire: Wire<'a>,
}

/// What is said of a request's checksum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checksum<'a> {
    /// The member that chooses the algorithm.
    pub algorithm: Option<&'a str>,
    /// The member that asks for a checksum of the answer.
    pub validation: Option<&'a str>,
    /// Whether requests must have one.
    pub required: bool,
}

impl<'a> Operation<'a> {
    /// `GetItem\t0\t1\tm=GET…`
    pub(crate) fn read(service: &'a Service, line: &'a str) -> Option<Self> {
        let mut parts = line.split('\t');
        let mut operation = Operation {
            service,
            name: parts.next()?,
            input: parts.next()?,
            output: parts.next()?,
            method: "POST",
            path: "/",
            host_prefix: None,
            auth: "",
            wrapper: None,
            checksum: Checksum::default(),
            hosts: "",
            discovers: false,
            wire: Wire::default(),
        };
        for part in parts {
            match part.split_once('=') {
                Some(("m", method)) => operation.method = method,
                Some(("u", path)) => operation.path = path,
                Some(("h", prefix)) => operation.host_prefix = Some(prefix),
                Some(("a", auth)) => operation.auth = auth,
                Some(("w", wrapper)) => operation.wrapper = Some(wrapper),
                Some(("c", member)) => operation.checksum.algorithm = Some(member),
                Some(("v", member)) => operation.checksum.validation = Some(member),
                Some(("r", _)) => operation.checksum.required = true,
                Some(("k", number)) => operation.hosts = number,
                Some(("d", _)) => operation.discovers = true,
                _ => operation.wire.add(part),
            }
        }
        Some(operation)
    }

    /// The name in the service's model: `GetItem`.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// What it takes; `None` for nothing.
    #[must_use]
    pub fn input(&self) -> Option<Shape<'a>> {
        self.shape(self.input)
    }

    /// What it answers with; `None` for nothing.
    #[must_use]
    pub fn output(&self) -> Option<Shape<'a>> {
        self.shape(self.output)
    }

    fn shape(&self, code: &'a str) -> Option<Shape<'a>> {
        (code != "-").then_some(Shape { service: self.service, code })
    }

    /// The method of HTTP.
    #[must_use]
    pub fn method(&self) -> &'a str {
        self.method
    }

    /// The path with its labels, and a query where there is one: `/{Bucket}/{Key+}?acl`.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// What stands before the service's host, with its labels: `data-`, `{AccountId}.`.
    #[must_use]
    pub fn host_prefix(&self) -> Option<&'a str> {
        self.host_prefix
    }

    /// The service that has it.
    #[must_use]
    pub fn service(&self) -> &'a Service {
        self.service
    }

    /// Whether requests are sent without a signature.
    #[must_use]
    pub fn is_unsigned(&self) -> bool {
        self.auth == "none"
    }

    /// Whether the signature leaves the body out.
    #[must_use]
    pub fn has_unsigned_body(&self) -> bool {
        self.auth == "v4-unsigned-body"
    }

    /// The element around the answer, where the protocol has one.
    #[must_use]
    pub fn wrapper(&self) -> Option<&'a str> {
        self.wrapper
    }

    /// What is said of the request's checksum.
    #[must_use]
    pub fn checksum(&self) -> Checksum<'a> {
        self.checksum
    }

    /// What is said of the input as a whole.
    #[must_use]
    pub fn input_wire(&self) -> Wire<'a> {
        self.wire
    }

    /// Whether the answer tells where other calls go, which no other call here asks for.
    #[must_use]
    pub fn discovers_endpoints(&self) -> bool {
        self.discovers
    }

    /// Where the call goes in a region; `None` for a region of no partition.
    #[must_use]
    pub fn host(&self, region: &str) -> Option<Host<'a>> {
        self.service.host_of(self.hosts, region)
    }

    /// Whether a stream of events goes either way, which Step Functions does not support.
    #[must_use]
    pub fn has_event_stream(&self) -> bool {
        let streams = |shape: Shape<'a>| match shape.form() {
            Form::Structure(structure) => structure.members.iter().any(|member| member.wire.event_stream),
            _ => false,
        };
        self.input().is_some_and(streams) || self.output().is_some_and(streams)
    }
}
