import { attemptsText, durationText, type StateOverlay } from '../overlay'

/** The figures of a node: the retry chip, the count, the duration. */
export function Figures({ overlay }: { overlay?: StateOverlay }) {
  if (!overlay) return null
  const attempts = attemptsText(overlay)
  const { counts, durationMs, entries } = overlay
  return (
    <span className="sg-figures">
      {attempts && (
        <span className="sg-chip" title={`${overlay.attempts} attempts`}>
          {attempts}
        </span>
      )}
      {counts && (
        <span className="sg-count" data-failed={counts.failed > 0 || undefined}>
          {counts.done}/{counts.total}
        </span>
      )}
      {!counts && entries > 1 && (
        <span className="sg-count" title={`Entered ${entries} times`}>
          {entries}×
        </span>
      )}
      {durationMs !== undefined && <span>{durationText(durationMs)}</span>}
    </span>
  )
}
