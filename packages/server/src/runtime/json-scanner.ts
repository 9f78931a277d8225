const WHITE_SPACE = /[\t\n\r ]*/y
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 §7 excludes them from strings.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y

/**
 * Reads the tokens of a JSON text (RFC 8259) one after the other, strictly. White space before a token
 * is skipped with it. The users of the scanner build values and decide what is refused: readers of
 * policies need positions, readers of others' tokens need only values.
 */
export class JsonScanner {
  readonly #text: string
  #offset = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Where the next token begins, in UTF-16 units from the start. */
  findNext(): number {
    this.#take(WHITE_SPACE)
    return this.#offset
  }

  /**
   * Whether the next token begins with this character. An empty one asks for the end of the text.
   */
  isNext(character: string): boolean {
    return this.#text.charAt(this.findNext()) === character
  }

  /** Takes this character if it is next. */
  takeCharacter(character: string): boolean {
    const isNext = this.isNext(character)
    if (isNext) this.#offset += character.length
    return isNext
  }

  /** Takes a string and gives its value, which may have lone surrogates; null when none is next. */
  takeString(): string | null {
    this.findNext()
    const taken = this.#take(STRING)
    return taken === null ? null : String(JSON.parse(taken))
  }

  /** Takes a number, `true`, `false` or `null`, as it is written; null when none is next. */
  takeLiteral(): string | null {
    this.findNext()
    return this.#take(LITERAL)
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#offset
    const taken = pattern.exec(this.#text)?.[0] ?? null
    this.#offset += taken?.length ?? 0
    return taken
  }
}
