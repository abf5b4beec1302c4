import type { TypeGlyph } from './present'
import type { StatusGlyph } from './status'

/** Drawings on a grid of 24 by 24, as paths to be stroked 2 wide with round ends. The page and the
 * exported picture use the same. */
export const GLYPHS: Record<TypeGlyph | StatusGlyph, string> = {
  lambda: 'M6 4h3l8 16h3M11 10 5 20',
  task: 'M5 5h14v14H5zM9 12l2.5 2.5L15.5 9.5',
  database: 'M5 6c0-3.5 14-3.5 14 0s-14 3.5-14 0v12c0 3.5 14 3.5 14 0V6M5 12c0 3.5 14 3.5 14 0',
  queue: 'M3 7h4v10H3zM10 7h4v10h-4zM17 7h4v10h-4z',
  topic: 'M4 10v4h4l7 5V5l-7 5zM19 9c1.5 2 1.5 4 0 6',
  nested: 'M4 4h7v7H4zM13 13h7v7h-7zM11 7.5h5.5V13',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M3 12h18M12 3c-5 5.5-5 12.5 0 18 5-5.5 5-12.5 0-18',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 1 0 0-8M4.5 21c1-7 14-7 15 0',
  cube: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9',
  bolt: 'M13 3 5 14h6l-1 7 8-11h-6z',
  bucket: 'M4 6h16l-2 14H6zM4.5 10h15',
  spark: 'M12 3l2.2 6.8L21 12l-6.8 2.2L12 21l-2.2-6.8L3 12l6.8-2.2z',
  cloud: 'M7 19a4.5 4.5 0 0 1-.5-9 6 6 0 0 1 11.5 1.5A3.8 3.8 0 0 1 17 19z',
  choice: 'M12 3l9 9-9 9-9-9zM9.8 10.2c.4-2.6 4.6-2.4 4.4.2-.1 1.4-2.2 1.6-2.2 3.1M12 16.2v.1',
  wait: 'M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M12 7v5l3.5 2',
  pass: 'M4 12h15M13 6l6 6-6 6',
  succeed: 'M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M8 12.5l3 3 5.5-6.5',
  fail: 'M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M9 9l6 6M15 9l-6 6',
  parallel: 'M12 3v4M5 21V11c0-2 1-4 3-4h8c2 0 3 2 3 4v10M12 7v14',
  map: 'M12 3l9 5-9 5-9-5zM3 12.5l9 5 9-5M3 17l9 5 9-5',
  unknown: 'M5 5h14v14H5zM10 10c.4-2.4 4.2-2.2 4 .2-.1 1.3-2 1.4-2 2.8M12 16v.1',
  check: 'M4.5 12.5l5 5L19.5 7',
  arc: 'M12 3a9 9 0 1 1-8.5 6',
  hourglass: 'M6 3h12M6 21h12M7 3c0 5 4 6 5 9-1 3-5 4-5 9M17 3c0 5-4 6-5 9 1 3 5 4 5 9',
  shield: 'M12 3l7.5 2.5V12c0 4.5-3.5 7.5-7.5 9-4-1.5-7.5-4.5-7.5-9V5.5z',
  cross: 'M6 6l12 12M18 6 6 18',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M12 7v5l3.5 2',
  slash: 'M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M5.8 18.2 18.2 5.8',
  hollow: 'M12 5a7 7 0 1 0 0 14 7 7 0 1 0 0-14',
}
