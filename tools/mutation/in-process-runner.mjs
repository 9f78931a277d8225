/**
 * A test runner for Stryker that stays in one process. Vitest's own needs a second for each mutant, to start
 * a worker and load everything again, which is an hour for thousands of mutants; here the sources are loaded
 * once, and a mutant costs what its tests take. Test files are loaded anew for each mutant, so that nothing
 * that one mutant left behind decides over another.
 */
import { glob } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core'
import { commonTokens, declareFactoryPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin'
import {
  DryRunStatus,
  determineHitLimitReached,
  MutantRunStatus,
  TestStatus,
} from '@stryker-mutator/api/test-runner'
import { collectTests, EndlessTestError, finishTests, runTest } from './collect-tests.mjs'

const TESTS_MODULE = new URL('./collect-tests.mjs', import.meta.url).href

class InProcessTestRunner {
  #context
  #root = pathToFileURL(`${process.cwd()}/packages/`).href
  #files = []
  #run = 0
  #generation = 0
  /** Milliseconds of each test that has run: the quick ones run first, and most mutants need no more. */
  #durations = new Map()

  constructor(globalNamespace) {
    globalThis[globalNamespace] ??= {}
    this.#context = globalThis[globalNamespace]
  }

  capabilities() {
    return { reloadEnvironment: true }
  }

  async init() {
    // Before anything else, since `expect` asks for it.
    process.env.NODE_ENV = 'test'
    for await (const file of glob('packages/**/*.test.ts')) {
      if (!file.includes('node_modules')) this.#files.push(resolve(file))
    }
    this.#files.sort()
    registerHooks({
      resolve: (specifier, context, next) => {
        if (specifier === 'vitest' && context.parentURL !== TESTS_MODULE) {
          return { url: TESTS_MODULE, shortCircuit: true }
        }
        const found = next(specifier, context)
        const isOwn = found.url.startsWith(this.#root) && !found.url.includes('?')
        if (!isOwn || this.#generation === 0) return found
        return { ...found, url: `${found.url}?generation=${this.#generation}` }
      },
    })
  }

  async dryRun() {
    const tests = await this.#load(this.#files)
    const results = []
    for (const test of tests) {
      this.#context.currentTestId = test.id
      const startedAtMs = performance.now()
      const failure = describe(await findFailure(test))
      const timeSpentMs = performance.now() - startedAtMs
      this.#context.currentTestId = undefined
      const { id, name, file: fileName } = test
      results.push(
        failure === null
          ? { id, name, fileName, timeSpentMs, status: TestStatus.Success }
          : { id, name, fileName, timeSpentMs, status: TestStatus.Failed, failureMessage: failure },
      )
    }
    await finishTests(tests)
    const { mutantCoverage } = this.#context
    return { status: DryRunStatus.Complete, tests: results, mutantCoverage }
  }

  async mutantRun({ testFilter, activeMutant, mutantActivation, hitLimit, reloadEnvironment }) {
    const isStatic = mutantActivation === 'static'
    Object.assign(this.#context, { hitCount: 0, hitLimit, activeMutant: undefined })
    if (isStatic) this.#context.activeMutant = activeMutant.id
    if (reloadEnvironment) this.#generation += 1
    const wanted = testFilter && new Set(testFilter)
    const files = wanted
      ? this.#files.filter(file => testFilter.some(id => id.startsWith(`${file}#`)))
      : this.#files
    try {
      const loaded = await this.#load(files)
      const tests = loaded
        .filter(({ id }) => !wanted || wanted.has(id))
        .toSorted((one, other) => this.#durationOf(one) - this.#durationOf(other))
      this.#context.activeMutant = activeMutant.id
      return await this.#runUntilFailure(tests, hitLimit)
    } catch (error) {
      // A mutant that cannot even be loaded was noticed.
      return {
        status: MutantRunStatus.Killed,
        killedBy: [],
        failureMessage: String(error),
        nrOfTests: 0,
      }
    } finally {
      this.#context.activeMutant = undefined
      this.#generation = 0
    }
  }

  async #runUntilFailure(tests, hitLimit) {
    const ran = []
    let failed = null
    let endless = null
    for (const test of tests) {
      ran.push(test)
      const startedAtMs = performance.now()
      const failure = await findFailure(test)
      this.#durations.set(test.id, performance.now() - startedAtMs)
      if (failure === null) continue
      if (failure instanceof EndlessTestError) endless = failure.message
      failed = { killedBy: [test.id], failureMessage: describe(failure) }
      break
    }
    const timeout = determineHitLimitReached(this.#context.hitCount, hitLimit)
    await finishTests(ran).catch(() => {})
    const reason = timeout?.reason ?? endless
    if (reason) return { status: MutantRunStatus.Timeout, reason }
    if (!failed) return { status: MutantRunStatus.Survived, nrOfTests: ran.length }
    return { status: MutantRunStatus.Killed, ...failed, nrOfTests: ran.length }
  }

  #durationOf({ id }) {
    return this.#durations.get(id) ?? 0
  }

  async #load(files) {
    this.#run += 1
    const loaded = []
    for (const file of files) {
      const importFile = () => import(`${pathToFileURL(file).href}?run=${this.#run}`)
      const tests = await collectTests(importFile, () => {
        this.#generation += 1
      })
      const occurrences = new Map()
      for (const test of tests) {
        const occurrence = (occurrences.get(test.name) ?? 0) + 1
        occurrences.set(test.name, occurrence)
        loaded.push({ ...test, file, id: `${file}#${test.name}#${occurrence}` })
      }
    }
    return loaded
  }
}

async function findFailure(test) {
  try {
    await runTest(test)
    return null
  } catch (error) {
    return error ?? 'nothing was thrown'
  }
}

function describe(failure) {
  return failure instanceof Error ? (failure.stack ?? failure.message) : failure && String(failure)
}

function createRunner(injector) {
  return injector.provideValue('globalNamespace', INSTRUMENTER_CONSTANTS.NAMESPACE).injectFunction(
    Object.assign(namespace => new InProcessTestRunner(namespace), {
      inject: ['globalNamespace'],
    }),
  )
}
createRunner.inject = tokens(commonTokens.injector)

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, 'in-process', createRunner),
]
