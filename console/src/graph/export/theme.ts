/** Colours of an exported picture: it stands alone, so it cannot use the page's variables. The names
 * are those of the variables, the values those of the design. */
export type ThemeName = 'light' | 'dark'

const LIGHT = {
  '--surface': '#ffffff',
  '--canvas': '#f6f7f9',
  '--text': '#14171f',
  '--muted': '#5b6472',
  '--line': '#dde1e7',
  '--line-strong': '#8a93a1',
  '--state-succeeded': '#0f7453',
  '--state-succeeded-tint': '#e3f5ec',
  '--state-running': '#1d5fd6',
  '--state-running-tint': '#e4eeff',
  '--state-waiting': '#6d4bc3',
  '--state-waiting-tint': '#efeafb',
  '--state-caught': '#a8520a',
  '--state-caught-tint': '#fdf0df',
  '--state-failed': '#c2281d',
  '--state-failed-tint': '#fde8e6',
  '--state-aborted': '#5b6472',
  '--state-aborted-tint': '#edeff2',
}

export type ColorName = keyof typeof LIGHT
export type Colors = Record<ColorName, string>

const DARK: Colors = {
  '--surface': '#161a21',
  '--canvas': '#0e1116',
  '--text': '#e7eaf0',
  '--muted': '#9aa4b2',
  '--line': '#2a303b',
  '--line-strong': '#667080',
  '--state-succeeded': '#3fcb96',
  '--state-succeeded-tint': '#10291f',
  '--state-running': '#6ba4ff',
  '--state-running-tint': '#13233f',
  '--state-waiting': '#b39df5',
  '--state-waiting-tint': '#231c3d',
  '--state-caught': '#f2a44a',
  '--state-caught-tint': '#33220d',
  '--state-failed': '#ff7b6e',
  '--state-failed-tint': '#3a1715',
  '--state-aborted': '#9aa4b2',
  '--state-aborted-tint': '#20252d',
}

export const THEMES: Record<ThemeName, Colors> = { light: LIGHT, dark: DARK }

/** A colour laid on another without transparency, so that lines on each other look like one. */
export function mix(color: string, ground: string, share: number): string {
  const part = (text: string, i: number) => Number.parseInt(text.slice(1 + 2 * i, 3 + 2 * i), 16)
  const blend = (i: number) => Math.round(part(color, i) * share + part(ground, i) * (1 - share))
  return `#${[0, 1, 2].map(i => blend(i).toString(16).padStart(2, '0')).join('')}`
}
