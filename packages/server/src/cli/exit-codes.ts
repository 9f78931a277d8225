/** How `credence` ends. Listed by `credence --help` and in docs/cli.md. */
export const EXIT_CODES = {
  success: { code: 0, meaning: 'done' },
  failure: { code: 1, meaning: 'an unexpected failure: a defect of Credence' },
  usage: { code: 2, meaning: 'the command line is wrong' },
  config: { code: 3, meaning: 'the configuration is refused, or a file that it names' },
  data: {
    code: 4,
    meaning: 'the data cannot be used: store, master key, audit file, directory or lock',
  },
  record: { code: 5, meaning: 'a record is missing, exists already or is refused' },
  refused: { code: 6, meaning: 'the server refused the call' },
  unreachable: { code: 7, meaning: 'a server cannot be reached' },
  unverified: {
    code: 8,
    meaning:
      'a token did not verify, or `doctor`, `issuer switch` or `policy lint` found something',
  },
  listen: {
    code: 9,
    meaning: 'the server cannot listen: port taken, address unknown or not allowed',
  },
  credentials: {
    code: 10,
    meaning: 'there are no AWS credentials to be had, or their session has ended',
  },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly meaning: string }>>

/** Name of a way to end. */
export type ExitReason = keyof typeof EXIT_CODES
