/** What to do about an error, by its name. */
export interface Advice {
  /** What it means, a sentence. */
  means: string
  /** What to do, a sentence. */
  todo: string
}

const TABLE: [RegExp, string, string][] = [
  [
    /^States\.Timeout$/,
    'It took longer than its TimeoutSeconds.',
    'Look which attempt was slow; redrive, or allow more time.',
  ],
  [
    /^States\.HeartbeatTimeout$/,
    'No heartbeat came within HeartbeatSeconds.',
    'See whether the worker still runs; redrive when it does.',
  ],
  [
    /^States\.Permissions$/,
    'The role may not do what the state asks for.',
    'Give the role that permission, then redrive.',
  ],
  [
    /^States\.ResultPathMatchFailure$/,
    "ResultPath cannot be applied to the state's input.",
    'Compare the input with ResultPath in the definition, and start again with a mended one.',
  ],
  [
    /^States\.ParameterPathFailure$/,
    'A path in the parameters finds nothing in the input.',
    'Compare the input with the paths in the definition.',
  ],
  [
    /^States\.QueryEvaluationError$/,
    'A JSONata expression has no value, or one of the wrong type.',
    'Open the state: the cause names the field. Mend the expression, and start again with this input.',
  ],
  [
    /^States\.IntrinsicFailure$/,
    'An intrinsic function was called with what it does not take.',
    'Look at its arguments in the definition.',
  ],
  [
    /^States\.NoChoiceMatched$/,
    'No rule of the Choice fits, and it has no Default.',
    'Look at its input, and add a rule or a Default.',
  ],
  [/^States\.BranchFailed$/, 'A branch of the Parallel failed.', 'Open the branch that failed.'],
  [
    /^States\.ExceedToleratedFailureThreshold$/,
    'More items of the Map failed than are tolerated.',
    'Open its Map Run: failures are grouped there by their error. Then redrive what failed.',
  ],
  [
    /^States\.ItemReaderFailed$/,
    'The items could not be read.',
    'See whether the file or bucket is there, and whether its format is the one that is named.',
  ],
  [
    /^States\.ResultWriterFailed$/,
    'The results could not be written.',
    'See whether the bucket is there and can be written to, then redrive.',
  ],
  [
    /^States\.DataLimitExceeded$/,
    'A payload is larger than may be passed from state to state (256 KiB).',
    'Keep large data elsewhere and pass where it is, or select less of the result.',
  ],
  [
    /^States\.Runtime$/,
    'The definition asks for something that this input does not allow; no Retry and no Catch takes it.',
    'Compare the input of the state with its definition, and start again with a mended one.',
  ],
  [/^States\.TaskFailed$/, 'The task failed.', 'The cause says more. Redrive when the reason is gone.'],
  [
    /^Lambda\.(ResourceNotFoundException|ResourceNotFound)$/,
    'There is no such function.',
    'Compare its name with the functions of stateline.toml, or of AWS; when it is there, redrive.',
  ],
  [
    /^Lambda\.TooManyRequestsException$|Throttl|TooManyRequests|LimitExceeded|SlowDown/,
    'The service refuses more calls for the moment.',
    'Redrive later, or give the state a Retry with a backoff.',
  ],
  [
    /^Lambda\.(ServiceException|AWSLambdaException|SdkClientException|ClientExecutionTimeoutException|Unknown)$/,
    'The call to the function failed before it could answer.',
    'This passes mostly: redrive, or give the state a Retry for it.',
  ],
  [
    /^(Lambda\.Timeout|Sandbox\.Timedout)$/,
    'The function ran longer than its own timeout.',
    'Redrive, or allow the function more time.',
  ],
  [
    /^(Runtime\.ExitError|Runtime\.\w+|Lambda\.InvalidRuntime\w*)$/,
    'The process of the function ended without an answer.',
    "Look at the function's log.",
  ],
  [
    /^States\.Http\.StatusCode\.(401|403)$/,
    'The address does not accept these credentials.',
    'Look at the connection, then redrive.',
  ],
  [
    /^States\.Http\.StatusCode\.4/,
    'The address refuses the request.',
    'Compare the arguments with what it takes.',
  ],
  [
    /^States\.Http\.StatusCode\.5/,
    'The address has a trouble of its own.',
    'Redrive later, or give the state a Retry.',
  ],
  [
    /^States\.Http\.Socket$/,
    'The address did not answer.',
    'See whether it can be reached from here, then redrive.',
  ],
  [/^Rejected$/, 'Somebody rejected it.', 'The cause is their comment.'],
  [
    /ExecutionAlreadyExists/,
    'An execution of that name is there already.',
    'Make the name depend on the input, or leave it out.',
  ],
  [
    /AccessDenied|NotAuthorized|UnauthorizedOperation/,
    'The service does not allow this.',
    'Give the role that permission, then redrive.',
  ],
  [
    /NotFound|NoSuch|DoesNotExist/,
    'What the state asks for is not there.',
    'Compare the arguments with what there is.',
  ],
  [/Timeout|TimedOut|Timedout/, 'It took too long.', 'Redrive, or allow more time.'],
  [
    /Validation|InvalidParameter|BadRequest/,
    'The service does not take these arguments.',
    'Compare the arguments with what it takes.',
  ],
]

/** What is known of an error; nothing of those that authors make themselves. */
export function adviceOf(error: string | undefined): Advice | undefined {
  if (!error) return undefined
  const found = TABLE.find(([pattern]) => pattern.test(error))
  return found && { means: found[1], todo: found[2] }
}
