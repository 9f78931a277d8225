import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

/**
 * Colours of series, in their order. Middle tones, at least 3:1 against white and against near-black,
 * because a chart has no background of its own.
 */
export const SERIES_COLOURS = ['#3b82d6', '#d0701f', '#1f9468', '#9a68cf', '#c2557a', '#7d8590']

/** Of text and whiskers, a middle tone too. */
export const TEXT_COLOUR = '#7d8590'

/** What a drawing looks like, on whatever page it stands. */
const LOOK = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  title: { color: TEXT_COLOUR, fontSize: 15, anchor: 'start', offset: 14 },
  axis: {
    labelColor: TEXT_COLOUR,
    titleColor: TEXT_COLOUR,
    gridColor: '#8b9198',
    gridOpacity: 0.35,
    domain: false,
    ticks: false,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    // The widths of texts are guessed where nothing is drawn, and too wide: nothing is cut.
    labelLimit: 0,
  },
  legend: {
    labelColor: TEXT_COLOUR,
    titleColor: TEXT_COLOUR,
    labelFontSize: 12,
    labelLimit: 0,
    symbolStrokeWidth: 2,
  },
  range: { category: SERIES_COLOURS },
  view: { stroke: null },
} as const satisfies TopLevelSpec['config']

/** Draws a chart as SVG, the same for the same data on every machine. */
export async function drawChart(chart: TopLevelSpec): Promise<string> {
  const { spec } = compile({ ...chart, config: LOOK })
  const view = new View(parse(spec), { renderer: 'none' })
  const svg = await view.toSVG()
  view.finalize()
  return `${svg}\n`
}
