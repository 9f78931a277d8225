import { describe, expect, it } from 'vitest'
import { type IssuerReaders, type KeyReaderStore, NO_READERS } from '../../store/reader-ports.ts'
import type { FetchedDocument } from '../issuer.ts'
import { MAX_READERS } from './merge-readers.ts'
import { createReaderNotes } from './reader-notes.ts'

const KEPT_FOR_MS = 1_000_000
const DOCUMENTS = { discovery: '{}', jwks: '{"keys":[{"kid":"a"},{"kid":"b"}]}' }

function createFetched(changes: Partial<FetchedDocument> = {}): FetchedDocument {
  return {
    issuerId: 'issuer',
    name: 'https://sts.example.org',
    document: 'jwks',
    documents: DOCUMENTS,
    entityTag: `"${'t'.repeat(43)}"`,
    sourceIp: '192.0.2.7',
    userAgent: 'jose/6',
    via: '',
    ...changes,
  }
}

function createStore() {
  const kept = new Map<string, IssuerReaders>()
  let isFailing = false
  const store: Pick<KeyReaderStore, 'changeReaders' | 'listIssuersWithOldReaders'> = {
    async changeReaders(ids, change) {
      if (isFailing) throw new Error('the store is away')
      for (const id of ids) kept.set(id, change(id, kept.get(id) ?? NO_READERS))
    },
    async listIssuersWithOldReaders(untilMs) {
      return [...kept].flatMap(([id, { readers }]) =>
        readers.some(({ lastAtMs }) => lastAtMs <= untilMs) ? [id] : [],
      )
    },
  }
  return {
    kept,
    notes: createReaderNotes(store, KEPT_FOR_MS),
    setFailing(failing: boolean) {
      isFailing = failing
    },
  }
}

it('puts down who has fetched what and when', async () => {
  const { kept, notes } = createStore()
  notes.note(createFetched(), 5000)
  notes.note(createFetched({ document: 'discovery', sourceIp: '192.0.2.99' }), 6000)
  await notes.save(7000)
  expect(kept.get('issuer')).toEqual({
    readers: [
      {
        network: '192.0.2.0/24',
        userAgent: 'jose/6',
        via: '',
        firstAtMs: 6000,
        lastAtMs: 6000,
        discoveryAtMs: 6000,
        jwksAtMs: 5000,
        jwksTag: 't'.repeat(16),
        occasions: 1,
      },
    ],
    keySets: { [`${'t'.repeat(16)}`]: ['a', 'b'] },
    forgotten: 0,
    forgottenAtMs: null,
  })
})

describe('what others call themselves', () => {
  it.each([
    ['a colour', '\u001b[31mred\u001b[0m', '[31mred[0m'],
    ['a new line and a bell', 'curl\r\nINJECTED\u0007', 'curlINJECTED'],
    ['text that runs backwards', 'abc\u202edef', 'abcdef'],
    ['eight thousand letters', 'x'.repeat(8192), 'x'.repeat(120)],
    ['half of a character', `${'x'.repeat(119)}\u{1f600}`, 'x'.repeat(119)],
    ['nothing', '', ''],
  ])('%s is cleaned and cut', async (_what, userAgent, expected) => {
    const { kept, notes } = createStore()
    notes.note(createFetched({ userAgent, via: `1.1 ${userAgent}` }), 1)
    await notes.save(2)
    const [reader] = kept.get('issuer')?.readers ?? []
    expect(reader?.userAgent).toBe(expected)
    expect(reader?.via).toBe(`1.1 ${expected}`.slice(0, 80).trim())
  })

  it('a credential is left out', async () => {
    const { kept, notes } = createStore()
    const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
    notes.note(createFetched({ userAgent: `tool ${secret}` }), 1)
    await notes.save(2)
    expect(JSON.stringify(kept.get('issuer'))).not.toContain(secret.slice(0, 12))
  })
})

describe('a flood', () => {
  it('of one issuer takes no more than its places', async () => {
    const { kept, notes } = createStore()
    for (let n = 0; n < 10_000; n += 1) {
      notes.note(createFetched({ sourceIp: `10.${n >> 8}.${n & 255}.1` }), 100)
    }
    await notes.save(200)
    expect(kept.get('issuer')?.readers).toHaveLength(MAX_READERS)
    expect(kept.get('issuer')?.forgotten).toBe(10_000 - MAX_READERS)
  })

  it('of many issuers is put down in parts, and bounded', async () => {
    const { kept, notes } = createStore()
    for (let n = 0; n < 25_000; n += 1) notes.note(createFetched({ issuerId: `issuer-${n}` }), 100)
    await notes.save(200)
    expect(kept.size).toBe(2_000)
    for (let n = 0; n < 10; n += 1) await notes.save(200)
    expect(kept.size).toBe(20_000)
  })
})

it('keeps in mind what could not be put down, unless something newer is known', async () => {
  const { kept, notes, setFailing } = createStore()
  notes.note(createFetched(), 1000)
  notes.note(createFetched({ userAgent: 'other' }), 1000)
  setFailing(true)
  await expect(notes.save(2000)).rejects.toThrow('away')
  notes.note(createFetched(), 3000)
  setFailing(false)
  await notes.save(4000)
  const found = kept.get('issuer')?.readers.map(({ userAgent, lastAtMs }) => [userAgent, lastAtMs])
  expect(found).toEqual([
    ['jose/6', 3000],
    ['other', 1000],
  ])
})

it('forgets those that have been away for longer than is kept', async () => {
  const { kept, notes } = createStore()
  notes.note(createFetched(), 1000)
  await notes.save(1000)
  await notes.save(1000 + KEPT_FOR_MS - 1)
  expect(kept.get('issuer')?.readers).toHaveLength(1)
  await notes.save(1000 + KEPT_FOR_MS)
  expect(kept.get('issuer')).toEqual(NO_READERS)
})
