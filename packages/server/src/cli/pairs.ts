import { CliError } from './cli-error.ts'

/** Two texts that were given as `key=value`. */
export type Pair = readonly [key: string, value: string]

/** Reads `key=value`; the value may be empty and may contain `=`. @throws CliError `usage` */
export function parsePair(text: string, where: string): Pair {
  const equals = text.indexOf('=')
  if (equals >= 1) return [text.slice(0, equals), text.slice(equals + 1)]
  throw new CliError('usage', `${where} takes key=value, and there is no key or no = in it.`)
}

/** The parser of a repeatable option that takes `key=value`. */
export function collectPair(
  option: string,
): (text: string, pairs?: readonly Pair[]) => readonly Pair[] {
  return (text, pairs = []) => [...pairs, parsePair(text, option)]
}
