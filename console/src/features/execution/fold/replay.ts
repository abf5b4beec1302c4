import { extend } from './fold'
import { emptyStory, type Story } from './story'

/** How many events are told anew at most when the slider moves. */
const STEP = 500

/** Earlier states of one story: checkpoints share what did not change between them. */
export class Replay {
  private readonly story: Story
  private readonly checkpoints: Story[] = [emptyStory()]

  constructor(story: Story) {
    this.story = story
    const first = this.checkpoints[0]
    // The same arrays are written again with the same values: all stories of a history share them.
    if (first) Object.assign(first, sharedOf(story))
  }

  /** The story after its first `count` events. */
  statusAt(count: number): Story {
    const wanted = Math.max(0, Math.min(count, this.story.count))
    if (wanted === this.story.count) return this.story
    const place = Math.floor(wanted / STEP)
    for (let last = this.checkpoints.length; last <= place; last++) {
      const from = this.checkpoints[last - 1] ?? emptyStory()
      this.checkpoints.push(extend(from, this.story.events.slice(from.count, last * STEP)))
    }
    const from = this.checkpoints[place] ?? emptyStory()
    return from.count === wanted ? from : extend(from, this.story.events.slice(from.count, wanted))
  }
}

function sharedOf({ events, entryAt, laneAt, placeAt }: Story) {
  return { events, entryAt, laneAt, placeAt }
}
