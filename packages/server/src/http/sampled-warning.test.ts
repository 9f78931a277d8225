import { expect, it } from 'vitest'
import { SampledWarning } from './sampled-warning.ts'

function createWorld() {
  const world = { nowMs: 1_800_000_000_000, lines: [] as string[] }
  const ignore = (): void => {}
  const warn = (_fields: object, message: string): void => void world.lines.push(message)
  const logger = { debug: ignore, info: ignore, warn, error: ignore }
  const warning = new SampledWarning(logger, { nowMs: () => world.nowMs })
  return Object.assign(world, { note: () => warning.note(count => [{}, `${count} more`]) })
}

it('warns at once, and then once a minute with how many there were', () => {
  const world = createWorld()
  world.note()
  world.nowMs += 59_999
  world.note()
  expect(world.lines).toEqual(['1 more'])
  world.nowMs += 1
  world.note()
  expect(world.lines).toEqual(['1 more', '2 more'])
})

it('is not silent for an hour when the clock is set back by one', () => {
  const world = createWorld()
  world.note()
  world.nowMs -= 3_600_000
  world.note()
  expect(world.lines).toEqual(['1 more', '1 more'])
})
