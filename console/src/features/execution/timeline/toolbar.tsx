import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react'
import { Button, IconButton } from '~/ui/button'
import type { Story } from '../fold/story'
import { SPANS } from '../side/latency'

interface Props {
  zoom: { zoom: (factor: number) => void; fit: () => void; isZoomed: boolean }
  folding: boolean
  foldable: boolean
  onFolding: (on: boolean) => void
  story: Story
}

export function Toolbar({ zoom, folding, foldable, onFolding, story }: Props) {
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-3 py-1.5 text-label text-muted">
      <span>
        {story.entries.length} {story.entries.length === 1 ? 'visit' : 'visits'}
      </span>
      <span className="flex items-center gap-3 max-md:hidden" aria-hidden="true">
        {(['queued', 'waiting'] as const).map(kind => (
          <span key={kind} className="inline-flex items-center gap-1.5">
            <span
              className={`h-2 w-4 opacity-70 ${SPANS[kind].fill} ${kind === 'waiting' ? 'tl-waits' : ''}`}
            />
            {SPANS[kind].word}
          </span>
        ))}
        <span className="inline-flex items-center gap-1.5">
          <span className="h-3 w-4 rounded-[3px] bg-succeeded" /> Running
        </span>
        <span className="inline-flex items-center gap-1.5">
          <span className="h-4 w-0.5 bg-failed" /> Failed attempt
        </span>
      </span>
      <span className="ml-auto flex items-center gap-1">
        {foldable && (
          <Button
            small
            tone="quiet"
            aria-pressed={folding}
            onPress={() => onFolding(!folding)}
            data-testid="fold-idle"
          >
            {folding ? 'Show idle time' : 'Fold idle time'}
          </Button>
        )}
        <IconButton small label="Zoom out (−)" onPress={() => zoom.zoom(1 / 0.6)} isDisabled={!zoom.isZoomed}>
          <ZoomOut size={14} aria-hidden="true" />
        </IconButton>
        <IconButton small label="Zoom in (+)" onPress={() => zoom.zoom(0.6)}>
          <ZoomIn size={14} aria-hidden="true" />
        </IconButton>
        <IconButton small label="Show all (0)" onPress={zoom.fit} isDisabled={!zoom.isZoomed}>
          <Maximize2 size={14} aria-hidden="true" />
        </IconButton>
      </span>
    </div>
  )
}
