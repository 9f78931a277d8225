import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Target, TargetError } from '../targets/target.ts'
import type { TargetDeps } from '../targets/target-kind.ts'
import type { Fate, FaultProxy } from './fault-proxy.ts'
import { createObject } from './target-conformance.ts'
import { createTargetDeps } from './target-deps.ts'

/** A target behind a proxy that answers in the place of the cloud. */
export interface FaultWorld {
  readonly proxy: FaultProxy
  readonly open: (deps: TargetDeps) => Target
  /** What the target works with besides the machine's own. */
  readonly deps: Partial<TargetDeps>
  /** Texts that may stand in no error. */
  readonly secrets: readonly string[]
  close(): Promise<void>
}

const PATH = '1/.well-known/jwks.json'
const CONDITION = { kind: 'matches', tag: '"1"' } as const

const CALLS: Readonly<Record<string, (target: Target) => Promise<unknown>>> = {
  read: target => target.read(PATH),
  write: target => target.write(PATH, createObject('{}'), CONDITION),
  remove: target => target.remove(PATH, CONDITION),
}

const FAULTS: readonly (readonly [name: string, fate: Fate, reason: string, message: RegExp])[] = [
  ['429', { kind: 'answer', status: 429 }, 'unreachable', /status 429/],
  ['500', { kind: 'answer', status: 500 }, 'unreachable', /status 500/],
  ['503', { kind: 'answer', status: 503 }, 'unreachable', /status 503/],
  ['403', { kind: 'answer', status: 403 }, 'refused', /status 403/],
  [
    'a redirect',
    { kind: 'answer', status: 307, headers: { location: 'https://elsewhere.example/' } },
    'refused',
    /redirects are not followed/,
  ],
  ['a broken connection', { kind: 'reset' }, 'unreachable', /cannot be asked/],
  ['no answer', { kind: 'silence' }, 'unreachable', /did not (?:answer|come) in time/],
  ['a page of a proxy', { kind: 'answer', status: 404, body: '<html>' }, 'refused', /status 404/],
]

/** What every cloud can do to a target, and what must come of it. */
export function describeFaults(open: () => Promise<FaultWorld>): void {
  describe('on a bad day', () => {
    let world: FaultWorld

    beforeAll(async () => {
      world = await open()
    })
    afterAll(() => world.close())

    describe.each(Object.keys(CALLS))('%s', name => {
      it.each(FAULTS)('%s', async (_name, fate, reason, message) => {
        world.proxy.decide = () => fate
        const timeoutMs = fate.kind === 'silence' ? 100 : 10_000
        const target = world.open(createTargetDeps({ ...world.deps, timeoutMs }))
        const error = await CALLS[name]?.(target).catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(TargetError)
        expect(error).toMatchObject({ reason, message: expect.stringMatching(message) })
        for (const secret of world.secrets) expect(String(error)).not.toContain(secret)
      })

      it('ends when everything ends', async () => {
        const stopping = new AbortController()
        world.proxy.decide = () => {
          stopping.abort()
          return { kind: 'silence' }
        }
        const target = world.open(createTargetDeps({ ...world.deps, stopping: stopping.signal }))
        await expect(CALLS[name]?.(target)).rejects.toMatchObject({ reason: 'unreachable' })
      })
    })

    it('tells of a clock that is wrong', async () => {
      const date = new Date(Date.now() - 1_200_000).toUTCString()
      world.proxy.decide = () => ({ kind: 'answer', status: 403, headers: { date } })
      const target = world.open(createTargetDeps(world.deps))
      await expect(target.read(PATH)).rejects.toThrow(
        /the clock of this machine is 20 minutes ahead of that of 127\.0\.0\.1/,
      )
    })

    it('repeats nothing that a refusal repeats', async () => {
      const echo = world.secrets.join(' ')
      const body = `<Error><Code>Refused</Code><Message>no\n${echo}</Message><Echo>${echo}</Echo></Error>`
      world.proxy.decide = () => ({ kind: 'answer', status: 400, body })
      const target = world.open(createTargetDeps(world.deps))
      const error = await target.read(PATH).catch((thrown: unknown) => thrown)
      for (const secret of world.secrets) expect(String(error)).not.toContain(secret)
    })
  })
}
