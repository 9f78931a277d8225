import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestClock } from '../../test/support/clock.ts'
import { createTestSleepers } from '../../test/support/sleepers.ts'
import { SYSTEM_RANDOM } from '../composition.ts'
import { CliError } from './cli-error.ts'
import { ReadyFile } from './ready-file.ts'
import { TokenFile } from './token-file.ts'
import { type FreshToken, watchTokens } from './token-watch.ts'
import { createWatchReport } from './watch-report.ts'

/** Always the middle: refreshed at 70 % of life, and three quarters of the delay. */
const MIDDLE = { ...SYSTEM_RANDOM, bytes: () => Uint8Array.of(0x80, 0, 0, 0) }

const away = new CliError('unreachable', 'the server is away')
const denied = new CliError('refused', 'AccessDenied: no', { details: { httpStatus: 403 } })

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-watch-'))
})

afterEach(() => rmSync(directory, { recursive: true }))

type Answer = string | Error | Partial<FreshToken>

/** Watches files `a`, `b`, … each of which gets its answers in turn; tokens live 300 s. */
function startWatch(
  answers: readonly (readonly Answer[])[],
  options: { readonly isJson?: boolean; readonly isRenewable?: boolean } = {},
) {
  const clock = createTestClock()
  const sleepers = createTestSleepers(clock)
  const stop = new AbortController()
  const hangup = { current: new AbortController() }
  let told = ''
  const targets = answers.map((each, index) => {
    const left = [...each]
    const audience = 'abc'.charAt(index)
    return {
      audience,
      file: new TokenFile(join(directory, audience), SYSTEM_RANDOM),
      obtain: async (): Promise<FreshToken> => {
        const answer = left.shift()
        if (answer === undefined) throw new Error(`${audience} is asked for too often`)
        if (answer instanceof Error) throw answer
        const expiration = new Date(clock.nowMs() + 300_000).toISOString()
        const usual = { text: String(answer), expiration, lifeSeconds: 300 }
        return typeof answer === 'string' ? usual : { ...usual, ...answer }
      },
    }
  })
  const ended = watchTokens({
    targets,
    ready: new ReadyFile(
      new TokenFile(join(directory, 'ready'), SYSTEM_RANDOM),
      targets.map(({ file }) => file.path),
    ),
    report: createWatchReport(text => {
      told += text.replaceAll(`${directory}/`, '')
    }, options.isJson ?? false),
    clock,
    random: MIDDLE,
    sleep: sleepers.sleep,
    areCredentialsRenewable: options.isRenewable ?? true,
    stop: stop.signal,
    refreshNow: () => hangup.current.signal,
  })
  ended.catch(() => {})
  return {
    ended,
    sleepers,
    stop: () => stop.abort(),
    hangup: () => {
      const ringing = hangup.current
      hangup.current = new AbortController()
      ringing.abort()
    },
    told: () => told,
    /** Lets time pass in steps of at most 30 s, with whatever happens in it. */
    pass: async (seconds: number) => {
      for (let left = seconds; left > 0; left -= 30) {
        sleepers.pass(Math.min(left, 30) * 1000)
        await sleepers.untilAsleep(answers.length)
      }
    },
  }
}

function read(name: string): string {
  return readFileSync(join(directory, name), 'utf8')
}

describe('a watched file', () => {
  it('is there at once, and is replaced after its part of life', async () => {
    const watch = startWatch([['one', 'two', 'three']])
    await watch.sleepers.untilAsleep(1)
    expect(read('a')).toBe('one')
    expect(read('ready')).toBe('2026-11-22T20:17:19.507Z\n')
    await watch.pass(209)
    expect(read('a')).toBe('one')
    await watch.pass(1)
    expect(read('a')).toBe('two')
    expect(read('ready')).toBe('2026-11-22T20:20:49.507Z\n')
    watch.stop()
    await watch.ended
    expect(readdirSync(directory)).toEqual(['a'])
    expect(watch.told()).toBe(
      'a has a token for a until 2026-11-22T20:17:19.507Z; the next comes at 2026-11-22T20:15:49.507Z.\n' +
        'a has a token for a until 2026-11-22T20:20:49.507Z; the next comes at 2026-11-22T20:19:19.507Z.\n',
    )
  })

  it('is replaced soon after a machine slept through it, though its timers did not count', async () => {
    const watch = startWatch([['one', 'two']])
    await watch.sleepers.untilAsleep(1)
    expect(watch.sleepers.remainingMs()).toEqual([30_000])
    watch.sleepers.pass(86_400_000)
    await watch.sleepers.untilAsleep(1)
    expect(read('a')).toBe('two')
    expect(watch.told()).toContain('warning: The token in a has expired.\n')
    watch.stop()
    await watch.ended
  })

  it('survives a server that goes away and comes back, with longer and longer waits', async () => {
    const watch = startWatch([['one', ...Array<CliError>(9).fill(away), 'two']])
    await watch.sleepers.untilAsleep(1)
    await watch.pass(210)
    const waits: number[] = []
    while (read('a') === 'one') {
      const [ms = 0] = watch.sleepers.remainingMs()
      waits.push(ms)
      watch.sleepers.pass(ms)
      await watch.sleepers.untilAsleep(1)
    }
    // The wait of 45 s is slept in parts, so that the end of the token is told when it comes.
    expect(waits).toEqual([
      750, 1500, 3000, 6000, 12_000, 24_000, 30_000, 12_750, 2250, 30_000, 15_000, 30_000, 15_000,
    ])
    expect(watch.told()).toContain('warning: The token in a has expired.\n')
    expect(watch.told()).toContain(
      'warning: a keeps a token until 2026-11-22T20:17:19.507Z; tried again in 1 s: the server is away\n',
    )
    expect(watch.told()).toContain(
      'warning: a has no valid token; tried again in 45 s: the server is away\n',
    )
    expect(read('ready')).toMatch(/^2026-/)
    watch.stop()
    await watch.ended
  })

  it('waits for a server that is not there yet', async () => {
    const busy = new CliError('refused', 'busy', { details: { httpStatus: 503 } })
    const throttled = new CliError('refused', 'slow', { details: { code: 'Throttling' } })
    const watch = startWatch([[away, busy, throttled, 'one']])
    await watch.sleepers.untilAsleep(1)
    expect(readdirSync(directory)).toEqual([])
    for (const ms of [750, 1500, 3000]) {
      expect(watch.sleepers.remainingMs()).toEqual([ms])
      watch.sleepers.pass(ms)
      await watch.sleepers.untilAsleep(1)
    }
    expect(read('a')).toBe('one')
    watch.stop()
    await watch.ended
  })

  it('is given up when it is refused at the start, so that a mistake shows', async () => {
    const watch = startWatch([[denied]])
    await expect(watch.ended).rejects.toBe(denied)
    expect(readdirSync(directory)).toEqual([])
  })

  it('is given up when it is refused later, but not before its token has ended', async () => {
    const watch = startWatch([['one', ...Array<CliError>(99).fill(denied)]])
    await watch.sleepers.untilAsleep(1)
    await watch.pass(210)
    let hasEnded = false
    while (!hasEnded) {
      expect(read('a')).toBe('one')
      watch.sleepers.pass(Math.min(...watch.sleepers.remainingMs()))
      const asleep = watch.sleepers.untilAsleep(1).then(() => false)
      hasEnded = await Promise.race([
        asleep,
        watch.ended.then(
          () => true,
          () => true,
        ),
      ])
    }
    expect(watch.told()).toContain('warning: The token in a has expired.\n')
    await expect(watch.ended).rejects.toBe(denied)
    expect(readdirSync(directory)).toEqual(['a'])
  })

  it('takes all others along when it is given up', async () => {
    const watch = startWatch([['one'], [denied]])
    await expect(watch.ended).rejects.toBe(denied)
    expect(readdirSync(directory)).toEqual(['a'])
  })

  it.each([
    [new CliError('usage', 'wrong')],
    [new CliError('credentials', 'expired')],
    [new Error('a defect')],
  ])('is given up at once for what no time mends: %s', async error => {
    const watch = startWatch([['one', error]], { isRenewable: false })
    await watch.sleepers.untilAsleep(1)
    watch.hangup()
    await expect(watch.ended).rejects.toBe(error)
    expect(readdirSync(directory)).toEqual(['a'])
  })

  it('goes on when credentials that a file may bring are refused', async () => {
    const watch = startWatch([['one', new CliError('credentials', 'expired'), 'two']])
    await watch.sleepers.untilAsleep(1)
    watch.hangup()
    await watch.sleepers.untilAsleep(1)
    await watch.pass(1)
    expect(read('a')).toBe('two')
    watch.stop()
    await watch.ended
  })

  it.each([
    { expiration: '2026-11-22T20:12:19.507Z' },
    { expiration: 'nonsense' },
    { lifeSeconds: 0 },
    { lifeSeconds: Number.NaN },
  ])('never holds a token that has ended: %j', async answer => {
    const watch = startWatch([[answer]])
    await expect(watch.ended).rejects.toThrow('The server gave a token that has ended at')
    expect(readdirSync(directory)).toEqual([])
  })

  it('is asked for again when that is wanted while one is under way, and failures are forgotten', async () => {
    const watch = startWatch([['one', 'two', away, away, away, 'three']])
    watch.hangup()
    await watch.sleepers.untilAsleep(1)
    expect(read('a')).toBe('two')
    watch.hangup()
    await watch.sleepers.untilAsleep(1)
    await watch.pass(1)
    expect(watch.sleepers.remainingMs()).toEqual([1500])
    watch.hangup()
    await watch.sleepers.untilAsleep(1)
    expect(watch.sleepers.remainingMs()).toEqual([750])
    await watch.pass(1)
    expect(read('a')).toBe('three')
    watch.stop()
    await watch.ended
  })
})

it('is ready when the last file is, and not while one is not', async () => {
  const watch = startWatch([
    ['one', ...Array<CliError>(3).fill(away), 'two'],
    [away, 'one'],
  ])
  await watch.sleepers.untilAsleep(2)
  expect(readdirSync(directory)).toEqual(['a'])
  await watch.pass(1)
  expect(read('ready')).toBe('2026-11-22T20:17:19.507Z\n')
  watch.stop()
  await watch.ended
})

it('tells programs everything in lines of JSON', async () => {
  const watch = startWatch([['one', denied]], { isJson: true })
  await watch.sleepers.untilAsleep(1)
  watch.hangup()
  await watch.sleepers.untilAsleep(1)
  watch.stop()
  await watch.ended
  const [written, failed] = watch.told().trimEnd().split('\n')
  expect(JSON.parse(String(written))).toEqual({
    event: 'written',
    file: 'a',
    audience: 'a',
    validUntil: '2026-11-22T20:17:19.507Z',
    refreshAt: '2026-11-22T20:15:49.507Z',
  })
  expect(JSON.parse(String(failed))).toEqual({
    event: 'failed',
    file: 'a',
    audience: 'a',
    reason: 'refused',
    message: 'AccessDenied: no',
    httpStatus: 403,
    validUntil: '2026-11-22T20:17:19.507Z',
    retryInSeconds: 1,
  })
})
