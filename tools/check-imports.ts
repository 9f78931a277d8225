/**
 * Checks who imports whom, and that no imports form a cycle.
 *
 * Exists because the architecture's layers are folders: nothing else stops an operation from
 * importing the HTTP server. Type imports count, since a layer that knows another's types depends
 * on it. (dependency-cruiser needs TypeScript's JavaScript API, which TypeScript 7 no longer has,
 * and then reports success over zero modules.)
 */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { parseSync } from 'oxc-parser'
import { IMPORT_RULES, PRIVATE_ROOMS } from './import-rules.ts'

const ROOT = join(import.meta.dirname, '..')
const SERVER = 'packages/server/src'
const VERIFY = 'packages/verify/src'
const TEST_TOKENS = 'packages/test-tokens/src'

/** What test tokens may import: they are for whoever has no server. */
const ALLOWED_IN_TEST_TOKENS: readonly string[] = ['@credence/verify', 'node:crypto']

/** The modules that a source file imports or re-exports, as written. */
export function listImports(fileName: string, source: string): readonly string[] {
  const { module } = parseSync(fileName, source)
  return [
    ...module.staticImports.map(entry => entry.moduleRequest.value),
    ...module.staticExports.flatMap(entry =>
      entry.entries.flatMap(exported =>
        exported.moduleRequest ? [exported.moduleRequest.value] : [],
      ),
    ),
    ...module.dynamicImports.map(({ moduleRequest }) =>
      source.slice(moduleRequest.start, moduleRequest.end).replace(/^['"`]|['"`]$/g, ''),
    ),
  ]
}

/** The rule that governs a file of the server, by the longest matching entry; null when none does. */
export function findRoom(file: string): string | null {
  const candidates = Object.keys(IMPORT_RULES).filter(room => isIn(file, room))
  return candidates.toSorted((a, b) => b.length - a.length)[0] ?? null
}

function isIn(file: string, room: string): boolean {
  return file === `${room}.ts` || file.startsWith(`${room}/`)
}

/** What is wrong with one import of the server, or null. `target` is relative to the server's `src`. */
export function findViolation(file: string, target: string): string | null {
  const room = findRoom(file)
  if (room === null) return `${file} is in no room of tools/import-rules.ts`
  for (const [privateRoom, importers] of Object.entries(PRIVATE_ROOMS)) {
    if (isIn(target, privateRoom) && !isIn(file, privateRoom) && !importers.includes(room)) {
      return `${file} imports ${target}, which only ${importers.join(', ') || 'nobody'} may`
    }
  }
  const allowed = IMPORT_RULES[room] ?? []
  const isAllowed =
    isIn(target, room) ||
    allowed.some(
      rule =>
        rule === '*' ||
        isIn(target, rule) ||
        target === rule ||
        (rule === 'node:*' && target.startsWith('node:')),
    )
  return isAllowed ? null : `${file} imports ${target}; ${room} may import: ${allowed.join(', ')}`
}

/** One cycle among the files, as the files in order; null when there is none. */
export function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const done = new Set<string>()
  const visit = (file: string, trail: readonly string[]): readonly string[] | null => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file]
    if (done.has(file)) return null
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...trail, file])
      if (cycle) return cycle
    }
    done.add(file)
    return null
  }
  for (const file of graph.keys()) {
    const cycle = visit(file, [])
    if (cycle) return cycle
  }
  return null
}

function readGraph(folder: string): ReadonlyMap<string, readonly string[]> {
  const graph = new Map<string, readonly string[]>()
  const files = globSync(`${folder}/**/*.ts`, { cwd: ROOT }).filter(
    file => !file.endsWith('.test.ts') && !file.includes('/test/'),
  )
  for (const file of files) {
    const imports = listImports(file, readFileSync(join(ROOT, file), 'utf8'))
    graph.set(
      relative(folder, file),
      imports.map(name =>
        name.startsWith('.') ? relative(folder, normalize(join(dirname(file), name))) : name,
      ),
    )
  }
  return graph
}

function main(): void {
  const server = readGraph(SERVER)
  const verify = readGraph(VERIFY)
  const problems = [...server].flatMap(([file, targets]) =>
    targets.flatMap(target => findViolation(file, target) ?? []),
  )
  for (const [file, targets] of verify) {
    for (const target of targets) {
      if (target.startsWith('@credence/') || target.startsWith('..')) {
        problems.push(`verify's ${file} imports ${target}; it may import nothing of ours`)
      }
    }
  }
  const testTokens = readGraph(TEST_TOKENS)
  for (const [file, targets] of testTokens) {
    for (const target of targets) {
      if (testTokens.has(target) || ALLOWED_IN_TEST_TOKENS.includes(target)) continue
      problems.push(`test-tokens' ${file} imports ${target}; it may import nothing but verify`)
    }
  }
  for (const graph of [server, verify, testTokens]) {
    const cycle = findCycle(graph)
    if (cycle) problems.push(`imports form a cycle: ${cycle.join(' → ')}`)
  }
  if ([server, verify, testTokens].some(({ size }) => size === 0))
    problems.push('found no source files to check')
  for (const problem of problems) console.error(problem)
  console.log(
    `${server.size + verify.size + testTokens.size} files, ${problems.length} import problems`,
  )
  process.exitCode = problems.length === 0 ? 0 : 1
}

if (import.meta.main) main()
