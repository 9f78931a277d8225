/**
 * Mutation testing of one room: `npm run mutation -- ROOM`. A mutant that no test notices is a rule that
 * nothing holds.
 */
import { LOWEST_SCORE, ROOMS } from './tools/mutation/rooms.ts'

const name = process.env.CREDENCE_MUTATION_ROOM ?? 'policy'
const room = ROOMS[name]
if (room === undefined) throw new Error(`there is no room ${name}`)
const { folder, files = ['**/*.ts'], leftOut } = room

export default {
  mutate: [
    ...files.map(file => `${folder}/${file}`),
    `!${folder}/dist/**`,
    `!${folder}/**/*.test.ts`,
    `!${folder}/**/test/**`,
  ],
  testRunner: 'in-process',
  plugins: ['./tools/mutation/in-process-runner.mjs'],
  coverageAnalysis: 'perTest',
  // The sandbox has the sources of both packages, and of the tests those of the room alone. Without
  // tsconfig.json, because Stryker would rewrite it with an API that TypeScript 7 no longer has; nothing
  // here is compiled.
  ignorePatterns: [
    '/*',
    '!/packages',
    '/packages/*/dist',
    '/packages/*/node_modules',
    '/packages/server/test',
    '/packages/**/*.test.ts',
    `!/${folder}/**/*.test.ts`,
    ...leftOut.map(file => `/${file}`),
    '!/package.json',
    '!/vitest.config.ts',
  ],
  // A run that ends removes its whole temporary folder, and with it the sandbox of another.
  tempDirName: `reports/stryker-${name}`,
  // A mutant of what runs while a module loads (tables, regular expressions) needs all tests, each time.
  ignoreStatic: true,
  concurrency: 1,
  // Test files that were loaded for one mutant stay in memory.
  maxTestRunnerReuse: 100,
  timeoutMS: 3000,
  timeoutFactor: 1.2,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: `reports/mutation/${name}.json` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: LOWEST_SCORE, break: LOWEST_SCORE },
}
