import { describe, expect, it, vi } from 'vitest'
import { UnavailableError } from '../errors.ts'
import { Secret } from '../secrets/secret.ts'
import type { ReceivedRequest, WireResponse } from '../wire/message.ts'
import {
  CALLS,
  createWorld,
  request,
  signed,
  TOKEN_CALL,
  type World,
} from './test/pipeline-world.ts'

const codeOf = ({ body }: WireResponse) => /<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? 'OK'

describe('the steps of a call', () => {
  it.each<readonly [keyof typeof CALLS, readonly string[]]>([
    ['reads', ['follow', 'directory', 'audit']],
    ['grants', ['follow', 'directory', 'run', 'audit']],
    ['changes', ['follow', 'directory', 'policies', 'audit', 'run', 'audit']],
  ])('that %s are taken in this order', async (effect, expected) => {
    const { pipeline, steps, codes } = createWorld()
    const response = await pipeline(signed(effect))
    expect(codeOf(response)).toBe('OK')
    expect(response.status).toBe(200)
    expect(steps).toEqual(expected)
    expect(await codes()).toEqual([`${/Action=(\w+)/.exec(CALLS[effect])?.[1]} OK`])
  })

  it.each<readonly [string, World, ReceivedRequest, string, readonly string[]]>([
    ['has no action', {}, request(''), 'OK', []],
    ['is malformed', {}, request('Action=%'), 'MalformedQueryString', ['audit']],
    ['is of no operation', {}, request('Action=Nothing'), 'InvalidAction', ['audit']],
    [
      'is not signed',
      {},
      request(CALLS.changes),
      'MissingAuthenticationToken',
      ['follow', 'audit'],
    ],
    [
      'is signed for another service',
      {},
      signed('changes', { service: 'sts' }),
      'SignatureDoesNotMatch',
      ['follow', 'audit'],
    ],
    [
      'is signed with a wrong secret',
      {},
      signed('changes', { secret: new Secret('wrong'.repeat(8)) }),
      'SignatureDoesNotMatch',
      ['follow', 'directory', 'audit'],
    ],
    [
      'is one too many',
      { callsPerSecond: 0.5 },
      signed('changes'),
      'Throttling',
      ['follow', 'directory', 'audit'],
    ],
    [
      'is not allowed',
      { isAllowed: false },
      signed('changes'),
      'AccessDenied',
      ['follow', 'directory', 'policies', 'audit'],
    ],
  ])('end where it %s', async (_, world, received, code, steps) => {
    const { pipeline, steps: taken, events } = createWorld(world)
    const response = await pipeline(received)
    expect(codeOf(response)).toBe(code)
    expect(taken).toEqual(steps)
    const recorded = events.map(event => ('errorCode' in event ? event.errorCode : null))
    expect(recorded).toEqual(steps.includes('audit') ? [code] : [])
  })

  it('end for a bare answer without an event, counted by its status', async () => {
    const { pipeline, steps, codes } = createWorld()
    expect(await pipeline(request(''))).toMatchObject({ status: 302, body: '' })
    expect(await pipeline(request('', { target: 'x' }))).toMatchObject({ status: 400, body: '' })
    expect(steps).toEqual([])
    expect(await codes()).toEqual(['unknown HTTP302', 'unknown HTTP400'])
  })
})

describe('what a decision is about', () => {
  it('is on record, with the region that the call counts as', async () => {
    const { pipeline, events } = createWorld({ isAllowed: false })
    await pipeline(signed('changes', { region: 'us-east-1' }))
    expect(events).toEqual([
      expect.objectContaining({
        awsRegion: 'us-east-1',
        additionalEventData: {
          authorization: [
            expect.objectContaining({
              effect: 'deny',
              context: expect.objectContaining({ 'aws:requestedregion': 'us-east-1' }),
            }),
          ],
        },
      }),
    ])
  })

  it('is the endpoint that the client called, and what it has signed for', async () => {
    const isGlobalEndpoint = vi.fn<() => boolean>(() => false)
    const { pipeline } = createWorld({ changes: { isGlobalEndpoint } })
    await pipeline(signed('reads', { region: 'us-east-1' }))
    await pipeline(request(TOKEN_CALL))
    expect(isGlobalEndpoint.mock.calls).toEqual([
      ['sts.example.com', 'us-east-1'],
      ['sts.example.com', null],
    ])
  })
})

describe('a call that a token proves', () => {
  it('needs no signature, and has its caller on record', async () => {
    const { pipeline, steps, events } = createWorld()
    const response = await pipeline(request(TOKEN_CALL))
    expect(codeOf(response)).toBe('AccessDenied')
    expect(response.body).toContain('Not authorized to perform sts:AssumeRoleWithWebIdentity')
    expect(steps).toEqual(['follow', 'token', 'audit'])
    expect(events).toEqual([
      expect.objectContaining({
        awsRegion: 'eu-west-1',
        userIdentity: expect.objectContaining({ type: 'WebIdentityUser' }),
      }),
    ])
  })

  it('counts as one of its subject, once it is proven', async () => {
    const { pipeline, events } = createWorld({ callsPerSecond: 1 })
    expect(codeOf(await pipeline(request(TOKEN_CALL)))).toBe('AccessDenied')
    expect(codeOf(await pipeline(request(TOKEN_CALL)))).toBe('Throttling')
    expect(codeOf(await pipeline(signed('reads')))).toBe('OK')
    expect(codeOf(await pipeline(signed('reads')))).toBe('Throttling')
    expect(events).toHaveLength(4)
  })
})

describe('a call that cannot be put on record', () => {
  it.each<
    readonly [
      keyof typeof CALLS,
      { isAuditRequired: boolean; failingWrites: number; code: string; hasRun: boolean },
    ]
  >([
    ['reads', { isAuditRequired: true, failingWrites: 1, code: 'OK', hasRun: false }],
    [
      'grants',
      { isAuditRequired: true, failingWrites: 1, code: 'ServiceUnavailable', hasRun: true },
    ],
    ['grants', { isAuditRequired: false, failingWrites: 1, code: 'OK', hasRun: true }],
    [
      'changes',
      { isAuditRequired: true, failingWrites: 1, code: 'ServiceUnavailable', hasRun: false },
    ],
    ['changes', { isAuditRequired: false, failingWrites: 2, code: 'OK', hasRun: true }],
  ])('and %s: %o', async (effect, { code, hasRun, ...world }) => {
    const { pipeline, steps, log } = createWorld(world)
    const response = await pipeline(signed(effect))
    expect(codeOf(response)).toBe(code)
    expect(response.status).toBe(code === 'OK' ? 200 : 503)
    expect(steps.includes('run')).toBe(hasRun)
    expect(response.body.includes('granted-token')).toBe(effect === 'grants' && code === 'OK')
    expect(response.body).not.toContain('the disk is full')
    if (effect === 'changes' && code !== 'OK') {
      expect(response.body).toContain('The change cannot be put on record, so it is not made.')
    } else expect(log).toContainEqual(expect.objectContaining({ level: 'error' }))
  })

  it('and was made: its caller hears that it cannot be told', async () => {
    let writes = 0
    const audit = {
      write: async () => {
        writes += 1
        if (writes === 2) throw new Error('the disk is full')
      },
      close: async () => {},
    }
    const { pipeline, steps } = createWorld({ changes: { audit } })
    const response = await pipeline(signed('changes'))
    expect(response).toMatchObject({ status: 503 })
    expect(response.body).toContain('The call cannot be put on record.')
    expect(steps).toContain('run')
  })

  it('and was refused: its caller hears of the refusal', async () => {
    const { pipeline, log } = createWorld({ failingWrites: 1 })
    expect(codeOf(await pipeline(request(CALLS.reads)))).toBe('MissingAuthenticationToken')
    expect(log).toContainEqual({
      level: 'error',
      fields: { requestId: '00000001-1111-4111-8111-111111111111', err: expect.any(Error) },
      message: 'a call is not on record',
    })
  })
})

describe('a call that fails', () => {
  const UNAVAILABLE = 'The request has failed due to a temporary failure of the server.'
  const INTERNAL = 'An internal error has occurred.'

  it.each<readonly [string, unknown, number, string, string, object]>([
    [
      'because the store is down is to be made again',
      new UnavailableError('no space on /var'),
      503,
      UNAVAILABLE,
      'ServiceUnavailable',
      { level: 'error', message: 'a call cannot be served' },
    ],
    [
      'by a defect tells nothing of it',
      new TypeError('undefined is not secret'),
      500,
      INTERNAL,
      'InternalFailure',
      { level: 'error', message: 'a call failed' },
    ],
    [
      'by what is no error tells nothing of it',
      'a text that was thrown',
      500,
      INTERNAL,
      'InternalFailure',
      { level: 'error', message: 'a call failed' },
    ],
  ])('%s', async (_, failure, status, text, code, logged) => {
    const followChanges = vi.fn<() => Promise<void>>().mockRejectedValue(failure)
    const { pipeline, events, log, codes } = createWorld({ changes: { followChanges } })
    const response = await pipeline(signed('reads'))
    expect(response.status).toBe(status)
    expect(response.body).toContain(`<Message>${text}</Message>`)
    expect(response.body).not.toContain('secret')
    expect(events).toEqual([expect.objectContaining({ errorCode: code, errorMessage: text })])
    expect(log).toEqual([expect.objectContaining(logged)])
    expect(log[0]?.fields).toMatchObject({ action: 'GetCallerIdentity', code, err: failure })
    expect(await codes()).toEqual([`GetCallerIdentity ${code}`])
  })

  it('on purpose is of interest to who looks closely', async () => {
    const { pipeline, log } = createWorld()
    await pipeline(request(CALLS.reads))
    expect(log).toEqual([
      expect.objectContaining({ level: 'debug', message: 'a call was refused' }),
    ])
  })
})

describe('refused calls of strangers', () => {
  it('have no events beyond what is kept of them', async () => {
    const { pipeline, events } = createWorld({ eventsOfUnproven: 0 })
    expect(codeOf(await pipeline(request(CALLS.reads)))).toBe('MissingAuthenticationToken')
    expect(events).toEqual([])
  })

  it('take nothing from those of who is known', async () => {
    const { pipeline, events } = createWorld({ eventsOfUnproven: 0, isAllowed: false })
    expect(codeOf(await pipeline(signed('changes')))).toBe('AccessDenied')
    expect(events).toHaveLength(1)
  })
})
