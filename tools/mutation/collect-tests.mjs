/**
 * The part of vitest's interface that tests under mutation use, without vitest's workers: what `describe`
 * and `it` declare is collected in a list, and the mutation runner calls it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { format } from 'node:util'
import { expect, vi as vitestVi } from 'vitest'

let suite = createSuite('', null)
let tests = []
let resetModules = () => {}

/** How long a test may take: less than Stryker waits before it replaces the process, which costs more. */
const MAX_TEST_MS = 2500

const WAIT_FOR_MS = 1000
const POLL_MS = 5

/** A test that did not end. */
export class EndlessTestError extends Error {}

/** Collects what importing declares. `onReset` is called for `vi.resetModules()`. */
export async function collectTests(importFiles, onReset) {
  suite = createSuite('', null)
  tests = []
  resetModules = onReset
  await importFiles()
  return tests
}

/** Runs one test with its hooks; rejects with whatever made it fail. */
export async function runTest({ body, suites }) {
  for (const { name, befores, started } of suites) {
    if (started.has(name)) continue
    started.add(name)
    for (const before of befores) await before()
  }
  try {
    for (const { beforeEaches } of suites) {
      for (const before of beforeEaches) await before()
    }
    await endInTime(body)
  } finally {
    for (const { afterEaches } of suites.toReversed()) {
      for (const after of afterEaches) await after()
    }
  }
}

async function endInTime(body) {
  const { promise, reject } = Promise.withResolvers()
  const timer = setTimeout(() => reject(new EndlessTestError('the test did not end')), MAX_TEST_MS)
  try {
    await Promise.race([body(), promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Runs what is left to do after the tests that ran. */
export async function finishTests(ran) {
  const suites = new Set(ran.flatMap(test => test.suites))
  for (const { name, afters, started } of suites) {
    if (started.has(name)) for (const after of afters) await after()
  }
}

function createSuite(name, parent) {
  return {
    name,
    parent,
    befores: [],
    beforeEaches: [],
    afters: [],
    afterEaches: [],
    started: new Set(),
  }
}

function listSuites(innermost) {
  return innermost === null ? [] : [...listSuites(innermost.parent), innermost]
}

function declareSuite(name, body) {
  const outer = suite
  suite = createSuite(name, outer)
  body()
  suite = outer
}

function declareTest(name, body) {
  const suites = listSuites(suite)
  tests.push({
    name: [...suites.slice(1).map(({ name: of }) => of), name].join(' > '),
    body,
    suites,
  })
}

/** `it.each(rows)(name, body)`: where all rows are lists, they give the arguments. */
function eachOf(declare) {
  return rows => (name, body) => {
    const areLists = rows.every(Array.isArray)
    const placeholders = name.match(/%\w/g) ?? []
    for (const row of rows) {
      const values = areLists ? row : [row]
      const title = name.replace(/\$(\w+)/g, (_, member) => String(row[member]))
      declare(format(title, ...values.slice(0, placeholders.length)), () => body(...values))
    }
  }
}

export const describe = Object.assign(declareSuite, { each: eachOf(declareSuite) })
export const it = Object.assign(declareTest, { each: eachOf(declareTest) })
export const test = it
export const beforeAll = hook => void suite.befores.push(hook)
export const afterAll = hook => void suite.afters.push(hook)
export const beforeEach = hook => void suite.beforeEaches.push(hook)
export const afterEach = hook => void suite.afterEaches.push(hook)
/** vitest's own asks its worker for fake timers. */
async function waitFor(check) {
  const untilMs = performance.now() + WAIT_FOR_MS
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > untilMs) throw error
    }
    await sleep(POLL_MS)
  }
}

export const vi = Object.assign(Object.create(vitestVi), {
  resetModules: () => resetModules(),
  waitFor,
})
/** Types are checked by the compiler, not while tests run. */
export { expectTypeOf } from 'vitest'
export { expect }
