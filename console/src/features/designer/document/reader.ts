import type { Program, Source } from '~/asl/program'
import { readProgram } from '~/asl/read'

/** The last text that could be read, and how it stands with the text of now. */
export interface LastReading {
  /** The last good program; of an older text while the text is broken, or not read yet. */
  program: Program | undefined
  /** Whether `program` is what the text of now says: then its ranges are the text's. */
  current: boolean
  /** Why the text of now cannot be read. */
  broken: { message: string; offset: number } | undefined
}

/** Up to this many characters every change is read at once: it takes a few milliseconds. */
const AT_ONCE_MAX = 64 * 1024
/** Above this, the text is read when the browser has nothing else to do. */
const BUSY_MIN = 200 * 1024
const PAUSE_MILLIS = 100
const PAUSE_LONG_MILLIS = 400

/** Reads a text that changes all the time, as often as its length allows. */
export class Reader {
  last: LastReading
  private read: Source
  private timer: ReturnType<typeof setTimeout> | undefined
  /** The text that is to be read. An older one that still waits for an idle moment is not read any more. */
  private wanted: Source

  constructor(
    source: Source,
    private readonly onRead: () => void,
  ) {
    this.read = source
    this.wanted = source
    this.last = reading(source, undefined)
  }

  /** Reads now, unless this very text has been read. */
  now(source: Source): LastReading {
    clearTimeout(this.timer)
    this.wanted = source
    if (source.text !== this.read.text || source.format !== this.read.format) {
      this.read = source
      this.last = reading(source, this.last.program)
      this.onRead()
    } else if (!this.last.current && !this.last.broken) {
      this.last = reading(source, this.last.program)
      this.onRead()
    }
    return this.last
  }

  /** Reads soon. Until then the last program is an old one. */
  later(source: Source) {
    clearTimeout(this.timer)
    this.wanted = source
    if (source.text.length <= AT_ONCE_MAX) {
      this.now(source)
      return
    }
    this.last = { ...this.last, current: false, broken: undefined }
    const read = () => {
      if (this.wanted === source) this.now(source)
    }
    const long = source.text.length > BUSY_MIN
    this.timer = setTimeout(() => (long ? whenIdle(read) : read()), long ? PAUSE_LONG_MILLIS : PAUSE_MILLIS)
  }
}

function reading(source: Source, before: Program | undefined): LastReading {
  const { program, broken } = readProgram(source)
  return { program: program ?? before, current: program !== undefined, broken }
}

function whenIdle(run: () => void) {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(run, { timeout: 1000 })
  else run()
}
