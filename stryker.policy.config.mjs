/**
 * Mutation testing of the policy language: `npx stryker run stryker.policy.config.mjs`. A mutant that
 * no test notices is a rule of the language that nothing holds; the score may not fall below 85 %.
 */
export default {
  mutate: ['packages/server/src/policy/**/*.ts', '!packages/server/src/policy/**/*.test.ts'],
  testRunner: 'in-process',
  plugins: ['./tools/mutation/in-process-runner.mjs'],
  coverageAnalysis: 'perTest',
  // The sandbox needs this room and what it imports. Without tsconfig.json, because Stryker would rewrite it
  // with an API that TypeScript 7 no longer has; nothing here is compiled.
  ignorePatterns: [
    '/*',
    '!/packages',
    '/packages/*',
    '!/packages/server',
    '/packages/server/*',
    '!/packages/server/src',
    '/packages/server/src/*',
    '!/packages/server/src/policy',
    // Instrumented code is many times slower; time is no criterion here.
    '/packages/server/src/policy/hostile.test.ts',
    '!/packages/server/src/principals',
    '/packages/server/src/principals/*.test.ts',
    '!/packages/server/src/errors.ts',
    '!/packages/server/package.json',
    '!/package.json',
  ],
  // Not the default, which another run would clear when it ends.
  tempDirName: 'reports/stryker-policy',
  // A mutant of what runs while a module loads (tables, regular expressions) needs all tests, each time.
  ignoreStatic: true,
  concurrency: 1,
  // Test files that were loaded for one mutant stay in memory.
  maxTestRunnerReuse: 100,
  timeoutMS: 3000,
  timeoutFactor: 1.2,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: 'reports/mutation/policy.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 85 },
}
