import { isObject } from '../form/shape'
import { OPERATOR_KEYS, operatorOf } from './operators'

type Holder = Record<string, unknown>

/** A condition in JSONPath, read for the builder. Everything that it has is in one of the members. */
export type Condition =
  | { kind: 'all' | 'any'; rules: unknown[]; rest: Holder }
  | { kind: 'not'; rule: unknown; rest: Holder }
  | { kind: 'test'; variable: string | undefined; operator: string; operand: unknown; rest: Holder }
  | { kind: 'other'; value: unknown }

const COMBINED = { And: 'all', Or: 'any' } as const

/** Reads a condition. What is no condition, or two in one, is `other`: it is shown as JSON. */
export function readCondition(value: unknown): Condition {
  if (!isObject(value)) return { kind: 'other', value }
  const keys = Object.keys(value).filter(key => key in COMBINED || key === 'Not' || operatorOf(key))
  const [key] = keys
  if (key === undefined || keys.length > 1) return { kind: 'other', value }
  if (key === 'And' || key === 'Or') {
    const rules = value[key]
    if (!Array.isArray(rules) || 'Variable' in value) return { kind: 'other', value }
    return { kind: COMBINED[key], rules, rest: without(value, [key]) }
  }
  if (key === 'Not') {
    if ('Variable' in value) return { kind: 'other', value }
    return { kind: 'not', rule: value.Not, rest: without(value, ['Not']) }
  }
  const variable = value.Variable
  if (variable !== undefined && typeof variable !== 'string') return { kind: 'other', value }
  return {
    kind: 'test',
    variable,
    operator: key,
    operand: value[key],
    rest: without(value, ['Variable', key]),
  }
}

/** Writes what `readCondition` reads. */
export function writeCondition(condition: Condition): unknown {
  switch (condition.kind) {
    case 'all':
      return { And: condition.rules, ...condition.rest }
    case 'any':
      return { Or: condition.rules, ...condition.rest }
    case 'not':
      return { Not: condition.rule, ...condition.rest }
    case 'test': {
      const { variable, operator, operand, rest } = condition
      return { ...(variable === undefined ? {} : { Variable: variable }), [operator]: operand, ...rest }
    }
    default:
      return condition.value
  }
}

/** The keys of a condition; a rule has `Next` and others besides. */
export const CONDITION_KEYS: readonly string[] = ['Variable', 'And', 'Or', 'Not', ...OPERATOR_KEYS]

/** A rule's condition alone. */
export function conditionIn(rule: Holder): Holder {
  return Object.fromEntries(Object.entries(rule).filter(([key]) => CONDITION_KEYS.includes(key)))
}

export type Combination = 'test' | 'all' | 'any' | 'not'

export const NEW_TEST: Holder = { Variable: '$.value', IsPresent: true }

/** The condition in another form, that keeps of it what can be kept: the tests in it. */
export function combined(condition: Condition, to: Combination): unknown {
  const parts = partsOf(condition)
  const first = parts[0] ?? NEW_TEST
  switch (to) {
    case 'all':
      return { And: parts.length > 0 ? parts : [NEW_TEST] }
    case 'any':
      return { Or: parts.length > 0 ? parts : [NEW_TEST] }
    case 'not':
      return { Not: parts.length > 1 ? bare(condition) : first }
    default:
      return parts.length === 1 ? first : NEW_TEST
  }
}

function partsOf(condition: Condition): unknown[] {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.rules
  if (condition.kind === 'not') return [condition.rule]
  return [bare(condition)]
}

/** Without what is no part of the condition itself. */
function bare(condition: Condition): unknown {
  const value = writeCondition(condition)
  return isObject(value) ? conditionIn(value) : value
}

function without(value: Holder, keys: string[]): Holder {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)))
}
