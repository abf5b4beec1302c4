//! Breakage: what a sabotage does to messages on their way, and to batches before
//! they are written.

use super::{Happening, World};
use crate::process::Process;
use crate::sabotage::Sabotage;
use stateline_runtime::{Message, ServiceError, Then};

impl World {
    /// Before a worker takes its messages.
    pub(super) fn sabotage_messages(&mut self, process: &Process, messages: &mut Vec<Message>) {
        match self.options.sabotage {
            Some(Sabotage::ForgetTimer) if process.number > 1 => {
                messages.retain(|message| !matches!(message, Message::Recover(row) if !row.busy));
            }
            Some(Sabotage::DoubleRecover) if process.recovering > 0 => {
                for message in messages.iter() {
                    if let Message::Recover(row) = message {
                        self.later(50, Happening::Recover { process: process.number, row: row.clone() });
                    }
                }
            }
            Some(Sabotage::ForgetChildren) => {
                let wanted_in = |message: &Message| match message {
                    Message::StartChild(start) => {
                        self.shadows.child_wanted_in(start.link.execution, start.link.attempt)
                    }
                    _ => None,
                };
                messages.retain(|message| wanted_in(message).is_none_or(|born| born == process.number));
            }
            Some(Sabotage::StartChildTwice) => {
                let twice = messages.iter().filter_map(|message| match message {
                    Message::StartChild(start) => {
                        let mut other = start.clone();
                        other.arn = format!("{}x", start.arn).into();
                        Some(Message::StartChild(other))
                    }
                    _ => None,
                });
                let twice: Vec<Message> = twice.collect();
                messages.extend(twice);
            }
            Some(Sabotage::LeaveChildren) => {
                messages.retain(|message| !matches!(message, Message::StopChild(_)));
            }
            Some(Sabotage::SkipItem) => {
                for message in messages.iter_mut() {
                    if let Message::ItemsRead { page: Ok(page), .. } = message
                        && page.items.len() > 1
                    {
                        page.items.remove(0);
                    }
                }
            }
            Some(Sabotage::SwallowToken) => self.answer_tokens(messages, &Ok(())),
            Some(Sabotage::RefuseToken) => self.answer_tokens(messages, &Err(ServiceError::TaskTimedOut)),
            _ => {}
        }
    }

    /// Answers some words said with tokens before the worker gets them.
    fn answer_tokens(&mut self, messages: &mut Vec<Message>, answer: &Result<(), ServiceError>) {
        for message in std::mem::take(messages) {
            match message {
                Message::Token { reply, .. } if self.dice.once_in(4) => drop(reply.send(answer.clone())),
                other => messages.push(other),
            }
        }
    }

    /// After a worker has decided, with the batches that wait from some place on.
    pub(super) fn sabotage_batches(&mut self, process: &mut Process, from: usize) {
        if self.options.sabotage != Some(Sabotage::TellParentEarly) {
            return;
        }
        let thens = process.queue.iter().skip(from).flat_map(|batch| &batch.then);
        let told = thens.filter_map(|then| match then {
            Then::TellParent(report) => Some(report.clone()),
            _ => None,
        });
        for report in told.collect::<Vec<_>>() {
            process.push(report.parent, Message::ChildEnded(report));
        }
    }
}
