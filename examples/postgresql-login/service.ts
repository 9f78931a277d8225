import { randomBytes } from 'node:crypto'
import {
  createGuard,
  createMemoryReplayStore,
  createTrust,
  createVerifier,
  type NonEmpty,
  type TrustedIssuer,
  type TrustRule,
} from '@credence/verify'
import { serveFetch } from '@credence/verify/node-http'
import { createTokenExchange } from '@credence/verify/token-exchange'
import { formatScramVerifier } from './scram-verifier.ts'

/** What a rule of `rules.json` grants: a role of the database, which cannot log in itself. */
export interface Grant {
  readonly role: string
}

/** What the service is told from outside. */
export interface ServiceOptions {
  readonly issuers: NonEmpty<TrustedIssuer>
  /** The name of this service, the audience of the tokens that it takes. */
  readonly audience: string
  readonly rules: NonEmpty<TrustRule<Grant>>
  /** Where callers find the database, e.g. `postgresql://db.example.com:5432/orders?sslmode=verify-full`. */
  readonly databaseUrl: string
  /** Runs SQL as a role that may create roles and grant those of the rules. */
  readonly runSql: (sql: string) => Promise<void>
  readonly log: (message: string) => void
}

/** A login is opened within this; a connection that is open stays. */
const LIFETIME_SECONDS = 300

/** The longest name of a role that leaves room for the suffix of a login (PostgreSQL: 63 bytes). */
const ROLE_NAME = /^[a-z_][a-z0-9_]{0,40}$/

/**
 * A token endpoint (RFC 8693) whose access token is the URI of a PostgreSQL connection: a login made
 * for this caller, with a random password and an end, that acts as the role of its rule.
 */
export function createService(options: ServiceOptions) {
  const { issuers, audience, rules, databaseUrl, runSql, log } = options
  const guard = createGuard({
    verifier: createVerifier({
      issuers,
      audience,
      replay: createMemoryReplayStore({ maxEntries: 100_000 }),
    }),
    trust: createTrust(rules),
    onRefusal: ({ error }) => log(`refused: ${error.code}: ${error.message}`),
  })
  const exchange = createTokenExchange({
    guard,
    mint: async ({ identity }) => {
      const { role } = identity.grant
      if (!ROLE_NAME.test(role)) throw new Error(`${role} is not a name for a role`)
      const login = `${role}_${randomBytes(8).toString('hex')}`
      const password = randomBytes(24).toString('base64url')
      await runSql(formatLogin(role, login, formatScramVerifier(password, randomBytes(16))))
      log(`${login} for ${identity.token.principal.arn}, rule ${identity.rule}`)
      const uri = new URL(databaseUrl)
      uri.username = login
      uri.password = password
      return { accessToken: uri.href, expiresInSeconds: LIFETIME_SECONDS }
    },
    onFailure: error => log(`exchange failed: ${String(error)}`),
  })
  return serveFetch(exchange, error => log(`failed: ${String(error)}`))
}

/** Takes away the logins whose time is over, with their connections, and makes one. */
function formatLogin(role: string, login: string, verifier: string): string {
  return `
DO $$
DECLARE old name;
BEGIN
  FOR old IN SELECT rolname FROM pg_roles WHERE rolname ~ '^${role}_[0-9a-f]{16}$' AND rolvaliduntil < now() LOOP
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = old;
    EXECUTE format('DROP ROLE %I', old);
  END LOOP;
  EXECUTE format('CREATE ROLE ${login} LOGIN NOINHERIT PASSWORD %L VALID UNTIL %L IN ROLE ${role}',
    '${verifier}', now() + interval '${LIFETIME_SECONDS} seconds');
  ALTER ROLE ${login} SET role = '${role}';
END $$;
`
}
