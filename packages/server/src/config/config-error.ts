/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** Where it stands: `credence.yaml:3`, an environment variable, `--set listen.port`. */
  readonly where: string
  /** What is wrong. Never repeats a value, which might be a secret in the wrong place. */
  readonly message: string
}

/** The configuration is refused. Its text lists every problem, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ where, message }) => `  ${where}: ${message}`)
    super(['The configuration is not valid:', ...lines].join('\n'))
    this.problems = problems
  }
}
