/**
 * The work of a synchronous run in characters and entries: what it reads, compares, searches, cuts out
 * and puts together by methods of strings and regular expressions, what it has read or written as JSON,
 * and what it puts into arrays, sets and maps. The same on every machine, so that a test can say how it
 * grows with the length of a text. Not seen are `text[index]`, and how often a regular expression goes
 * over the same characters within one match: `bench/hostile` measures that.
 */
export function countWork(run: () => unknown): number {
  const counter = { work: 0 }
  using stack = new DisposableStack()
  for (const patch of listPatches(counter)) stack.defer(patch)
  run()
  return counter.work
}

/**
 * How many times the work grows with a text four times as long: about 4 where it is in proportion to
 * the length, 16 where it is in proportion to its square.
 */
export function growthOf(length: number, run: (length: number) => unknown): number {
  return countWork(() => run(4 * length)) / countWork(() => run(length))
}

/** What the methods of strings cost by their results, beside the text itself. */
const STRING_COSTS: readonly (readonly [
  names: readonly string[],
  cost: (text: string, result: unknown, args: readonly unknown[]) => number,
])[] = [
  [['at', 'charAt', 'charCodeAt', 'codePointAt'], () => 1],
  [
    ['slice', 'substring', 'repeat', 'padStart', 'padEnd', 'concat'],
    (_, made) => String(made).length,
  ],
  [
    ['indexOf', 'includes'],
    (text, found, [, from]) =>
      (typeof found === 'number' && found >= 0 ? found + 1 : text.length) - Number(from ?? 0),
  ],
  [['startsWith', 'endsWith'], (_text, _found, [part]) => String(part).length],
  [
    [
      ...['lastIndexOf', 'split', 'match', 'matchAll', 'replace', 'replaceAll', 'search'],
      ...['normalize', 'toWellFormed'],
    ],
    text => text.length,
  ],
  [['toLowerCase', 'toUpperCase', 'trim', 'trimStart', 'trimEnd'], text => text.length],
]

/** Puts counting methods in the place of those of the language; each entry takes one back. */
function* listPatches(counter: { work: number }): Iterable<() => void> {
  const patch = (
    prototype: object,
    name: string | symbol,
    cost: (self: never, result: never, args: readonly unknown[]) => number,
  ): (() => void) => {
    const original: (...args: readonly unknown[]) => unknown = Reflect.get(prototype, name)
    const replace = (value: unknown) => Object.defineProperty(prototype, name, { value })
    function counted(this: unknown, ...args: readonly unknown[]) {
      const result = Reflect.apply(original, this, args)
      counter.work += cost(this as never, result as never, args)
      return result
    }
    // `Number` has methods of its own.
    replace(Object.setPrototypeOf(counted, original))
    return () => void replace(original)
  }
  for (const [names, cost] of STRING_COSTS) {
    for (const name of names) yield patch(String.prototype, name, cost)
  }
  yield patch(String.prototype, Symbol.iterator, (text: string) => text.length)
  yield patch(JSON, 'parse', (_self, _result, [text]) => String(text).length)
  yield patch(JSON, 'stringify', (_self, text: string | undefined) => text?.length ?? 0)
  for (const name of ['decodeURIComponent', 'Number']) {
    yield patch(globalThis, name, (_self, _result, [text]) => String(text).length)
  }
  for (const [prototype, name] of [
    [Map.prototype, 'get'],
    [Map.prototype, 'set'],
    [Map.prototype, 'has'],
    [Set.prototype, 'add'],
    [Set.prototype, 'has'],
  ] as const) {
    yield patch(prototype, name, (_self, _result, [key]) =>
      typeof key === 'string' ? key.length + 1 : 1,
    )
  }
  yield patch(Array.prototype, 'push', () => 1)
  for (const name of ['map', 'sort']) {
    yield patch(Array.prototype, name, (items: readonly unknown[]) => items.length)
  }
  yield patchExec(counter)
}

/** Searching goes from where it begins to the end of what is found, or to the end of the text. */
function patchExec(counter: { work: number }): () => void {
  const { exec } = RegExp.prototype
  const replace = (value: RegExp['exec']) =>
    Object.defineProperty(RegExp.prototype, 'exec', { value })
  replace(function counted(this: RegExp, text: string) {
    const from = this.global || this.sticky ? this.lastIndex : 0
    const match = exec.call(this, text)
    if (match !== null) counter.work += match.index + match[0].length - from + 1
    else counter.work += this.sticky ? 1 : text.length - from + 1
    return match
  })
  return () => void replace(exec)
}
