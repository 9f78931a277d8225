import { BAD_TOKEN_PARTS } from '../packages/test-tokens/src/bad-tokens.ts'
import { GOOD_TOKENS } from '../packages/test-tokens/src/good-tokens.ts'

/** The bad tokens for `docs/testing.md`: a table for each part of the set, and one for the good ones. */
export function formatBadTokens(): string {
  const parts = BAD_TOKEN_PARTS.map(({ title, tokens }) =>
    formatTable(
      title,
      ['Name', 'What is wrong', 'Who says so', '`@credence/verify` refuses it with'],
      Object.entries(tokens).map(([name, { title: what, source, refusal }]) => [
        `\`${name}\``,
        what,
        source,
        `\`${refusal}\``,
      ]),
    ),
  )
  const good = formatTable(
    'Good tokens, as the control',
    ['Name', 'What it is'],
    Object.entries(GOOD_TOKENS).map(([name, { title }]) => [`\`${name}\``, title]),
  )
  return [...parts, good].join('\n')
}

function formatTable(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`)
  return `### ${title}\n\n${lines.join('\n')}\n`
}
