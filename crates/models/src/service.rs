//! One service: what it is, its actions, its errors, and the shapes of them all, read from the table's
//! text.
//!
//! ```text
//! protocol rest-xml                               what the service is, a fact a line
//! host * s3.{region}.{suffix}                     where it is: everywhere, then in a partition or a
//! host aws-us-gov s3.{region}.{suffix} r=…        region; with the region (r) and name (n) to sign for
//! host1 * …                                       the same for operations of the first other kind
//!                                                 an empty line, then the operations
//! GetFunction\t0\t1\tm=GET\tu=/…/{FunctionName}   its input and output, and what is not as usual
//! …                                               an empty line, then the errors
//! NoSuchKey\t17\t404\tcode\texception             shape, status, a code that is not the name, and an
//!                                                 exception that is not the name with its ending;
//! …                                               an empty line, then the shapes by their number
//! {(p=Body)Body xs n=body\tTags <s                a structure with its payload; a member that must be
//! {MemorySize!i128~10240\tRuntime 2               there has a !; what is said of it follows (Wire)
//! s\tnodejs\tpython3.13                           a text with its words
//! ```
//!
//! An operation's other fields: `m`ethod, path (`u`), `h`ost prefix, `a`uthentication, `w`rapper of the
//! answer, members for `c`hecksum and `v`alidation, checksum `r`equired, `k`ind of hosts,
//! en`d`points are what it tells.
//!
//! A shape is a number, `[` or `<` with what a list or a map holds, or a letter: `s`tring, `i`nteger,
//! `f`loat, `b`oolean, `t`imestamp (`ti`, `tu`, `tr` for its format), `x` (a blob), `d`ocument; behind it
//! the bounds, if there are any. Marks of lists, maps and structures stand in brackets.

use crate::operation::Operation;
use crate::shape::Shape;
use crate::table;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// A service. It owns its text, so keep one and share it.
#[derive(Clone, Debug)]
pub struct Service {
    text: String,
    operations: Range<usize>,
    errors: Range<usize>,
    /// Where each shape stands in the text.
    shapes: Vec<Range<usize>>,
}

/// How a service is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// `awsJson1_0`
    Json10,
    /// `awsJson1_1`
    Json11,
    /// `awsQuery`
    Query,
    /// `ec2Query`
    Ec2,
    /// `restJson1`
    RestJson,
    /// `restXml`
    RestXml,
    /// `rpcv2Cbor`, which is not spoken: three services have nothing else.
    Cbor,
}

/// An error of a service.
#[derive(Clone, Copy, Debug)]
pub struct ErrorShape<'a> {
    /// The name of its shape.
    pub name: &'a str,
    /// Its members.
    pub shape: Shape<'a>,
    /// The status that the model gives it.
    pub status: Option<u16>,
    /// The code on the wire.
    pub code: &'a str,
    /// The name of the SDK for Java's exception; see [`ErrorShape::exception`].
    exception: Option<&'a str>,
}

impl ErrorShape<'_> {
    /// The exception that the SDK for Java makes of it: `NoSuchKeyException`.
    #[must_use]
    pub fn exception(&self) -> String {
        match self.exception {
            Some(exception) => exception.to_owned(),
            None if self.name.ends_with("Exception") => self.name.to_owned(),
            None => format!("{}Exception", self.name),
        }
    }
}

impl Service {
    /// The service with a name as `aws-sdk` integrations spell it: `lambda`, `sfn`, `cloudwatchlogs`.
    /// It is read from the table each time.
    #[must_use]
    pub fn find(name: &str) -> Option<Service> {
        Self::read(table::read(name)?)
    }

    /// As [`Self::find`], read once and then kept: for whoever asks again and again.
    #[must_use]
    pub fn shared(name: &str) -> Option<Arc<Service>> {
        static KNOWN: Mutex<BTreeMap<&'static str, Arc<Service>>> = Mutex::new(BTreeMap::new());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(service) = known.get(name) {
            return Some(service.clone());
        }
        let name = Self::names().find(|known| *known == name)?;
        let service = Arc::new(Self::find(name)?);
        known.insert(name, service.clone());
        Some(service)
    }

    fn read(text: String) -> Option<Service> {
        let operations = text.find("\n\n")? + 2;
        let errors = section_end(&text, operations)?;
        let mut at = section_end(&text, errors)?;
        let mut shapes = Vec::new();
        for line in text.get(at..)?.lines() {
            shapes.push(at..at + line.len());
            at += line.len() + 1;
        }
        let (operations, errors) = (operations..errors, errors..at);
        Some(Service { text, operations, errors, shapes })
    }

    /// The names of all services.
    pub fn names() -> impl Iterator<Item = &'static str> {
        table::services()
    }

    /// An action, spelt as in a resource: `getFunction`.
    #[must_use]
    pub fn operation(&self, action: &str) -> Option<Operation<'_>> {
        let lines = lines(&self.text, &self.operations);
        let line = lines.into_iter().find(|line| is_action(name_of(line), action))?;
        Operation::read(self, line)
    }

    /// All actions.
    pub fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        lines(&self.text, &self.operations).filter_map(|line| Operation::read(self, line))
    }

    /// The shape of what an action answers with, the action spelt as in a resource: `getFunction`.
    /// `None` for an unknown action and for one that answers with nothing.
    #[must_use]
    pub fn response(&self, action: &str) -> Option<Shape<'_>> {
        self.operation(action)?.output()
    }

    /// Whether the service has an action.
    #[must_use]
    pub fn has(&self, action: &str) -> bool {
        lines(&self.text, &self.operations).any(|line| is_action(name_of(line), action))
    }

    /// All errors that the model has.
    pub fn errors(&self) -> impl Iterator<Item = ErrorShape<'_>> {
        lines(&self.text, &self.errors).filter_map(|line| {
            let mut parts = line.split('\t');
            let (name, code) = (parts.next()?, parts.next()?);
            let shape = Shape { service: self, code };
            let status = parts.next().and_then(|status| status.parse().ok());
            let mut next = || parts.next().filter(|part| !part.is_empty());
            Some(ErrorShape { name, shape, status, code: next().unwrap_or(name), exception: next() })
        })
    }

    /// The error that a code on the wire means.
    #[must_use]
    pub fn error(&self, code: &str) -> Option<ErrorShape<'_>> {
        let by_code = self.errors().find(|error| error.code == code);
        by_code.or_else(|| self.errors().find(|error| error.name == code))
    }

    /// How the service is spoken to.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        match (self.fact("protocol"), self.fact("version")) {
            ("json", "1.0") => Protocol::Json10,
            ("json", _) => Protocol::Json11,
            ("query", _) => Protocol::Query,
            ("ec2", _) => Protocol::Ec2,
            ("rest-xml", _) => Protocol::RestXml,
            ("smithy-rpc-v2-cbor", _) => Protocol::Cbor,
            _ => Protocol::RestJson,
        }
    }

    /// What stands before the action in `X-Amz-Target`.
    #[must_use]
    pub fn target_prefix(&self) -> &str {
        self.fact("target")
    }

    /// The version of the API: `2012-11-05`.
    #[must_use]
    pub fn api_version(&self) -> &str {
        self.fact("api")
    }

    /// The XML namespace of the service's requests; empty for none.
    #[must_use]
    pub fn xml_namespace(&self) -> &str {
        self.fact("xmlns")
    }

    /// What hosts usually begin with.
    #[must_use]
    pub fn endpoint_prefix(&self) -> &str {
        self.fact("prefix")
    }

    /// The name to sign for.
    #[must_use]
    pub fn signing_name(&self) -> &str {
        self.fact("signing")
    }

    /// Why no request to the service can be made, as a clause behind its name; `None` for almost all.
    ///
    /// Seven services want a token of a bearer, the old signature of 2009, or CBOR.
    #[must_use]
    pub fn obstacle(&self) -> Option<&'static str> {
        match (self.fact("signature"), self.protocol()) {
            ("bearer", _) => Some("takes a bearer's token, which a state machine's role cannot give"),
            ("v2", _) => Some("takes only signature version 2, which is not made any more"),
            (_, Protocol::Cbor) => Some("speaks only CBOR, which is not supported"),
            _ => None,
        }
    }

    /// The service's id: `CloudWatch Logs`.
    #[must_use]
    pub fn service_id(&self) -> &str {
        self.fact("id")
    }

    /// The client's name in the SDK for Java 2, with which the names of errors begin: `DynamoDb`.
    #[must_use]
    pub fn client_name(&self) -> &str {
        self.fact("client")
    }

    /// Whether answers carry the error codes of the query protocol that was spoken before.
    #[must_use]
    pub fn is_query_compatible(&self) -> bool {
        !self.fact("query-compatible").is_empty()
    }

    fn fact(&self, name: &str) -> &str {
        self.facts().find(|(fact, _)| *fact == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn facts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.text.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split_once(' '))
    }

    pub(crate) fn line(&self, number: &str) -> Option<&str> {
        let range = self.shapes.get(number.parse::<usize>().ok()?)?;
        self.text.get(range.clone())
    }
}

/// Where the section that begins at `start` and its empty line end.
fn section_end(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    if rest.starts_with('\n') { Some(start + 1) } else { Some(start + rest.find("\n\n")? + 2) }
}

fn lines<'a>(text: &'a str, range: &Range<usize>) -> impl Iterator<Item = &'a str> + use<'a> {
    text.get(range.clone()).unwrap_or_default().lines().take_while(|line| !line.is_empty())
}

fn name_of(line: &str) -> &str {
    line.split('\t').next().unwrap_or_default()
}

/// An action is the operation's name with a small first letter.
fn is_action(operation: &str, action: &str) -> bool {
    let (mut operation, mut action) = (operation.chars(), action.chars());
    match (operation.next(), action.next()) {
        (Some(first), Some(given)) => {
            given == first.to_ascii_lowercase() && operation.as_str() == action.as_str()
        }
        _ => false,
    }
}
