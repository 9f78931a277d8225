import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ServiceError } from '../errors.ts'
import { Secret } from '../secrets/secret.ts'
import { createLogger } from './create-logger.ts'

const clock = { nowMs: () => Date.UTC(2026, 10, 22, 20, 12, 19, 5) }

let folder: string
let fileDescriptor: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'))
  fileDescriptor = openSync(join(folder, 'log'), 'a')
})

afterEach(() => {
  closeSync(fileDescriptor)
  rmSync(folder, { recursive: true })
})

function logged(): readonly Record<string, unknown>[] {
  const text = readFileSync(join(folder, 'log'), 'utf8')
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line))
}

describe('createLogger', () => {
  it('writes one JSON object a line, at once', () => {
    const logger = createLogger({ level: 'info', clock, fileDescriptor })
    logger.info({ port: 4747 }, 'listening')
    expect(logged()).toEqual([
      {
        level: 'info',
        time: '2026-11-22T20:12:19.005Z',
        pid: process.pid,
        hostname: expect.any(String),
        port: 4747,
        msg: 'listening',
      },
    ])
    logger.error({ text: 'two\nlines' }, 'with a\nbreak')
    expect(logged()).toHaveLength(2)
  })

  it.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ] as const)('at level %s writes %j', (level, written) => {
    const logger = createLogger({ level, clock, fileDescriptor })
    for (const method of ['debug', 'info', 'warn', 'error'] as const) logger[method]({}, 'x')
    expect(logged().map(line => line['level'])).toEqual(written)
  })

  it.each([
    ['a Secret', { key: new Secret('v') }, { key: '[redacted]' }],
    ['a big integer', { n: 2n ** 64n }, { n: '18446744073709551616' }],
    [
      'bytes',
      { key: Buffer.from('abc'), more: new Uint8Array(2) },
      { key: '[3 bytes]', more: '[2 bytes]' },
    ],
    [
      'names at any depth',
      { a: [{ b: { sessionToken: 'v', Secret_Access_Key: 7 } }] },
      { a: [{ b: { sessionToken: '[redacted]', Secret_Access_Key: '[redacted]' } }] },
    ],
    [
      'headers',
      { headers: { Authorization: 'v', cookie: 'v', host: 'h' } },
      { headers: { Authorization: '[redacted]', cookie: '[redacted]', host: 'h' } },
    ],
    [
      'a date, a map and a set',
      { a: new Date(0), b: new Map([['k', 1n]]), c: new Set(['x']) },
      { a: '1970-01-01T00:00:00.000Z', b: [['k', '1']], c: ['x'] },
    ],
    ['a long list', { a: Array(600).fill(0) }, { a: Array(499).fill(0) }],
    ['what JSON has no value for', { a: undefined, b: () => 1, c: null }, { c: null }],
  ])('is safe with %s', (_name, fields, expected) => {
    createLogger({ level: 'info', clock, fileDescriptor }).info(fields, 'x')
    expect(logged()[0]).toMatchObject(expected)
    expect(Object.keys(logged()[0] ?? {})).toHaveLength(5 + Object.keys(expected).length)
  })

  it('writes an error with its causes, and none of its other properties', () => {
    const root = Object.assign(new Error('disk is full'), {
      code: 'ENOSPC',
      request: { body: 'b' },
    })
    const error = new ServiceError('InternalFailure', 'refused', { cause: root })
    const logger = createLogger({ level: 'info', clock, fileDescriptor })
    logger.error({ err: error, requestId: 'r' }, 'failed')
    logger.error(new AggregateError([root], 'two tries'), 'failed')
    const described = {
      name: 'Error',
      message: 'disk is full',
      code: 'ENOSPC',
      stack: expect.stringContaining('create-logger.test.ts'),
    }
    expect(logged()[0]?.['err']).toEqual({
      name: 'ServiceError',
      message: 'refused',
      code: 'InternalFailure',
      stack: expect.stringContaining('ServiceError: refused'),
      cause: described,
    })
    expect(logged()[1]?.['err']).toMatchObject({ message: 'two tries', errors: [described] })
  })

  it('redacts credentials in messages and values', () => {
    const jwt = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.e30.c2ln`
    const logger = createLogger({ level: 'info', clock, fileDescriptor })
    logger.warn({ note: `got ${jwt}`, err: new Error(`bad ${jwt}`) }, `token ${jwt}`)
    const text = readFileSync(join(folder, 'log'), 'utf8')
    expect(text).not.toContain(jwt)
    expect(text.match(/\[redacted sha256:[0-9a-f]{16}\]/g)?.length).toBeGreaterThanOrEqual(3)
  })

  it('survives cycles, throwing getters and deep values', () => {
    const cycle: Record<string, unknown> = {}
    for (let count = 0; count < 30; count += 1) cycle[`self${count}`] = cycle
    const logger = createLogger({ level: 'info', clock, fileDescriptor })
    logger.info(cycle, 'cycle')
    const thrower = {
      get value() {
        throw new Error('getter')
      },
    }
    logger.info(thrower, 'getter')
    expect(logged().map(line => line['msg'])).toEqual(['cycle', 'getter'])
    expect(JSON.stringify(logged()[0]).length).toBeLessThan(20_000)
    expect(JSON.stringify(logged()[0])).toContain('[cut]')
    expect(logged()[1]?.['unloggable']).toBe('Error: getter')
  })

  it('does not throw when the disk is full', () => {
    const full = openSync('/dev/full', 'a')
    try {
      const logger = createLogger({ level: 'info', clock, fileDescriptor: full })
      for (let count = 0; count < 3; count += 1) logger.error({}, 'x'.repeat(600_000))
    } finally {
      closeSync(full)
    }
  })

  it('loses no line when the process is killed', () => {
    const script = `
      import { createLogger } from '${import.meta.dirname}/create-logger.ts'
      createLogger({ level: 'info', clock: { nowMs: () => 0 } }).error({}, 'last words')
      process.kill(process.pid, 'SIGKILL')
    `
    const { stderr, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    })
    expect(signal).toBe('SIGKILL')
    expect(JSON.parse(stderr)).toMatchObject({ level: 'error', msg: 'last words' })
  })
})
