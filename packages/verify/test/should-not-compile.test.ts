import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../../..')
const FIXTURE = join(import.meta.dirname, 'should-not-compile.ts')
const run = promisify(execFile)

/** The errors of the compiler, as `line: code`. */
async function compile(folder: string, file: string): Promise<readonly string[]> {
  const config = join(folder, 'tsconfig.json')
  const extended = {
    extends: join(ROOT, 'tsconfig.json'),
    include: [file],
    compilerOptions: { types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] },
  }
  await writeFile(config, JSON.stringify(extended))
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const output = await run(process.execPath, [tsc, '-p', config, '--pretty', 'false']).then(
    () => '',
    (error: { readonly stdout: string }) => error.stdout,
  )
  return [...output.matchAll(/\((\d+),\d+\): error (TS\d+)/g)].map(
    ([, line, code]) => `${line}: ${code}`,
  )
}

describe('what must not compile', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'credence-compile-'))
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('does not compile, and everything else of the file does', async () => {
    expect(await compile(folder, FIXTURE)).toEqual([])
  })

  it('fails at each of its lines when nothing is expected to fail', async () => {
    const source = await readFile(FIXTURE, 'utf8')
    const lines = source.split('\n')
    const expected = lines.flatMap((line, index) =>
      line.startsWith('// @ts-expect-error') ? [index + 2] : [],
    )
    const copy = join(folder, 'copy.ts')
    await writeFile(
      copy,
      source
        .replaceAll('@ts-expect-error', 'expected:')
        .replace('../src', relative(folder, join(import.meta.dirname, '../src'))),
    )
    const errors = await compile(folder, copy)
    expect([...new Set(errors.map(error => Number.parseInt(error, 10)))]).toEqual(expected)
    expect(expected.length).toBeGreaterThan(15)
  })

  it('is noticed when a call compiles after all', async () => {
    const copy = join(folder, 'compiles.ts')
    await writeFile(
      copy,
      '// @ts-expect-error nothing is wrong below\nexport const fine: number = 1\n',
    )
    expect(await compile(folder, copy)).toEqual(['1: TS2578'])
  })
})
