//! Tasks that end later: activities, whose tasks workers take; callbacks, whose
//! token somebody returns; and jobs, which are watched until they are done.

use super::{Author, set};
use serde_json::{Value, json};

/// Activities that workers ask for.
pub(crate) const ACTIVITIES: [&str; 2] =
    ["arn:aws:states:us-east-1:000000000000:activity:a", "arn:aws:states:us-east-1:000000000000:activity:b"];
/// An activity that nobody has made.
const NO_ACTIVITY: &str = "arn:aws:states:us-east-1:000000000000:activity:none";

impl Author<'_> {
    /// A Task state without its result, its handlers and what follows: one that comes back with
    /// its call, or, outside of Express children, one that ends later.
    pub(super) fn work(&mut self, name: &str, mut request: Value) -> Value {
        let later = !self.express && self.dice.once_in(2);
        let (timeout, heartbeat) = match self.dice.below(5) {
            0..=1 => (Some(self.dice.between(2, 20)), None),
            2 => (Some(self.dice.between(8, 20)), Some(self.dice.between(2, 6))),
            3 if later => (None, Some(self.dice.between(2, 9))),
            _ => (None, None),
        };
        // Only what says so is ever left without an answer.
        set(&mut request, "timed", json!(timeout.is_some() || (later && heartbeat.is_some())));
        let mut state = if later { self.later(name, request) } else { self.at_once(&request) };
        if let Some(timeout) = timeout {
            set(&mut state, "TimeoutSeconds", json!(timeout));
        }
        if let Some(heartbeat) = heartbeat {
            set(&mut state, "HeartbeatSeconds", json!(heartbeat));
        }
        state
    }

    fn at_once(&mut self, request: &Value) -> Value {
        if self.dice.once_in(2) {
            let function = "arn:aws:lambda:us-east-1:000000000000:function:f";
            json!({"Type": "Task", "Resource": function, "Parameters": request})
        } else {
            let parameters = json!({"FunctionName": "f", "Payload": request});
            json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": parameters,
                "ResultSelector": {"pick.$": "$.Payload.pick"}})
        }
    }

    fn later(&mut self, name: &str, mut request: Value) -> Value {
        set(&mut request, "at", json!(name));
        match self.dice.below(5) {
            0..=1 => {
                let activity = if self.dice.once_in(30) { NO_ACTIVITY } else { self.dice.pick(&ACTIVITIES) };
                json!({"Type": "Task", "Resource": activity, "Parameters": request})
            }
            2..=3 => {
                set(&mut request, "token.$", json!("$$.Task.Token"));
                let parameters = json!({"FunctionName": "f", "Payload": request});
                let resource = "arn:aws:states:::lambda:invoke.waitForTaskToken";
                json!({"Type": "Task", "Resource": resource, "Parameters": parameters})
            }
            _ => {
                set(&mut request, "job", json!(true));
                // The one is asked for again after a crash, which its name makes safe; the other is in doubt.
                let (resource, parameters) = if self.dice.once_in(2) {
                    let parameters = json!({"StateMachineArn": "m", "Input": request});
                    ("arn:aws:states:::states:startExecution.sync:2", parameters)
                } else {
                    let parameters = json!({"JobName": "j", "Arguments": request});
                    ("arn:aws:states:::glue:startJobRun.sync", parameters)
                };
                json!({"Type": "Task", "Resource": resource, "Parameters": parameters})
            }
        }
    }

    /// The same in JSONata, where the request and the resource are all that differs.
    pub(super) fn jsonata_work(&mut self, name: &str, mut request: Value) -> Value {
        let later = !self.express && self.dice.once_in(3);
        let timeout = self.dice.once_in(2).then(|| self.dice.between(2, 20));
        set(&mut request, "timed", json!(timeout.is_some()));
        let (resource, arguments) = match (later, self.dice.once_in(2)) {
            (false, _) => ("arn:aws:lambda:us-east-1:000000000000:function:f", request),
            (true, true) => {
                set(&mut request, "at", json!(name));
                (ACTIVITIES[0], request)
            }
            (true, false) => {
                set(&mut request, "at", json!(name));
                set(&mut request, "token", json!("{% $states.context.Task.Token %}"));
                let arguments = json!({"FunctionName": "f", "Payload": request});
                ("arn:aws:states:::lambda:invoke.waitForTaskToken", arguments)
            }
        };
        let mut state =
            json!({"Type": "Task", "QueryLanguage": "JSONata", "Resource": resource, "Arguments": arguments});
        if let Some(timeout) = timeout {
            set(&mut state, "TimeoutSeconds", json!(timeout));
        }
        state
    }
}
