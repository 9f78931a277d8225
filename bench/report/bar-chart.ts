import type { Figure } from '../measure/statistics.ts'
import { createTicks, formatTick } from './scale.ts'
import { formatElement, formatSvg, formatText, SERIES_COLOURS } from './svg.ts'

/** A bar with its median, and a whisker from the least to the most. */
export interface Bar {
  readonly label: string
  readonly figure: Figure
  /** What stands behind the value, such as a ratio. */
  readonly note?: string
}

/** Bars that are compared with one another. */
export interface BarGroup {
  readonly label: string
  readonly bars: readonly Bar[]
}

const WIDTH = 820
const LABEL_WIDTH = 290
const VALUE_WIDTH = 130
const BAR_HEIGHT = 16
const ROW_HEIGHT = 25
const GROUP_GAP = 34
const TOP = 44
const BOTTOM = 44

/** Horizontal bars from zero, on one scale for all groups. @throws TypeError without a bar */
export function formatBarChart(
  { title, unit }: { readonly title: string; readonly unit: string },
  groups: readonly BarGroup[],
): string {
  const ticks = createTicks(Math.max(...groups.flatMap(({ bars }) => bars.map(readEnd))), 6)
  const plotWidth = WIDTH - LABEL_WIDTH - VALUE_WIDTH
  const toX = (value: number): number => LABEL_WIDTH + (value / (ticks.at(-1) ?? 1)) * plotWidth
  const parts: string[] = []
  let y = TOP
  for (const [index, group] of groups.entries()) {
    y += GROUP_GAP
    parts.push(
      formatText(group.label, { x: 12, y: y - 10, class: 'title' }),
      ...group.bars.map((bar, row) => formatBar(bar, y + row * ROW_HEIGHT, toX, index)),
    )
    y += group.bars.length * ROW_HEIGHT
  }
  const grid = ticks.flatMap(tick => [
    formatElement('line', { x1: toX(tick), x2: toX(tick), y1: TOP + 14, y2: y, class: 'grid' }),
    formatText(formatTick(tick), { x: toX(tick), y: y + 18 }, 'middle'),
  ])
  const caption = formatText(unit, { x: toX(0), y: y + 37 })
  const heading = formatText(title, { x: 12, y: 24, class: 'title' })
  return formatSvg({ width: WIDTH, height: y + BOTTOM, title }, [
    heading,
    ...grid,
    ...parts,
    caption,
  ])
}

function readEnd({ figure }: Bar): number {
  return figure.max
}

function formatBar(
  { label, figure, note }: Bar,
  y: number,
  toX: (value: number) => number,
  group: number,
): string {
  const middle = y + BAR_HEIGHT / 2
  const value = [
    formatTick(Number(figure.median.toPrecision(3))),
    ...(note === undefined ? [] : [note]),
  ]
  const whisker = {
    x1: toX(figure.min),
    x2: toX(figure.max),
    y1: middle,
    y2: middle,
    class: 'whisker',
  }
  return [
    formatText(label, { x: LABEL_WIDTH - 8, y: middle + 4.5 }, 'end'),
    formatElement('rect', {
      x: toX(0),
      y,
      width: toX(figure.median) - toX(0),
      height: BAR_HEIGHT,
      rx: 2,
      fill: SERIES_COLOURS[group % SERIES_COLOURS.length] ?? '',
    }),
    ...(figure.min < figure.max ? [formatElement('line', whisker)] : []),
    formatText(value.join('  '), { x: toX(figure.max) + 8, y: middle + 4.5 }),
  ].join('\n')
}
