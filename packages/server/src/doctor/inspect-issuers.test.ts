import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAccountId } from '../principals/identifiers.ts'
import { inspectIssuers } from './inspect-issuers.ts'

const ACCOUNT = {
  id: parseAccountId('123456789012'),
  partition: 'aws',
  name: 'a',
  organization: null,
  createdAtMs: 0,
} as const

/** What the issuer's URL answers, and how often it was asked. */
let published: string
let asked: number
const server = createServer((request, response) => {
  asked += 1
  response.setHeader('content-type', 'application/json')
  response.end(request.url?.endsWith('jwks.json') ? published : '{}')
})
let issuerUrl: string

beforeAll(async () => {
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  issuerUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/1`
})

afterAll(() => server.close())

/** The findings of an installation that reads these key sets from its store, one after the other. */
async function inspect(...jwks: readonly string[]) {
  const left = [...jwks]
  asked = 0
  const findings = await inspectIssuers(
    {
      issuer: {
        findFederation: async () => ({ issuerId: '1', issuerUrl, signAs: null, enabled: true }),
        findDocuments: async () => ({ discovery: '{}', jwks: left.shift() ?? '' }),
      },
      forget: () => {},
      names: [{ text: 'a name', formatIssuerUrl: () => issuerUrl, untilMs: null }],
    },
    [ACCOUNT],
  )
  return findings.map(({ problem }) => problem)
}

describe('inspectIssuers', () => {
  it('looks once where all is well', async () => {
    published = '{"keys":[1]}'
    expect(await inspect('{"keys":[1]}')).toEqual([null, null])
    expect(asked).toBe(2)
  })

  it('does not report a key that was made between the two looks', async () => {
    published = '{"keys":[1,2]}'
    expect(await inspect('{"keys":[1]}', '{"keys":[1,2]}')).toEqual([null, null])
  })

  it('names what still differs at the second look', async () => {
    published = '{"keys":[1]}'
    const problem = '"keys" is [1] there, and [2] here'
    expect(await inspect('{"keys":[2]}', '{"keys":[2]}')).toEqual([null, problem])
    expect(asked).toBe(4)
  })
})
