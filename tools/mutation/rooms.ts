/** A room under mutation. */
export interface Room {
  readonly folder: string
  /** The only files of the folder that are changed; all of them when left out. */
  readonly files?: readonly string[]
  /** Test files that can't run under mutation. */
  readonly leftOut: readonly string[]
}

/**
 * The rooms under mutation: what an undetected change there would let in.
 */
const SERVER = 'packages/server/src'

export const ROOMS: Readonly<Record<string, Room>> = {
  keys: {
    folder: `${SERVER}/issuer/keys`,
    // The questions about time. What asks them needs a store, which the sandbox has no tests for.
    files: ['slot.ts'],
    leftOut: [
      'bundle-end',
      'foreign-keys',
      'kill',
      'life',
      'revocation',
      'rotation',
      'schedule',
    ].map(name => `${SERVER}/issuer/keys/${name}.test.ts`),
  },
  policy: {
    folder: `${SERVER}/policy`,
    // It counts the work on the longest documents, and instrumented code is many times slower.
    leftOut: [`${SERVER}/policy/hostile.test.ts`],
  },
  pipeline: { folder: `${SERVER}/pipeline`, leftOut: [] },
  secrets: { folder: `${SERVER}/secrets`, leftOut: [] },
  sessions: { folder: `${SERVER}/sessions`, leftOut: [] },
  sigv4: {
    folder: `${SERVER}/wire/sigv4`,
    // It counts HMACs in a module put in the place of Node's own, which only vitest's loader can do.
    leftOut: [`${SERVER}/wire/sigv4/verify-work.test.ts`],
  },
  'web-identity': { folder: `${SERVER}/web-identity`, leftOut: [] },
  verify: {
    folder: 'packages/verify',
    // They compile, install, compare with others or count work: they see the sources, or run for seconds.
    leftOut: [
      'packages/verify/test/docs.test.ts',
      'packages/verify/test/hostile.test.ts',
      'packages/verify/test/package.test.ts',
      'packages/verify/test/peers.test.ts',
      'packages/verify/test/private-network-example.test.ts',
      'packages/verify/test/should-not-compile.test.ts',
      'packages/verify/test/token-exchange-example.test.ts',
    ],
  },
}

/** The lowest share of mutants that tests must find, in per cent. */
export const LOWEST_SCORE = 92
