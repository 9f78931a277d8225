import { describe, expect, it } from 'vitest'
import type { Row } from '../measure/contest.ts'
import { formatPart } from './markdown.ts'
import { formatPerformanceParts } from './performance-page.ts'
import { createPlots } from './plots.ts'
import type { PartResults } from './results.ts'

const figure = (median: number) => ({ median, min: median * 0.9, max: median * 1.1 })

function createRow(algorithm: string, connections: number, cpuUs: number, othersPercent = 1): Row {
  return {
    part: 'issue',
    name: 'Credence',
    algorithm,
    connections,
    perSecond: figure(1_000_000 / cpuUs),
    cpuUs: figure(cpuUs),
    bareUs: figure(cpuUs / 2),
    ratio: figure(2),
    p50Ms: figure(1),
    p99Ms: figure(2),
    rssMib: 100,
    peakRssMib: 120,
    count: 10,
    noise: { othersPercent, stolenPercent: 0 },
  }
}

function createPart(rows: readonly Row[]): PartResults {
  return {
    startedAt: '2026-11-27T06:24:00.000Z',
    machine: {
      cpu: 'Example CPU',
      cores: 2,
      memoryGib: 24,
      kernel: '6.1',
      node: '26.10.0',
      nodeOpenssl: '3.5.8',
      openssl: null,
      hasAvx512Ifma: true,
    },
    rounds: 3,
    seconds: 4,
    isQuick: false,
    rows,
    absences: [{ part: 'issue', name: 'Credence, 2 processes', reason: 'the time was up' }],
    servers: [],
    bytes: {
      RS256: { request: 700, answer: 1200, token: 900, audit: 1000, jwks: 800, discovery: 500 },
    },
  }
}

const ISSUE = createPart([createRow('RS256', 64, 300), createRow('ES384', 64, 600)])

describe('formatPart', () => {
  it('says where, when, how long and how quiet it was, and what is missing', () => {
    const markdown = formatPart('issue', ISSUE)
    expect(markdown).toContain('2026-11-27 06:24 UTC, 2 × Example CPU (AVX-512 IFMA: yes)')
    expect(markdown).toContain(
      'of 3 rounds of 4 s. In the worst measurement other programs took 1 %',
    )
    expect(markdown).toContain('| Credence | RS256 | 64 | 3,333 (3,000–3,667) | 300 (270–330) |')
    expect(markdown).toContain('Not measured: Credence, 2 processes: the time was up')
    expect(markdown).not.toContain('busy')
  })

  it.each([
    [10, false],
    [11, true],
  ])('warns of a machine that was %d %% busy: %s', (percent, isWarned) => {
    const markdown = formatPart('issue', createPart([createRow('RS256', 64, 300, percent)]))
    expect(markdown.includes('The machine was busy')).toBe(isWarned)
  })
})

describe('formatPart of starts', () => {
  const starts = [
    {
      name: 'first token: the published package',
      starts: [
        { ms: 412.4, cpuMs: 430, rssMib: 95.2 },
        { ms: 398.6, cpuMs: 410, rssMib: 95.4 },
      ],
    },
  ]

  it('lists each start, and says nothing of rounds', () => {
    const markdown = formatPart('starts', { ...createPart([]), starts })
    expect(markdown).toContain(
      '| first token: the published package | 412, 399 | 420 (410–430) | 95 |',
    )
    expect(markdown).toContain('Node.js 26.10.0')
    expect(markdown).not.toMatch(/rounds|worst measurement/)
  })
})

describe('formatPerformanceParts', () => {
  it('makes plans of what was measured', () => {
    const parts = formatPerformanceParts({ issue: ISSUE })
    expect(parts['cores']).toContain('| 20,000 | 10 | 11 | 20 | 22 |')
    expect(parts['million']).toContain('| RS256 | 300 | 32,000 | 4 | 36 | 576 |')
    expect(parts['peers']).toBe('Not measured yet.')
  })

  it.each([
    [{}],
    [{ issue: createPart([]) }],
    [{ issue: createPart([createRow('RS256', 64, 300)]) }],
  ])('plans nothing without figures of both algorithms: %#', results => {
    const { million, algorithms } = formatPerformanceParts(results)
    expect(million).toBe('Not measured yet.')
    expect(algorithms).toBe('Not measured yet.')
  })
})

describe('createPlots', () => {
  it('draws what was measured and nothing else', async () => {
    expect(Object.keys(await createPlots({}))).toEqual([])
    expect(Object.keys(await createPlots({ issue: createPart([]) }))).toEqual([])
    expect(
      Object.keys(await createPlots({ issue: createPart([createRow('RS256', 1, 300)]) })),
    ).toEqual(['rate.svg', 'latency-rs256.svg'])
    const growth = createPart([{ ...createRow('RS256', 16, 300), name: '10 users, 10 take turns' }])
    const peers = createPart([createRow('RS256', 16, 300)])
    expect(Object.keys(await createPlots({ limits: ISSUE, growth, peers }))).toEqual([
      'cost.svg',
      'growth.svg',
    ])
  })
})
