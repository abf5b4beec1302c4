import { told } from './client'
import { setConnection } from './connection'
import { Failure, failureOf, unreachable } from './failure'
import { scopeHeaders } from './scope'

export interface Message {
  event: string
  data: string
  id?: string
}

export interface Watch {
  /** The address, given the last id that was seen. */
  url: (lastId: string | undefined) => string
  onMessages: (messages: Message[]) => void
  /** The stream was connected, the first time or again. */
  onOpen?: () => void
  /** It will not be tried again: the thing is gone, or may not be seen. */
  onFailure?: (failure: Failure) => void
  /** The server says that nothing more will come, by this event. */
  until?: string
}

/** What a message says. A text that is no JSON is a failure that asking again does not heal. */
export function parsed(message: Message): unknown {
  try {
    return JSON.parse(message.data)
  } catch {
    throw new Failure('Malformed', `What the server tells of "${message.event}" cannot be read.`, 200)
  }
}

const PAUSE_MIN = 200
const PAUSE_MAX = 5000
/** The server writes at least every 15 seconds; a stream that is silent for longer is dead. */
const SILENCE_MAX = 40_000

/** Reads server-sent events until it is called off; connects again from the last id that was seen. */
export function watch({ url, onMessages, onOpen, onFailure, until }: Watch): () => void {
  const off = new AbortController()
  let lastId: string | undefined
  const run = async () => {
    let pause = PAUSE_MIN
    while (!off.signal.aborted) {
      try {
        const over = await follow(url(lastId), off.signal, onOpen, messages => {
          pause = PAUSE_MIN
          for (const message of messages) lastId = message.id ?? lastId
          onMessages(messages)
          return until !== undefined && messages.some(message => message.event === until)
        })
        if (over) return
      } catch (error) {
        if (off.signal.aborted) return
        const failure = error instanceof Failure ? error : unreachable()
        told(failure)
        if (!failure.passing && failure.code !== 'SignedOut') {
          onFailure?.(failure)
          return
        }
      }
      await new Promise(done => setTimeout(done, pause))
      pause = Math.min(pause * 2, PAUSE_MAX)
    }
  }
  void run()
  return () => off.abort()
}

async function follow(
  url: string,
  signal: AbortSignal,
  onOpen: (() => void) | undefined,
  deliver: (messages: Message[]) => boolean,
): Promise<boolean> {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), SILENCE_MAX)
  try {
    const answer = await fetch(url, {
      headers: scopeHeaders(),
      cache: 'no-store',
      redirect: 'manual',
      signal: AbortSignal.any([signal, silence.signal]),
    })
    if (!answer.ok || !answer.body || !answer.headers.get('content-type')?.includes('event-stream')) {
      throw failureOf(answer.status || 302, await answer.text())
    }
    setConnection('up')
    onOpen?.()
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    const parser = new Parser()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return false
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), SILENCE_MAX)
      const messages = parser.push(value)
      if (messages.length > 0 && deliver(messages)) {
        await reader.cancel()
        return true
      }
    }
  } finally {
    clearTimeout(timer)
  }
}

/** Cuts a text that arrives in pieces into messages, by the rules of `text/event-stream`. */
export class Parser {
  private rest = ''
  private event = ''
  private data: string[] = []
  private id: string | undefined

  push(piece: string): Message[] {
    const messages: Message[] = []
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/)
    this.rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line !== '') this.field(line)
      else if (this.data.length > 0) {
        messages.push({ event: this.event || 'message', data: this.data.join('\n'), id: this.id })
        this.data = []
        this.event = ''
        this.id = undefined
      }
    }
    return messages
  }

  private field(line: string) {
    const colon = line.indexOf(':')
    if (colon === 0) return
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'data') this.data.push(value)
    else if (name === 'event') this.event = value
    else if (name === 'id') this.id = value
  }
}
