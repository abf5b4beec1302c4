import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readProgram } from '~/asl/read'
import { fold } from '../fold/fold'
import { sketchOf } from '../fold/sketch'
import { overlayOf } from './overlay'

function drawn(name: string, upTo?: number) {
  const events = JSON.parse(readFileSync(`tests/histories/${name}.json`, 'utf8')).events
  const story = fold(events.slice(0, upTo))
  const { program } = readProgram({ text: sketchOf(story), format: 'json' })
  if (!program) throw new Error('the sketch is no definition')
  return { program, overlay: overlayOf(story, program, 0) }
}

test('a sketch has the states that were reached, where they stand', () => {
  const { program } = drawn('everything')
  expect([...program.states.keys()]).toMatchInlineSnapshot(`
    [
      "/States/Both",
      "/States/Both/Branches/0/States/Activity",
      "/States/Both/Branches/1/States/Token",
      "/States/Both/Branches/1/States/Fine",
      "/States/Both/Branches/2/States/Child",
      "/States/Each",
      "/States/Each/ItemProcessor/States/Inner",
      "/States/Each/ItemProcessor/States/Inner/ItemProcessor/States/Pick",
      "/States/Each/ItemProcessor/States/Inner/ItemProcessor/States/Good",
      "/States/Each/ItemProcessor/States/Inner/ItemProcessor/States/Bad",
      "/States/Dist",
      "/States/Nap",
      "/States/Calc",
      "/States/Use",
    ]
  `)
})

test('states and ways are as the history tells', () => {
  const { overlay } = drawn('everything')
  expect(
    [...overlay.states].map(([id, state]) => `${id.split('/').at(-1)} ${state.status} ${state.entries}`),
  ).toMatchInlineSnapshot(`
    [
      "Both succeeded 1",
      "Activity succeeded 1",
      "Token caught 1",
      "Child succeeded 1",
      "Fine succeeded 1",
      "Each caught 1",
      "Inner failed 4",
      "Pick succeeded 8",
      "Good succeeded 6",
      "Bad failed 2",
      "Dist succeeded 1",
      "Nap succeeded 1",
      "Calc succeeded 1",
      "Use failed 1",
    ]
  `)
  expect([...overlay.taken]).toMatchInlineSnapshot(`
    [
      "/States/Both/Branches/1/States/Token|catch|0|/States/Both/Branches/1/States/Fine",
      "/States/Both|next|0|/States/Each",
      "/States/Each/ItemProcessor/States/Inner/ItemProcessor/States/Pick|choice|0|/States/Each/ItemProcessor/States/Inner/ItemProcessor/States/Good",
      "/States/Each/ItemProcessor/States/Inner/ItemProcessor/States/Pick|choice|1|/States/Each/ItemProcessor/States/Inner/ItemProcessor/States/Bad",
      "/States/Each|catch|0|/States/Dist",
      "/States/Dist|next|0|/States/Nap",
      "/States/Nap|next|0|/States/Calc",
      "/States/Calc|next|0|/States/Use",
    ]
  `)
  expect(overlay.states.get('/States/Both')?.counts).toEqual({ done: 3, total: 3, failed: 0 })
  expect(overlay.states.get('/States/Each')?.counts).toEqual({ done: 1, total: 2, failed: 1 })
})

test('a state counts its attempts, and what is under way is so', () => {
  expect(drawn('retries').overlay.states.get('/States/Go')).toMatchObject({ status: 'failed', attempts: 3 })
  expect(drawn('stopped', 4).overlay.states.get('/States/Nap')?.status).toBe('waiting')
})
