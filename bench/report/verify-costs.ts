/**
 * CPU time of `@credence/verify` for a token that it has not seen, in µs, by algorithm, from
 * `bench/results/verify.md`. @throws Error when the table is not there
 */
export function parseVerifyCosts(markdown: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    ['RS256', 'ES384'].map(algorithm => {
      const heading = `## ${algorithm}, every token new, one at a time\n`
      const from = markdown.indexOf(heading)
      const section =
        from < 0 ? '' : (markdown.slice(from + heading.length).split('\n## ')[0] ?? '')
      const row = section.split('\n').find(line => line.startsWith('| @credence/verify |'))
      const cost = Number(row?.split('|')[4])
      if (!(cost > 0)) throw new Error(`no cost of verifying ${algorithm} is in the results`)
      return [algorithm, cost]
    }),
  )
}
