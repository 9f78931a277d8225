import { expect, it } from 'vitest'
import { SYSTEM_RANDOM } from '../../composition/environment.ts'
import { loadConfig } from '../../config/load-config.ts'
import { createMemoryLog } from '../../testing/memory-log.ts'
import { NettleError } from './load-nettle.ts'
import type { Nettle } from './nettle.ts'
import { openNettle } from './open-nettle.ts'

const missing = () => Promise.reject(new NettleError('libhogweed.so.6 cannot be loaded'))

/** A library that signs everything with the same two numbers, which is no signature. */
const broken = async (): Promise<Nettle> => {
  const pieces: Uint8Array[] = []
  return {
    version: '3.8',
    scratchBytes: 64,
    allocate(byteLength) {
      const bytes = new Uint8Array(byteLength)
      return { bytes, address: BigInt(pieces.push(bytes) - 1) }
    },
    signP384({ r, s }) {
      for (const half of [r, s]) pieces[Number(half)]?.fill(1)
    },
  }
}

async function open(nettle: string, load?: () => Promise<Nettle>) {
  const flags = Object.entries({ 'signer.nettle': nettle })
  const { config } = loadConfig({ file: null, env: {}, flags, readFile: () => '' })
  const { logger, lines } = createMemoryLog()
  const options = { config, random: SYSTEM_RANDOM, logger }
  const opened = await openNettle({ ...options, ...(load && { load }) })
  opened.announce()
  return { opened, lines }
}

it.each([
  ['is missing', missing, 'libhogweed.so.6 cannot be loaded'],
  ['fails its self-test', broken, 'its self-test made a signature that does not verify'],
])('auto: node:crypto signs where Nettle %s, and the log says why', async (_, load, reason) => {
  const { opened, lines } = await open('auto', load)
  expect(opened.signer).toBeNull()
  expect(opened.status()).toEqual({ summary: null, counts: {} })
  expect(lines).toEqual([
    {
      level: 'info',
      message: 'tokens for ES384 are signed by node:crypto too: nettle cannot be used',
      fields: { reason },
    },
  ])
})

it.each([
  ['is missing', missing, /libhogweed\.so\.6 cannot be loaded\. Mend that, or set it to auto or/],
  ['fails its self-test', broken, /its self-test made a signature that does not verify/],
])('on: does not start where Nettle %s', async (_, load, reason) => {
  await expect(open('on', load)).rejects.toThrow(reason)
})

it('off: does not look for it', async () => {
  const { opened, lines } = await open('off', () => Promise.reject(new Error('was loaded')))
  expect(opened.signer).toBeNull()
  expect(lines).toEqual([])
})

it.each(['auto', 'on'])('%s: another failure is not taken for a missing library', async nettle => {
  const fault = () => Promise.reject(new TypeError('a fault of ours'))
  await expect(open(nettle, fault)).rejects.toThrow(TypeError)
})
