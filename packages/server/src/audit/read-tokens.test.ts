import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type RecordedToken, readTokens } from './read-tokens.ts'

async function read(...lines: readonly string[]): Promise<RecordedToken[]> {
  const directory = mkdtempSync(join(tmpdir(), 'credence-tokens-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'audit.jsonl')
  writeFileSync(file, lines.join('\n'))
  return collect(file)
}

async function collect(file: string): Promise<RecordedToken[]> {
  const tokens: RecordedToken[] = []
  for await (const token of readTokens(file)) tokens.push(token)
  return tokens
}

const EVENT = {
  eventTime: '2026-11-30T18:00:00Z',
  eventName: 'GetWebIdentityToken',
  recipientAccountId: '123456789012',
  userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::123456789012:user/alice' },
  requestParameters: { audience: ['https://api.example.org'] },
  responseElements: { webIdentityTokenId: 'a-token', expiration: '2026-11-30T18:05:00.000Z' },
  additionalEventData: { keyId: 'a-key' },
}

const TOKEN: RecordedToken = {
  keyId: 'a-key',
  issuedAt: '2026-11-30T18:00:00Z',
  accountId: '123456789012',
  tokenId: 'a-token',
  principal: 'arn:aws:iam::123456789012:user/alice',
  audiences: ['https://api.example.org'],
  expiration: '2026-11-30T18:05:00.000Z',
}

it('finds the tokens among all events', async () => {
  const other = { ...EVENT, eventName: 'GetCallerIdentity', additionalEventData: {} }
  const refused = { ...EVENT, errorCode: 'AccessDenied' }
  const session = {
    ...EVENT,
    userIdentity: {
      arn: 'arn:aws:sts::123456789012:assumed-role/ci/build',
      sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::123456789012:role/ci' } },
    },
  }
  expect(
    await read(...[other, EVENT, refused, session].map(event => JSON.stringify(event))),
  ).toEqual([TOKEN, { ...TOKEN, principal: 'arn:aws:iam::123456789012:role/ci' }])
})

it.each([
  ['a line that is no JSON', 'keyId "keyId"'],
  ['a line that is not finished', JSON.stringify(EVENT).slice(0, -9)],
  ['a key that is no text', '{"additionalEventData":{"keyId":7}}'],
  ['null', 'null "keyId"'],
  ['a list', '["keyId"]'],
])('passes over %s', async (_, line) => {
  expect(await read(line, JSON.stringify(EVENT))).toEqual([TOKEN])
})

it('takes what an event lacks for unknown', async () => {
  expect(await read('{"additionalEventData":{"keyId":"k"}}')).toEqual([
    {
      keyId: 'k',
      issuedAt: '',
      accountId: null,
      tokenId: null,
      principal: null,
      audiences: [],
      expiration: null,
    },
  ])
})

it('says when there is no such file', async () => {
  await expect(collect('/nowhere/audit.jsonl')).rejects.toThrow('ENOENT')
})
