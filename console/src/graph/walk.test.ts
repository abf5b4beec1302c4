import { expect, test } from 'vitest'
import { layout } from './layout/layout'
import { build, chain } from './test/build'
import { firstOf, walk } from './walk'

const picture = layout(
  build({
    StartAt: 'Pick',
    States: {
      Pick: { Type: 'Choice', Choices: [{ Condition: 'x', Next: 'Both' }], Default: 'Skip' },
      Both: { Type: 'Parallel', Branches: [chain('A', 'B'), chain('X')], Next: 'Done' },
      Skip: { Type: 'Pass', Next: 'Pick' },
      Done: { Type: 'Succeed' },
    },
  }),
  { collapsed: new Set() },
)
const name = (id?: string) => id?.split('/').pop()
const idOf = (state: string) => picture.nodes.find(box => box.name === state)?.id ?? ''
const check = (from: string, direction: 'down' | 'up' | 'left' | 'right', to?: string) =>
  expect(name(walk(picture, idOf(from), direction)), `${from} ${direction}`).toBe(to)

test('down and up follow the edges, into and out of containers', () => {
  expect(name(firstOf(picture, ''))).toBe('Pick')
  check('Pick', 'down', 'Both')
  check('Both', 'down', 'A')
  check('A', 'down', 'B')
  check('B', 'down', 'Done')
  check('Done', 'down', undefined)
  check('Done', 'up', 'Both')
  check('B', 'up', 'A')
  check('A', 'up', 'Both')
  check('Both', 'up', 'Pick')
  check('Pick', 'up', undefined)
})

test('left and right go to what stands beside, and to the lane beside', () => {
  check('Both', 'right', 'Skip')
  check('Skip', 'left', 'Both')
  check('A', 'right', 'X')
  check('X', 'left', 'A')
  check('X', 'right', undefined)
})

test('a loop is walked back', () => {
  check('Skip', 'down', 'Pick')
})
