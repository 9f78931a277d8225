import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BodyCollector } from './body-collector.ts'

describe('BodyCollector', () => {
  test('gives back what was added, however it was cut', () => {
    const size = fc.oneof(fc.nat(3), fc.constantFrom(511, 512, 513, 4095, 4096, 16_384, 20_000))
    fc.assert(
      fc.property(fc.array(size, { maxLength: 40 }), sizes => {
        const collector = new BodyCollector()
        const pieces = sizes.map((length, index) => Buffer.alloc(length, index + 1))
        for (const piece of pieces) collector.add(piece)
        expect(Buffer.from(collector.take())).toEqual(Buffer.concat(pieces))
        expect(collector.take()).toHaveLength(0)
      }),
    )
  })

  test('keeps a body of one piece as it came', () => {
    const collector = new BodyCollector()
    const piece = Buffer.from('Action=GetCallerIdentity')
    collector.add(piece)
    expect(collector.take()).toBe(piece)
  })

  test('holds a body that came byte by byte in few pieces', () => {
    const collector = new BodyCollector()
    for (let count = 0; count < 65_536; count += 1) collector.add(Buffer.from('x'))
    const before = process.memoryUsage().arrayBuffers
    expect(collector.take()).toHaveLength(65_536)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200_000)
  })

  test('begins anew when it was cleared', () => {
    const collector = new BodyCollector()
    collector.add(Buffer.from('a'))
    collector.add(Buffer.from('b'))
    collector.clear()
    collector.add(Buffer.from('c'))
    expect(Buffer.from(collector.take()).toString()).toBe('c')
  })
})
