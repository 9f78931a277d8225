import { createHash } from 'node:crypto'

// The last line of defence of log and audit. Code that handles credentials keeps them out of both;
// these functions catch what slips through, by name or by shape. They must see a text before it is
// cut: half a credential has no shape.

const SECRET_NAME =
  /^(?:authorization|cookie|master-?key|password|private-?key|saml-?assertion|secret(?:-?(?:access-?)?key)?|(?:x-?amz-?)?signature|token(?:-?code)?|(?:session|trade-?in|web-?identity|(?:x-?amz-?)?security)-?token)$/i

/** Whether a field holds a credential, told by its name; case and `-_` don't matter. */
export function isSecretField(name: string, value: unknown): boolean {
  if (!SECRET_NAME.test(name.includes('_') ? name.replaceAll('_', '-') : name)) return false
  // A header has text; a structure of that name tells which policies allowed a call.
  return name !== 'authorization' || typeof value !== 'object'
}

/** Longer texts are cut here before they are looked at, so that the work is bounded. */
const MAX_EXAMINED_LENGTH = 65_536

/**
 * Replaces what has the shape of a credential, wherever it stands: JWTs, session tokens, secret access
 * keys, SigV4 signatures, private keys in PEM. What is replaced leaves the first 64 bits of its
 * SHA-256, so that a caller can't hide what was asked for by giving it the shape of a credential.
 *
 * A secret access key has no mark of its own. It is recognized by its length of 40 characters, without
 * a letter or digit before or after them.
 */
export function redact(text: string): string {
  if (text.length < MIN_LENGTH) return text
  if (text.length <= MAX_EXAMINED_LENGTH) return redactWhole(text)
  return redactBeginning(text.slice(0, MAX_EXAMINED_LENGTH))
}

/** The same for a text that goes on; its last run of characters may be half of a credential. */
function redactBeginning(text: string): string {
  const lastRun = /[\w+/=%.-]*$/.exec(text.slice(-MAX_SPLIT_LENGTH - 1))?.[0] ?? ''
  if (lastRun.length <= MAX_SPLIT_LENGTH)
    return redactWhole(text.slice(0, text.length - lastRun.length))
  return redactWhole(text).slice(0, -MAX_SPLIT_LENGTH)
}

/** The most of a credential, escapes included, that may stand there without being recognized. */
const MAX_SPLIT_LENGTH = 256

function redactWhole(text: string): string {
  let found = text
  if (SUSPICIOUS.test(found)) {
    found = found
      .replaceAll(DOTTED_RUN, redactJwt)
      .replaceAll(QUERY_TOKEN, (_match, name: string, value: string) => name + mark(value))
      .replaceAll(PEM_PRIVATE_KEY, mark)
  }
  if (found.length < SECRET_KEY_LENGTH || !LONG_RUN.test(found)) return found
  return redactSecretKeys(
    found
      .replaceAll(HEX_DIGEST, redactDigest)
      .replaceAll(OPAQUE_RUN, run => (isToken(run) ? mark(run) : run)),
  )
}

/**
 * A text from outside as it may be quoted: whole up to `maxLength` UTF-16 units, else its beginning
 * with an ellipsis. A credential that the cut would split is replaced first.
 */
export function quoteStart(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${cutText(redact(text), maxLength)}…`
}

/** The first `maxLength` UTF-16 units of a text that has been redacted, with no half of a character. */
export function cutText(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '')
}

/** Replaces a text whole, as {@link redact} replaces a credential. */
export function mark(secret: string): string {
  return `[redacted sha256:${createHash('sha256').update(secret).digest('hex').slice(0, 16)}]`
}

/** The shortest text that is looked at: no credential fits into less. */
const MIN_LENGTH = 24

/**
 * What most credentials contain, found in one pass. Nearly every text is done after this pattern
 * and the next.
 */
const SUSPICIOUS = /ey[JA]|ew[o0]|x-amz-security-token|PRIVATE KEY/i

const SECRET_KEY_LENGTH = 40

/** What the other credentials contain: a run as long as the shortest of them. */
const LONG_RUN = /(?<![\w+/%-])[\w+/%-]{40}/

// Each pattern can begin to match at one place of a run only, so the work grows with the length.
const DOTTED_RUN = /(?<![\w-])[\w-]+(?:\.[\w-]+)+/g
const QUERY_TOKEN = /(x-amz-security-token(?:=|%3d|["':\s]{1,4}))([\w%+/=-]+)/gi
const PEM_PRIVATE_KEY =
  /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----(?:[\s\S]*?-----END [A-Z ]{0,20}PRIVATE KEY-----|[\s\S]*)/g

/** A bare signature. A text that is marked as the digest of something else, such as an image, is left. */
const HEX_DIGEST = /(%[\da-f]{2}|(?<!sha256:|[\da-f]))([\da-f]{64,})/gi

const OPAQUE_RUN = /(?<![\w+/-])(?:[\w+/-]|%2[bf]){40,}(?:=|%3d){0,2}/gi

/**
 * Where a secret access key can stand: 40 characters of base64, `+` and `/` perhaps escaped as in a
 * URL, with neither letter nor digit beside them but the digits of an escape.
 */
const SECRET_KEY =
  /(?:(?<![A-Za-z\d])|(?<=%[\dA-Fa-f]{2}))(?:[A-Za-z\d+/]|%2[BbFf]){40}(?![A-Za-z\d])/g

/** Where the base64 of a JSON object can begin: `{"`, `{ `, `{\n`, `{\r`. */
const JSON_BEGIN = /ey[JA]|ew[o0]/g

function redactJwt(run: string): string {
  for (const { index } of run.matchAll(JSON_BEGIN)) {
    // A header is told by its beginning: decoding all of it at every place would be quadratic.
    const header = Buffer.from(run.slice(index, index + 48), 'base64url').toString('latin1')
    if (/^\{\s*"[\w#]+"\s*:/.test(header) && run.includes('.', index)) {
      return run.slice(0, index) + mark(run.slice(index))
    }
  }
  return run
}

/** A run of letters alone or of digits alone is no digest. */
function redactDigest(whole: string, before: string, digits: string): string {
  return /\d/.test(digits) && /[a-f]/i.test(digits) ? before + mark(digits) : whole
}

const MIN_TOKEN_LENGTH = 100

/** Whether a run has the length of a sealed token, and looks random. */
function isToken(run: string): boolean {
  if (run.length < MIN_TOKEN_LENGTH || !/[a-z]/.test(run)) return false
  // A path has a slash every few characters, base64 one in 64.
  return /[A-Z]/.test(run) && /\d/.test(run) && countSlashes(run) <= run.length / 20
}

function redactSecretKeys(text: string): string {
  let redacted = ''
  let copied = 0
  for (const { start, end } of findSecretKeys(text)) {
    redacted += text.slice(copied, start) + mark(text.slice(start, end))
    copied = end
  }
  return redacted + text.slice(copied)
}

interface Range {
  readonly start: number
  readonly end: number
}

/**
 * Where secret access keys stand. The first 40 characters of `ID/SECRET` may look like one although
 * they end inside the secret. So one may begin inside another, after a slash, and what overlaps is
 * one range.
 */
function findSecretKeys(text: string): readonly Range[] {
  const found: Range[] = []
  SECRET_KEY.lastIndex = 0
  for (let match = SECRET_KEY.exec(text); match !== null; match = SECRET_KEY.exec(text)) {
    const [candidate] = match
    const start = match.index
    const end = start + candidate.length
    SECRET_KEY.lastIndex = start + 1
    if (!isSecretKey(candidate) || isInDigest(text, start, end)) continue
    const last = found.at(-1)
    if (last === undefined || last.end <= start) found.push({ start, end })
    else found[found.length - 1] = { start: last.start, end }
  }
  return found
}

/**
 * Whether 40 characters look like base64 of 30 random bytes, which change between cases, digits and
 * signs at every second character or more often. Names in camel case and paths hardly reach half of
 * that. Of a million secrets 13 are missed.
 */
function isSecretKey(candidate: string): boolean {
  if (!/[a-z]/.test(candidate) || !/[A-Z]/.test(candidate)) return false
  const changes = candidate.match(CHANGE)?.length ?? 0
  return changes >= MIN_CHANGES && countSlashes(candidate) <= MAX_SLASHES
}

/** The end of a run of one kind of character; the end of the text counts as one. */
const CHANGE = /[a-z](?![a-z])|[A-Z](?![A-Z])|\d(?!\d)|[+/](?![+/])/g

const MIN_CHANGES = 13
const MAX_SLASHES = 7

function countSlashes(text: string): number {
  return text.match(/\/|%2f/gi)?.length ?? 0
}

/** SHA-256 in base64url, of which `-` or `_` may split off 40 characters: the id of a key. */
const DIGEST = /^[\w-]{43}$/

/** Whether the part of the text from `start` to `end` is most of the id of a key. */
function isInDigest(text: string, start: number, end: number): boolean {
  const before = /[\w-]{0,4}$/.exec(text.slice(Math.max(0, start - 4), start))?.[0] ?? ''
  const after = /^[\w-]{0,4}/.exec(text.slice(end, end + 4))?.[0] ?? ''
  return DIGEST.test(before + text.slice(start, end) + after)
}
