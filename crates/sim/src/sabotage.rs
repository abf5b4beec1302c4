//! Rules broken on purpose: each must be caught, or the checkers are blind.
//!
//! The rules are broken around the code under test and never in it, so that the
//! code that serves has no switch that weakens it.

/// Which rule is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// The store says that a group is durable and writes it only with the next one.
    ReleaseBeforeCommit,
    /// After a restart some resting executions are not handed to their worker.
    ForgetTimer,
    /// Some outcomes of calls never arrive.
    DropOutcome,
    /// After a restart executions are handed to their worker twice.
    DoubleRecover,
    /// The workers' clock is ahead of the world's.
    FastClock,
    /// After a restart the calls that were out are made again.
    CallAgain,
    /// A parent is told of a child's end before that is durable.
    TellParentEarly,
    /// After a restart parents do not ask for their children again.
    ForgetChildren,
    /// A child is asked for twice, under two names.
    StartChildTwice,
    /// Children that are not waited for any more are not stopped.
    LeaveChildren,
    /// After a restart tasks are not brought back to where workers ask.
    ForgetOffers,
    /// A task stands at the desk twice.
    OfferTwice,
    /// Some words said with tokens are acknowledged and thrown away.
    SwallowToken,
    /// Some words said with tokens are refused as if their tasks were over.
    RefuseToken,
    /// Of the items that a reader gives some are left out.
    SkipItem,
    /// After a restart Express children that are asked for again do not run.
    ForgetExpress,
}

impl Sabotage {
    /// All of them.
    pub const ALL: [Sabotage; 16] = [
        Sabotage::ReleaseBeforeCommit,
        Sabotage::ForgetTimer,
        Sabotage::DropOutcome,
        Sabotage::DoubleRecover,
        Sabotage::FastClock,
        Sabotage::CallAgain,
        Sabotage::TellParentEarly,
        Sabotage::ForgetChildren,
        Sabotage::StartChildTwice,
        Sabotage::LeaveChildren,
        Sabotage::ForgetOffers,
        Sabotage::OfferTwice,
        Sabotage::SwallowToken,
        Sabotage::RefuseToken,
        Sabotage::SkipItem,
        Sabotage::ForgetExpress,
    ];
}
