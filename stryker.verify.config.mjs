/**
 * Mutation testing of the verifier: `npx stryker run stryker.verify.config.mjs`. A mutant that no test
 * notices is a token that somebody gets in with; the score may not fall below 90 %.
 */
export default {
  mutate: ['packages/verify/src/**/*.ts', '!packages/verify/src/**/*.test.ts'],
  testRunner: 'in-process',
  plugins: ['./tools/mutation/in-process-runner.mjs'],
  coverageAnalysis: 'perTest',
  // The sandbox needs this package alone. Without tsconfig.json, because Stryker would rewrite it with an
  // API that TypeScript 7 no longer has; nothing here is compiled. Without the tests that compile, install,
  // compare with others or watch the time: they see the sources, or run for seconds.
  ignorePatterns: [
    '/*',
    '!/packages',
    '/packages/*',
    '!/packages/verify',
    // The tokens that nobody should accept, which tests share with the server.
    '!/packages/server',
    '/packages/server/*',
    '!/packages/server/src',
    '/packages/server/src/*',
    '!/packages/server/src/bad-tokens',
    '/packages/server/src/bad-tokens/*.test.ts',
    '/packages/verify/dist',
    '/packages/verify/test/docs.test.ts',
    '/packages/verify/test/hostile.test.ts',
    '/packages/verify/test/package.test.ts',
    '/packages/verify/test/peers.test.ts',
    '/packages/verify/test/should-not-compile.test.ts',
    '/packages/verify/test/token-exchange-example.test.ts',
    '!/package.json',
    '!/vitest.config.ts',
  ],
  // A mutant of what runs while a module loads (tables, regular expressions) needs all tests, each time.
  ignoreStatic: true,
  // A run that ends removes its whole temporary folder, and with it the sandbox of another.
  tempDirName: 'reports/stryker-verify',
  concurrency: 1,
  // Test files that were loaded for one mutant stay in memory.
  maxTestRunnerReuse: 100,
  timeoutMS: 3000,
  timeoutFactor: 1.2,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: 'reports/mutation/verify.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 92, break: 90 },
}
