/** A declaration that can't be used. Its text lists every problem, one a line, with its place. */
export class DeclarationError extends Error {
  override readonly name = 'DeclarationError'

  constructor(problems: readonly string[]) {
    super(['The declaration is not valid:', ...problems.map(problem => `  ${problem}`)].join('\n'))
  }
}
