import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NO_DENIALS } from '../issuer/keys/denials.ts'
import {
  EmergencyRevocations,
  findEmergencyFile,
  MAX_EMERGENCY_BYTES,
} from './emergency-revocations.ts'

const KEY_ID = 'k'.repeat(43)

let directory: string
let data: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-emergency-'))
  data = join(directory, 'data')
  mkdirSync(data)
  path = join(data, 'emergency-revocations')
})
afterEach(() => rmSync(directory, { recursive: true }))

it('lies beside the store, and nowhere for a store in memory', () => {
  expect(findEmergencyFile(join(data, 'credence.db'))).toBe(path)
  expect(findEmergencyFile(':memory:')).toBeNull()
  expect(new EmergencyRevocations(null).read()).toBe(false)
})

it('says what is in the file, and when that has changed', () => {
  const revocations = new EmergencyRevocations(path)
  expect(revocations.denials).toBe(NO_DENIALS)
  expect(revocations.read()).toBe(false)
  writeFileSync(path, `${KEY_ID}\n`)
  expect(revocations.read()).toBe(true)
  expect(revocations.denials.keys).toEqual([{ accountId: null, keyId: KEY_ID }])
  expect(revocations.read()).toBe(false)
  expect(new EmergencyRevocations(path).denials).toEqual(revocations.denials)
  rmSync(path)
  expect(revocations.read()).toBe(true)
  expect(revocations.denials).toBe(NO_DENIALS)
})

describe('what cannot be read denies every key', () => {
  it.each([
    ['a bad line', () => writeFileSync(path, 'oops\n'), 'line 1 names no key'],
    ['a directory', () => mkdirSync(path), 'is not a file'],
    ['a device', () => symlinkSync('/dev/zero', path), 'is not a file'],
    [
      'a link to what is not there',
      () => symlinkSync(join(directory, 'none'), path),
      'is a link to what is not there',
    ],
    ['a link to itself', () => symlinkSync(path, path), 'ELOOP'],
    [
      'a file of more than the largest size',
      () => writeFileSync(path, '#'.repeat(MAX_EMERGENCY_BYTES + 1)),
      'is too large',
    ],
  ])('%s', (_what, make, reason) => {
    const revocations = new EmergencyRevocations(path)
    make()
    expect(revocations.read()).toBe(true)
    expect(revocations.denials.fault).toContain(reason)
    expect(revocations.read()).toBe(false)
    rmSync(path, { recursive: true })
    expect(revocations.read()).toBe(true)
    expect(revocations.denials).toBe(NO_DENIALS)
  })

  // The superuser may read everything.
  it.skipIf(process.getuid?.() === 0)('a file of somebody else', () => {
    writeFileSync(path, KEY_ID)
    chmodSync(path, 0)
    expect(new EmergencyRevocations(path).denials.fault).toContain('not permitted')
  })
})

it('a file of the largest size is read', () => {
  writeFileSync(path, `${KEY_ID}\n${'#'.repeat(MAX_EMERGENCY_BYTES - KEY_ID.length - 1)}`)
  expect(new EmergencyRevocations(path).denials.keys).toHaveLength(1)
})

it('what was denied stays so while the directory is away', () => {
  writeFileSync(path, KEY_ID)
  const revocations = new EmergencyRevocations(path)
  renameSync(data, join(directory, 'away'))
  expect(revocations.read()).toBe(false)
  expect(revocations.denials.keys).toHaveLength(1)
})
