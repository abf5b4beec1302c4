import type { Program, StateNode } from './program'

export type QueryLanguage = 'JSONPath' | 'JSONata'

/** Fields that a type has in both languages, then in JSONPath only, then in JSONata only. */
const FLOW = 'Next End'
const DATA = ['Assign', 'InputPath OutputPath', 'Output'] as const
const ERRORS = 'Retry Catch'

type Fields = readonly [both: string, path: string, jsonata: string]

const FIELDS: Record<string, Fields> = {
  Task: [
    `${FLOW} ${ERRORS} Assign Resource Credentials TimeoutSeconds HeartbeatSeconds`,
    'InputPath OutputPath Parameters ResultSelector ResultPath TimeoutSecondsPath HeartbeatSecondsPath',
    'Output Arguments',
  ],
  Parallel: [
    `${FLOW} ${ERRORS} Assign Branches`,
    'InputPath OutputPath Parameters ResultSelector ResultPath',
    'Output Arguments',
  ],
  Map: [
    `${FLOW} ${ERRORS} Assign ItemProcessor ItemReader ItemSelector ItemBatcher MaxConcurrency ResultWriter Label ToleratedFailureCount ToleratedFailurePercentage`,
    'InputPath OutputPath ResultSelector ResultPath ItemsPath MaxConcurrencyPath Parameters Iterator ToleratedFailureCountPath ToleratedFailurePercentagePath',
    'Output Items',
  ],
  Pass: [`${FLOW} ${DATA[0]}`, `${DATA[1]} Parameters Result ResultPath`, DATA[2]],
  Wait: [`${FLOW} ${DATA[0]} Seconds Timestamp`, `${DATA[1]} SecondsPath TimestampPath`, DATA[2]],
  Choice: [`${DATA[0]} Choices Default`, DATA[1], DATA[2]],
  Succeed: ['', DATA[1], DATA[2]],
  Fail: ['Error Cause', 'ErrorPath CausePath', ''],
}

/** Whether a state of this type has a field. Fields that the language does not know are anybody's. */
export function takesField(type: string, language: QueryLanguage, field: string): boolean {
  const own = FIELDS[type]
  const known = Object.values(FIELDS).some(fields => fields.join(' ').split(' ').includes(field))
  if (!known || !own) return true
  const [both, path, jsonata] = own
  return `${both} ${language === 'JSONata' ? jsonata : path}`.split(' ').includes(field)
}

/** The query language of a state: its own, else the machine's. */
export function languageOf(program: Program, state?: StateNode): QueryLanguage {
  const said = state?.value.QueryLanguage ?? program.queryLanguage
  return said === 'JSONata' ? 'JSONata' : 'JSONPath'
}
