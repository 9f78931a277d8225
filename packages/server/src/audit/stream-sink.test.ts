import { createWriteStream } from 'node:fs'
import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createAuditEvent } from './create-audit-event.ts'
import { createStreamSink } from './stream-sink.ts'

const event = createAuditEvent({
  eventId: 'e',
  requestId: 'r',
  nowMs: 0,
  eventSource: 'iam.amazonaws.com',
  action: 'a',
  readOnly: false,
  region: null,
  sourceIp: '::1',
  userAgent: '',
  caller: null,
  claimedAccessKeyId: null,
  requestParameters: null,
  responseElements: null,
  additionalEventData: null,
  error: null,
})

describe('createStreamSink', () => {
  it('writes one JSON line for each event', async () => {
    const stream = new PassThrough({ encoding: 'utf8' })
    const sink = createStreamSink(stream)
    await Promise.all([sink.write(event), sink.write(event)])
    expect(stream.read()).toBe(`${JSON.stringify(event)}\n`.repeat(2))
  })

  it('acknowledges an event when the stream has taken it, and waits for it at the end', async () => {
    let take = () => {}
    const stream = new Writable({
      write(_chunk, _encoding, done) {
        take = done
      },
    })
    const sink = createStreamSink(stream)
    const steps: string[] = []
    const written = sink.write(event).then(() => steps.push('written'))
    const closed = sink.close().then(() => steps.push('closed'))
    await new Promise(resolve => setImmediate(resolve))
    expect(steps).toEqual([])
    take()
    await Promise.all([written, closed])
    expect(steps).toEqual(['written', 'closed'])
    expect(stream.writableEnded).toBe(false)
    await expect(sink.write(event)).rejects.toThrow('the audit sink is closed')
  })

  it('rejects what cannot be written, and does not throw at the process', async () => {
    const sink = createStreamSink(createWriteStream('/dev/full'))
    await expect(sink.write(event)).rejects.toThrow('ENOSPC')
    await expect(sink.write(event)).rejects.toThrow()
    await sink.close()
  })
})
