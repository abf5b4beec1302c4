import type { Patterned } from './pattern'

/** Far more than a pattern takes that means no harm; beginning a worker is part of it. */
const LIMIT_MILLIS = 1000

/** What the fields say whose texts do not have their patterns. Patterns come from workflows, and some take
 * longer than anybody lives: they run in a worker, and one that is not done in time refuses nothing. */
export async function misfits(
  patterned: readonly Patterned[],
  begin = worker,
): Promise<Record<string, string>> {
  const fits = await Promise.all(patterned.map(one => held(one, begin)))
  const bad = patterned.filter((_, at) => !fits[at])
  return Object.fromEntries(
    bad.map(({ name, pattern }) => [name, `This does not have the form that is asked for (${pattern}).`]),
  )
}

function worker(): Worker {
  return new Worker(new URL('./pattern.worker.ts', import.meta.url), { type: 'module' })
}

function held(one: Patterned, begin: () => Worker): Promise<boolean> {
  return new Promise(resolve => {
    const at = begin()
    const end = (fits: boolean) => {
      clearTimeout(timer)
      at.terminate()
      resolve(fits)
    }
    const timer = setTimeout(() => end(true), LIMIT_MILLIS)
    at.onmessage = ({ data }: MessageEvent<boolean>) => end(data)
    at.onerror = () => end(true)
    at.postMessage(one)
  })
}
