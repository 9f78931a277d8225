/**
 * Mutation testing of the policy language: `npx stryker run stryker.policy.config.mjs`. A mutant that
 * no test notices is a rule of the language that nothing holds; the score may not fall below 85 %.
 */
export default {
  mutate: ['packages/server/src/policy/**/*.ts', '!packages/server/src/policy/**/*.test.ts'],
  testRunner: 'plain',
  plugins: ['./tools/stryker-plain-runner.mjs'],
  plain: {
    tests: [
      'packages/server/src/policy/vectors.test.ts',
      'packages/server/src/policy/corpus.test.ts',
      'packages/server/src/policy/**/*.test.ts',
    ],
  },
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
  concurrency: 1,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: 'reports/mutation/policy.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 85 },
}
