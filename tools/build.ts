/**
 * Builds a workspace into `packages/<name>/dist`: a complete folder to publish, with JavaScript,
 * declarations, README, LICENSE and a package.json of its own.
 *
 * Exists because the repository runs its sources and nobody else can: Node refuses TypeScript inside
 * `node_modules`, and the manifest of a workspace points at `src`.
 *
 *     node tools/build.ts verify
 */
import { cp, glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseSync } from 'oxc-parser'
import { runCommand } from './run-command.ts'

const ROOT = join(import.meta.dirname, '..')

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** Members of a workspace's manifest that mean nothing to whoever installs the package. */
const WORKSPACE_MEMBERS = new Set(['devDependencies', 'scripts', 'private'])

/**
 * Builds a workspace.
 *
 * @param workspace name of its folder in `packages`
 * @param dist the folder to publish, made anew; `dist` of the workspace when left out
 * @returns that folder
 * @throws Error when the compiler finds something
 */
export async function buildPackage(
  workspace: string,
  dist = join(ROOT, 'packages', workspace, 'dist'),
): Promise<string> {
  const folder = join(ROOT, 'packages', workspace)
  await rm(dist, { recursive: true, force: true })
  await compile(folder, dist)
  for await (const file of glob('**/*.d.ts', { cwd: dist })) {
    const path = join(dist, file)
    await writeFile(path, rewriteDeclaration(file, await readFile(path, 'utf8')))
  }
  await copyAssets(join(folder, 'src'), dist)
  const manifest: Json = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const published = `${JSON.stringify(rewriteManifest(manifest), null, 2)}\n`
  await writeFile(join(dist, 'package.json'), published)
  await cp(join(folder, 'README.md'), join(dist, 'README.md'))
  await cp(join(ROOT, 'LICENSE'), join(dist, 'LICENSE'))
  return dist
}

/** The manifest as it is published: sources become what was built from them. */
export function rewriteManifest(manifest: Json): Json {
  if (typeof manifest === 'string') return manifest.replace(/^\.\/src\/(.*)\.[jt]s$/, './$1.js')
  if (typeof manifest !== 'object' || manifest === null) return manifest
  if (Array.isArray(manifest)) return manifest.map(rewriteManifest)
  return Object.fromEntries(
    Object.entries(manifest)
      .filter(([name]) => !WORKSPACE_MEMBERS.has(name))
      .map(([name, value]) => [name, rewriteManifest(value)]),
  )
}

/** Points the relative imports of a declaration at `.js`; the compiler does so in JavaScript alone. */
export function rewriteDeclaration(fileName: string, text: string): string {
  const { module } = parseSync(fileName, text)
  const requests = [
    ...module.staticImports.map(entry => entry.moduleRequest),
    ...module.staticExports.flatMap(entry =>
      entry.entries.map(({ moduleRequest }) => moduleRequest),
    ),
    ...module.dynamicImports.map(entry => entry.moduleRequest),
  ].filter(request => request !== null)
  // The compiler writes types that it has inferred as `import("./x.ts").X`.
  const withTypes = [...text.matchAll(/\bimport\(("|')\.[^"']*\.ts\1\)/g)].map(match => {
    const start = match.index + 'import('.length
    return { start, end: match.index + match[0].length - 1 }
  })
  const starts = new Map([...requests, ...withTypes].map(request => [request.start, request.end]))
  return [...starts]
    .toSorted(([one], [other]) => other - one)
    .reduce((rewritten, [start, end]) => {
      const specifier = rewritten.slice(start, end).replace(/^(['"]\..*)\.ts(['"])$/, '$1.js$2')
      return rewritten.slice(0, start) + specifier + rewritten.slice(end)
    }, text)
}

async function compile(folder: string, dist: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'credence-build-'))
  const config = join(scratch, 'tsconfig.json')
  const source = join(folder, 'src')
  await writeFile(
    config,
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        rootDir: source,
        outDir: dist,
        typeRoots: [join(ROOT, 'node_modules/@types')],
      },
      include: [source],
      exclude: [`${source}/**/*.test.ts`, `${source}/**/test`],
    }),
  )
  const exitCode = await runCommand(['tsc', '-p', config])
  await rm(scratch, { recursive: true })
  if (exitCode !== 0) throw new Error(`${folder} does not compile`)
}

/** Folders that hold nothing but what tests need. */
const TEST_FOLDERS = new Set(['test', 'testdata'])

/** Copies what is no source, such as pages and schemas; data of tests stays behind. */
async function copyAssets(source: string, dist: string): Promise<void> {
  await cp(source, dist, {
    recursive: true,
    filter: path => !path.endsWith('.ts') && !TEST_FOLDERS.has(basename(path)),
  })
}

async function main(): Promise<void> {
  const workspaces = process.argv.slice(2)
  if (workspaces.length === 0) throw new Error('usage: node tools/build.ts <workspace>...')
  for (const workspace of workspaces) console.log(await buildPackage(workspace))
}

if (import.meta.main) await main()
