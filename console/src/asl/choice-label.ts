/** Longest label, in UTF-16 code units. */
const LABEL_MAX = 60

const SIGNS: [suffix: string, sign: string][] = [
  ['LessThanEquals', '≤'],
  ['GreaterThanEquals', '≥'],
  ['LessThan', '<'],
  ['GreaterThan', '>'],
  ['Equals', '='],
  ['Matches', 'matches'],
]

const TESTS: Record<string, string> = {
  IsNull: 'null',
  IsPresent: 'present',
  IsNumeric: 'a number',
  IsString: 'a text',
  IsBoolean: 'a boolean',
  IsTimestamp: 'a time',
}

/** The condition of a choice rule, short enough for an edge. `''` when it has none. */
export function choiceLabel(rule: unknown): string {
  const condition = fields(rule).Condition
  if (typeof condition === 'string')
    return cut(condition.replace(/^\{%\s*|\s*%\}$/g, '').replace(/\s+/g, ' '))
  if (typeof condition === 'boolean') return condition ? 'always' : 'never'
  return said(rule, 0)
}

function said(rule: unknown, depth: number): string {
  const test = fields(rule)
  if (depth > 8) return '…'
  if (Array.isArray(test.And)) return joined(test.And, 'and', depth)
  if (Array.isArray(test.Or)) return joined(test.Or, 'or', depth)
  if (test.Not !== undefined) {
    const inner = said(test.Not, depth + 1)
    return inner === '' ? '' : cut(`not (${inner})`)
  }
  return cut(comparison(test))
}

/** As many parts as fit; `…` stands for the others. */
function joined(rules: unknown[], word: string, depth: number): string {
  const parts = rules.slice(0, 20).map(rule => wrap(rule, said(rule, depth + 1)))
  let label = ''
  for (const [index, part] of parts.entries()) {
    const next = index === 0 ? part : `${label} ${word} ${part}`
    const more = index < rules.length - 1 ? ` ${word} …` : ''
    if (index > 0 && next.length + more.length > LABEL_MAX) return `${label} ${word} …`
    label = next
  }
  return parts.length < rules.length ? `${label} ${word} …` : cut(label)
}

function wrap(rule: unknown, label: string): string {
  const test = fields(rule)
  return Array.isArray(test.And) || Array.isArray(test.Or) ? `(${label})` : label
}

function comparison(test: Record<string, unknown>): string {
  const variable = typeof test.Variable === 'string' ? test.Variable : ''
  for (const [operator, operand] of Object.entries(test)) {
    const noun = TESTS[operator]
    if (noun) return `${variable} is ${operand === false ? 'not ' : ''}${noun}`
    const typed = /^(String|Numeric|Boolean|Timestamp)(\w+?)(Path)?$/.exec(operator)
    const sign = SIGNS.find(([suffix]) => suffix === typed?.[2])?.[1]
    if (!typed || !sign) continue
    if (typed[1] === 'Boolean' && !typed[3]) return `${variable} is ${JSON.stringify(operand)}`
    const quoted = typed[1] === 'String' && !typed[3]
    const shown = quoted || typeof operand !== 'string' ? JSON.stringify(operand) : operand
    return `${variable} ${sign} ${shown}`
  }
  return variable
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function cut(label: string): string {
  if (label.length <= LABEL_MAX) return label
  const whole = [...label]
  return `${whole.slice(0, LABEL_MAX - 1).join('')}…`
}
