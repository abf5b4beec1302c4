/** The course of a figure; its last point is at the right. Only a picture: the figure stands beside it. */
export function Sparkline({ values, slots = 60 }: { values: readonly number[]; slots?: number }) {
  const top = Math.max(...values, 0)
  const points = values.map((value, index) => {
    const x = slots - values.length + index
    return `${x},${top > 0 ? 23 - (value / top) * 22 : 23}`
  })
  return (
    <svg
      viewBox={`0 0 ${slots - 1} 24`}
      preserveAspectRatio="none"
      className="h-6 w-full"
      aria-hidden="true"
      data-testid="sparkline"
    >
      <line x1={0} x2={slots} y1={23.5} y2={23.5} className="stroke-line" vectorEffect="non-scaling-stroke" />
      {points.length > 1 && (
        <polyline
          points={points.join(' ')}
          className="fill-none stroke-muted stroke-[1.5]"
          vectorEffect="non-scaling-stroke"
        />
      )}
    </svg>
  )
}
