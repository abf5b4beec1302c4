import type { MachineRow } from '~/data/types'

/** `12 %` of those that are closed; nothing when none is. */
export function failureRate(machine: Pick<MachineRow, 'finished' | 'failed'>): string | undefined {
  const { finished, failed } = machine
  if (finished === 0) return undefined
  const percent = (100 * failed) / finished
  return `${percent > 0 && percent < 1 ? '<1' : Math.round(percent)} %`
}
