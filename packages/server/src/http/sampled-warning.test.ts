import { expect, it } from 'vitest'
import { createTestClock } from '../../test/support/clock.ts'
import { SampledWarning } from './sampled-warning.ts'

function createWorld() {
  const clock = createTestClock()
  const lines: string[] = []
  const ignore = (): void => {}
  const warn = (_fields: object, message: string): void => void lines.push(message)
  const logger = { debug: ignore, info: ignore, warn, error: ignore }
  const warning = new SampledWarning(logger, clock)
  return { clock, lines, note: () => warning.note(count => [{}, `${count} more`]) }
}

it('warns at once, and then once a minute with how many there were', () => {
  const world = createWorld()
  world.note()
  world.clock.moveBy(59_999)
  world.note()
  expect(world.lines).toEqual(['1 more'])
  world.clock.moveBy(1)
  world.note()
  expect(world.lines).toEqual(['1 more', '2 more'])
})

it('is not silent for an hour when the clock is set back by one', () => {
  const world = createWorld()
  world.note()
  world.clock.moveBy(-3_600_000)
  world.note()
  expect(world.lines).toEqual(['1 more', '1 more'])
})
