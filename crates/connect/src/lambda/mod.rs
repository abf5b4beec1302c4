//! The Lambda service as a state machine sees it: which function a task names,
//! what it is sent, and how its answer or its error reads in AWS's words.
//! Where the function runs is somebody else's matter: [`crate::sandbox`] for
//! local ones, [`remote`] for those behind an endpoint.

pub(crate) mod invoked;
pub(crate) mod remote;
pub(crate) mod request;
pub(crate) mod service_error;
pub(crate) mod sign;
pub(crate) mod target;
