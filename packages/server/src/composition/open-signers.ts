import { forEachSigningAlgorithm, type SigningAlgorithm } from '../principals/algorithms.ts'
import type { KeySigner } from '../signers/key-signer.ts'
import type { LaneCounts } from '../signers/lanes/lane-counts.ts'
import type { OpenedSigner, SignerKind, SignerKindOptions } from '../signers/signer-kind.ts'
import { SIGNERS } from '../signers/table.ts'

/** What signs the tokens of this server: for `/readyz` and metrics. */
export interface SigningStatus {
  /** `libcrypto_mb 1.0.14`, or `node:crypto` with the reasons in parentheses, and what signs the rest. */
  readonly summary: string
  /** What lanes have done; null where there are none. */
  readonly counts: Readonly<Record<SigningAlgorithm, LaneCounts>> | null
}

/** The signers that configuration and machine have. */
export interface OpenSigners {
  /** The fastest of those in use, as metrics call it. */
  readonly kind: SignerKind['kind']
  /** In the order in which they are asked to take a key. */
  readonly signers: readonly KeySigner[]
  readonly status: () => SigningStatus
  /**
   * Says in the log what signs. Called when the server is up, so that failures are logged first.
   */
  readonly announce: () => void
}

interface Part extends OpenedSigner {
  readonly kind: SignerKind['kind']
  /** What it signs, and none before it. */
  readonly signs: readonly SigningAlgorithm[]
}

/**
 * Opens the signers of the table in its order. One that could sign only what is signed already is not
 * looked for; the last one always is, since it takes the keys that no other takes. @throws ConfigError
 */
export async function openSigners(
  options: SignerKindOptions,
  table: readonly SignerKind[] = SIGNERS,
): Promise<OpenSigners> {
  const parts: Part[] = []
  const taken = new Set<SigningAlgorithm>()
  for (const entry of table) {
    const rest = entry.algorithms.filter(algorithm => !taken.has(algorithm))
    if (rest.length === 0 && entry !== table.at(-1)) continue
    const opened = await entry.open(options)
    const signs = opened.signer === null ? [] : rest
    parts.push({ ...opened, kind: entry.kind, signs })
    for (const algorithm of signs) taken.add(algorithm)
  }
  const [fastest] = parts.filter(({ signs }) => signs.length > 0)
  if (fastest === undefined) throw new TypeError('no signer of the table signs anything')
  return {
    kind: fastest.kind,
    signers: parts.flatMap(({ signer }) => signer ?? []),
    status: () => ({ summary: summarize(parts), counts: mergeCounts(parts) }),
    announce() {
      for (const part of parts) part.announce()
    },
  }
}

/** The last part stands first where it signs something: it is what every server has. */
function summarize(parts: readonly Part[]): string {
  const others = parts.slice(0, -1)
  const [rest] = parts.slice(-1)
  const fast = others.filter(({ signs }) => signs.length > 0)
  if (rest === undefined || rest.signs.length === 0) {
    return fast.map(({ status }) => status().summary).join(', ')
  }
  const reasons = others.flatMap(({ signer, status }) =>
    signer === null ? (status().summary ?? []) : [],
  )
  return [
    `${rest.status().summary}${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}`,
    ...fast.map(({ signs, status }) => `${signs.join(' and ')} by ${status().summary}`),
  ].join(', ')
}

function mergeCounts(parts: readonly Part[]): SigningStatus['counts'] {
  const counts = Object.assign({}, ...parts.map(({ status }) => status().counts))
  if (Object.keys(counts).length === 0) return null
  return forEachSigningAlgorithm(algorithm => counts[algorithm] ?? NOTHING_SIGNED)
}

const NOTHING_SIGNED: LaneCounts = {
  passes: 0,
  signatures: 0,
  signedAlone: 0,
  badResults: 0,
  isStopped: false,
}
