import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openTestLibrary, TEST_LIBRARY } from '../test/open-test-library.ts'
import { CryptoMbError, checkVersion, loadCryptoMb } from './load-crypto-mb.ts'

const isLinux = process.platform === 'linux' && process.arch === 'x64'
const hasIfma = isLinux && / avx512ifma( |$)/m.test(readFileSync('/proc/cpuinfo', 'utf8'))

describe.runIf(isLinux)('what cannot be used is refused with its reason', () => {
  it.each([
    ['/nowhere/libcrypto_mb.so.11', /^\/nowhere\/libcrypto_mb\.so\.11 cannot be loaded .*package/],
    ['libc.so.6', /^the library does not tell its version as crypto_mb does$/],
  ])('%s', async (path, message) => {
    const refusal = expect(loadCryptoMb(path)).rejects
    await refusal.toBeInstanceOf(CryptoMbError)
    await refusal.toThrow(message)
  })

  it.skipIf(hasIfma || TEST_LIBRARY === null || 'CREDENCE_TEST_CRYPTO_MB' in process.env)(
    'the library on this CPU, before any of its other code runs',
    async () => {
      await expect(loadCryptoMb(TEST_LIBRARY)).rejects.toThrow(
        new CryptoMbError(
          'this CPU, or the system on it, lacks AVX-512 IFMA or something else that the library needs',
        ),
      )
    },
  )
})

it.skipIf(isLinux)('elsewhere there is no such library', async () => {
  await expect(loadCryptoMb(null)).rejects.toThrow(/^it is for Linux on x86-64/)
})

it.each(['1.0.14'])('version %s is known', version => {
  expect(() => checkVersion(version)).not.toThrow()
})

it.each(['0.5.4', '1.0.13', '1.0.15', '1.1.14', '2.0.14', '11.15.0', '1.0.140'])(
  'version %s is refused: nobody checked its results',
  version => {
    expect(() => checkVersion(version)).toThrow(CryptoMbError)
  },
)

const { library, missing } = await openTestLibrary()
it.skipIf(library === null)(`the real library opens (${missing ?? 'it does here'})`, () => {
  expect(library?.version).toBe('1.0.14')
})
