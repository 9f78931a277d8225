/**
 * A claim that AWS reads from the tokens of one issuer. Other claims it reads from the tokens of all
 * issuers.
 */
export interface ProviderClaim {
  /** What stands behind `ISSUER:` in the condition key. */
  readonly name: string
  /** Where the claim stands in the token, from the outside in. */
  readonly path: readonly string[]
}

/** An issuer, or a family of issuers, whose tokens have claims of their own. */
export interface ProviderClaims {
  /** The issuer without its scheme, `…` for the parts that differ. */
  readonly issuer: string
  readonly claims: readonly ProviderClaim[]
}

const GITHUB = listFlat(
  'actor',
  'actor_id',
  'enterprise_id',
  'environment',
  'job_workflow_ref',
  'ref',
  'repository',
  'repository_id',
  'repository_owner_id',
  'workflow',
)

const BUILDKITE = listFlat(
  'build_branch',
  'cluster_id',
  'cluster_name',
  'organization_id',
  'organization_slug',
  'pipeline_id',
  'pipeline_slug',
)

/**
 * AWS service authorization reference of STS, and IAM User Guide: "Available keys for AWS OIDC
 * federation". These claims matter only in the exchange of the token. AWS does not keep them in the
 * session.
 */
export const PROVIDER_CLAIMS: readonly ProviderClaims[] = [
  { issuer: 'token.actions.githubusercontent.com', claims: GITHUB },
  { issuer: 'token.actions.githubusercontent.com/…', claims: GITHUB },
  { issuer: 'token.actions.….ghe.com', claims: GITHUB },
  { issuer: 'github.com/enterprises/…', claims: GITHUB },
  {
    issuer: 'gitlab.com',
    claims: listFlat(
      'namespace_id',
      'pipeline_source',
      'project_id',
      'ref_protected',
      'runner_environment',
      'user_access_level',
      'user_email',
      'user_id',
      'user_login',
    ),
  },
  {
    issuer: 'accounts.google.com',
    claims: [{ name: 'google/organization_number', path: ['google', 'organization_number'] }],
  },
  { issuer: 'agent.buildkite.com', claims: BUILDKITE },
  { issuer: 'agent.….buildkite.dev', claims: BUILDKITE },
  { issuer: 'agent.….buildkite.site', claims: BUILDKITE },
  { issuer: 'oidc.circleci.com/org/…', claims: listFlat('oidc.circleci.com/project-id') },
  { issuer: 'idcs-….identity.oraclecloud.com', claims: listFlat('rpst_id') },
]

const BY_ISSUER = PROVIDER_CLAIMS.map(
  ({ issuer, claims }) => [compileIssuer(issuer), claims] as const,
)

/** The further claims of an issuer, which is given without its scheme. Most issuers have none. */
export function findProviderClaims(issuer: string): readonly ProviderClaim[] {
  return BY_ISSUER.find(([pattern]) => pattern.test(issuer))?.[1] ?? []
}

function listFlat(...names: readonly string[]): readonly ProviderClaim[] {
  return names.map(name => ({ name, path: [name] }))
}

/**
 * A part that differs must not be empty or have a slash in it, so that it can't make the text name
 * another host.
 */
function compileIssuer(issuer: string): RegExp {
  const fixed = issuer.split('…').map(text => (text === '' ? '' : RegExp.escape(text)))
  return new RegExp(`^${fixed.join('[^/]+')}$`)
}
