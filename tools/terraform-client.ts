import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDevServer } from '../packages/server/test/support/dev-server.ts'
import type { Counts } from './run-command.ts'

const CONFIGURATION = join(import.meta.dirname, '..', 'clients', 'terraform')

/** Where operators keep providers for machines that do not reach Terraform's registry. */
const PLUGIN_DIRECTORIES = [
  '/opt/tf-plugins',
  '/usr/local/share/terraform/plugins',
  '/usr/share/terraform/plugins',
  join(homedir(), '.terraform.d', 'plugins'),
]

/** What Terraform answers to `plan -detailed-exitcode` when there is nothing to do. */
const NO_DIFFERENCE = 0

/** With a state that knows nothing yet. */
const IMPORT = 'takes over what is there'

const CHECKS: readonly (readonly [what: string, args: readonly string[], stage: number])[] = [
  ['creates everything', ['apply', '-auto-approve'], 1],
  ['sees no difference after that', ['plan', '-detailed-exitcode'], 1],
  ['changes everything', ['apply', '-auto-approve'], 2],
  ['sees no difference after that', ['plan', '-detailed-exitcode'], 2],
  ['renames what has a name', ['apply', '-auto-approve'], 3],
  ['sees no difference after that', ['plan', '-detailed-exitcode'], 3],
  [IMPORT, ['apply', '-auto-approve'], 3],
  ['sees no difference after that', ['plan', '-detailed-exitcode'], 3],
  ['destroys everything', ['destroy', '-auto-approve'], 3],
]

/**
 * Runs Terraform and its AWS provider, unmodified, against a server of its own, through everything
 * that `clients/terraform` says. Neither comes from a package registry; what the machine lacks
 * is returned.
 */
export async function runTerraform(): Promise<Counts | { readonly missing: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'credence-terraform-'))
  try {
    cpSync(join(CONFIGURATION, 'main.tf'), join(directory, 'main.tf'))
    if ((await terraform(directory, ['version'], {})) === null) {
      return { missing: 'no terraform on this machine' }
    }
    const plugins = PLUGIN_DIRECTORIES.find(path => existsSync(join(path, PROVIDER)))
    const source = plugins === undefined ? [] : [`-plugin-dir=${plugins}`]
    if ((await terraform(directory, ['init', ...source], {})) !== 0) {
      return { missing: 'terraform finds no AWS provider on this machine or in its registry' }
    }
    return await runChecks(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const PROVIDER = join('registry.terraform.io', 'hashicorp', 'aws')

async function runChecks(directory: string): Promise<Counts> {
  await using server = await startDevServer()
  const { environment } = server
  let passed = 0
  for (const [what, args, stage] of CHECKS) {
    const variables = {
      TF_VAR_endpoint: environment['AWS_ENDPOINT_URL_IAM'],
      TF_VAR_stage: String(stage),
    }
    const imports = join(directory, 'imports.tf')
    if (what === IMPORT) {
      rmSync(join(directory, 'terraform.tfstate'))
      cpSync(join(CONFIGURATION, 'imports.tf'), imports)
    }
    const exitCode = await terraform(directory, args, { ...environment, ...variables })
    rmSync(imports, { force: true })
    const isPassed = exitCode === NO_DIFFERENCE
    console.log(`${isPassed ? 'ok' : 'FAILED'}: Terraform ${what}`)
    // What follows would only fail for the same reason.
    if (!isPassed) return { passed, failed: CHECKS.length - passed, skipped: 0 }
    passed += 1
  }
  return { passed, failed: 0, skipped: 0 }
}

/** The exit code; null when there is no such program. Output is shown when the command fails. */
async function terraform(
  directory: string,
  [command = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number | null> {
  const options = command === 'version' ? [] : ['-input=false', '-no-color', ...args]
  const child = spawn('terraform', [command, ...options], {
    cwd: directory,
    env: {
      ...inheritedEnvironment(),
      ...environment,
      TF_IN_AUTOMATION: '1',
      CHECKPOINT_DISABLE: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => output.push(data))
  child.stderr.on('data', (data: Buffer) => output.push(data))
  try {
    const [code] = await once(child, 'close')
    if (code !== 0) console.log(Buffer.concat(output).toString())
    return typeof code === 'number' ? code : 1
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Nothing of the caller's own AWS or Terraform set-up may reach the run. */
function inheritedEnvironment(): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS|TF)_/.test(name)),
  )
}
