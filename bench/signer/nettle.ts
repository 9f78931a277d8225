import { type KeyObject, randomBytes } from 'node:crypto'
import koffi from 'koffi'

const P384_BYTES = 48
const LIMB_BYTES = 8

/** Two numbers of GMP, `r` and `s`. */
const SIGNATURE_BYTES = 32
const NUMBER_BYTES = 16

/** Signs a digest; `r || s`. */
export type SignDigest = (digest: Uint8Array) => Uint8Array

/**
 * ECDSA over P-384 of the system's Nettle (`libhogweed.so.6`) through koffi, randomness from
 * node:crypto: what CPUs without AVX-512 IFMA could be given. @throws Error where it is not installed
 */
export function openNettle(privateKey: KeyObject): SignDigest {
  const library = koffi.load('libhogweed.so.6')
  const bind = (name: string, result: string, args: readonly string[]) =>
    library.func(`nettle_${name}`, result, [...args])
  const curve: unknown = bind('get_secp_384r1', 'void *', [])()
  const setNumber = bind('mpz_set_str_256_u', 'void', ['void *', 'size_t', 'void *'])
  const getNumber = bind('mpz_get_str_256', 'void', ['size_t', 'void *', 'void *'])
  const initSignature = bind('dsa_signature_init', 'void', ['void *'])
  const sign = bind(
    'ecdsa_sign',
    'void',
    Array<string>(3).fill('void *').concat('size_t', 'void *', 'void *'),
  )

  const key = allocate(2 * LIMB_BYTES)
  bind('ecc_scalar_init', 'void', ['void *', 'void *'])(key.address, curve)
  const number = allocate(NUMBER_BYTES)
  koffi.load('libgmp.so.10').func('__gmpz_init', 'void', ['void *'])(number.address)
  const { d = '' } = privateKey.export({ format: 'jwk' })
  const scalar = Buffer.from(d, 'base64url')
  setNumber(number.address, scalar.length, scalar)
  if (bind('ecc_scalar_set', 'int', ['void *', 'void *'])(key.address, number.address) !== 1) {
    throw new Error('Nettle does not take the key')
  }
  const signature = allocate(SIGNATURE_BYTES)
  initSignature(signature.address)
  const output = allocate(2 * P384_BYTES)
  const prototype = koffi.proto('void fillRandom(void *context, size_t length, void *target)')
  const random = koffi.register(
    (_context: unknown, length: number | bigint, target: unknown) =>
      new Uint8Array(koffi.view(target, Number(length))).set(randomBytes(Number(length))),
    koffi.pointer(prototype),
  )
  return digest => {
    sign(key.address, null, random, digest.length, digest, signature.address)
    getNumber(P384_BYTES, output.address, signature.address)
    getNumber(
      P384_BYTES,
      output.address + BigInt(P384_BYTES),
      signature.address + BigInt(NUMBER_BYTES),
    )
    return Uint8Array.from(output.bytes)
  }
}

function allocate(byteLength: number) {
  const bytes = new Uint8Array(new ArrayBuffer(byteLength))
  return { bytes, address: koffi.address(bytes) }
}
