import { fileName, saveFile } from '~/ui/download'
import type { Story } from '../fold/story'

/** Hands the browser a file with the history as GetExecutionHistory tells it. */
export function saveHistory(name: string, story: Story) {
  const events = story.events.slice(0, story.count)
  const blob = new Blob([JSON.stringify({ events }, null, 2)], { type: 'application/json' })
  saveFile(fileName(name, 'history.json'), blob)
}
