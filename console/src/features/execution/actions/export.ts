import type { Story } from '../fold/story'

/** Hands the browser a file with the history as GetExecutionHistory tells it. */
export function saveHistory(name: string, story: Story) {
  const events = story.events.slice(0, story.count)
  const blob = new Blob([JSON.stringify({ events }, null, 2)], { type: 'application/json' })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = `${name.replace(/[^\w.-]+/g, '_')}.history.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
