/**
 * Runs tests for Stryker in its own process, without a test framework around them. With vitest, which loads
 * everything anew for each mutant, the thousands of mutants of a room took hours and a run seldom ended; here
 * a mutant costs the tests that reach it, and one that works while modules load costs one new process.
 *
 * For tests that need nothing but `describe`, `it`, `test`, their `each`, and vitest's own `expect`: those of
 * pure rooms. Anything else of vitest is undefined here, so the first run says so.
 */
import { globSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'
import fc from 'fast-check'

/** Time for one property: a mutant that a few hundred runs do not find counts as one that survives. */
const MAX_PROPERTY_MS = 250

/** What stands for vitest in the tests of the sandbox. */
const STAND_IN = 'credence-stand-in:vitest'

const STAND_IN_SOURCE = `
export { expect } from 'vitest'
export const { describe, it, test } = globalThis.credencePlainRunner
`

export const strykerPlugins = [
  {
    kind: 'TestRunner',
    name: 'plain',
    factory: Object.assign(options => createRunner(options.plain.tests), { inject: ['options'] }),
  },
]

export const strykerValidationSchema = {
  type: 'object',
  required: ['plain'],
  properties: {
    plain: {
      type: 'object',
      required: ['tests'],
      properties: { tests: { type: 'array', items: { type: 'string' } } },
    },
  },
}

function createRunner(patterns) {
  globalThis.__stryker__ ??= {}
  const stryker = globalThis.__stryker__
  let loading = null
  const load = () => {
    loading ??= loadTests(patterns)
    return loading
  }

  return {
    // A mutant that works while modules load gets a process of its own.
    capabilities: () => ({ reloadEnvironment: false }),

    async dryRun() {
      const tests = await load()
      const results = []
      for (const test of tests) {
        stryker.currentTestId = test.id
        results.push(await runTest(test))
      }
      stryker.currentTestId = undefined
      return { status: 'complete', tests: results, mutantCoverage: stryker.mutantCoverage }
    },

    async mutantRun({ activeMutant, testFilter, hitLimit }) {
      Object.assign(stryker, { activeMutant: activeMutant.id, hitCount: 0, hitLimit })
      const tests = await load()
      const wanted = testFilter === undefined ? null : new Set(testFilter)
      let nrOfTests = 0
      for (const test of tests) {
        if (wanted !== null && !wanted.has(test.id)) continue
        nrOfTests += 1
        const { status, failureMessage } = await runTest(test)
        if (stryker.hitCount > hitLimit) return { status: 'timeout', reason: 'hit limit reached' }
        if (status !== FAILED) continue
        return { status: 'killed', killedBy: [test.id], failureMessage, nrOfTests }
      }
      return { status: 'survived', nrOfTests }
    },
  }
}

// `TestStatus` of @stryker-mutator/api.
const PASSED = 0
const FAILED = 1

async function runTest({ id, run }) {
  const start = performance.now()
  const finish = result => ({ id, name: id, timeSpentMs: performance.now() - start, ...result })
  try {
    await run()
    return finish({ status: PASSED })
  } catch (error) {
    return finish({ status: FAILED, failureMessage: String(error?.stack ?? error) })
  }
}

/**
 * Loads the test files of the working directory, and gives their tests in the order of the patterns: first
 * those that find the most mutants in the least time.
 */
async function loadTests(patterns) {
  fc.configureGlobal({ interruptAfterTimeLimit: MAX_PROPERTY_MS, markInterruptAsFailure: false })
  const collector = createCollector()
  globalThis.credencePlainRunner = collector.api
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vitest' && context.parentURL !== STAND_IN
        ? { url: STAND_IN, shortCircuit: true }
        : next(
            specifier,
            context.parentURL === STAND_IN
              ? { ...context, parentURL: pathToFileURL(resolve('package.json')).href }
              : context,
          ),
    load: (url, context, next) =>
      url === STAND_IN
        ? { format: 'module', source: STAND_IN_SOURCE, shortCircuit: true }
        : next(url, context),
  })
  const files = new Set(patterns.flatMap(pattern => globSync(pattern).toSorted()))
  for (const file of files) {
    await collector.inFile(file, () => import(pathToFileURL(resolve(file)).href))
  }
  return collector.tests
}

function createCollector() {
  const tests = []
  let names = []

  function within(name, body) {
    const outer = names
    names = [...names, name]
    const end = () => {
      names = outer
    }
    const result = body()
    // A file is imported, which takes time; the body of a `describe` does not.
    return result instanceof Promise ? result.finally(end) : end()
  }

  const addTest = (name, body) => {
    // The same name may occur twice in a file.
    tests.push({ id: [...names, name, tests.length].join(' > '), run: body })
  }
  const describe = withEach(within)
  const test = withEach(addTest)
  return { tests, api: { describe, it: test, test }, inFile: within }
}

/** `each` as vitest has it: one call for each row, whose arrays are spread. */
function withEach(declare) {
  const each = rows => (title, body) => {
    for (const row of rows) {
      const values = Array.isArray(row) ? row : [row]
      declare(format(title, ...values), () => body(...values))
    }
  }
  return Object.assign((title, body) => declare(title, body), { each })
}
