import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startDevServer } from '../packages/server/test/support/dev-server.ts'
import type { Counts } from './run-command.ts'

const ROOT = join(import.meta.dirname, '..')
const REGION = 'eu-west-1'
const AUDIENCE = 'https://api.example.com'

/** A program in another language that calls a server with AWS's own SDK and prints JSON. */
interface SdkClient {
  /** Its folder in `clients/`. */
  readonly folder: string
  /** Fails where the machine has no such toolchain. */
  readonly toolchain: readonly string[]
  /** Brings what is pinned, and compiles it; minutes without caches. */
  readonly build: readonly string[]
  readonly run: readonly string[]
  /** What must come of it beyond what every client prints. */
  readonly expectations: Readonly<Record<string, (printed: Printed) => boolean>>
}

type Printed = Readonly<Record<string, unknown>>

/** The programs that `npm run check` and `npm run test:rust` run. */
export const SDK_CLIENTS = {
  go: {
    folder: 'go',
    toolchain: ['go', 'version'],
    build: ['go', 'build', '-o', join(ROOT, '.cache', 'clients-go'), '.'],
    run: [join(ROOT, '.cache', 'clients-go')],
    expectations: {
      'aws-iam-authenticator verifies its own token': ({ verified }) => verified === true,
      'aws-iam-authenticator reads who it was': ({ arn, account, verifiedArn, verifiedAccount }) =>
        verifiedArn === arn && verifiedAccount === account,
      'aws-iam-authenticator refuses a token of another cluster, in JSON': printed =>
        /"Code":"SignatureDoesNotMatch"/.test(String(printed['otherClusterError'])),
    },
  },
  java: {
    folder: 'java',
    toolchain: ['mvn', '--version'],
    build: ['mvn', '-q', '-B', 'compile'],
    run: ['mvn', '-q', '-B', 'exec:java'],
    expectations: {
      'IAM and GetCallerIdentity take Region.AWS_GLOBAL': ({ arn, globalArn }) => globalArn === arn,
      'GetWebIdentityToken refuses Region.AWS_GLOBAL': ({ globalTokenError }) =>
        globalTokenError === 'Operation not supported on STS global endpoint',
    },
  },
  rust: {
    folder: 'rust',
    toolchain: ['cargo', '--version'],
    build: ['cargo', 'build', '--quiet', '--locked'],
    run: ['cargo', 'run', '--quiet', '--locked'],
    expectations: {},
  },
} as const satisfies Readonly<Record<string, SdkClient>>

const EXPECTATIONS: SdkClient['expectations'] = {
  'GetCallerIdentity tells who calls': ({ arn, account, user }) =>
    arn === `arn:aws:iam::${account}:user/${user}`,
  'GetUser tells the name': ({ user }) => user === 'admin',
  'GetUser of nobody is a typed exception': ({ knowsMissing }) => knowsMissing === true,
  'GetWebIdentityToken gives a token of the caller': ({ token, arn }) => {
    const { sub, aud } = readClaims(String(token))
    return sub === arn && aud === AUDIENCE
  },
}

/**
 * Builds a client and runs it against a server of its own. What the machine lacks is returned: the
 * toolchain, or what no registry gives it.
 */
export async function runSdkClient(
  client: SdkClient,
): Promise<Counts | { readonly missing: string }> {
  const { folder, toolchain, build, run } = client
  if (!(await succeeds(toolchain, folder))) return { missing: `no ${toolchain[0]} on this machine` }
  if (!(await succeeds(build, folder))) return { missing: `${build.join(' ')} fails here` }
  await using server = await startDevServer()
  const variables = { ...server.environment, AWS_REGION: REGION, AWS_DEFAULT_REGION: REGION }
  const { stdout } = await execute(run, folder, variables)
  // Maven prints something of its own around it.
  const printed: unknown = JSON.parse(/\{.*\}/.exec(stdout)?.[0] ?? '')
  if (!isPrinted(printed)) throw new Error(`clients/${folder} printed no object`)
  const outcomes = Object.entries({ ...EXPECTATIONS, ...client.expectations }).map(
    ([what, isMet]) => [what, isMet(printed)] as const,
  )
  for (const [what, isPassed] of outcomes) console.log(`${isPassed ? 'ok' : 'FAILED'}: ${what}`)
  const passed = outcomes.filter(([, isPassed]) => isPassed).length
  if (passed < outcomes.length) console.log({ ...printed, token: undefined })
  return { passed, failed: outcomes.length - passed, skipped: 0 }
}

function readClaims(token: string): Printed {
  const [, payload = ''] = token.split('.')
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return isPrinted(claims) ? claims : {}
}

function isPrinted(value: unknown): value is Printed {
  return typeof value === 'object' && value !== null
}

async function succeeds(command: readonly string[], folder: string): Promise<boolean> {
  try {
    await execute(command, folder, {})
    return true
  } catch (error) {
    // No such program is no news; why a build fails is.
    if (error instanceof Error && 'stderr' in error) console.log(String(error.stderr).slice(-2000))
    return false
  }
}

/** Nothing of the caller's own AWS set-up may reach a client. */
function execute(
  [file = '', ...args]: readonly string[],
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly stdout: string }> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'))
  return promisify(execFile)(file, args, {
    cwd: join(ROOT, 'clients', folder),
    env: { ...Object.fromEntries(inherited), ...variables, AWS_EC2_METADATA_DISABLED: 'true' },
    maxBuffer: 10_000_000,
  })
}
