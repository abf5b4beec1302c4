import type { PreviewStep } from './api'

/** Steps that carry data on to the next; the others tell something beside it. */
const DATA = new Set([
  'InputPath',
  'Parameters',
  'Arguments',
  'Result',
  'ResultSelector',
  'ResultPath',
  'OutputPath',
  'Output',
  'ItemsPath',
  'Items',
  'ItemSelector',
])

export function carriesData(step: PreviewStep): boolean {
  return DATA.has(step.name) && step.value !== undefined
}

/** A step that says where it goes, or for how long, in words; undefined for data. */
export function stepWords(step: PreviewStep): string | undefined {
  if (step.value === undefined) return undefined
  const told = read(step.value)
  const number = Number(told.index ?? 0) + 1
  switch (step.name) {
    case 'Choice':
      return told.default === true
        ? `No rule holds: on to ${told.next}`
        : `Rule ${number} holds: on to ${told.next}`
    case 'Retry':
      return `Retrier ${number} would try again after ${told.delaySeconds} s`
    case 'Catch':
      return `Catcher ${number} takes it on to ${told.next}`
    case 'Wait':
      return `Waits ${told.seconds} s, until ${told.until}`
    case 'Iterations':
      return `${told.iterations} iterations${Number(told.maxConcurrency) > 0 ? `, ${told.maxConcurrency} at a time` : ''}`
    default:
      return undefined
  }
}

function read(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
