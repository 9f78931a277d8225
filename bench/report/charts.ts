import type { TopLevelSpec } from 'vega-lite'
import type { Figure } from '../measure/statistics.ts'
import { SERIES_COLOURS, TEXT_COLOUR } from './draw.ts'

/** A bar with its median, and a whisker from the least to the most. */
export interface Bar {
  /** What it is compared with: bars of one group stand together. */
  readonly group: string
  readonly label: string
  readonly figure: Figure
  /** What stands behind the value, such as a ratio. */
  readonly note: string
}

/** A measured place of a line, with a whisker from the least to the most. */
export interface Point {
  readonly line: string
  /** A second line of one thing, such as its p99, is dashed. */
  readonly isDashed: boolean
  readonly x: number
  readonly figure: Figure
}

/** Room for the names of bars, the same in every group. */
const LABEL_WIDTH = 280

/** Horizontal bars from zero, on one scale for all groups. */
export function createBarChart(
  { title, unit }: { readonly title: string; readonly unit: string },
  bars: readonly Bar[],
): TopLevelSpec {
  const groups = Object.entries(Object.groupBy(bars, ({ group }) => group))
  const longest = Math.max(...bars.map(({ figure }) => figure.max))
  return {
    title,
    spacing: 12,
    vconcat: groups.map(([group, members = []], index) => {
      const isLast = index === groups.length - 1
      const x = {
        type: 'quantitative',
        scale: { domain: [0, longest], nice: true },
        title: isLast ? unit : null,
        axis: { labels: isLast, titleAnchor: 'start', tickCount: 6 },
      } as const
      return createBars(group, members, SERIES_COLOURS[index % SERIES_COLOURS.length] ?? '', x)
    }),
  }
}

type BarChart = Extract<TopLevelSpec, { readonly vconcat: unknown }>['vconcat'][number]

function createBars(group: string, bars: readonly Bar[], color: string, x: object): BarChart {
  const values = bars.map(({ label, figure, note }) => ({
    ...{ label, ...figure },
    text: `${formatNumber(figure.median)}  ${note}`.trimEnd(),
  }))
  const axis = { minExtent: LABEL_WIDTH, maxExtent: LABEL_WIDTH }
  return {
    title: { text: group, frame: 'group' },
    width: 420,
    height: { step: 25 },
    data: { values },
    encoding: { y: { field: 'label', type: 'nominal', sort: null, title: null, axis } },
    layer: [
      {
        mark: { type: 'bar', height: 16, color },
        encoding: { x: { ...x, field: 'median' } },
      },
      {
        transform: [{ filter: 'datum.min < datum.max' }],
        mark: { type: 'rule', color: TEXT_COLOUR, strokeWidth: 1.5 },
        encoding: { x: { ...x, field: 'min' }, x2: { field: 'max' } },
      },
      {
        mark: { type: 'text', align: 'left', dx: 8, color: TEXT_COLOUR, fontSize: 12 },
        encoding: { x: { ...x, field: 'max' }, text: { field: 'text' } },
      },
    ],
  }
}

/** Lines through medians over equally spaced places. */
export function createLineChart(
  text: { readonly title: string; readonly xLabel: string; readonly yLabel: string },
  points: readonly Point[],
  { isLog = false }: { readonly isLog?: boolean } = {},
): TopLevelSpec {
  const lines = [...new Set(points.map(({ line }) => line))]
  const values = points.map(({ line, isDashed, x, figure }) => ({
    ...{ line, x, ...figure },
    kind: isDashed ? 'dashed' : 'solid',
  }))
  const scale = isLog ? ({ type: 'log' } as const) : {}
  const axis = { tickCount: isLog ? 4 : 6 }
  const y = { type: 'quantitative', scale, title: text.yLabel, axis } as const
  return {
    title: text.title,
    width: 520,
    height: 300,
    data: { values },
    encoding: {
      x: {
        field: 'x',
        type: 'ordinal',
        title: text.xLabel,
        axis: { labelAngle: 0, labelPadding: 8 },
      },
      color: { field: 'line', type: 'nominal', sort: lines, title: null },
    },
    layer: [
      {
        mark: { type: 'line', strokeWidth: 2 },
        encoding: {
          y: { ...y, field: 'median' },
          strokeDash: {
            field: 'kind',
            type: 'nominal',
            scale: {
              domain: ['solid', 'dashed'],
              range: [
                [1, 0],
                [5, 4],
              ],
            },
            legend: null,
          },
          detail: { field: 'kind', type: 'nominal' },
        },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.5 },
        encoding: { y: { ...y, field: 'min' }, y2: { field: 'max' } },
      },
      {
        mark: { type: 'point', filled: true, size: 50, opacity: 1 },
        encoding: { y: { ...y, field: 'median' } },
      },
    ],
  }
}

/** Three digits that count: more are noise. */
function formatNumber(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en')
}
