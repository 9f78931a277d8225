/**
 * Stryker's vitest runner, made to fit vitest 5. Without this every mutant that does not run while a module
 * loads survives, whatever the tests say: the runner chooses the tests that reach a mutant by a regular
 * expression of their names joined with spaces, vitest 5 joins them with ` > `, so it runs no test at all.
 * To be removed when a newer @stryker-mutator/vitest-runner does this itself.
 */
import {
  strykerPlugins as originals,
  strykerValidationSchema,
} from '@stryker-mutator/vitest-runner'

export { strykerValidationSchema }

export const strykerPlugins = originals.map(original => ({
  ...original,
  factory: adaptFactory(original.factory),
}))

function adaptFactory(factory) {
  const createRunner = injector => {
    const runner = factory(injector)
    const init = runner.init.bind(runner)
    runner.init = async () => {
      await init()
      for (const { config } of runner.ctx.projects) adaptNamePattern(config)
    }
    return runner
  }
  createRunner.inject = factory.inject
  return createRunner
}

function adaptNamePattern(config) {
  let pattern
  Object.defineProperty(config, 'testNamePattern', {
    enumerable: true,
    get: () => pattern,
    set(value) {
      pattern = value && new RegExp(value.source.replaceAll(' ', '(?: > | )'))
    },
  })
}
