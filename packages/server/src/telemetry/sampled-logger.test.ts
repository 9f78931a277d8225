import { expect, it } from 'vitest'
import type { Logger } from './logger.ts'
import { createSampledLogger } from './sampled-logger.ts'

function createWorld() {
  let nowMs = 1000
  const lines: string[] = []
  const tasks: { readonly atMs: number; readonly run: () => void }[] = []
  const write =
    (level: string): Logger['info'] =>
    (fields, message) => {
      const suppressed = 'suppressed' in fields ? ` +${fields.suppressed}` : ''
      lines.push(`${level} ${message}${suppressed}`)
    }
  const plain = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
  const logger = createSampledLogger(plain, { nowMs: () => nowMs }, (delayMs, run) => {
    tasks.push({ atMs: nowMs + delayMs, run })
  })
  return {
    logger,
    takeLines: () => lines.splice(0),
    moveBy(ms: number) {
      nowMs += ms
      const due = tasks.filter(({ atMs }) => atMs <= nowMs)
      for (const task of due) tasks.splice(tasks.indexOf(task), 1)
      for (const { run } of due) run()
    },
  }
}

const times = (count: number, act: (index: number) => void) => {
  for (let index = 0; index < count; index += 1) act(index)
}

it('writes the first of a kind, and later how many more there were', () => {
  const { logger, takeLines, moveBy } = createWorld()
  times(10, () => logger.error({}, 'a'))
  moveBy(20_000)
  times(1000, () => logger.error({}, 'a'))
  expect(takeLines()).toEqual(Array(10).fill('error a'))
  moveBy(39_999)
  expect(takeLines()).toEqual([])
  moveBy(1)
  expect(takeLines()).toEqual(['error a +1000'])
  times(11, () => logger.error({}, 'a'))
  expect(takeLines()).toEqual(Array(10).fill('error a'))
})

it('begins anew after a minute', () => {
  const { logger, takeLines, moveBy } = createWorld()
  times(10, () => logger.warn({}, 'a'))
  moveBy(60_000)
  times(10, () => logger.warn({}, 'a'))
  expect(takeLines()).toHaveLength(20)
})

it.each([
  ['messages', (index: number) => ({ fields: {}, message: `m${index}` })],
  [
    'errors by their codes',
    (index: number) => ({
      fields: { err: Object.assign(new Error('e'), { code: `E${index}` }) },
      message: 'm',
    }),
  ],
])('tells kinds apart: %s', (_what, describe) => {
  const { logger, takeLines } = createWorld()
  times(30, index => {
    const { fields, message } = describe(index % 3)
    logger.error(fields, message)
  })
  expect(takeLines()).toHaveLength(30)
})

it('does not sample lines of the levels info and debug', () => {
  const { logger, takeLines } = createWorld()
  times(50, () => logger.info({}, 'a'))
  times(50, () => logger.debug({}, 'a'))
  expect(takeLines()).toHaveLength(100)
})

it('takes no more memory than for the kinds that a program has', () => {
  const { logger, takeLines } = createWorld()
  times(5000, index => logger.error({}, `m${index}`))
  expect(takeLines()).toHaveLength(200 + 10)
})
