import { expect, it } from 'vitest'
import { bindNothing, createBinder, findBindingKeyId } from './binder.ts'
import { createMasterKey } from './master-key.ts'

const binder = createBinder(createMasterKey(new Uint8Array(32).fill(1), 'a test'))
const context = { purpose: 'issuer-key', recordId: 'a/1' } as const
const content = Buffer.from('content')

it('knows its own proofs', () => {
  expect(binder.isBound(context, content, binder.bind(context, content))).toBe(true)
})

it('makes the same proofs as ever, since stores are full of them', () => {
  expect(Buffer.from(binder.bind(context, content)).toString('hex')).toBe(
    '010c9f88f9235ee14cc6156742c9e9c0166e5d1bf36a0b5687cdfa66a57c9bcbf84711b24fa280821d',
  )
})

it.each([
  ['another content', context, Buffer.from('Content')],
  ['another record', { ...context, recordId: 'a/2' }, content],
  ['the same bytes, divided otherwise', { ...context, recordId: 'a/' }, Buffer.from('1content')],
])('takes no proof for %s', (_, other, text) => {
  expect(binder.isBound(other, text, binder.bind(context, content))).toBe(false)
})

it('takes no proof of another master key, and none in which a byte differs, is missing or too many', () => {
  const foreign = createBinder(createMasterKey(new Uint8Array(32).fill(2), 'a test'))
  expect(binder.isBound(context, content, foreign.bind(context, content))).toBe(false)
  const proof = binder.bind(context, content)
  for (const index of proof.keys()) {
    const changed = proof.map((byte, at) => (at === index ? byte ^ 1 : byte))
    expect(binder.isBound(context, content, changed)).toBe(false)
  }
  expect(binder.isBound(context, content, proof.subarray(1))).toBe(false)
  expect(binder.isBound(context, content, Buffer.concat([proof, Buffer.of(0)]))).toBe(false)
  expect(binder.isBound(context, content, new Uint8Array())).toBe(false)
})

it('tells which master key a proof needs', () => {
  const masterKey = createMasterKey(new Uint8Array(32).fill(1), 'a test')
  expect(findBindingKeyId(binder.bind(context, content))).toBe(masterKey.id)
  expect(findBindingKeyId(new Uint8Array())).toBe('')
})

it('has something in the form of a proof that proves nothing', () => {
  const nothing = bindNothing(createMasterKey(new Uint8Array(32).fill(1), 'a test'))
  const proof = binder.bind(context, content)
  expect(nothing).toHaveLength(proof.length)
  expect(nothing.subarray(0, 9)).toEqual(proof.subarray(0, 9))
  expect(binder.isBound(context, content, nothing)).toBe(false)
})
