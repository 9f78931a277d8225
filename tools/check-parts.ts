/**
 * The parts of `npm run check`. A suite that needs something the machine lacks is named with its reason
 * and counts as skipped; with `CI=true` it counts as failed.
 */
import { findPostgres } from '../packages/server/test/support/postgres/find-postgres.ts'
import { CLOUD_STORES, fetchCloudStore } from './cloud-stores.ts'
import { fetchCryptoMb } from './fetch-crypto-mb.ts'
import { fetchNode, NODE_VERSIONS } from './fetch-node.ts'
import { fetchPostgres } from './fetch-postgres.ts'
import { preparePythonClients } from './python-clients.ts'
import { type Counts, readJunitCounts, readVitestCounts, runCommand } from './run-command.ts'
import { runSdkClient, SDK_CLIENTS } from './sdk-clients.ts'
import { runTerraform } from './terraform-client.ts'

/** One part of the check. */
export interface CheckPart {
  /** For `--only`. */
  readonly id: string
  readonly name: string
  readonly run: () => Promise<PartOutcome>
}

/** How the checks of a part came out. */
export interface PartOutcome extends Counts {
  /** The tests that failed, each with its file. Absent where a part counts alone. */
  readonly failures?: readonly string[]
}

/** In the order in which a run takes them: what fails soonest comes first. */
export const CHECK_PARTS: readonly CheckPart[] = [
  commandPart('format', 'format and lint', ['biome', 'ci', '--error-on-warnings', '.']),
  commandPart('imports', 'import rules', ['node', 'tools/check-imports.ts']),
  commandPart('types', 'types', ['tsc']),
  commandPart('dead-code', 'dead code', ['knip']),
  {
    id: 'libcrypto-mb',
    name: 'libcrypto_mb for the tests of the multi-buffer signer',
    run: async () => {
      const outcome = fetchCryptoMb()
      if ('path' in outcome) return { passed: 1, failed: 0, skipped: 0 }
      // The tests without it say what they did not run; the library is Debian's, not ours.
      console.log(`not run: ${outcome.missing}`)
      return { passed: 0, failed: 0, skipped: 1 }
    },
  },
  {
    id: 'cloud-stores',
    name: `${CLOUD_STORES.join(', ')} for the tests of publishing`,
    run: async () => {
      const outcomes = await Promise.all(CLOUD_STORES.map(fetchCloudStore))
      const [missing] = outcomes.flatMap(outcome => ('missing' in outcome ? outcome.missing : []))
      // The tests say which of them they did not run.
      return missing === undefined ? { passed: 1, failed: 0, skipped: 0 } : notRun(missing)
    },
  },
  {
    id: 'postgres',
    name: 'PostgreSQL for the tests of the store in it',
    run: async () => {
      const outcome = findPostgres() === null ? fetchPostgres() : null
      if (outcome === null || 'path' in outcome) return { passed: 1, failed: 0, skipped: 0 }
      return notRun(outcome.missing)
    },
  },
  vitestPart(
    'server',
    'server: unit, property, vector, HTTP, CLI, docs and JavaScript client tests',
    ['packages/server', 'packages/test-tokens', 'packages/testing', 'tools', 'bench'],
  ),
  {
    id: 'nodes',
    name: `Node ${NODE_VERSIONS.join(', ')} for the tests of the verifier`,
    run: async () => {
      const outcomes = NODE_VERSIONS.map(fetchNode)
      const [missing] = outcomes.flatMap(outcome => ('missing' in outcome ? outcome.missing : []))
      // The tests say which versions they ran on.
      return missing === undefined ? { passed: 1, failed: 0, skipped: 0 } : notRun(missing)
    },
  },
  // Apart, so that nothing else is measured. The bounds stand in vitest.config.ts.
  vitestPart('verifier', 'verifier: tests, and that they reach every line and branch', [
    'packages/verify',
    '--coverage',
  ]),
  {
    id: 'python',
    name: 'Python clients: boto3, AWS CLI, PyJWT',
    run: async () => {
      const environment = await preparePythonClients()
      if (environment.missing !== null) return notRun(environment.missing)
      await runCommand([
        environment.python,
        '-m',
        'pytest',
        '-q',
        '--junitxml=reports/pytest.xml',
        'clients/python',
      ])
      return readJunitCounts('reports/pytest.xml')
    },
  },
  sdkClientPart('go', 'Go client: AWS SDK, aws-iam-authenticator', SDK_CLIENTS.go),
  sdkClientPart('java', 'Java client: AWS SDK, Region.AWS_GLOBAL', SDK_CLIENTS.java),
  {
    id: 'terraform',
    name: 'Terraform with its AWS provider',
    run: async () => {
      const outcome = await runTerraform()
      if (!('missing' in outcome)) return outcome
      // No package registry has them, so CI goes on without them too.
      console.log(`not run: ${outcome.missing}`)
      return { passed: 0, failed: 0, skipped: 1 }
    },
  },
]

function commandPart(id: string, name: string, command: readonly string[]): CheckPart {
  return {
    id,
    name,
    run: async () => {
      const exitCode = await runCommand(command)
      return { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 }
    },
  }
}

function vitestPart(id: string, name: string, args: readonly string[]): CheckPart {
  return {
    id,
    name,
    run: async () => {
      const reporters = ['--reporter=default', '--reporter=json']
      const report = 'reports/vitest.json'
      const command = ['vitest', 'run', ...args, ...reporters, `--outputFile.json=${report}`]
      const exitCode = await runCommand(command)
      const counts = readVitestCounts(report)
      // Coverage below its bounds, or an error outside of every test.
      return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
    },
  }
}

function sdkClientPart(
  id: string,
  name: string,
  client: Parameters<typeof runSdkClient>[0],
): CheckPart {
  return {
    id,
    name,
    run: async () => {
      const outcome = await runSdkClient(client)
      if (!('missing' in outcome)) return outcome
      // As with Terraform: not every machine has every language.
      console.log(`not run: ${outcome.missing}`)
      return { passed: 0, failed: 0, skipped: 1 }
    },
  }
}

function notRun(reason: string): Counts {
  console.log(`not run: ${reason}`)
  const isFailure = process.env['CI'] === 'true'
  return { passed: 0, failed: isFailure ? 1 : 0, skipped: isFailure ? 0 : 1 }
}

/**
 * What finds most mistakes of a change soonest: the static checks, and the tests that start no program
 * and import what differs from `base`, a commit.
 */
export function listQuickParts(base: string): readonly CheckPart[] {
  const isStatic = ({ id }: CheckPart): boolean => STATIC_PARTS.includes(id)
  const args = ['--project', 'together', '--changed', base, '--passWithNoTests']
  return [
    ...CHECK_PARTS.filter(isStatic),
    vitestPart('tests', `tests of what differs from ${base.slice(0, 12)}`, args),
  ]
}

const STATIC_PARTS: readonly string[] = ['format', 'imports', 'types', 'dead-code']
