import { describe, expect, it } from 'vitest'
import { SYSTEM_RANDOM } from '../../composition/environment.ts'
import { loadConfig } from '../../config/load-config.ts'
import { createMemoryLog } from '../../testing/memory-log.ts'
import { createSoftwareCryptoMb } from '../test/software-crypto-mb.ts'
import { CryptoMbError } from './load-crypto-mb.ts'
import { type CryptoMbMachine, openCryptoMb } from './open-crypto-mb.ts'

type Load = CryptoMbMachine['load']

const present: Load = async () => createSoftwareCryptoMb()
const missing: Load = () => Promise.reject(new CryptoMbError('libcrypto_mb.so.11 is not there'))
const unread: Load = () => Promise.reject(new Error('was loaded'))

/** A library whose every signature is the same two numbers, which is none. */
const broken: Load = async () =>
  createSoftwareCryptoMb({
    ecdsaOutput(_lane, r, s) {
      r.fill(1)
      s.fill(1)
    },
  })

/** Opens the signer as on a machine with this CPU and library, whatever machine this is. */
async function open(multiBuffer: string, hasIfma: boolean, load: Load, library?: string) {
  const flags = Object.entries({
    'signer.multiBuffer': multiBuffer,
    ...(library !== undefined && { 'signer.multiBufferLibrary': library }),
  })
  const { config } = loadConfig({ file: null, env: {}, flags, readFile: () => '' })
  const { logger, lines } = createMemoryLog()
  const machine = { hasIfma: async () => hasIfma, load }
  const opened = await openCryptoMb({ config, random: SYSTEM_RANDOM, logger, machine })
  expect(lines, 'before the server is up').toEqual([])
  opened.announce()
  return { opened, lines }
}

describe('auto', () => {
  it('does not look for the library on a CPU without AVX-512 IFMA', async () => {
    const { opened, lines } = await open('auto', false, unread)
    expect(opened.signer).toBeNull()
    const reason = 'this CPU lacks AVX-512 IFMA'
    expect(opened.status()).toEqual({ summary: reason, counts: {} })
    const message = 'tokens are signed by node:crypto, one by one'
    expect(lines).toEqual([{ level: 'info', message, fields: { reason } }])
  })

  it.each([
    ['is missing', missing, 'libcrypto_mb.so.11 is not there'],
    ['fails its self-test', broken, 'its self-test made a signature that does not verify'],
  ])('warns on a CPU with it where the library %s', async (_, load, reason) => {
    const { opened, lines } = await open('auto', true, load)
    expect(opened.signer).toBeNull()
    expect(opened.status()).toEqual({
      summary: 'libcrypto_mb cannot be used; the log says why',
      counts: {},
    })
    const message = expect.stringMatching(
      /^tokens are signed by node:crypto, one by one: .*; signer\.multiBuffer "off" ends this warning$/,
    )
    expect(lines).toEqual([{ level: 'warn', message, fields: { reason } }])
  })
})

describe('on', () => {
  it.each([
    ['is missing', missing, /libcrypto_mb\.so\.11 is not there\. Mend that, or set it to auto or/],
    ['fails its self-test', broken, /its self-test made a signature that does not verify/],
  ])('does not start where the library %s', async (_, load, reason) => {
    await expect(open('on', true, load)).rejects.toThrow(reason)
  })

  it('leaves it to the library what the CPU can do', async () => {
    const { opened } = await open('on', false, present)
    expect(opened.signer).not.toBeNull()
  })
})

it.each(['auto', 'on'])('%s: signs by a library that is there, and says so', async multiBuffer => {
  const { opened, lines } = await open(multiBuffer, true, present)
  expect(opened.signer).not.toBeNull()
  expect(opened.status().summary).toBe('libcrypto_mb 1.0.14')
  const message = 'tokens are signed by libcrypto_mb, up to eight at once'
  expect(lines).toEqual([{ level: 'info', message, fields: { version: '1.0.14' } }])
})

it.each([
  ['as configured', '/opt/libcrypto_mb.so.11', '/opt/libcrypto_mb.so.11'],
  ['where the system has it', undefined, null],
])('loads the library %s', async (_, library, path) => {
  const loaded: (string | null)[] = []
  await open(
    'on',
    true,
    wanted => {
      loaded.push(wanted)
      return present(wanted)
    },
    library,
  )
  expect(loaded).toEqual([path])
})

it('off: looks for nothing', async () => {
  const { opened, lines } = await open('off', true, unread)
  expect(opened.status().summary).toBe('signer.multiBuffer is off')
  expect(lines).toEqual([])
})

it.each(['auto', 'on'])('%s: another failure is not taken for a missing library', async mode => {
  const fault = () => Promise.reject(new TypeError('a fault of ours'))
  await expect(open(mode, true, fault)).rejects.toThrow(TypeError)
})
