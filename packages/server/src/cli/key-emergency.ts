import { chownSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { findEmergencyFile, MAX_EMERGENCY_BYTES } from '../composition.ts'
import { findKeyTimes } from '../config/key-rules.ts'
import { findBlastRadius } from '../issuer/keys/blast-radius.ts'
import {
  type DeniedKey,
  formatDeniedKey,
  parseDenials,
  parseDeniedKey,
} from '../issuer/keys/denials.ts'
import { cleanText } from '../runtime/clean-text.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext } from './command-context.ts'
import { formatRadius, toRadiusOutput } from './key-radius.ts'
import { formatInstant } from './key-slots.ts'
import { mapDataError, writePrivateFile } from './private-files.ts'

/** What of `credence key revoke` counts in an emergency, and what cannot be had without the store. */
export interface EmergencyOptions {
  readonly dryRun?: boolean
  readonly reason?: string
  readonly algorithm?: unknown
  readonly all?: unknown
  readonly everyAccount?: unknown
  readonly listTokens?: unknown
}

const MAX_REASON_LENGTH = 200
const MAX_ATTEMPTS = 5

/**
 * Names a key in the file beside the store that every process reads each second. The store is not
 * touched.
 * @throws CliError `usage`, `data`
 */
export function revokeInEmergency(
  context: CommandContext,
  kid: string | undefined,
  options: EmergencyOptions,
): void {
  const { terminal } = context
  const { config } = context.loadConfig()
  const file = findEmergencyFile(config.store.path)
  const { algorithm, all, everyAccount, listTokens, dryRun: isDryRun = false } = options
  if ([algorithm, all, everyAccount, listTokens].some(each => each !== undefined)) {
    throw new CliError('usage', 'With --emergency, the kid, --account and --reason say everything.')
  }
  if (file === null) throw new CliError('usage', 'A store in memory has no file beside it.')
  const key = findKey(context, kid)
  const nowMs = terminal.clock.nowMs()
  const reason = cleanText(options.reason ?? '', MAX_REASON_LENGTH)
  const line = `${formatDeniedKey(key)} # ${formatInstant(nowMs)} ${reason}`.trim()
  if (!isDryRun) mapDataError(file, () => addLine(file, line, key, context))
  const radius = toRadiusOutput(
    findBlastRadius({
      nowMs,
      maxAgeSeconds: config.issuer.cacheMaxAgeSeconds,
      successorVisibleAtMs: null,
      publishBeforeMs: findKeyTimes(config).publishBeforeMs,
    }),
  )
  const verb = isDryRun ? 'would name' : 'names'
  context.report({
    json: { dryRun: isDryRun, file, line, blastRadius: radius },
    text: `${file} ${verb} key ${formatDeniedKey(key)}.
Within a second no process that reads this file signs with it or publishes it. Where it is the key that signs, tokens are refused until the store can be written: then the server revokes it there, and its successor signs.

${formatRadius(radius)}`,
  })
}

function findKey({ accountId }: CommandContext, kid: string | undefined): DeniedKey {
  const words = accountId === null ? (kid ?? '') : `${accountId} ${kid ?? ''}`
  const key = parseDeniedKey(words.trim())
  if (kid !== undefined && key !== null) return key
  throw new CliError(
    'usage',
    'With --emergency, say which key: a thumbprint, or with --account a kid such as RSA_0.',
  )
}

/** Adds a line to what is there, and looks again whether it is, because somebody else may do the same. */
function addLine(file: string, line: string, key: DeniedKey, { terminal }: CommandContext): void {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const before = readText(file)
    const { keys, fault } = parseDenials(before)
    if (fault !== null)
      throw new CliError(
        'data',
        `${file}: ${fault}. Mend it first: until then no key signs or is published.`,
      )
    if (keys.some(each => formatDeniedKey(each) === formatDeniedKey(key))) return
    const text = `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${line}\n`
    if (Buffer.byteLength(text) > MAX_EMERGENCY_BYTES) {
      throw new CliError(
        'data',
        `${file} would be too large. Take out what is revoked in the store.`,
      )
    }
    writePrivateFile(file, text, terminal.random)
    giveToOwner(file)
  }
  throw new CliError('data', `${file} is written by somebody else again and again.`)
}

function readText(file: string): string {
  return statSync(file, { throwIfNoEntry: false }) === undefined ? '' : readFileSync(file, 'utf8')
}

/** What root has made, the user of the service could not read: that would deny every key. */
function giveToOwner(file: string): void {
  const { uid, gid } = statSync(dirname(file))
  if (process.getuid?.() === 0) chownSync(file, uid, gid)
}
