import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { parseDeclaration } from '../../src/declaration/parse-declaration.ts'
import { createFakeTerminal } from '../support/fake-terminal.ts'

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../../../docs/identities.md'), 'utf8')

/** The code blocks of a language, in their order. */
function listBlocks(language: string): readonly string[] {
  const blocks = DOCUMENT.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)
  return [...blocks].flatMap(([, name, text = '']) => (name === language ? [text] : []))
}

const [DECLARATION = ''] = listBlocks('yaml')
const COMMANDS = listBlocks('sh').flatMap(block => block.trimEnd().split('\n'))

const ONE_OF_EACH = [
  'managedPolicies',
  'groups',
  'users',
  'roles',
  'instanceProfiles',
  'oidcProviders',
] as const

describe('docs/identities.md', () => {
  const home = process.cwd()
  const directory = mkdtempSync(join(tmpdir(), 'credence-identities-'))

  beforeAll(async () => {
    process.chdir(directory)
    writeFileSync('identities.yaml', DECLARATION)
    const { policies } =
      parseDeclaration(DECLARATION, { requiresCallerClaim: true }).accounts[0]?.roles[0] ?? {}
    writeFileSync('policy.json', JSON.stringify(policies?.['tokens']))
    for (const line of ['credence init', 'credence apply -f identities.yaml']) await run(line)
  })

  afterAll(() => {
    process.chdir(home)
    rmSync(directory, { recursive: true })
  })

  async function run(line: string) {
    using terminal = createFakeTerminal()
    const exitCode = await runCli(line.split(' ').slice(1), terminal)
    return { exitCode, output: terminal.output(), errors: terminal.errors() }
  }

  it('declares one of everything', () => {
    const { accounts, organizations } = parseDeclaration(DECLARATION, { requiresCallerClaim: true })
    const [account] = accounts
    expect(organizations[0]?.policies).toHaveLength(1)
    for (const kind of ONE_OF_EACH) {
      expect(account?.[kind], kind).toHaveLength(1)
    }
  })

  it('gives a declaration that changes nothing the second time', async () => {
    expect(await run('credence apply -f identities.yaml')).toMatchObject({
      output: 'Nothing changed.\n',
      exitCode: 0,
    })
  })

  it.each(COMMANDS)('gives a command that succeeds: %s', async line => {
    expect(await run(line)).toMatchObject({ exitCode: 0, errors: '' })
  })

  it('shows what simulate prints', async () => {
    const command = COMMANDS.find(line => line.includes('policy simulate')) ?? ''
    const { output } = await run(command)
    expect(output.replace(/AGPA\w{17}/, 'AGPA…')).toBe(listBlocks('text')[0])
  })
})
