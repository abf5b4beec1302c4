import { hasParts, isFlat, type Out } from './out'
import { yamlKey, yamlLiteral, yamlString } from './scalar'
import type { Style } from './style'

/** The longest text that is put on one line by choice, its indentation included. */
const WIDTH_MAX = 110

/** How collections are to stand: as the style has it, on one line if they fit, or broken up. */
export type Lay = 'style' | 'short' | 'long' | 'one-line'

/** Braces and brackets: JSON, and YAML's flow style. `indent` is that of the line it begins on. */
export class Braces {
  constructor(
    private readonly style: Style,
    /** YAML with keys as in YAML; else as in JSON. */
    private readonly yaml: boolean,
  ) {}

  key(key: string): string {
    return this.yaml ? yamlKey(key, this.style, true) : JSON.stringify(key)
  }

  scalar(out: Out): string {
    if (out.kind === 'string')
      return this.yaml ? yamlString(out.text, this.style, true) : JSON.stringify(out.text)
    if (out.kind === 'plain') return out.json
    return out.kind === 'array' ? '[]' : '{}'
  }

  value(out: Out, indent: string, lay: Lay): string {
    if (!hasParts(out)) return this.scalar(out)
    if (lay === 'one-line' || !this.style.lines) return this.line(out)
    if (lay !== 'long' && (lay === 'short' || this.isShort(out))) {
      const line = this.line(out)
      if (indent.length + line.length <= WIDTH_MAX) return line
    }
    const inner = indent + this.style.unit
    const parts = this.parts(out, part => this.value(part, inner, 'style'))
    const [open, close] = out.kind === 'array' ? '[]' : '{}'
    const { eol } = this.style
    return open + eol + inner + parts.join(`,${eol}${inner}`) + eol + indent + close
  }

  private isShort(out: Out): boolean {
    if (!isFlat(out)) return false
    return out.kind === 'array' ? this.style.shortArrays : this.style.shortObjects
  }

  private line(out: Out): string {
    if (!hasParts(out)) return this.scalar(out)
    const parts = this.parts(out, part => this.line(part)).join(this.style.comma)
    return out.kind === 'array' ? `[${parts}]` : `{${this.style.pad}${parts}${this.style.pad}}`
  }

  private parts(out: Out, write: (out: Out) => string): string[] {
    if (out.kind === 'array') return out.items.map(write)
    if (out.kind !== 'object') return []
    const colon = this.yaml ? ': ' : this.style.colon
    return out.entries.map(([key, value]) => this.key(key) + colon + write(value))
  }
}

/** YAML by indentation. `column` is the indentation of the keys or dashes around. */
export class Block {
  private readonly flow: Braces

  constructor(private readonly style: Style) {
    this.flow = new Braces(style, true)
  }

  key(key: string): string {
    return yamlKey(key, this.style, false)
  }

  /** What stands behind the colon of a key at `column`, its blank or line break first. */
  afterKey(out: Out, column: string, lay: Lay): string {
    const { eol, unit, indentedLists } = this.style
    if (!hasParts(out) || this.isShort(out, column, lay)) return ` ${this.inline(out, column)}`
    const deeper = out.kind === 'object' || indentedLists
    const inner = deeper ? column + unit : column
    return eol + inner + this.lines(out, inner)
  }

  /** What stands behind a dash at `column` and its blank. */
  afterDash(out: Out, column: string, lay: Lay): string {
    if (!hasParts(out) || this.isShort(out, column, lay)) return this.inline(out, column)
    return this.lines(out, `${column}  `)
  }

  /** A whole document without its last line break. */
  document(out: Out): string {
    return hasParts(out) ? this.lines(out, '') : this.inline(out, '')
  }

  private inline(out: Out, column: string): string {
    if (out.kind !== 'string')
      return hasParts(out) ? this.flow.value(out, '', 'one-line') : this.flow.scalar(out)
    const literal = yamlLiteral(out.text, column + this.style.unit, this.style.eol)
    return literal ?? yamlString(out.text, this.style, false)
  }

  private isShort(out: Out, column: string, lay: Lay): boolean {
    if (lay === 'one-line') return true
    if (lay === 'long' || (lay === 'style' && !isFlat(out))) return false
    if (lay === 'style' && !(out.kind === 'array' ? this.style.shortArrays : this.style.shortObjects))
      return false
    return column.length + this.flow.value(out, '', 'one-line').length <= WIDTH_MAX
  }

  private lines(out: Out, column: string): string {
    const next = this.style.eol + column
    if (out.kind === 'array')
      return out.items.map(item => `- ${this.afterDash(item, column, 'style')}`).join(next)
    if (out.kind !== 'object') return ''
    return out.entries
      .map(([key, value]) => `${this.key(key)}:${this.afterKey(value, column, 'style')}`)
      .join(next)
  }
}
