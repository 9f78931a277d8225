import { hash, hkdfSync, timingSafeEqual } from 'node:crypto'
import {
  BAD_TOKEN_PARTS,
  BAD_TOKENS,
  type BadToken,
  GOOD_TOKENS,
  type GoodToken,
} from '@credence/test-tokens'
import { ServiceError } from '../errors.ts'
import { type DevelopmentPages, formatDevelopmentResponse } from '../http/development-pages.ts'
import { isAccountId } from '../principals/identifiers.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import type { DevelopmentDeps } from './development-deps.ts'
import { findPrincipal } from './find-principal.ts'
import { createFormerKeys, type FormerKeys } from './former-keys.ts'
import { loadTokenOrigin } from './load-token-origin.ts'

/** Who a token is for, and whose it is, when the request does not say. */
const DEFAULT_AUDIENCE = 'https://api.example.com'
const DEFAULT_ACCOUNT = '123456789012'
const REGION = 'us-east-1'

const PARAMETERS = ['audience', 'account', 'principal']
const SECRET_BYTES = 24

/**
 * A page that does not exist, or that can't be made. The text tells the developer what is wrong.
 */
class PageError extends Error {
  override readonly name = 'PageError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/**
 * The part of the addresses that nobody can guess. It stays the same as long as the master key
 * does. Some of the tokens are good ones, which other users of this machine must not get.
 */
export function formatDevelopmentSecret({ key }: MasterKey): string {
  const bytes = hkdfSync('sha256', key, '', 'credence/development-pages', SECRET_BYTES)
  return Buffer.from(bytes).toString('base64url')
}

/** The pages `<secret>/bad-tokens` and `<secret>/bad-tokens/<name>`, in JSON. */
export function createBadTokenPages(deps: DevelopmentDeps): DevelopmentPages {
  const secret = formatDevelopmentSecret(deps.masterKey)
  const formerKeys = createFormerKeys(deps.keyNaming)
  return async (path, query) => {
    try {
      const [given = '', room, name, ...rest] = path.split('/')
      if (!isEqual(given, secret) || room !== 'bad-tokens' || rest.length > 0) {
        throw new PageError(404, 'There is no such page. CREDENCE_DEV_URL says where they are.')
      }
      const page =
        name === undefined || name === ''
          ? listTokens()
          : await makeToken(deps, formerKeys, name, query)
      return formatDevelopmentResponse(200, page)
    } catch (error) {
      if (!(error instanceof PageError || error instanceof ServiceError)) throw error
      const status = error instanceof PageError ? error.status : 409
      return formatDevelopmentResponse(status, { error: 'refused', message: error.message })
    }
  }
}

function listTokens(): object {
  const toOverview = (part: string) => (entry: readonly [name: string, token: BadToken]) => {
    const [name, { title, source, refusal }] = entry
    return { name, part, title, source, refusal }
  }
  return {
    bad: BAD_TOKEN_PARTS.flatMap(({ title, tokens }) =>
      Object.entries(tokens).map(toOverview(title)),
    ),
    good: Object.entries(GOOD_TOKENS).map(([name, { title }]) => ({ name, title })),
  }
}

async function makeToken(
  deps: DevelopmentDeps,
  formerKeys: FormerKeys,
  name: string,
  query: URLSearchParams,
): Promise<object> {
  const kinds: Readonly<Record<string, BadToken | GoodToken>> = { ...BAD_TOKENS, ...GOOD_TOKENS }
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (kind === undefined) throw new PageError(404, `There is no token ${JSON.stringify(name)}.`)
  const { make, ...description } = kind
  const origin = await loadTokenOrigin(deps, formerKeys, await readQuery(deps, query))
  return { name, ...description, token: make(origin) }
}

async function readQuery({ store }: DevelopmentDeps, query: URLSearchParams) {
  for (const name of query.keys()) {
    if (!PARAMETERS.includes(name) || query.getAll(name).length > 1) {
      throw new PageError(400, `Each of ${PARAMETERS.join(', ')} may be given once, and no other.`)
    }
  }
  const audience = query.get('audience') ?? DEFAULT_AUDIENCE
  if (audience === '') throw new PageError(400, 'The audience must not be empty.')
  const accountId = query.get('account') ?? DEFAULT_ACCOUNT
  const account = isAccountId(accountId) ? await store.findAccount(accountId) : null
  if (account === null) throw new PageError(404, `There is no account ${accountId}.`)
  const principal = await findPrincipal(store, account, query.get('principal'))
  if (principal === null) throw new PageError(404, 'There is no such user or role in the account.')
  return { account, ...principal, audience, requestTags: [], sourceRegion: REGION }
}

/** Takes the same time wherever the texts differ. */
function isEqual(given: string, expected: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer')
  return timingSafeEqual(digest(given), digest(expected))
}
