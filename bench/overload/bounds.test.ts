import { describe, expect, it } from 'vitest'
import { countConnections, findShortfalls } from './bounds.ts'

describe('countConnections', () => {
  const limits = { maxRequestsInFlight: 1000, maxWaitMilliseconds: 500 }
  const offer = { capacityPerSecond: 1000, factor: 2, seconds: 4, limits }
  const patient = { maxRequestsInFlight: 100_000, maxWaitMilliseconds: 60_000 }

  it.each([
    ['all that a bound lets wait, and the refusals', offer, 1125],
    ['more for a faster server', { ...offer, capacityPerSecond: 20_000 }, 11_250],
    ['all that piles up where hardly anything is bounded', { ...offer, limits: patient }, 10_500],
    ['a crowd, where little is offered', { ...offer, factor: 0.1 }, 600],
  ])('counts %s', (_, each, connections) => {
    expect(countConnections(each)).toBe(connections)
  })
})

describe('findShortfalls', () => {
  const beyond = { isBeyondBound: true }
  const result = { throttled: 4000, others: 0, unsent: 0 }

  it.each([
    ['a load beyond the bound was refused in part', result, beyond],
    ['a load within it was not', { ...result, throttled: 0 }, { isBeyondBound: false }],
  ])('finds none where %s', (_, each, intention) => {
    expect(findShortfalls(each, intention)).toEqual([])
  })

  it('says that the server was not brought to its bound', () => {
    expect(findShortfalls({ ...result, throttled: 0 }, beyond)).toEqual([
      'nothing was refused: the bound was not reached',
    ])
  })

  it('says that the load was bounded itself', () => {
    expect(findShortfalls({ ...result, others: 2, unsent: 998 }, beyond)).toEqual([
      '998 calls were not sent, as every connection waited',
      '2 answers were neither a token nor a refusal',
    ])
  })
})
