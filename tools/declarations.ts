/**
 * The declarations of a published package: where they point, and which of them are shipped.
 *
 * Exists because the compiler leaves `.ts` in the imports of declarations, and knows nothing of
 * packages that were bundled and are not there for whoever reads the declarations.
 */
import { readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { parseSync } from 'oxc-parser'

/** Folder of the published package for the declarations of what was bundled. */
const TYPES = 'types'

/** Points the relative imports of a declaration at `.js`; the compiler does so in JavaScript alone. */
export function rewriteDeclaration(fileName: string, text: string): string {
  return replaceSpecifiers(fileName, text, specifier =>
    specifier.startsWith('.') ? specifier.replace(/\.ts$/, '.js') : specifier,
  )
}

/** A declaration with another name for each module that it imports or exports from. */
export function replaceSpecifiers(
  fileName: string,
  text: string,
  replace: (specifier: string) => string,
): string {
  const { module } = parseSync(fileName, text)
  const requests = [
    ...module.staticImports.map(entry => entry.moduleRequest),
    ...module.staticExports.flatMap(entry =>
      entry.entries.map(({ moduleRequest }) => moduleRequest),
    ),
    ...module.dynamicImports.map(entry => entry.moduleRequest),
  ].filter(request => request !== null)
  // The compiler writes types that it has inferred as `import("./x.ts").X`.
  const withTypes = [...text.matchAll(/\bimport\(("|')[^"'\s]+\1\)/g)].map(match => {
    const start = match.index + 'import('.length
    return { start, end: match.index + match[0].length - 1 }
  })
  const starts = new Map([...requests, ...withTypes].map(request => [request.start, request.end]))
  return [...starts]
    .toSorted(([one], [other]) => other - one)
    .reduce((rewritten, [start, end]) => {
      const quote = rewritten.slice(start, start + 1)
      const specifier = replace(rewritten.slice(start + 1, end - 1))
      return `${rewritten.slice(0, start)}${quote}${specifier}${quote}${rewritten.slice(end)}`
    }, text)
}

/** What {@link shipDeclarations} works with. */
export interface ShipOptions {
  /** The folder of all declarations, as the compiler wrote them. */
  readonly from: string
  /** Declarations that the package exports, relative to it. */
  readonly entries: readonly string[]
  /** The bundled packages by name, each with its folder. */
  readonly bundled: ReadonlyMap<string, string>
  /** The published package. */
  readonly dist: string
}

/**
 * Ships the declarations that entries lead to, and no other. What they need of bundled packages goes
 * along under `types`: nobody has those packages installed, and types that cannot be found would be
 * errors, or silently `any`.
 */
export async function shipDeclarations(options: ShipOptions): Promise<void> {
  const { from, entries, bundled, dist } = options
  const sources = new Map(entries.map(entry => [entry, join(from, entry)]))
  // The map grows while it is walked, by what the files in it import.
  for (const [target, source] of sources) {
    const text = replaceSpecifiers(target, await readFile(source, 'utf8'), specifier => {
      const folder = bundled.get(specifier)
      if (folder !== undefined) {
        const entry = findTypes(folder)
        const place = posix.join(TYPES, specifier, entry)
        sources.set(place, join(folder, entry))
        return toModule(posix.relative(posix.dirname(target), place))
      }
      if (!specifier.startsWith('.')) return specifier
      const declaration = toDeclaration(specifier)
      sources.set(
        posix.join(posix.dirname(target), declaration),
        join(dirname(source), declaration),
      )
      return toModule(declaration)
    })
    await mkdir(dirname(join(dist, target)), { recursive: true })
    await writeFile(join(dist, target), text)
  }
}

function toDeclaration(specifier: string): string {
  return specifier.replace(/\.([cm]?)[jt]s$/, '.d.$1ts')
}

function toModule(declaration: string): string {
  const module = declaration.replace(/\.d\.([cm]?)ts$/, '.$1js')
  return module.startsWith('.') ? module : `./${module}`
}

/** The declaration that a package names for its main module. */
function findTypes(folder: string): string {
  const { types, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const main = exports?.['.']
  const found: unknown = main?.types ?? main?.import?.types ?? types
  if (typeof found !== 'string') throw new Error(`${folder} names no declarations`)
  return found
}
