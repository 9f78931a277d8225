/**
 * Builds a workspace into `packages/<name>/dist`: a complete folder to publish, with JavaScript,
 * declarations, README, licences and a package.json of its own.
 *
 * Exists because the repository runs its sources and nobody else can: Node refuses TypeScript inside
 * `node_modules`, and the manifest of a workspace points at `src`.
 *
 *     node tools/build.ts verify
 */
import { cp, glob, mkdtemp, mkdtempDisposable, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Bundle, writeBundle } from './bundle.ts'
import { rewriteDeclaration, shipDeclarations } from './declarations.ts'
import { runCommand } from './run-command.ts'

const ROOT = join(import.meta.dirname, '..')

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** Members of a workspace's manifest that mean nothing to whoever installs the package. */
const WORKSPACE_MEMBERS = new Set(['devDependencies', 'scripts', 'private'])

/**
 * The workspaces whose JavaScript is bundled, and with which packages: those that consist of hundreds
 * of files, which cost every start their finding and reading.
 */
const BUNDLES: Readonly<Record<string, BundledWorkspace>> = {
  server: { sources: 'server', entries: { main: 'main.ts' }, packages: ['kysely', 'yaml', 'zod'] },
  testing: {
    sources: 'server',
    entries: { 'testing/index': 'testing/index.ts' },
    packages: ['kysely', 'yaml', 'zod'],
    exports: { '.': './testing/index.js' },
  },
}

interface BundledWorkspace extends Omit<Bundle, 'dependencies'> {
  /** The workspace that the sources and what they are published with are from. */
  readonly sources: string
  /** What is exported, where that is not as the manifest has it. */
  readonly exports?: Json
}

/**
 * The workspaces that run on older versions of Node than the repository: what those lack does not
 * compile, as far as the compiler knows.
 */
const TARGETS: Readonly<Record<string, CompilerOptions>> = {
  verify: { target: 'es2023', lib: ['es2023', 'esnext.disposable'] },
}

type CompilerOptions = Readonly<Record<string, boolean | string | readonly string[]>>

/**
 * Builds a workspace.
 *
 * @param workspace name of its folder in `packages`
 * @param dist the folder to publish, made anew; `dist` of the workspace when left out
 * @returns that folder
 * @throws Error when the compiler finds something, and for an unexpected bundle
 */
export async function buildPackage(
  workspace: string,
  dist = join(ROOT, 'packages', workspace, 'dist'),
): Promise<string> {
  const folder = join(ROOT, 'packages', workspace)
  const bundle = BUNDLES[workspace]
  const sources = join(ROOT, 'packages', bundle?.sources ?? workspace)
  const manifest = await readManifest(folder)
  const { imports } = await readManifest(sources)
  await rm(dist, { recursive: true, force: true })
  if (bundle === undefined) {
    await compileModules(folder, dist, TARGETS[workspace])
  } else {
    const { dependencies, optionalDependencies, peerDependencies } = manifest
    const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
    const external = names.filter(name => !bundle.packages.includes(name))
    await compileBundle(sources, dist, { ...bundle, dependencies: external })
  }
  const isOfAnother = sources !== folder
  await copyAssets(join(sources, 'src'), dist, isOfAnother ? ['.ts', '.js'] : ['.ts'])
  const published = rewriteManifest(
    {
      ...manifest,
      ...(isOfAnother && { imports }),
      ...(bundle?.exports && { exports: bundle.exports }),
    },
    bundle?.packages,
  )
  await writeFile(join(dist, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
  await cp(join(folder, 'README.md'), join(dist, 'README.md'))
  await cp(join(ROOT, 'LICENSE'), join(dist, 'LICENSE'))
  return dist
}

async function readManifest(folder: string) {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
}

/**
 * The manifest as it is published: sources become what was built from them, and what was bundled is
 * not installed a second time.
 */
export function rewriteManifest(manifest: Json, bundled: readonly string[] = []): Json {
  if (typeof manifest === 'string') {
    return manifest.replace(/^\.\/src\/(.*)$/, './$1').replace(/^(\.\/.*)\.ts$/, '$1.js')
  }
  if (typeof manifest !== 'object' || manifest === null) return manifest
  if (Array.isArray(manifest)) return manifest.map(value => rewriteManifest(value))
  return Object.fromEntries(
    Object.entries(manifest)
      .filter(([name]) => !WORKSPACE_MEMBERS.has(name))
      .map(([name, value]) => [
        name,
        name === 'dependencies' ? leaveOut(value, bundled) : rewriteManifest(value),
      ]),
  )
}

function leaveOut(dependencies: Json, names: readonly string[]): Json {
  return Object.fromEntries(
    Object.entries(dependencies ?? {}).filter(([name]) => !names.includes(name)),
  )
}

/** A module of JavaScript, with its declaration, for each source. */
async function compileModules(
  folder: string,
  dist: string,
  options: CompilerOptions = {},
): Promise<void> {
  await compile(folder, dist, options)
  for await (const file of glob('**/*.d.ts', { cwd: dist })) {
    const path = join(dist, file)
    await writeFile(path, rewriteDeclaration(file, await readFile(path, 'utf8')))
  }
}

/** JavaScript from the bundler, declarations of what is exported from the compiler. */
async function compileBundle(folder: string, dist: string, bundle: Bundle): Promise<void> {
  await using declarations = await mkdtempDisposable(join(tmpdir(), 'credence-declarations-'))
  await compile(folder, declarations.path, { emitDeclarationOnly: true })
  const bundled = await writeBundle(ROOT, folder, dist, bundle)
  const entries = Object.keys(bundle.entries).map(name => `${name}.d.ts`)
  await shipDeclarations({ from: declarations.path, entries, bundled, dist })
}

async function compile(folder: string, outDir: string, options: CompilerOptions): Promise<void> {
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
        outDir,
        typeRoots: [join(ROOT, 'node_modules/@types')],
        ...options,
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
async function copyAssets(
  source: string,
  dist: string,
  sourceNames: readonly string[],
): Promise<void> {
  await cp(source, dist, {
    recursive: true,
    filter: path =>
      !sourceNames.some(name => path.endsWith(name)) && !TEST_FOLDERS.has(basename(path)),
  })
}

async function main(): Promise<void> {
  const workspaces = process.argv.slice(2)
  if (workspaces.length === 0) throw new Error('usage: node tools/build.ts <workspace>...')
  for (const workspace of workspaces) console.log(await buildPackage(workspace))
}

if (import.meta.main) await main()
