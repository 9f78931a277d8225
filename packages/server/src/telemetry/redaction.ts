import { createHash } from 'node:crypto'

// The last line of defence of log and audit. Code that handles credentials keeps them out of both;
// these functions catch what slips through, by name or by shape.

const SECRET_NAME =
  /^(?:authorization|cookie|master-?key|password|private-?key|saml-?assertion|secret(?:-?(?:access-?)?key)?|(?:x-?amz-?)?signature|token(?:-?code)?|(?:session|trade-?in|web-?identity|(?:x-?amz-?)?security)-?token)$/i

/** Whether a field holds a credential, told by its name; case and `-_` don't matter. */
export function isSecretField(name: string, value: unknown): boolean {
  if (!SECRET_NAME.test(name.includes('_') ? name.replaceAll('_', '-') : name)) return false
  // A header has text; a structure of that name tells which policies allowed a call.
  return name !== 'authorization' || typeof value !== 'object'
}

/**
 * Replaces what is a credential without doubt, wherever it stands: JWTs, SigV4 signatures, session
 * tokens in queries, private keys in PEM. What is replaced leaves the first 64 bits of its SHA-256,
 * so that a caller can't hide what was asked for by giving it the shape of a credential.
 */
export function redactCredentials(text: string): string {
  if (text.length < MIN_LENGTH || !SUSPICIOUS.test(text)) return text
  return text
    .replaceAll(DOTTED_RUN, redactJwt)
    .replaceAll(SIGNATURE, (_match, name: string, value: string) => name + mark(value))
    .replaceAll(QUERY_TOKEN, (_match, name: string, value: string) => name + mark(value))
    .replaceAll(PEM_PRIVATE_KEY, mark)
}

/**
 * For text in which nothing but words is expected, such as a user agent or an error message: also
 * replaces what has the shape of a secret access key, of a bare signature or of an opaque token.
 */
export function redactFreeText(text: string): string {
  if (text.length < MIN_LENGTH) return text
  return redactCredentials(text).replaceAll(HEX_DIGEST, mark).replaceAll(BASE64_RUN, redactRun)
}

/** The shortest text that is looked at: no credential worth the name fits into less. */
const MIN_LENGTH = 24

/** In one pass: what each credential has in it. Nearly every text ends here. */
const SUSPICIOUS = /ey[JA]|ew[o0]|signature|x-amz-security-token|PRIVATE KEY/i

// Each pattern can begin to match at one place of a run only, so the work grows with the length.
const DOTTED_RUN = /(?<![\w-])[\w-]+(?:\.[\w-]+)+/g
const SIGNATURE = /(signature(?:=|%3d|["':\s]{1,4}))([0-9a-f]{64})(?![0-9a-f])/gi
const QUERY_TOKEN = /(x-amz-security-token(?:=|%3d|["':\s]{1,4}))([\w%+/=-]+)/gi
const PEM_PRIVATE_KEY =
  /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----(?:[\s\S]*?-----END [A-Z ]{0,20}PRIVATE KEY-----|[\s\S]*)/g
const HEX_DIGEST = /(?<![\w:])[0-9a-f]{64}(?!\w)/gi
const BASE64_RUN = /(?<![\w+/-])[\w+/-]{40,}={0,2}/g

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

/** Redacts a run that is opaque as a whole, or secrets of which each fills the room between slashes. */
function redactRun(run: string): string {
  if (isOpaque(run)) return mark(run)
  let redacted = ''
  let copied = 0
  let start = 0
  while (start + SECRET_KEY_LENGTH <= run.length) {
    const end = start + SECRET_KEY_LENGTH
    const candidate = run.slice(start, end)
    if ((end === run.length || run[end] === '/') && isOpaque(candidate)) {
      redacted += run.slice(copied, start) + mark(candidate)
      copied = end
      start = end
    }
    const slash = run.indexOf('/', start)
    if (slash === -1) break
    start = slash + 1
  }
  return redacted + run.slice(copied)
}

const SECRET_KEY_LENGTH = 40
const MIN_TOKEN_LENGTH = 100

/** Whether a run has the length of a secret access key or of a sealed token, and looks random. */
function isOpaque(run: string): boolean {
  const isSecretKey = run.length === SECRET_KEY_LENGTH
  if (!isSecretKey && run.length < MIN_TOKEN_LENGTH) return false
  const isRandom = /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)
  // A path has a slash every few characters, base64 one in 64: one secret in 30,000 has more than five.
  const slashes = run.split('/').length - 1
  return isRandom && slashes <= (isSecretKey ? 5 : run.length / 20)
}

function mark(secret: string): string {
  return `[redacted sha256:${createHash('sha256').update(secret).digest('hex').slice(0, 16)}]`
}
