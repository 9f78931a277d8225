import { describe, expect, it } from 'vitest'
import { formatMetrics } from './format-metrics.ts'
import type { MetricDefinition } from './metric-definition.ts'
import { METRICS } from './metric-table.ts'
import { createMetrics } from './metrics.ts'

const create = () => createMetrics({ nowSeconds: () => 0, readProcess: async () => [] })

const lines = (text: string, name: string) =>
  text.split('\n').filter(line => line.startsWith(name) && !line.startsWith('#'))

describe('METRICS', () => {
  it.each(Object.entries<MetricDefinition>(METRICS))(
    '%s follows the conventions',
    (name, metric) => {
      expect(name).toMatch(/^credence_[a-z]+(?:_[a-z]+)*$/)
      expect(name.endsWith('_total')).toBe(metric.type === 'counter')
      expect(metric.buckets === undefined).toBe(metric.type !== 'histogram')
      expect(metric.buckets ?? []).toEqual((metric.buckets ?? []).toSorted((a, b) => a - b))
      expect(metric.help).toMatch(/\.$/)
      for (const label of Object.keys(metric.labels)) expect(label).toMatch(/^[a-z]+$/)
    },
  )
})

describe('createMetrics', () => {
  it('gives one counter for the same labels, and others for others', async () => {
    const metrics = create()
    const signed = metrics.counter('credence_tokens_signed_total', { algorithm: 'RS256' })
    signed.value += 2
    metrics.counter('credence_tokens_signed_total', { algorithm: 'RS256' }).value += 1
    metrics.counter('credence_tokens_signed_total', { algorithm: 'ES384' }).value += 5
    const text = await formatMetrics([await metrics.report()])
    expect(lines(text, 'credence_tokens_signed_total')).toEqual([
      'credence_tokens_signed_total{algorithm="RS256"} 3',
      'credence_tokens_signed_total{algorithm="ES384"} 5',
    ])
  })

  it('exposes cumulative buckets; a value on a bound belongs below it', async () => {
    const metrics = create()
    const seconds = metrics.histogram('credence_request_duration_seconds', { api: 'sts' })
    for (const value of [0.0001, 0.001, 0.0011, 99]) seconds.observe(value)
    const text = await formatMetrics([await metrics.report()])
    const name = 'credence_request_duration_seconds'
    expect(text).toContain(`${name}_bucket{api="sts",le="0.0005"} 1\n`)
    expect(text).toContain(`${name}_bucket{api="sts",le="0.001"} 2\n`)
    expect(text).toContain(`${name}_bucket{api="sts",le="0.0025"} 3\n`)
    expect(text).toContain(`${name}_bucket{api="sts",le="10"} 3\n`)
    expect(text).toContain(`${name}_bucket{api="sts",le="+Inf"} 4\n`)
    expect(text).toContain(`${name}_count{api="sts"} 4\n`)
    expect(text).toContain(`${name}_sum{api="sts"} 99.0022\n`)
  })

  it('looks up what can be read later only when asked', async () => {
    const metrics = create()
    let asked = 0
    metrics.readLater('credence_connections', () => {
      asked += 1
      return [{ labels: {}, value: 7 }]
    })
    expect(asked).toBe(0)
    expect(await formatMetrics([await metrics.report()])).toContain('\ncredence_connections 7\n')
    expect(asked).toBe(1)
  })

  it('adds up what several processes report, as JSON', async () => {
    const reports = [3, 4].map(async count => {
      const metrics = create()
      metrics.counter('credence_tokens_signed_total', { algorithm: 'RS256' }).value += count
      metrics
        .histogram('credence_signature_duration_seconds', { algorithm: 'RS256' })
        .observe(count)
      metrics.readLater('credence_signatures_pending', () => [{ labels: {}, value: count }])
      metrics.readLater('credence_signer_info', () => [{ labels: { signer: 'x' }, value: 1 }])
      return JSON.parse(JSON.stringify(await metrics.report()))
    })
    const text = await formatMetrics(await Promise.all(reports))
    expect(text).toContain('credence_tokens_signed_total{algorithm="RS256"} 7\n')
    expect(text).toContain('credence_signature_duration_seconds_sum{algorithm="RS256"} 7\n')
    expect(text).toContain('credence_signature_duration_seconds_count{algorithm="RS256"} 2\n')
    expect(text).toContain('\ncredence_signatures_pending 7\n')
    expect(text).toContain('credence_signer_info{signer="x"} 1\n')
  })
})
