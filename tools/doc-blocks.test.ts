import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { findFreePort } from '../packages/server/src/http/free-port.ts'
import { type DocBlock, formatScript, MARKER, parseDocBlocks } from './doc-blocks.ts'
import { preparePythonClients } from './python-clients.ts'

const ROOT = join(import.meta.dirname, '..')
const PYTHON_CLIENTS = join(ROOT, '.venv', 'bin')
const IS_CI = process.env['CI'] === 'true'

/** What a clone has at its root, as far as commands in documents use it. */
const CLONE = ['node_modules', 'package.json', 'package-lock.json', 'packages', 'tools']

/** Pages that are executed, as far as their blocks are marked. */
const PAGES = [
  'README.md',
  'docs/guide.md',
  'docs/operations.md',
  'docs/relying-parties/bundles.md',
  'docs/runbooks/master-key-leaked.md',
  'docs/runbooks/signing-key-leaked.md',
]

/** What blocks may need, and how to see that this machine has it. */
const PROGRAMS: Readonly<Record<string, () => boolean>> = {
  aws: () => existsSync(join(PYTHON_CLIENTS, 'aws')),
  boto3: () => existsSync(join(PYTHON_CLIENTS, 'python')),
  curl: () => isInPath('curl'),
  openssl: () => isInPath('openssl'),
}

// A server, a dozen processes, and in CI the installation of Python clients.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 900_000 })

describe('the marks of code blocks', () => {
  it.each([
    ['```sh run\nls\n```\n', { line: 1, language: 'sh', text: 'ls\n', action: 'run', needs: null }],
    [
      'a\n\n```sh run=server\nx\n```\n',
      { line: 3, language: 'sh', text: 'x\n', action: 'server', needs: null },
    ],
    [
      '```js file=a.mjs\nx\n```\n',
      { line: 1, language: 'js', text: 'x\n', action: { file: 'a.mjs' }, needs: null },
    ],
    [
      '```python run needs=boto3\nx\n```\n',
      { line: 1, language: 'python', text: 'x\n', action: 'run', needs: 'boto3' },
    ],
    [
      '```text output\nx\n```\n',
      { line: 1, language: 'text', text: 'x\n', action: 'output', needs: null },
    ],
  ])('%j', (page, block) => {
    expect(parseDocBlocks(page)).toEqual([block])
  })

  it('leaves other blocks alone', () => {
    expect(parseDocBlocks('```sh\nrm -rf /\n```\n\n```\nx\n```\n')).toEqual([])
  })

  it.each([
    '```sh rnu\nls\n```\n',
    '```r run\nls\n```\n',
    '```js run=server\nls\n```\n',
    '```sh needs=aws\nls\n```\n',
  ])('refuses %j', page => {
    expect(() => parseDocBlocks(page)).toThrow(/^line 1: /)
  })

  it('finds a block that fails, and what a block prints', async () => {
    const page =
      '```sh run\nx=1\n```\n```sh run\necho "x is $x"\nfalse\n```\n```sh run\necho no\n```\n'
    const results = await runScript(
      formatScript(parseDocBlocks(page), () => true),
      tmpdir(),
    )
    expect(results.get(1)).toEqual({ output: '', isDone: true })
    expect(results.get(4)).toEqual({ output: 'x is 1\n', isDone: false })
    expect(results.get(8)).toBeUndefined()
  })

  it.each(['> credence up', 'npm warn old', '{"level":"warn","msg":"slow signatures"}'])(
    'does not take %s for a server that is ready',
    async line => {
      const page = `\`\`\`sh run=server\necho '${line}'\n\`\`\`\n`
      const script = formatScript(parseDocBlocks(page), () => true)
      const directory = mkdtempSync(join(tmpdir(), 'credence-docs-'))
      const results = await runScript(script, directory)
      rmSync(directory, { recursive: true })
      expect(results.get(1)).toEqual({ output: `${line}\n`, isDone: false })
    },
  )
})

describe.each(PAGES)('%s', page => {
  const source = existsSync(join(ROOT, page)) ? readFileSync(join(ROOT, page), 'utf8') : ''
  const blocks = parseDocBlocks(source)
  let results: Results = new Map()

  beforeAll(async () => {
    if (blocks.length > 0) results = await runPage(blocks)
  })

  it.runIf(blocks.length === 0)('has no block to run', () => {
    expect(source).not.toBe('')
  })

  it.for(blocks)('line $line', (block, { skip }) => {
    const { line, needs } = block
    const isMissing = needs !== null && PROGRAMS[needs]?.() !== true
    if (isMissing && !IS_CI) skip(`needs ${needs}, which this machine lacks`)
    const result = results.get(line)
    expect(result?.isDone, result?.output ?? 'a block before has failed').toBe(true)
    if (block.action !== 'output') return
    const before = blocks[blocks.indexOf(block) - 1]
    expect(results.get(before?.line ?? 0)?.output).toBe(block.text)
  })
})

type Results = Map<number, { readonly output: string; readonly isDone: boolean }>

/** Runs the blocks in a directory that looks like a clone, on ports that nobody else has. */
async function runPage(blocks: readonly DocBlock[]): Promise<Results> {
  if (IS_CI && blocks.some(({ needs }) => needs === 'aws' || needs === 'boto3')) {
    await preparePythonClients()
  }
  const directory = mkdtempSync(join(tmpdir(), 'credence-docs-'))
  for (const name of CLONE) symlinkSync(join(ROOT, name), join(directory, name))
  const [port, otherPort] = [await findFreePort('127.0.0.1'), await findFreePort('127.0.0.1')]
  const script = formatScript(blocks, need => PROGRAMS[need]?.() ?? false)
    // The tree is complete already, and shared with whoever runs this.
    .replace(/^npm (install|ci)\b.*$/m, 'true')
    .replace(/^(credence dev)\b/gm, `$1 --port ${port}`)
    .replace(/^(npm run up)\b/gm, `$1 -- --port ${port}`)
    .replaceAll('4747', String(port))
    .replaceAll('4848', String(otherPort))
  const results = await runScript(script, directory)
  rmSync(directory, { recursive: true })
  return results
}

async function runScript(script: string, cwd: string): Promise<Results> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|CREDENCE)_/.test(name))
  const path = [join(ROOT, 'node_modules/.bin'), PYTHON_CLIENTS, process.env['PATH']]
  const child = spawn('bash', ['-c', `exec 2>&1\n${script}`], {
    cwd,
    env: { ...Object.fromEntries(inherited), PATH: path.join(delimiter) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')])
  return readResults(output)
}

function readResults(output: string): Results {
  const results: Results = new Map()
  // The mark may follow what a program has printed without a line feed.
  for (const part of output.split(`${MARKER} `)) {
    const [, event, number, printed = ''] = /^(begin|end) (\d+)\n([\s\S]*)$/.exec(part) ?? []
    const line = Number(number)
    if (event === 'begin') results.set(line, { output: printed, isDone: false })
    const begun = results.get(line)
    if (event === 'end' && begun !== undefined) results.set(line, { ...begun, isDone: true })
  }
  return results
}

function isInPath(program: string): boolean {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .some(folder => existsSync(join(folder, program)))
}
