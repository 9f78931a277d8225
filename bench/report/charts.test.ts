import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { formatBarChart } from './bar-chart.ts'
import { formatLineChart, spreadLabels } from './line-chart.ts'

const exact = (value: number) => ({ median: value, min: value, max: value })

/** The names and attributes of all elements. @throws Error for what is not well-formed XML */
function parseElements(
  svg: string,
): readonly { name: string; attributes: Record<string, string> }[] {
  const found: { name: string; attributes: Record<string, string> }[] = []
  const parser = new SaxesParser()
  parser.on('opentag', ({ name, attributes }) => found.push({ name, attributes }))
  parser.on('error', error => {
    throw error
  })
  parser.write(svg).close()
  return found
}

describe('formatBarChart', () => {
  const svg = formatBarChart({ title: 'Cost & <more>', unit: 'µs' }, [
    {
      label: 'RS256',
      bars: [
        { label: 'a', figure: exact(100) },
        { label: 'b "x"', figure: { median: 50, min: 40, max: 80 }, note: '× 1.2' },
      ],
    },
    { label: 'ES384', bars: [{ label: 'c', figure: exact(200) }] },
  ])
  const elements = parseElements(svg)

  it('draws bars on one scale from zero', () => {
    const widths = elements
      .filter(({ name }) => name === 'rect')
      .map(({ attributes }) => Number(attributes['width']))
    expect(widths).toEqual([200, 100, 400])
  })

  it('draws a whisker only where rounds differ', () => {
    const whiskers = elements.filter(({ attributes }) => attributes['class'] === 'whisker')
    expect(whiskers).toHaveLength(1)
    expect(Number(whiskers[0]?.attributes['x2']) - Number(whiskers[0]?.attributes['x1'])).toBe(80)
  })

  it('is as high as it has rows, and has its title for those who cannot see it', () => {
    const [root, title] = elements
    expect(root?.attributes['role']).toBe('img')
    expect(title?.name).toBe('title')
    expect(svg).toContain('<title>Cost &amp; &lt;more&gt;</title>')
    const lowest = Math.max(...elements.map(({ attributes }) => Number(attributes['y'] ?? 0)))
    expect(Number(root?.attributes['height'])).toBeGreaterThan(lowest)
  })

  it('is legible in both schemes', () => {
    expect(svg).toContain('prefers-color-scheme:dark')
    expect(svg).toContain('prefers-color-scheme:light')
  })

  it('has nothing to draw without bars', () => {
    expect(() => formatBarChart({ title: '', unit: '' }, [])).toThrow(TypeError)
  })
})

describe('formatLineChart', () => {
  const text = { title: 'Rate', xLabel: 'connections', yLabel: 'tokens/s' }
  const points = [
    { x: 16, figure: exact(100) },
    { x: 1, figure: { median: 10, min: 1, max: 1000 } },
  ]

  it.each([true, false])('draws every point within the plot (logarithmic: %s)', isLog => {
    const elements = parseElements(
      formatLineChart(text, [{ label: 'a', points, colour: 0 }], { isLog }),
    )
    const circles = elements.filter(({ name }) => name === 'circle')
    expect(circles).toHaveLength(2)
    for (const { attributes } of circles) {
      expect(Number(attributes['cy'])).toBeGreaterThan(40)
      expect(Number(attributes['cy'])).toBeLessThan(345)
    }
    expect(Number(circles[1]?.attributes['cx'])).toBeLessThan(Number(circles[0]?.attributes['cx']))
  })

  it('has nothing to draw without points', () => {
    expect(() => formatLineChart(text, [])).toThrow(TypeError)
  })
})

describe('spreadLabels', () => {
  it('keeps labels where they are, or just below the one above', () => {
    expect(spreadLabels([100, 50, 104, 101])).toEqual([100, 50, 132, 116])
  })
})
