/** An OIDC provider that many organizations share under one issuer. */
export interface SharedProvider {
  /** As AWS's page calls it. */
  readonly name: string
  /** The issuer without `https://`. */
  readonly issuer: string
  /** The condition keys that tell its organizations apart: a trust policy evaluates one of them. */
  readonly keys: readonly string[]
}

/**
 * Every issuer of AWS's page "Identity-provider controls for shared OIDC providers" (AWS IAM User
 * Guide, November 2026), in its order.
 */
export const SHARED_PROVIDERS: readonly SharedProvider[] = [
  share('Amazon Cognito', 'cognito-identity.amazonaws.com', 'aud'),
  {
    name: 'Azure Sentinel',
    issuer: 'sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d',
    keys: ['sts:RoleSessionName'],
  },
  share('Buildkite', 'agent.buildkite.com', 'sub'),
  share('Codefresh SaaS', 'oidc.codefresh.io', 'sub'),
  share('DVC Studio', 'studio.datachain.ai/api', 'sub'),
  share('GitHub Actions', 'token.actions.githubusercontent.com', 'sub', 'job_workflow_ref'),
  share('GitHub audit log streaming', 'oidc-configuration.audit-log.githubusercontent.com', 'sub'),
  share('GitHub vstoken', 'vstoken.actions.githubusercontent.com', 'sub'),
  share('GitLab', 'gitlab.com', 'sub'),
  ...[
    'rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7',
    'rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr',
    'rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg',
    'rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26',
    'oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb',
    'oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu',
  ].map(issuer => share('IBM Turbonomic SaaS', issuer, 'sub')),
  share('Pulumi Cloud', 'api.pulumi.com/oidc', 'aud'),
  share('sandboxes.cloud', 'sandboxes.cloud', 'aud'),
  share('Scalr', 'scalr.io', 'sub'),
  share('Shisho Cloud', 'tokens.cloud.shisho.dev', 'sub'),
  share('Terraform Cloud', 'app.terraform.io', 'sub'),
  share('Upbound', 'proidc.upbound.io', 'sub'),
  share('Vercel global endpoint', 'oidc.vercel.com', 'aud'),
]

/** The providers that AWS knew first, under an older rule: an equality on one of these keys. */
export const EQUALITY_PROVIDERS: readonly SharedProvider[] = [
  share('Google', 'accounts.google.com', 'aud', 'oaud', 'sub'),
  share('Login with Amazon', 'www.amazon.com', 'app_id', 'sub'),
  share('Facebook', 'graph.facebook.com', 'app_id', 'sub'),
]

function share(name: string, issuer: string, ...claims: readonly string[]): SharedProvider {
  return { name, issuer, keys: claims.map(claim => `${issuer}:${claim}`) }
}
