import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildRequest, call, send } from '../support/calls.ts'
import { readToken } from '../support/issued-token.ts'
import { startWorld, type World } from '../support/worlds/http.ts'
import { readRefusal } from './refusal.ts'

let world: World

beforeAll(async () => {
  world = await startWorld()
})

afterAll(() => world[Symbol.asyncDispose]())

const TOKEN = 'Action=GetWebIdentityToken&Version=2011-06-15&SigningAlgorithm=ES384'
const BODY_BYTES = 10_000_000

/** A form that begins with `begin` and goes on with `unit` until it has 10 MB. */
function fill(begin: string, unit: string, end = ''): Buffer {
  const body = Buffer.alloc(BODY_BYTES, unit)
  body.write(begin, 0)
  body.write(end, BODY_BYTES - end.length)
  return body
}

function numbered(name: (index: number) => string): string {
  const pieces: string[] = [TOKEN]
  for (let size = TOKEN.length, index = 1; ; index += 1) {
    const piece = name(index)
    size += piece.length + 1
    if (size > BODY_BYTES) return pieces.join('&')
    pieces.push(piece)
  }
}

describe('10 MB of', () => {
  it.each<[what: string, body: () => string | Buffer, code: string, message: string | RegExp]>([
    [
      'audiences',
      () => numbered(index => `Audience.member.${index}=a`),
      'MalformedInput',
      'A request has at most 10000 parameters',
    ],
    [
      'tags',
      () => numbered(index => `Tags.member.${index}.Key=${index}`),
      'MalformedInput',
      'A request has at most 10000 parameters',
    ],
    [
      'names below a name',
      () => numbered(index => `Audience.member.1.${index}.__proto__.a=a`),
      'MalformedInput',
      'A request has at most 10000 parameters',
    ],
    [
      'one audience',
      () => fill(`${TOKEN}&Audience.member.1=`, 'a'),
      'ValidationError',
      /^1 validation error detected: Value '\[a+\.\.\.' at 'audience' failed/,
    ],
    [
      'one audience that needs escaping',
      () => fill(`${TOKEN}&Audience.member.1=`, '<'),
      'ValidationError',
      /^1 validation error detected: Value '\[<+\.\.\.' at 'audience' failed/,
    ],
    [
      'one action',
      () => fill('Version=2011-06-15&Action=', 'x'),
      'InvalidAction',
      /^Could not find operation x{1024}… for version 2011-06-15$/,
    ],
    [
      'one version',
      () => fill('Action=GetCallerIdentity&Version=', '9'),
      'InvalidAction',
      /^Could not find operation GetCallerIdentity for version 9{1024}…$/,
    ],
    [
      'one duration',
      () => fill(`${TOKEN}&Audience.member.1=a&DurationSeconds=`, '1'),
      'MalformedInput',
      'An integer must be decimal digits and fit into 32 bits',
    ],
    [
      'escapes, the last of them cut off',
      () => fill(`${TOKEN}&a=`, '%41', '&a=%'),
      'MalformedQueryString',
      'Incomplete trailing escape % sequence',
    ],
    [
      'bytes that are not UTF-8',
      () => Buffer.alloc(BODY_BYTES, 0xff),
      'MalformedQueryString',
      'Parameters must be encoded in UTF-8',
    ],
    [
      'a good form and unknown names without end',
      () => fill(`${TOKEN}&`, 'a.b.c&'),
      'ValidationError',
      "1 validation error detected: Value null at 'audience' failed to satisfy constraint: Member must not be null",
    ],
    [
      'one name',
      () => fill(`${TOKEN}&`, 'Audience.'),
      'ValidationError',
      "1 validation error detected: Value null at 'audience' failed to satisfy constraint: Member must not be null",
    ],
    [
      'separators',
      () => fill(`${TOKEN}&`, '&='),
      'ValidationError',
      "1 validation error detected: Value null at 'audience' failed to satisfy constraint: Member must not be null",
    ],
  ])('%s', async (_what, body, code, message) => {
    const [foundCode, foundMessage] = readRefusal(
      await call(world.server, world.callers.admin, { body: body() }),
    )
    expect(foundCode).toBe(code)
    if (typeof message === 'string') expect(foundMessage).toBe(message)
    else expect(foundMessage).toMatch(message)
  })

  it('repeats of one name, of which the first counts', async () => {
    const body = fill(`${TOKEN}&Audience.member.1=a&`, '&SigningAlgorithm=x')
    await readToken(world.server, await call(world.server, world.callers.admin, { body }))
  })

  it('anything, unsigned', async () => {
    const request = buildRequest(world.server.port, { body: fill(TOKEN, '&Tags.member.1.Key=a') })
    const [code] = readRefusal(await send(world.server.port, request))
    expect(code).toBe('MissingAuthenticationToken')
  })
})
