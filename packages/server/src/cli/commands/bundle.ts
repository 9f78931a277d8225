import { existsSync } from 'node:fs'
import { createVerifier, VerifyError } from '@credence/verify'
import type { Command } from 'commander'
import { findKeyTimes } from '../../config/key-rules.ts'
import {
  type BundlePayload,
  type BundleSigner,
  createBundleKey,
  parseBundleKey,
} from '../../issuer/bundle-signer.ts'
import { findBundleEndMs } from '../../issuer/keys/bundle-end.ts'
import { CliError } from '../cli-error.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { requireServedName } from '../issuer-names.ts'
import { findKeyId, formatInstant } from '../key-slots.ts'
import { createPrivateFile } from '../private-files.ts'
import { readInputFile } from '../read-input-file.ts'
import type { Terminal } from '../terminal.ts'

const SECONDS_PER_DAY = 86_400

interface SignOptions {
  readonly key: string
  readonly days: number
  readonly number?: number
  readonly issuer?: string
}

/** `credence bundle …` */
export function addBundleCommands(program: Command, terminal: Terminal): void {
  const bundle = program
    .command('bundle')
    .description('the keys of an issuer in a signed file, for verifiers that cannot reach it')
  withExample(bundle, 'credence bundle sign --key bundle-key.pem')

  const createKey = bundle
    .command('create-key')
    .argument('<file>', 'where the private key goes; nothing may be there yet')
    .description('make the key that signs bundles, and print what verifiers pin')
    .action((file: string, _options: object, command: Command) => {
      if (existsSync(file)) {
        throw new CliError('data', `There is a file at ${file} already; nothing is changed.`)
      }
      const pem = createBundleKey()
      createPrivateFile(file, pem, terminal.random)
      reportSigner(new CommandContext(terminal, command), parseSigner(pem, file))
    })
  withExample(createKey, 'credence bundle create-key bundle-key.pem > signer.json')

  const showKey = bundle
    .command('show-key')
    .argument('<file>', 'the private key, or - for standard input')
    .description('print what verifiers pin: the public half, as a JWK')
    .action(async (file: string, _options: object, command: Command) => {
      const signer = parseSigner(await readInputFile(terminal, file), file)
      reportSigner(new CommandContext(terminal, command), signer)
    })
  withExample(showKey, 'credence bundle show-key bundle-key.pem')

  const sign = bundle
    .command('sign')
    .requiredOption('--key <file>', 'the private key, or - for standard input')
    .option('--days <count>', 'how long its keys may be used without news: 1 to 365', readDays, 30)
    .option(
      '--number <count>',
      'grows with each bundle; the time in seconds unless given',
      readNumber,
    )
    .option('--issuer <name>', 'under which name; the one in new tokens unless given')
    .description('print a bundle with the keys that the issuer of an account publishes now')
    .action(async ({ key, days, number, issuer: name }: SignOptions, command: Command) => {
      const context = new CommandContext(terminal, command)
      const signer = parseSigner(await readInputFile(terminal, key), key)
      const { issuerUrl, jwks, revoked, endMs } = await readPublishedKeys(context, name)
      const iat = Math.floor(terminal.clock.nowMs() / 1000)
      const exp = iat + days * SECONDS_PER_DAY
      if (endMs !== null && exp * 1000 > endMs) throw createTooLongError(endMs, iat)
      const payload = { iss: issuerUrl, iat, exp, version: number ?? iat, jwks, revoked }
      const text = signer.sign(payload)
      await requireLoadable(text, signer, payload)
      context.report({ json: { ...payload, bundle: text }, text })
    })
  withExample(sign, 'credence bundle sign --key bundle-key.pem --days 7 > keys.jws')
}

function parseSigner(pem: string, file: string): BundleSigner {
  const signer = parseBundleKey(pem)
  if (signer) return signer
  throw new CliError(
    'usage',
    `${file} is no private key in PEM on P-384, or of RSA with 2048 to 4096 bits.`,
  )
}

function reportSigner(context: CommandContext, { publicJwk }: BundleSigner): void {
  context.report({ json: publicJwk, text: JSON.stringify(publicJwk, null, 2) })
}

async function readPublishedKeys(context: CommandContext, name: string | undefined) {
  return context.withData(async (data, config) => {
    const account = await context.findAccount(data)
    const federation = await data.issuer.findFederation(account)
    const chosen = name === undefined ? null : requireServedName(data, name)
    const documents = federation && (await data.issuer.findDocuments(federation.issuerId))
    if (!documents) {
      throw new CliError(
        'record',
        `Account ${account.id} has no issuer yet; \`credence federation enable\` makes it.`,
      )
    }
    const jwks: unknown = JSON.parse(documents.jwks)
    const keys = await data.store.listIssuerKeys(account.id)
    const revoked = keys.filter(({ state }) => state === 'revoked').slice(-MAX_REVOKED)
    const endMs = findBundleEndMs(keys, findKeyTimes(config), context.terminal.clock.nowMs())
    return {
      issuerUrl: chosen?.formatIssuerUrl(federation.issuerId) ?? federation.issuerUrl,
      jwks,
      revoked: revoked
        .map(key => findKeyId(config, key))
        .filter(kid => kid !== null)
        .toSorted(),
      endMs,
    }
  })
}

/** Only the newest are listed. A verifier that has a newer bundle knows none of the others either. */
const MAX_REVOKED = 64

/**
 * A bundle must have every key that signs before its end. It has the next key of each algorithm, but
 * not the one after that.
 */
function createTooLongError(endMs: number, iat: number): CliError {
  const days = Math.floor((endMs / 1000 - iat) / SECONDS_PER_DAY)
  return new CliError(
    'usage',
    `From ${formatInstant(endMs)} on the account signs with a key that is not made yet, and the bundle would not have it: --days can be ${days} at most.`,
  )
}

/** Reads the bundle as a verifier will, so that no useless bundle is handed out. */
async function requireLoadable(
  bundle: string,
  { publicJwk }: BundleSigner,
  { iss: issuer, iat, version }: BundlePayload,
): Promise<void> {
  const keys = { bundle, signer: { ...publicJwk }, minimumVersion: version }
  const verifier = createVerifier({
    issuers: [{ issuer, accounts: null, allowInsecureHttp: true, keys }],
    audience: null,
    nowMs: () => iat * 1000,
  })
  try {
    await verifier.loadKeys()
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error
    throw new CliError('data', `No verifier would take the bundle: ${error.message}.`, {
      cause: error,
    })
  }
}

function readDays(text: string): number {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (days >= 1 && days <= 365) return days
  throw new CliError('usage', '--days takes a whole number, 1 to 365.')
}

function readNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new CliError('usage', '--number takes a whole number from 1 on.')
}
