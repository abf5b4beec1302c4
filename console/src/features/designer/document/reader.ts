import { Steps } from '~/asl/apply'
import type { Edit, Program, Source } from '~/asl/program'
import { readEdited, readProgram } from '~/asl/read'

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
/** Edits after which it is no longer worth while to know how the text came from one that was read. */
const STEPS_MAX = 500

/** A text that could be read, and what was done to it since. */
interface Base {
  program: Program
  format: Source['format']
  steps: Steps
  count: number
}

/** Reads a text that changes all the time, as often as its length allows. */
export class Reader {
  last: LastReading
  private read: Source
  private base: Base | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  /** The text that is to be read. An older one that still waits for an idle moment is not read any more. */
  private wanted: Source

  constructor(
    source: Source,
    private readonly onRead: () => void,
  ) {
    this.read = source
    this.wanted = source
    this.last = this.reading(source)
  }

  /** The text was edited; the edits count in the text as it was. */
  edited(edits: readonly Edit[]) {
    if (!this.base) return
    this.base.count += edits.length
    if (this.base.count > STEPS_MAX) this.base = undefined
    else this.base.steps.apply(edits)
  }

  /** Reads now, unless this very text has been read. */
  now(source: Source): LastReading {
    clearTimeout(this.timer)
    this.wanted = source
    if (source.text !== this.read.text || source.format !== this.read.format) {
      this.read = source
      this.last = this.reading(source)
      this.onRead()
    } else if (!this.last.current && !this.last.broken) {
      this.last = this.reading(source)
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

  /** Reads only what was edited, where the edits that were told lead from a text that could be read
   * to this one. */
  private reading(source: Source): LastReading {
    const { base } = this
    const known = base?.format === source.format && base.steps.text() === source.text
    const { program, broken } = known
      ? readEdited(base.program, base.steps.edits(), source)
      : readProgram(source)
    if (program) this.base = { program, format: source.format, steps: new Steps(source.text), count: 0 }
    return { program: program ?? this.last?.program, current: program !== undefined, broken }
  }
}

function whenIdle(run: () => void) {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(run, { timeout: 1000 })
  else run()
}
