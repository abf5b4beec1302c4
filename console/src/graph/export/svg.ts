import type { Program } from '~/asl/program'
import { GLYPHS } from '../glyphs'
import { arrowOf, pathOf } from '../layout/pen'
import type { EdgePath, Layout, Marker, NodeBox, ScopeBox } from '../layout/types'
import { isTaken, type Overlay } from '../overlay'
import { present } from '../present'
import { figuresOf, lookOf } from './look'
import { type Colors, mix, THEMES, type ThemeName } from './theme'
import { clip, escapeXml, tag } from './xml'

const MARGIN = 24
const FONT = "Inter, 'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif"

/** What every part of the picture needs. */
interface Sheet {
  program: Program
  colors: Colors
  overlay?: Overlay
}

/** The workflow as a picture that stands alone: no style of the page, no font, no script. */
export function toSvg(
  program: Program,
  layout: Layout,
  overlay: Overlay | undefined,
  theme: ThemeName,
): string {
  const sheet: Sheet = { program, colors: THEMES[theme], ...(overlay ? { overlay } : {}) }
  const [w, h] = [Math.ceil(layout.width) + 2 * MARGIN, Math.ceil(layout.height) + 2 * MARGIN]
  const containers = layout.nodes.filter(box => box.kind === 'container')
  const states = layout.nodes.filter(box => box.kind !== 'container')
  // Taken edges last: they lie on top where edges share a lane.
  const rank = (edge: EdgePath) => (overlay && isTaken(edge, overlay) ? 1 : 0)
  const edges = [...layout.edges].sort((a, b) => rank(a) - rank(b))
  const parts = [
    ...containers.map(box =>
      container(
        sheet,
        box,
        layout.scopes.filter(scope => scope.parent === box.id),
      ),
    ),
    ...edges.map(edge => line(sheet, edge)),
    ...edges.map(edge => label(sheet, edge)),
    ...layout.markers.map(marker => dot(sheet, marker)),
    ...states.map(box => (box.kind === 'missing' ? missing(sheet, box) : node(sheet, box))),
  ]
  const body = tag('g', { transform: `translate(${MARGIN} ${MARGIN})` }, parts.join('\n'))
  const paper = tag('rect', { width: w, height: h, fill: sheet.colors['--canvas'] })
  return tag(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: w,
      height: h,
      viewBox: `0 0 ${w} ${h}`,
      'font-family': FONT,
    },
    `\n${paper}\n${body}\n`,
  )
}

interface TextLook {
  size: number
  fill: string
  weight?: number
  anchor?: 'middle' | 'end'
}

function text(x: number, y: number, content: string, { size, fill, weight, anchor }: TextLook): string {
  const attributes = { x, y, 'font-size': size, fill, 'font-weight': weight, 'text-anchor': anchor }
  return tag('text', attributes, escapeXml(content))
}

function glyph(name: keyof typeof GLYPHS, x: number, y: number, size: number, color: string): string {
  const stroke = { stroke: color, 'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' }
  const transform = `translate(${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}) scale(${Math.round((size / 24) * 1000) / 1000})`
  return tag('path', { d: GLYPHS[name], fill: 'none', ...stroke, transform })
}

function node(sheet: Sheet, box: NodeBox): string {
  const { colors, overlay, program } = sheet
  const state = program.states.get(box.id)
  const { glyph: type, detail } = state ? present(state) : { glyph: 'unknown' as const, detail: '' }
  const own = overlay?.states.get(box.id)
  const look = lookOf(own?.status ?? (overlay ? 'notReached' : undefined), colors)
  const frame = { x: box.x, y: box.y, width: box.w, height: box.h, rx: 10 }
  const figures = figuresOf(own)
  const [left, right] = [box.x + 50, box.x + box.w - 10]
  const used = figures ? figures.length * 6.4 + 8 : 0
  return [
    box.kind === 'collapsed'
      ? tag('rect', { ...frame, x: box.x + 4, y: box.y + 4, ...look.line, fill: colors['--canvas'] })
      : '',
    tag('rect', { ...frame, fill: look.fill, ...look.line }),
    look.inner
      ? tag('rect', {
          ...frame,
          x: box.x + 3,
          y: box.y + 3,
          width: box.w - 6,
          height: box.h - 6,
          rx: 7,
          fill: 'none',
          ...look.inner,
        })
      : '',
    tag('rect', { x: box.x + 10, y: box.y + 12, width: 32, height: 32, rx: 6, fill: look.tint }),
    glyph(type, box.x + 17, box.y + 19, 18, look.color),
    text(left, box.y + 25, clip(box.name, right - left - (own ? 20 : 0), 13), {
      size: 13,
      fill: look.text,
      weight: 600,
    }),
    own ? glyph(look.glyph, right - 15, box.y + 12, 15, look.color) : '',
    text(left, box.y + 43, clip(detail, right - left - used, 12), { size: 12, fill: colors['--muted'] }),
    figures ? text(right, box.y + 43, figures, { size: 12, fill: look.figures, anchor: 'end' }) : '',
  ].join('')
}

function container(sheet: Sheet, box: NodeBox, lanes: ScopeBox[]): string {
  const { colors, overlay, program } = sheet
  const state = program.states.get(box.id)
  const { glyph: type, detail } = state ? present(state) : { glyph: 'unknown' as const, detail: '' }
  const own = overlay?.states.get(box.id)
  const look = lookOf(own?.status ?? (overlay ? 'notReached' : undefined), colors)
  const figures = figuresOf(own)
  const name = clip(box.name, box.w * 0.55, 13)
  const after = box.x + 36 + name.length * 7.6 + 8
  const right = box.x + box.w - 12 - (own ? 22 : 0)
  const room = right - after - (figures ? figures.length * 6.4 + 8 : 0)
  const frame = { x: box.x, y: box.y, width: box.w, height: box.h, rx: 12 }
  const lane = { fill: colors['--canvas'], stroke: colors['--line'] }
  return [
    box.type === 'Map'
      ? tag('rect', {
          ...frame,
          x: box.x + 4,
          y: box.y + 4,
          fill: colors['--canvas'],
          stroke: colors['--line-strong'],
        })
      : '',
    tag('rect', { ...frame, fill: own ? look.tint : colors['--surface'], ...look.line }),
    ...lanes.map(({ x, y, w, h }) => tag('rect', { x, y, width: w, height: h, rx: 8, ...lane })),
    glyph(type, box.x + 12, box.y + 13, 16, look.color),
    text(box.x + 36, box.y + 26, name, { size: 13, fill: look.text, weight: 600 }),
    room > 40 ? text(after, box.y + 26, clip(detail, room, 12), { size: 12, fill: colors['--muted'] }) : '',
    figures ? text(right, box.y + 26, figures, { size: 12, fill: look.figures, anchor: 'end' }) : '',
    own ? glyph(look.glyph, box.x + box.w - 28, box.y + 13, 16, look.color) : '',
  ].join('')
}

function missing({ colors }: Sheet, box: NodeBox): string {
  const color = colors['--state-failed']
  const frame = { x: box.x, y: box.y, width: box.w, height: box.h, rx: 10, fill: 'none', stroke: color }
  const words = `${clip(box.name || 'No name', box.w - 80, 12)} is missing`
  return (
    tag('rect', { ...frame, 'stroke-width': 1.5, 'stroke-dasharray': '5 4' }) +
    text(box.x + box.w / 2, box.y + box.h / 2 + 4, words, { size: 12, fill: color, anchor: 'middle' })
  )
}

function dot({ colors }: Sheet, { kind, x, y, w, depth }: Marker): string {
  const color = colors['--muted']
  const [cx, cy] = [x + w / 2, y + w / 2]
  const disc = tag('circle', { cx, cy, r: kind === 'start' ? 8 : 4, fill: color })
  const ring =
    kind === 'end' ? tag('circle', { cx, cy, r: 7, fill: 'none', stroke: color, 'stroke-width': 2 }) : ''
  const word =
    depth === 0 ? text(x + 24, y + 12, kind === 'start' ? 'Start' : 'End', { size: 12, fill: color }) : ''
  return ring + disc + word
}

/** Colour and width of an edge: plain without an execution, otherwise taken or not. */
function wayOf({ colors, overlay }: Sheet, edge: EdgePath) {
  if (!overlay) return { color: colors['--line-strong'], width: 1.5, taken: false }
  if (!isTaken(edge, overlay)) {
    return { color: mix(colors['--line-strong'], colors['--canvas'], 0.4), width: 1, taken: false }
  }
  const color = edge.kind === 'catch' ? colors['--state-caught'] : colors['--text']
  return { color, width: 2, taken: true }
}

function line(sheet: Sheet, edge: EdgePath): string {
  const { color, width } = wayOf(sheet, edge)
  const dashes = edge.kind === 'catch' ? '5 4' : undefined
  const stroke = { stroke: color, 'stroke-width': width, 'stroke-dasharray': dashes }
  return (
    tag('path', { d: pathOf([...edge.points].reverse()), fill: 'none', ...stroke }) +
    tag('path', { d: arrowOf(edge.points), fill: color })
  )
}

function label(sheet: Sheet, edge: EdgePath): string {
  if (!edge.label) return ''
  const { labelAt: at, labelSize: size } = edge
  const { taken, color } = wayOf(sheet, edge)
  const fill = taken ? color : sheet.colors['--muted']
  return (
    tag('rect', {
      x: at.x - size.w / 2,
      y: at.y - size.h / 2,
      width: size.w,
      height: size.h,
      rx: 5,
      fill: sheet.colors['--canvas'],
    }) +
    text(at.x, at.y + 4, edge.label, { size: 11, fill, anchor: 'middle', ...(taken ? { weight: 600 } : {}) })
  )
}
