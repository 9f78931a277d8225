import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { createBarChart, createLineChart } from './charts.ts'
import { drawChart } from './draw.ts'

const exact = (value: number) => ({ median: value, min: value, max: value })

/** All texts of a drawing, in their order. @throws Error for what is not well-formed XML */
function readTexts(svg: string): readonly string[] {
  const texts: string[] = []
  const parser = new SaxesParser()
  parser.on('text', text => texts.push(text.trim()))
  parser.on('error', error => {
    throw error
  })
  parser.write(svg).close()
  return texts.filter(text => text !== '')
}

/** How often something is drawn: Vega names it in the description of each mark. */
function count(svg: string, pattern: RegExp): number {
  return [...svg.matchAll(pattern)].length
}

describe('a chart of bars', () => {
  const draw = () =>
    drawChart(
      createBarChart({ title: 'Cost & <more>', unit: 'µs' }, [
        { group: 'RS256', label: 'a', figure: exact(1234.5), note: '' },
        {
          group: 'RS256',
          label: 'b "x"',
          figure: { median: 50, min: 40, max: 80 },
          note: '(× 1.2)',
        },
        { group: 'ES384', label: 'c', figure: exact(200), note: '' },
      ]),
    )

  it('has names, values and groups in the order in which they were measured', async () => {
    const texts = readTexts(await draw())
    expect(texts).toEqual(
      expect.arrayContaining([
        'Cost & <more>',
        'µs',
        'RS256',
        'a',
        'b "x"',
        '50  (× 1.2)',
        '1,230',
      ]),
    )
    expect(texts.indexOf('RS256')).toBeLessThan(texts.indexOf('ES384'))
    expect(texts.indexOf('a')).toBeLessThan(texts.indexOf('b "x"'))
  })

  it('draws a bar for each, and a whisker only where rounds differ', async () => {
    const svg = await draw()
    expect(count(svg, /aria-roledescription="bar"/g)).toBe(3)
    expect(count(svg, /aria-roledescription="rule mark"/g)).toBe(1)
  })

  it('is the same each time, and has no background', async () => {
    const svg = await draw()
    expect(await draw()).toBe(svg)
    expect(svg).not.toMatch(/<rect[^>]*fill="white"/)
  })
})

describe('a chart of lines', () => {
  const text = { title: 'Rate', xLabel: 'connections', yLabel: 'tokens/s' }
  const points = [
    { line: 'a', isDashed: false, x: 1, figure: { median: 10, min: 1, max: 1000 } },
    { line: 'a', isDashed: false, x: 16, figure: exact(100) },
    { line: 'a', isDashed: true, x: 1, figure: exact(200) },
    { line: 'b', isDashed: false, x: 1, figure: exact(20) },
  ]

  it.each([true, false])(
    'draws every point and names every line (logarithmic: %s)',
    async isLog => {
      const svg = await drawChart(createLineChart(text, points, { isLog }))
      expect(count(svg, /aria-roledescription="(point|circle)"/g)).toBe(points.length)
      expect(svg).toContain('stroke-dasharray="5,4"')
      expect(readTexts(svg)).toEqual(
        expect.arrayContaining(['Rate', 'connections', 'tokens/s', '1', '16', 'a', 'b']),
      )
    },
  )
})
