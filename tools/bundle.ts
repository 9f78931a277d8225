/**
 * Bundles a workspace and chosen packages into few files of JavaScript.
 *
 * Exists because most of a start was spent on finding and reading a thousand modules. Not minified,
 * and without source maps: `//#region` comments name the source of every stretch, so a line of a
 * stack trace leads to it, and anybody can read what runs.
 */
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises'
import { findPackageJSON, isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { type OutputChunk, rolldown } from 'rolldown'

/** What becomes one bundle. */
export interface Bundle {
  /** Modules in `src` that are loaded from outside, by what becomes of them, without `.js`. */
  readonly entries: Readonly<Record<string, string>>
  /** The packages that go in; every other one stays a dependency. */
  readonly packages: readonly string[]
  /** The packages that may be imported at run time. */
  readonly dependencies: readonly string[]
}

/** Where the bundler's own helpers come from: a few lines of it are in the output. */
const RUNTIME = { id: '\0rolldown/runtime.js', package: 'rolldown' }

/**
 * Writes the bundle of a workspace, and the licences of what is in it.
 *
 * @param root what paths in comments are relative to
 * @param folder the workspace
 * @returns the bundled packages by name, each with its folder
 * @throws Error for a module that nobody expects in it, and for a package without a licence
 */
export async function writeBundle(
  root: string,
  folder: string,
  dist: string,
  bundle: Bundle,
): Promise<ReadonlyMap<string, string>> {
  const source = join(folder, 'src')
  const isWanted = (id: string) =>
    /^[./]/.test(id) || bundle.packages.some(name => id === name || id.startsWith(`${name}/`))
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(
      Object.entries(bundle.entries).map(([name, file]) => [name, join(source, file)]),
    ),
    platform: 'node',
    external: id => !isWanted(id),
    onLog: (_level, log) => {
      throw new Error(log.message)
    },
  })
  const { output } = await build.write({
    dir: dist,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
  })
  await build.close()
  const chunks = output.filter(file => file.type === 'chunk')
  checkImports(chunks, bundle.dependencies)
  const found = findPackages(
    chunks.flatMap(chunk => chunk.moduleIds),
    source,
    bundle.packages,
  )
  await copyLicences(found, join(dist, 'licenses'))
  return found
}

/**
 * The bundled packages by name, each with its folder.
 *
 * @param moduleIds the paths of all bundled modules
 * @throws Error when another module is among them, or a package is not
 */
export function findPackages(
  moduleIds: readonly string[],
  source: string,
  packages: readonly string[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const id of moduleIds) {
    if (id.startsWith(`${source}/`)) continue
    if (id === RUNTIME.id) {
      found.set(RUNTIME.package, dirname(findPackageJSON(RUNTIME.package, import.meta.url) ?? ''))
      continue
    }
    const [, folder = '', name = ''] = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(id) ?? []
    if (!packages.includes(name))
      throw new Error(`${id} is in the bundle, and nobody wants it there`)
    if ((found.get(name) ?? folder) !== folder)
      throw new Error(`two versions of ${name} are bundled`)
    found.set(name, folder)
  }
  const missing = packages.filter(name => !found.has(name))
  if (missing.length > 0) throw new Error(`nothing of ${missing.join(', ')} is in the bundle`)
  return found
}

/**
 * Checks what the files of a bundle import.
 *
 * @throws Error for a package that is no dependency; and for an entry, which waits for the command
 * line that it runs: a file of that command line which waits for the entry would wait for ever
 */
export function checkImports(
  chunks: readonly Pick<
    OutputChunk,
    'fileName' | 'isEntry' | 'imports' | 'dynamicImports' | 'code'
  >[],
  dependencies: readonly string[],
): void {
  const files = new Map(chunks.map(chunk => [chunk.fileName, chunk]))
  for (const { fileName, imports, dynamicImports, code } of chunks) {
    const required = [...code.matchAll(/\b__require\("([^"]+)"\)/g)].map(([, id = '']) => id)
    for (const id of [...imports, ...dynamicImports, ...required]) {
      if (files.get(id)?.isEntry) throw new Error(`${fileName} imports the entry ${id}`)
      const isKnown =
        files.has(id) ||
        isBuiltin(id) ||
        dependencies.some(name => id === name || id.startsWith(`${name}/`))
      if (!isKnown) throw new Error(`${fileName} imports ${id}, which is no dependency`)
    }
  }
}

/** Copies the licence of each package, unchanged, to `<name>-<version>.txt`. @throws Error without one */
export async function copyLicences(
  packages: ReadonlyMap<string, string>,
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, place] of packages) {
    const licence = (await readdir(place)).find(file => /^licen[cs]e(\.(md|txt))?$/i.test(file))
    if (licence === undefined) throw new Error(`${name} is bundled and has no licence`)
    const { version } = JSON.parse(await readFile(join(place, 'package.json'), 'utf8'))
    const target = `${name.replaceAll('/', '-')}-${version}.txt`
    await copyFile(join(place, licence), join(folder, target))
  }
}
