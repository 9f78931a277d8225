import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findRecordedCall } from './find-recorded-call.ts'
import { readLines } from './read-lines.ts'

const directory = mkdtempSync(join(tmpdir(), 'credence-explain-'))
afterAll(() => rmSync(directory, { recursive: true }))

const ID = '450216a4-5950-4eb1-8c2b-51d3785cdcff'

function formatEvent(requestID: string, changes: object = {}): string {
  return JSON.stringify({
    requestID,
    eventTime: '2026-11-22T20:12:19Z',
    eventSource: 'sts.amazonaws.com',
    eventName: 'GetWebIdentityToken',
    awsRegion: 'us-east-1',
    sourceIPAddress: '192.0.2.7',
    userAgent: 'test',
    userIdentity: { type: 'Unknown' },
    ...changes,
  })
}

function writeFile(...lines: readonly string[]): string {
  const path = join(directory, 'audit.jsonl')
  writeFileSync(path, lines.join('\n'))
  return path
}

async function collect(path: string, maxLineBytes: number): Promise<readonly string[]> {
  const lines: string[] = []
  for await (const line of readLines(path, maxLineBytes)) lines.push(line.toString())
  return lines
}

describe('the lines of a file', () => {
  it.each([
    ['an empty file', '', []],
    ['a line feed at the end', 'a\nb\n', ['a', 'b']],
    ['none at the end', 'a\nb', ['a', 'b']],
    ['an empty line', 'a\n\nb\n', ['a', '', 'b']],
    ['a line of just the limit', `${'x'.repeat(100_000)}\nb\n`, ['x'.repeat(100_000), 'b']],
    ['a line of one more', `a\n${'x'.repeat(100_001)}\nb\n`, ['a', 'b']],
    ['such a line at the end', `a\n${'x'.repeat(100_001)}`, ['a']],
  ])('%s', async (_what, text, expected) => {
    expect(await collect(writeFile(text), 100_000)).toEqual(expected)
  })

  it('rejects without the file', async () => {
    await expect(collect(join(directory, 'missing'), 10)).rejects.toThrow('ENOENT')
  })
})

describe('a recorded call', () => {
  it.each([
    ['among others', [formatEvent('other'), formatEvent(ID), formatEvent('another')]],
    ['after a line that a crash has cut', [formatEvent(ID).slice(0, 90), formatEvent(ID)]],
    ['beside an event that only mentions it', [formatEvent('x', { about: ID }), formatEvent(ID)]],
    ['after what is no event', [`["${ID}"]`, `"${ID}"`, 'null', formatEvent(ID)]],
  ])('is found %s', async (_what, lines) => {
    const call = await findRecordedCall(writeFile(...lines), ID)
    expect(call).toMatchObject({ requestID: ID, eventName: 'GetWebIdentityToken' })
  })

  it('is the last one of several', async () => {
    const path = writeFile(formatEvent(ID), formatEvent(ID, { awsRegion: 'eu-west-1' }), '')
    expect(await findRecordedCall(path, ID)).toMatchObject({ awsRegion: 'eu-west-1' })
  })

  it.each([
    ['nowhere', [formatEvent('other')]],
    ['only cut', [formatEvent(ID).slice(0, -1)]],
    ['without its members', [JSON.stringify({ requestID: ID })]],
  ])('is null %s', async (_what, lines) => {
    expect(await findRecordedCall(writeFile(...lines), ID)).toBeNull()
  })
})
