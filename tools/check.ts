/**
 * Everything that CI checks, in one run; the last line is `N passed, N failed[, N skipped]`.
 *
 * Exists so that "it passes" means the same on a laptop and in CI. A suite that needs something the
 * machine lacks is named with its reason and counts as skipped; with `CI=true` it counts as failed.
 */
import { CLOUD_STORES, fetchCloudStore } from './cloud-stores.ts'
import { fetchCryptoMb } from './fetch-crypto-mb.ts'
import { fetchNode, NODE_VERSIONS } from './fetch-node.ts'
import { preparePythonClients } from './python-clients.ts'
import { type Counts, readJunitCounts, readVitestCounts, runCommand } from './run-command.ts'
import { runSdkClient, SDK_CLIENTS } from './sdk-clients.ts'
import { runTerraform } from './terraform-client.ts'

interface Step {
  readonly name: string
  readonly run: () => Promise<Counts>
}

/** Named once more at the end: what the tests printed may be cut by then. */
const failedTests: string[] = []

const STEPS: readonly Step[] = [
  commandStep('format and lint', ['biome', 'ci', '--error-on-warnings', '.']),
  commandStep('import rules', ['node', 'tools/check-imports.ts']),
  commandStep('types', ['tsc']),
  commandStep('dead code', ['knip']),
  {
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
    name: `${CLOUD_STORES.join(', ')} for the tests of publishing`,
    run: async () => {
      const outcomes = await Promise.all(CLOUD_STORES.map(fetchCloudStore))
      const [missing] = outcomes.flatMap(outcome => ('missing' in outcome ? outcome.missing : []))
      // The tests say which of them they did not run.
      return missing === undefined ? { passed: 1, failed: 0, skipped: 0 } : notRun(missing)
    },
  },
  vitestStep('server: unit, property, vector, HTTP, CLI, docs and JavaScript client tests', [
    'packages/server',
    'packages/test-tokens',
    'packages/testing',
    'tools',
    'bench',
  ]),
  {
    name: `Node ${NODE_VERSIONS.join(', ')} for the tests of the verifier`,
    run: async () => {
      const outcomes = NODE_VERSIONS.map(fetchNode)
      const [missing] = outcomes.flatMap(outcome => ('missing' in outcome ? outcome.missing : []))
      // The tests say which versions they ran on.
      return missing === undefined ? { passed: 1, failed: 0, skipped: 0 } : notRun(missing)
    },
  },
  // Apart, so that nothing else is measured. The bounds stand in vitest.config.ts.
  vitestStep('verifier: tests, and that they reach every line and branch', [
    'packages/verify',
    '--coverage',
  ]),
  {
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
  sdkClientStep('Go client: AWS SDK, aws-iam-authenticator', SDK_CLIENTS.go),
  sdkClientStep('Java client: AWS SDK, Region.AWS_GLOBAL', SDK_CLIENTS.java),
  {
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

function commandStep(name: string, command: readonly string[]): Step {
  return {
    name,
    run: async () => {
      const exitCode = await runCommand(command)
      return { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 }
    },
  }
}

function vitestStep(name: string, args: readonly string[]): Step {
  return {
    name,
    run: async () => {
      const reporters = ['--reporter=default', '--reporter=json']
      const report = 'reports/vitest.json'
      const command = ['vitest', 'run', ...args, ...reporters, `--outputFile.json=${report}`]
      const exitCode = await runCommand(command)
      const counts = readVitestCounts(report)
      failedTests.push(...counts.failures)
      // Coverage below its bounds, or an error outside of every test.
      return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
    },
  }
}

function sdkClientStep(name: string, client: Parameters<typeof runSdkClient>[0]): Step {
  return {
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

async function main(): Promise<void> {
  const total = { passed: 0, failed: 0, skipped: 0 }
  const failedSteps: string[] = []
  for (const { name, run } of STEPS) {
    console.log(`\n── ${name}`)
    const startedAtMs = Date.now()
    const counts = await run().catch((error: unknown): Counts => {
      console.error(error)
      return { passed: 0, failed: 1, skipped: 0 }
    })
    total.passed += counts.passed
    total.failed += counts.failed
    total.skipped += counts.skipped
    if (counts.failed > 0) failedSteps.push(name)
    console.log(
      `── ${counts.failed === 0 ? 'ok' : 'FAILED'} after ${Math.round((Date.now() - startedAtMs) / 1000)} s`,
    )
  }
  for (const name of [...failedTests, ...failedSteps]) console.log(`failed: ${name}`)
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`)
  process.exitCode = total.failed === 0 ? 0 : 1
}

await main()
