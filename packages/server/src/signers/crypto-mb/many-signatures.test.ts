import { generateKeyPairSync, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { SYSTEM_RANDOM } from '../../composition/environment.ts'
import type { SigningAlgorithm } from '../../principals/algorithms.ts'
import type { SigningKey } from '../signer.ts'
import { openTestLibrary } from '../test/open-test-library.ts'
import { createCryptoMbSigner, MIN_LANES } from './crypto-mb-signer.ts'

/** `npm run test:signatures` makes 100,000 of each kind; one ES384 verification takes half a millisecond. */
const SIGNATURES = Number(process.env['CREDENCE_SIGNATURES'] ?? 1000)
const ACCOUNTS = 5
const LANES = 8

const verifyOffThread = promisify(verify)
const { library, missing } = await openTestLibrary()

interface Account {
  readonly key: SigningKey
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

function openSigner() {
  if (library === null) throw new Error('no library')
  const signer = createCryptoMbSigner({
    library,
    random: SYSTEM_RANDOM,
    schedule: setImmediate,
    report: incident => {
      throw new Error(`a bad result: ${JSON.stringify(incident)}`)
    },
  })
  const openAccount = (algorithm: SigningAlgorithm): Account => {
    const { privateKey, publicKey } =
      algorithm === 'RS256'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const key = signer.openKey(algorithm, privateKey, async () => {
      throw new Error('signed by node:crypto')
    })
    if (key === null) throw new Error('the library does not take the key')
    return { key, privateKey, publicKey }
  }
  return { signer, openAccount }
}

/** Signs in groups of every size that goes through the lanes, with the keys of several accounts. */
async function signMany(
  algorithm: SigningAlgorithm,
  check: (account: Account, message: Uint8Array, signature: Uint8Array) => Promise<void> | void,
) {
  const { signer, openAccount } = openSigner()
  const accounts = Array.from({ length: ACCOUNTS }, () => openAccount(algorithm))
  let size = MIN_LANES[algorithm]
  let count = 0
  while (count < SIGNATURES) {
    const group = Array.from({ length: size }, (_, lane) => accounts[(count + lane) % ACCOUNTS])
    await Promise.all(
      group.map(async account => {
        if (account === undefined) return
        const message = randomBytes(300 + (count % 700))
        await check(account, message, await account.key.sign(message))
      }),
    )
    count += size
    size = size === LANES ? MIN_LANES[algorithm] : size + 1
  }
  expect(signer.counts()[algorithm]).toMatchObject({ signatures: count, badResults: 0 })
}

describe.skipIf(library === null)(
  `${SIGNATURES} signatures by libcrypto_mb${missing === null ? '' : ` (not run: ${missing})`}`,
  { timeout: 3_600_000 },
  () => {
    it('RS256: node:crypto verifies all of them', async () => {
      let seen = 0
      await signMany('RS256', (account, message, signature) => {
        if (!verify('sha256', message, account.publicKey, signature)) throw new Error('wrong')
        seen += 1
        // The bytes follow from that: there is one signature for a message and a key.
        if (seen % 100 > 0) return
        expect(Buffer.from(signature)).toEqual(sign('sha256', message, account.privateKey))
      })
    })

    it('ES384: node:crypto verifies all of them, and no nonce comes twice', async () => {
      const seen = new Set<string>()
      let count = 0
      await signMany('ES384', async ({ publicKey: key }, message, signature) => {
        const options = { key, dsaEncoding: 'ieee-p1363' } as const
        if (!(await verifyOffThread('sha384', message, options, signature))) {
          throw new Error('wrong')
        }
        count += 1
        // r is the nonce times a fixed point: equal nonces show as equal r.
        seen.add(Buffer.from(signature.subarray(0, 48)).toString('latin1'))
      })
      expect(seen.size).toBe(count)
    })
  },
)
