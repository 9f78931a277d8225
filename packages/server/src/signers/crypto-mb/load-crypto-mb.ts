import { allocateNative, importKoffi, type Koffi } from '../lanes/load-koffi.ts'
import type { CryptoMb } from './crypto-mb.ts'

/** Why the library cannot be used, in words that follow a colon, and what to do about it. */
export class CryptoMbError extends Error {
  override readonly name = 'CryptoMbError'
}

/** What the operating system's loader finds by itself. */
const DEFAULT_LIBRARY = 'libcrypto_mb.so.11'

/**
 * Versions whose results were checked, as `mbx_getversion` names them. Functions are called by their
 * addresses, so a changed signature of a function would go unnoticed.
 */
const KNOWN_VERSIONS: readonly string[] = ['1.0.14']

/** Numbers of `enum MBX_ALGO` (crypto_mb/cpu_features.h), and the bit for eight lanes. */
const RSA_2K = 1
const EC_NIST_P384 = 6
const WIDTH_8 = 8n

const RSA_BITS = 2048

type Library = ReturnType<Koffi['load']>

/**
 * Loads the library and makes sure that this very build may be used on this very CPU. Before that,
 * only its functions for the version and the CPU are called: its other code would end the process
 * on a CPU without AVX-512 IFMA. @throws CryptoMbError
 */
export async function loadCryptoMb(path: string | null): Promise<CryptoMb> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new CryptoMbError(
      `it is for Linux on x86-64, this is ${process.platform}/${process.arch}`,
    )
  }
  const koffi = await importKoffi((reason, options) => new CryptoMbError(reason, options))
  const library = openLibrary(koffi, path ?? DEFAULT_LIBRARY)
  const version = readVersion(koffi, library)
  checkVersion(version)
  checkCpu(library)
  return bindFunctions(koffi, library, version)
}

function openLibrary(koffi: Koffi, path: string): Library {
  try {
    return koffi.load(path)
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new CryptoMbError(
      `${path} cannot be loaded (package libcrypto-mb11 of Debian 13 and Ubuntu): ${detail}`,
      { cause },
    )
  }
}

function readVersion(koffi: Koffi, library: Library): string {
  const fields = { major: 'int', minor: 'int', revision: 'int', name: 'const char *' }
  try {
    const address: unknown = library.func('mbx_getversion', 'void *', [])()
    const { name, major, minor, revision } = koffi.decode(address, koffi.struct(fields))
    if (name !== 'crypto_mb') throw new Error(`it calls itself ${String(name)}`)
    return `${major}.${minor}.${revision}`
  } catch (cause) {
    throw new CryptoMbError('the library does not tell its version as crypto_mb does', { cause })
  }
}

/** @throws CryptoMbError for a version whose results nobody has checked */
export function checkVersion(version: string): void {
  if (KNOWN_VERSIONS.includes(version)) return
  const known = KNOWN_VERSIONS.join(', ')
  throw new CryptoMbError(`the library is version ${version}; known to work here: ${known}`)
}

function checkCpu(library: Library): void {
  const isApplicable = library.func('mbx_is_crypto_mb_applicable', 'int', ['uint64'])
  const widthsOf = library.func('mbx_get_algo_info', 'uint64', ['int'])
  if (isApplicable(0n) !== 1) {
    throw new CryptoMbError(
      'this CPU, or the system on it, lacks AVX-512 IFMA or something else that the library needs',
    )
  }
  for (const [name, algorithm] of [
    ['RSA-2048', RSA_2K],
    ['P-384', EC_NIST_P384],
  ] as const) {
    if ((BigInt(widthsOf(algorithm)) & WIDTH_8) === 0n) {
      throw new CryptoMbError(`the library has no eight lanes for ${name} here`)
    }
  }
}

/** Arguments by the headers crypto_mb/rsa.h and crypto_mb/ec_nistp384.h of the versions above. */
function bindFunctions(koffi: Koffi, library: Library, version: string): CryptoMb {
  const addresses = (count: number): string[] => Array<string>(count).fill('void *')
  const methodOf = (name: string): unknown => library.func(name, 'void *', [])()
  const bytesOf = library.func('mbx_RSA_Method_BufSize', 'int', ['void *'])
  const signMethod = methodOf('mbx_RSA2K_private_crt_Method')
  const publicMethod = methodOf('mbx_RSA2K_pub65537_Method')
  const rsaSign = library.func('mbx_rsa_private_crt_mb8', 'uint32', [
    ...addresses(7),
    'int',
    ...addresses(2),
  ])
  const rsaPublic = library.func('mbx_rsa_public_mb8', 'uint32', [
    ...addresses(3),
    'int',
    ...addresses(2),
  ])
  const ecdsaSign = library.func('mbx_nistp384_ecdsa_sign_mb8', 'uint32', addresses(6))
  const ecdsaVerify = library.func('mbx_nistp384_ecdsa_verify_mb8', 'uint32', addresses(7))
  return {
    version,
    rsaSignScratchBytes: bytesOf(signMethod),
    rsaPublicScratchBytes: bytesOf(publicMethod),
    allocate: byteLength => allocateNative(koffi, byteLength),
    signRsa2048: ({ input, output, p, q, dp, dq, qInverse }, scratch) =>
      rsaSign(input, output, p, q, dp, dq, qInverse, RSA_BITS, signMethod, scratch),
    applyRsa2048PublicKey: ({ input, output, modulus }, scratch) =>
      rsaPublic(input, output, modulus, RSA_BITS, publicMethod, scratch),
    signP384: ({ r, s, digest, nonce, privateKey }) =>
      ecdsaSign(r, s, digest, nonce, privateKey, null),
    // No table of Z coordinates: the public keys are affine.
    verifyP384: ({ r, s, digest, x, y }) => ecdsaVerify(r, s, digest, x, y, null, null),
  }
}
