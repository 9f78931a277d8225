import { allocateNative, importKoffi, type Koffi } from '../lanes/load-koffi.ts'
import { P384_BYTES } from '../lanes/p384-nonce.ts'
import type { Nettle } from './nettle.ts'

/** Why Nettle cannot be used, in words that follow a colon. */
export class NettleError extends Error {
  override readonly name = 'NettleError'
}

/** The names contain the version of the binary interface, so another version has another name. */
const ECC_LIBRARY = 'libhogweed.so.6'
const BASE_LIBRARY = 'libnettle.so.8'

/** Earlier versions have faults in their arithmetic on curves, which were mended in this one. */
const MIN_MINOR = 8
const MAJOR = 3

/** Numbers are read and written as bytes, so limbs must be of 64 bits with the lowest byte first. */
const ARCHITECTURES: readonly string[] = ['x64', 'arm64']
const LIMB_BYTES = 8

type Library = ReturnType<Koffi['load']>

/** Loads the system's Nettle, which GnuTLS is built on. @throws NettleError */
export async function loadNettle(): Promise<Nettle> {
  const { platform, arch } = process
  if (platform !== 'linux' || !ARCHITECTURES.includes(arch)) {
    throw new NettleError(`it is for Linux on x86-64 and arm64, this is ${platform}/${arch}`)
  }
  const koffi = await importKoffi((reason, options) => new NettleError(reason, options))
  const version = readVersion(openLibrary(koffi, BASE_LIBRARY))
  return bindFunctions(koffi, openLibrary(koffi, ECC_LIBRARY), version)
}

function openLibrary(koffi: Koffi, name: string): Library {
  try {
    return koffi.load(name)
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new NettleError(
      `${name} cannot be loaded (package libhogweed6 of Debian and Ubuntu): ${detail}`,
      { cause },
    )
  }
}

function readVersion(library: Library): string {
  const major: number = library.func('nettle_version_major', 'int', [])()
  const minor: number = library.func('nettle_version_minor', 'int', [])()
  checkNettleVersion(major, minor)
  return `${major}.${minor}`
}

/** @throws NettleError for a version that is too old, or that nobody knows */
export function checkNettleVersion(major: number, minor: number): void {
  if (major === MAJOR && minor >= MIN_MINOR) return
  throw new NettleError(
    `the library is version ${major}.${minor}; versions ${MAJOR}.${MIN_MINOR} and later of ${MAJOR} are known to work here`,
  )
}

/** Arguments by nettle/ecdsa.h and nettle/ecc-curve.h. */
function bindFunctions(koffi: Koffi, library: Library, version: string): Nettle {
  const curve: unknown = library.func('nettle_get_secp_384r1', 'void *', [])()
  const limbs: number = library.func('nettle_ecc_size', 'long', ['void *'])(curve)
  if (Number(limbs) * LIMB_BYTES !== P384_BYTES) {
    throw new NettleError(`its numbers have ${limbs} limbs, not of 64 bits each`)
  }
  const scratchLimbs: number = library.func('nettle_ecc_ecdsa_sign_itch', 'long', ['void *'])(curve)
  const sign = library.func('nettle_ecc_ecdsa_sign', 'void', [
    ...Array<string>(3).fill('void *'),
    'size_t',
    ...Array<string>(4).fill('void *'),
  ])
  return {
    version,
    scratchBytes: Number(scratchLimbs) * LIMB_BYTES,
    allocate: byteLength => allocateNative(koffi, byteLength),
    signP384: ({ privateKey, nonce, digest, r, s, scratch }) =>
      sign(curve, privateKey, nonce, P384_BYTES, digest, r, s, scratch),
  }
}
