import type { Figure } from '../measure/statistics.ts'
import { createLogTicks, createTicks, formatTick } from './scale.ts'
import { formatElement, formatSvg, formatText, SERIES_COLOURS } from './svg.ts'

/** A line through the medians, with a whisker at each point. */
export interface Series {
  readonly label: string
  readonly points: readonly { readonly x: number; readonly figure: Figure }[]
  /** A second line of one thing, such as its p99, is dashed. */
  readonly isDashed?: boolean
  /** Place of its colour; lines of one thing share it. */
  readonly colour: number
}

const WIDTH = 820
const HEIGHT = 400
const LEFT = 76
const RIGHT = 240
const TOP = 48
const BOTTOM = 62
const LABEL_HEIGHT = 16

/** Lines over equally spaced places, with labels at their ends. @throws TypeError without a point */
export function formatLineChart(
  text: { readonly title: string; readonly xLabel: string; readonly yLabel: string },
  series: readonly Series[],
  { isLog = false }: { readonly isLog?: boolean } = {},
): string {
  const figures = series.flatMap(({ points }) => points.map(({ figure }) => figure))
  const highest = Math.max(...figures.map(({ max }) => max))
  const lowest = Math.min(...figures.map(({ min }) => min))
  const ticks = isLog ? createLogTicks(lowest, highest) : createTicks(highest, 6)
  const places = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))].toSorted(
    (a, b) => a - b,
  )
  const plotWidth = WIDTH - LEFT - RIGHT
  const plotHeight = HEIGHT - TOP - BOTTOM
  const toX = (x: number): number => LEFT + ((places.indexOf(x) + 0.5) / places.length) * plotWidth
  const toY = createYScale(ticks, isLog, plotHeight)
  const labels = spreadLabels(series.map(each => toY(each.points.at(-1)?.figure.median ?? lowest)))
  const grid = ticks.flatMap(tick => [
    formatElement('line', {
      x1: LEFT,
      x2: LEFT + plotWidth,
      y1: toY(tick),
      y2: toY(tick),
      class: 'grid',
    }),
    formatText(formatTick(tick), { x: LEFT - 8, y: toY(tick) + 4.5 }, 'end'),
  ])
  const bottom = HEIGHT - BOTTOM
  const axis = places.map(x => formatText(formatTick(x), { x: toX(x), y: bottom + 20 }, 'middle'))
  return formatSvg({ width: WIDTH, height: HEIGHT, title: text.title }, [
    formatText(text.title, { x: 12, y: 22, class: 'title' }),
    formatText(text.yLabel, { x: 12, y: 40 }),
    ...grid,
    ...axis,
    formatText(text.xLabel, { x: LEFT + plotWidth / 2, y: bottom + 42 }, 'middle'),
    ...series.map((each, index) => formatSeries(each, toX, toY, labels[index] ?? 0)),
  ])
}

function createYScale(
  ticks: readonly number[],
  isLog: boolean,
  plotHeight: number,
): (value: number) => number {
  const measure = isLog ? Math.log10 : (value: number) => value
  const [first, last] = [measure(ticks[0] ?? 0), measure(ticks.at(-1) ?? 1)]
  return value => TOP + plotHeight * (1 - (measure(value) - first) / (last - first))
}

/** Where labels stand that would overlap at the heights of their lines: each a line below the other. */
export function spreadLabels(heights: readonly number[]): readonly number[] {
  const order = heights.map((height, index) => ({ height, index }))
  const placed: number[] = []
  let free = Number.NEGATIVE_INFINITY
  for (const { height, index } of order.toSorted((a, b) => a.height - b.height)) {
    placed[index] = Math.max(height, free)
    free = (placed[index] ?? 0) + LABEL_HEIGHT
  }
  return placed
}

function formatSeries(
  { label, points, colour, isDashed = false }: Series,
  toX: (x: number) => number,
  toY: (value: number) => number,
  labelY: number,
): string {
  const stroke = SERIES_COLOURS[colour % SERIES_COLOURS.length] ?? ''
  const places = points.map(({ x, figure }) => ({ x: toX(x), y: toY(figure.median), figure }))
  const last = places.at(-1)
  return [
    formatElement('polyline', {
      points: places.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' '),
      fill: 'none',
      stroke,
      'stroke-width': 2,
      ...(isDashed ? { 'stroke-dasharray': '5 4' } : {}),
    }),
    ...places.flatMap(({ x, y, figure }) => [
      formatElement('line', {
        x1: x,
        x2: x,
        y1: toY(figure.min),
        y2: toY(figure.max),
        stroke,
        'stroke-width': 1.5,
      }),
      formatElement('circle', { cx: x, cy: y, r: 4, fill: stroke }),
    ]),
    formatElement('line', {
      x1: (last?.x ?? 0) + 7,
      x2: WIDTH - RIGHT + 2,
      y1: last?.y ?? 0,
      y2: labelY,
      stroke,
      'stroke-opacity': 0.5,
    }),
    formatText(label, { x: WIDTH - RIGHT + 7, y: labelY + 4.5 }),
  ].join('\n')
}
