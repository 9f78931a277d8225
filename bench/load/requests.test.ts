import { describe, expect, it } from 'vitest'
import { formatKeyId } from '../policy/crowd-keys.ts'
import type { Callers, LoadJob } from './load-job.ts'
import { createRequests, findAnswerPattern } from './requests.ts'

const JOB = {
  endpoint: 'http://127.0.0.1:4747',
  requests: 4,
  isRepeated: true,
  connections: 1,
  maxMs: 1000,
}
const ADMIN: Callers = {
  kind: 'one',
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) },
}

function createTokenRequests(callers: Callers, tags: number): readonly string[] {
  const question = {
    kind: 'token',
    region: 'eu-central-1',
    algorithm: 'ES384',
    callers,
    tags,
  } as const
  return createRequests({ ...JOB, question } satisfies LoadJob).map(String)
}

describe('createRequests', () => {
  it('makes signed calls for tokens that differ and have one length', () => {
    const requests = createTokenRequests(ADMIN, 0)
    expect(new Set(requests).size).toBe(4)
    expect(new Set(requests.map(({ length }) => length)).size).toBe(1)
    const [head = '', body = ''] = requests[0]?.split('\r\n\r\n') ?? []
    expect(head).toMatch(
      /^POST \/ HTTP\/1\.1\r\nContent-Length: (\d+)\r\nHost: 127\.0\.0\.1:4747\r\n/,
    )
    expect(head).toContain(`Content-Length: ${body.length}\r\n`)
    expect(head).toMatch(/Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/eu-central-1\/sts\/aws4_request/)
    expect(new URLSearchParams(body).get('SigningAlgorithm')).toBe('ES384')
  })

  it('puts so many tags into a call', () => {
    const body = createTokenRequests(ADMIN, 50)[0]?.split('\r\n\r\n')[1] ?? ''
    expect(body.match(/Tags\.member\.\d+\.Key=/g)).toHaveLength(50)
  })

  it.each([
    [{ size: 10, askers: 2, first: 0 }, [0, 5, 0, 5]],
    [{ size: 2, askers: 2, first: 1 }, [1, 0, 1, 0]],
    [{ size: 1_000_000, askers: 1_000_000, first: 999_998 }, [999_998, 999_999, 0, 1]],
    [{ size: 3, askers: 10, first: 0 }, [0, 1, 2, 0]],
  ])('takes the users of a crowd in turn: %j', (crowd, users) => {
    const requests = createTokenRequests({ kind: 'crowd', ...crowd }, 0)
    const asked = requests.map(text => /Credential=(\w+)/.exec(text)?.[1])
    expect(asked).toEqual(users.map(formatKeyId))
  })

  it('makes client credentials requests', () => {
    const question = {
      kind: 'client-credentials',
      path: '/token',
      clientId: 'bench',
      clientSecret: 's',
      parameters: { resource: 'urn:x' },
    } as const
    const [request = ''] = createRequests({ ...JOB, question }).map(String)
    expect(request).toContain('\r\nAuthorization: Basic YmVuY2g6cw==\r\n')
    expect(request).toMatch(/\r\n\r\ngrant_type=client_credentials&resource=urn%3Ax$/)
  })
})

describe('findAnswerPattern', () => {
  it.each([
    ['token', '<WebIdentityToken>a.b.c</WebIdentityToken>', 'a.b.c'],
    ['client-credentials', '{"access_token":"a.b.c","expires_in":1}', 'a.b.c'],
  ] as const)('finds the token in the answer of %s', (kind, answer, token) => {
    const question = { kind } as LoadJob['question']
    expect(findAnswerPattern(question).exec(answer)?.[1]).toBe(token)
    expect(findAnswerPattern(question).exec('{"error":"x"}')).toBeNull()
  })

  it('takes any success of another call', () => {
    const pattern = findAnswerPattern({ kind: 'sts' } as LoadJob['question'])
    expect(pattern.test('HTTP/1.1 200 OK\r\n')).toBe(true)
    expect(pattern.test('HTTP/1.1 400 Bad Request\r\nX: HTTP/1.1 200 \r\n')).toBe(false)
  })
})
