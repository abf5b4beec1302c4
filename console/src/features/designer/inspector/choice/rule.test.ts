import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyEdits } from '~/asl/apply'
import type { Source } from '~/asl/program'
import { read } from '../../../../../tests/definitions'
import { changeFields } from '../change'
import { carriedOperand, OPERATOR_KEYS, OPERATORS, operatorOf } from './operators'
import { combined, conditionIn, readCondition, writeCondition } from './rule'

const operand = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant('$.x'))
const key = fc.constantFrom(...OPERATOR_KEYS)

const test1 = fc
  .tuple(fc.constantFrom('$.a', '$$.Execution.Name', '$v', "$['odd key']"), key, operand)
  .map(([variable, operator, value]) => ({ Variable: variable, [operator]: value }))

const { condition } = fc.letrec<{ condition: object }>(tie => ({
  condition: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'condition' },
    test1,
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map(And => ({ And })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map(Or => ({ Or })),
    tie('condition').map(Not => ({ Not })),
  ),
}))

describe('conditions', () => {
  test('all 39 operators are known', () => {
    expect(OPERATOR_KEYS).toHaveLength(39)
    for (const name of OPERATOR_KEYS) expect(operatorOf(name)?.operator).toBeDefined()
  })

  test('what is read is written again', () => {
    fc.assert(
      fc.property(
        condition,
        fc.dictionary(fc.constantFrom('Next', 'Comment', 'Odd'), fc.string()),
        (rule, rest) => {
          const whole = { ...rule, ...rest }
          const found = readCondition(whole)
          expect(found.kind).not.toBe('other')
          expect(writeCondition(found)).toEqual(whole)
          expect(conditionIn(whole)).toEqual(rule)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('in another form no test is lost, and one part comes out again', () => {
    fc.assert(
      fc.property(condition, fc.constantFrom('all', 'any', 'not'), (rule, to) => {
        const found = readCondition(rule)
        const next = combined(found, to as 'all' | 'any' | 'not')
        expect(leaves(next)).toEqual(leaves(rule))
        if (found.kind === 'test') expect(combined(readCondition(next), 'test')).toEqual(rule)
      }),
      { numRuns: 60 },
    )
  })

  test('what is no single condition is left alone', () => {
    for (const value of [
      'x',
      {},
      { Variable: '$.a' },
      { Variable: '$.a', IsNull: true, IsString: true },
      { And: [], Variable: '$.a' },
      { And: 1 },
      { Variable: 1, IsNull: true },
    ]) {
      expect(readCondition(value)).toEqual({ kind: 'other', value })
    }
  })
})

function leaves(value: unknown): unknown[] {
  const found = readCondition(value)
  if (found.kind === 'all' || found.kind === 'any') return found.rules.flatMap(leaves)
  if (found.kind === 'not') return leaves(found.rule)
  return [value]
}

test('another operator in the text changes nothing round it', () => {
  fc.assert(
    fc.property(test1, fc.constantFrom(...OPERATORS), fc.boolean(), (rule, operator, wish) => {
      const source: Source = {
        text: JSON.stringify(
          { States: { C: { Type: 'Choice', Choices: [{ ...rule, Next: 'N' }] } } },
          null,
          2,
        ),
        format: 'json',
      }
      const found = readCondition(rule)
      if (found.kind !== 'test') throw new Error('A test is a test')
      const path = wish && operator.path
      const name = path ? `${operator.name}Path` : operator.name
      const was = operatorOf(found.operator)?.path ?? false
      const value = carriedOperand(found.operand, was, operator, path)
      const at = `/States/C/Choices/0/${found.operator}`
      const command = changeFields(source, read(source), [{ at, value, rename: name }])
      if ('refused' in command) throw new Error(command.refused)
      const after = read({ ...source, text: applyEdits(source.text, command.edits) })
      expect(after.states.get('/States/C')?.value.Choices).toEqual([
        { Variable: found.variable, [name]: value, Next: 'N' },
      ])
    }),
    { numRuns: 60 },
  )
})
