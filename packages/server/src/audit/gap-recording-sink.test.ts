import { expect, it } from 'vitest'
import { createServiceEvent } from './create-service-event.ts'
import type { AuditEvent } from './event.ts'
import { GapRecordingSink } from './gap-recording-sink.ts'

const createGapEvent = (details: AuditEvent['userIdentity']) =>
  createServiceEvent({
    eventId: 'gap',
    nowMs: 0,
    name: 'EventsNotRecorded',
    region: 'us-east-1',
    details,
  })

const EVENT = createGapEvent({ events: 0 })

function createWorld() {
  const written: AuditEvent[] = []
  const world = {
    nowMs: Date.UTC(2026, 10, 22, 20, 12, 19),
    written,
    isDown: false,
    /** Called with each event that is about to be written. */
    onWrite: async () => {},
  }
  const sink = new GapRecordingSink(
    {
      async write(event) {
        await world.onWrite()
        if (world.isDown) throw Object.assign(new Error('no'), { code: 'ENOSPC' })
        written.push(event)
      },
      async close() {},
    },
    { nowMs: () => world.nowMs, createGapEvent },
  )
  return { world, sink }
}

it('says nothing while everything is written', async () => {
  const { world, sink } = createWorld()
  await sink.write(EVENT)
  expect(await sink.endGap()).toBeNull()
  expect(sink.failure).toBeNull()
  expect(world.written).toEqual([EVENT])
})

it('says how much it could not write, as soon as it can write again', async () => {
  const { world, sink } = createWorld()
  world.isDown = true
  await expect(sink.write(EVENT)).rejects.toThrow('no')
  world.nowMs += 5000
  await expect(sink.write(EVENT)).rejects.toThrow('no')
  expect(sink.failure).toBe('the disk is full')
  expect(await sink.endGap()).toBeNull()
  expect(sink.failure).toBe('the disk is full')
  world.isDown = false
  expect(await sink.endGap()).toBe(2)
  expect(sink.failure).toBeNull()
  expect(world.written).toMatchObject([
    {
      eventName: 'EventsNotRecorded',
      serviceEventDetails: {
        events: 2,
        from: '2026-11-22T20:12:19Z',
        to: '2026-11-22T20:12:24Z',
        reason: 'the disk is full',
      },
    },
  ])
  expect(await sink.endGap()).toBeNull()
})

it('keeps what fails while it says so for the next time', async () => {
  const { world, sink } = createWorld()
  world.isDown = true
  await expect(sink.write(EVENT)).rejects.toThrow('no')
  world.onWrite = async () => {
    world.onWrite = async () => {}
    await expect(sink.write(EVENT)).rejects.toThrow('no')
    world.isDown = false
  }
  expect(await sink.endGap()).toBe(1)
  expect(sink.failure).toBe('the disk is full')
  expect(await sink.endGap()).toBe(1)
  expect(sink.failure).toBeNull()
})
