import { defineConfig } from 'vitest/config'

/** Tests that replace a module, or that measure this process or a machine: each has a process of its own. */
const ALONE = [
  'packages/server/src/wire/sigv4/verify-work.test.ts',
  'packages/server/test/http/memory.test.ts',
]

/** Tests that start programs: the folders that are not in `together`. */
const PROGRAMS = [
  'packages/server/test/*.test.ts',
  'packages/server/test/{cli,clients,kept-stores,relying-parties,system}/**/*.test.ts',
  'packages/{testing,verify}/test/**/*.test.ts',
  'tools/doc-blocks.test.ts',
]

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: [
            'packages/*/{src,test}/**/*.test.ts',
            'tools/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', ...ALONE, ...PROGRAMS],
          // One process loads the sources once for all of these files, which halves their CPU time.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: [...ALONE, ...PROGRAMS] } },
    ],
    // Vitest leaves one core to the editor: on two cores, half of the machine.
    maxWorkers: '100%',
    setupFiles: ['tools/property-seed.ts'],
    // Only for what hangs: how long a test takes says nothing on a busy machine.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 60_000, interval: 5 } },
    coverage: {
      include: ['packages/verify/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text-summary'],
      reportsDirectory: 'reports/coverage',
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
  },
})
