import { expect, test } from 'vitest'
import { Parser } from './sse'

const STREAM =
  ': hello\n\nid: 3\nevent: history\ndata: {"id":3}\n\ndata: a\ndata: b\r\n\r\nevent: end\ndata: {}\n\n'

test('messages come out whole, however the text is cut', () => {
  const whole = new Parser().push(STREAM)
  expect(whole).toEqual([
    { event: 'history', data: '{"id":3}', id: '3' },
    { event: 'message', data: 'a\nb', id: undefined },
    { event: 'end', data: '{}', id: undefined },
  ])
  for (let cut = 0; cut <= STREAM.length; cut++) {
    const parser = new Parser()
    expect([...parser.push(STREAM.slice(0, cut)), ...parser.push(STREAM.slice(cut))]).toEqual(whole)
  }
})

test('a message that is not complete is not told', () => {
  expect(new Parser().push('event: history\ndata: {}\n')).toEqual([])
})
