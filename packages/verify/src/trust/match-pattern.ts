/** Whether a value fits. */
export type Matcher = (value: string) => boolean

/** One step of a pattern: a character, or what stands for any number of them. */
type Step = { readonly character: string } | { readonly any: 'within segment' | 'anything' }

/**
 * Compiles a pattern. `*` stands for any characters but `/` and `:`, so that `role/ci-*` is not also
 * `role/ci-x/anything`; `**` stands for any characters. Everything else stands for itself.
 *
 * Matching takes at most `value.length × pattern.length` steps: no pattern makes it hang.
 */
export function compilePattern(pattern: string): Matcher {
  const prefixLength = pattern.indexOf('*')
  if (prefixLength === -1) return value => value === pattern
  const prefix = pattern.slice(0, prefixLength)
  const steps = parseSteps(pattern.slice(prefixLength))
  return value => value.startsWith(prefix) && matchSteps(steps, value.slice(prefixLength))
}

function parseSteps(pattern: string): readonly Step[] {
  const wildcards = { '*': 'within segment', '**': 'anything' } as const
  return Array.from(pattern.matchAll(/\*\*|./gsu), ([text]) =>
    text === '*' || text === '**' ? { any: wildcards[text] } : { character: text },
  )
}

/** Follows all ways through the pattern at once: `reached` says which steps could come next. */
function matchSteps(steps: readonly Step[], value: string): boolean {
  let reached = skipWildcards(steps, [0])
  for (const character of value) {
    const next: number[] = []
    for (const index of reached) {
      const step = steps[index]
      if (step && 'any' in step) {
        if (step.any === 'anything' || (character !== '/' && character !== ':')) next.push(index)
      } else if (step?.character === character) {
        next.push(index + 1)
      }
    }
    reached = skipWildcards(steps, next)
  }
  return reached.has(steps.length)
}

/** Adds the steps that are reached when wildcards stand for nothing. */
function skipWildcards(steps: readonly Step[], indexes: readonly number[]): Set<number> {
  const reached = new Set(indexes)
  for (const index of reached) {
    const step = steps[index]
    if (step && 'any' in step) reached.add(index + 1)
  }
  return reached
}
