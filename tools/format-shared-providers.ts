import {
  EQUALITY_PROVIDERS,
  SHARED_PROVIDERS,
  type SharedProvider,
} from '../packages/server/src/policy/shared-providers.ts'

/** The shared providers for `docs/identities.md`, with the keys that a trust policy must evaluate. */
export function formatSharedProviders(): string {
  const rows = [...SHARED_PROVIDERS, ...EQUALITY_PROVIDERS].map(formatRow)
  return ['| Provider | Issuer | One of these keys |', '| --- | --- | --- |', ...rows, ''].join(
    '\n',
  )
}

function formatRow({ name, issuer, keys }: SharedProvider): string {
  return `| ${name} | \`${issuer}\` | ${keys.map(key => `\`${shorten(key, issuer)}\``).join(', ')} |`
}

/** The keys of the condition table of the same page, in its words. */
function shorten(key: string, issuer: string): string {
  return key.replace(`${issuer}:`, 'ISSUER:')
}
