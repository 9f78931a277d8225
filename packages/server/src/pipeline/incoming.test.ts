import { describe, expect, it, vi } from 'vitest'
import { getCallerIdentity } from '../operations/sts/get-caller-identity.ts'
import type { ReceivedRequest } from '../wire/message.ts'
import { QUERY_JSON_WIRE, QUERY_XML_WIRE } from '../wire/query/query-wire.ts'
import { readHead, readIncoming } from './incoming.ts'
import { createReceived, FORM } from './test/requests.ts'

describe('the head of a request', () => {
  it.each<readonly [string, Partial<ReceivedRequest>, object]>([
    [
      'has the wire, the client and the host',
      {},
      { wire: QUERY_XML_WIRE, userAgent: 'tests/1', host: 'sts.example.com', path: '/' },
    ],
    [
      'asks for JSON',
      { rawHeaders: ['Content-Type', FORM, 'Accept', 'application/json'] },
      { wire: QUERY_JSON_WIRE },
    ],
    [
      'may be without headers in a GET',
      { method: 'GET', rawHeaders: [] },
      { wire: QUERY_XML_WIRE, userAgent: '', host: '' },
    ],
    [
      'has path and query as they came',
      { method: 'GET', target: '/sts/%2F?a=%20?b' },
      { path: '/sts/%2F', rawQuery: 'a=%20?b' },
    ],
    [
      'has the host in lower case and without its port',
      { rawHeaders: ['Content-Type', FORM, 'Host', 'STS.Example.com:8443'] },
      { host: 'sts.example.com' },
    ],
    [
      'keeps digits that are no port',
      { rawHeaders: ['Content-Type', FORM, 'Host', 'a:1.example.com'] },
      { host: 'a:1.example.com' },
    ],
  ])('%s', (_, changes, head) => {
    expect(readHead(createReceived(changes))).toMatchObject(head)
  })

  const documentation = { httpStatus: 302, headers: { location: 'https://aws.amazon.com/iam' } }

  it.each<readonly [string, Partial<ReceivedRequest>, object]>([
    ['a target that is none', { target: 'x' }, { httpStatus: 400, headers: {} }],
    ['white space in the target', { target: '/ ' }, { httpStatus: 400, headers: {} }],
    ['another method', { method: 'PUT' }, documentation],
    ['a form without its type', { rawHeaders: [] }, documentation],
    ['another type', { rawHeaders: ['Content-Type', 'application/xml'] }, documentation],
    ['the type twice', { rawHeaders: ['Content-Type', FORM, 'content-type', FORM] }, documentation],
    [
      'another type, and its query is not sent along',
      {
        target: '/?Action=x',
        rawHeaders: ['Content-Type', 'text/plain'],
      },
      documentation,
    ],
  ])('is refused: %s', (_, changes, refusal) => {
    expect(() => readHead(createReceived(changes))).toThrow(
      expect.objectContaining({ name: 'BareRefusal', ...refusal }),
    )
  })
})

describe('what a request calls', () => {
  const read = (changes: Partial<ReceivedRequest>) =>
    readIncoming(readHead(createReceived(changes)))

  it.each<readonly [string, Partial<ReceivedRequest>, string | null, string | null]>([
    ['in its form', {}, 'GetCallerIdentity', '2011-06-15'],
    ['in the query of a GET', { method: 'GET', target: '/?Action=A&Version=1' }, 'A', '1'],
    ['not in the query of a POST', { target: '/?Action=A', body: Buffer.from('') }, null, null],
    ['nothing', { body: Buffer.from('') }, null, null],
  ])('stands %s', (_, changes, action, version) => {
    expect(read(changes)).toMatchObject({ action, version })
  })

  it('is refused when an escape is broken', () => {
    expect(() => read({ body: Buffer.from('Action=%4') })).toThrow(
      expect.objectContaining({ code: 'MalformedQueryString' }),
    )
  })

  it('keeps what its head says', () => {
    const request = createReceived()
    expect(read(request)).toMatchObject({ ...readHead(request) })
  })

  it('is forgotten together with the body', () => {
    const dropBody = vi.fn<() => void>()
    const incoming = read({ dropBody })
    const { input, inputRules } = getCallerIdentity
    expect(incoming.readInput(input, inputRules)).toEqual({})
    expect(dropBody).not.toHaveBeenCalled()
    incoming.forgetCall()
    expect(dropBody).toHaveBeenCalledTimes(1)
    expect(incoming).toMatchObject({ action: null, version: null, userAgent: 'tests/1' })
    expect(() => incoming.readInput(input, inputRules)).toThrow('the call was forgotten')
  })
})
