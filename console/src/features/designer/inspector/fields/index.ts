import type { QueryLanguage } from '~/asl/fields'
import type { StateType } from '~/asl/program'
import { about } from './common'
import { map, parallel } from './containers'
import { choice, fail, pass, succeed, wait } from './simple'
import { task } from './task'
import { type Field, inLanguage, keysOf, type Table } from './types'

/** All fields of all types of states. The form is drawn from it. */
const table: Table = {
  Task: task,
  Pass: pass,
  Choice: choice,
  Wait: wait,
  Succeed: succeed,
  Fail: fail,
  Parallel: parallel,
  Map: map,
}

export const STATE_TYPES = Object.keys(table) as StateType[]

export function isStateType(type: string): type is StateType {
  return Object.hasOwn(table, type)
}

/** The fields of a type in a query language. A type that nobody knows has those that all have. */
export function fieldsOf(type: string, language: QueryLanguage): Field[] {
  return inLanguage(isStateType(type) ? table[type] : about, language)
}

/** The keys of an object that none of the fields writes: shown as they are, and kept. */
export function unknownKeys(
  holder: Record<string, unknown>,
  fields: readonly Field[],
  apart: readonly string[],
): string[] {
  const known = new Set([...apart, ...fields.flatMap(keysOf)])
  return Object.keys(holder).filter(key => !known.has(key))
}
