import type {
  ConditionKey,
  KeyPresence,
} from '../packages/server/src/policy/condition-keys/condition-key.ts'
import { CONDITION_KEY_GROUPS } from '../packages/server/src/policy/condition-keys/find-key.ts'
import { PROVIDER_CLAIMS } from '../packages/server/src/principals/provider-claims.ts'

const PRESENCES: Readonly<Record<KeyPresence, string>> = {
  always: 'always',
  sometimes: 'sometimes',
  never: '**never**',
}

const OF_PROVIDERS = new Set(
  PROVIDER_CLAIMS.flatMap(({ issuer, claims }) => claims.map(({ name }) => `${issuer}:${name}`)),
)

/** Every condition key, group by group; those that single issuers have are in a table of their own. */
export function formatConditionKeys(): string {
  return CONDITION_KEY_GROUPS.map(({ title, keys }) => {
    const rows = keys.filter(({ name }) => !OF_PROVIDERS.has(name)).map(formatRow)
    return [
      `## ${title}`,
      '',
      '| Key | There | When, or why not |',
      '| --- | --- | --- |',
      ...rows,
    ].join('\n')
  }).join('\n\n')
}

/** The claims that AWS reads of the tokens of single issuers. */
export function formatProviderClaims(): string {
  const rows = PROVIDER_CLAIMS.map(({ issuer, claims }) => {
    const names = claims.map(({ name }) => `\`${name}\``).join(', ')
    return `| \`${issuer}\` | ${names} |`
  })
  return ['| Issuer | Claims |', '| --- | --- |', ...rows].join('\n')
}

function formatRow({ name, presence, isMultivalued, note }: ConditionKey): string {
  const set = isMultivalued ? ' (set)' : ''
  return `| \`${name}\`${set} | ${PRESENCES[presence]} | ${note} |`
}
