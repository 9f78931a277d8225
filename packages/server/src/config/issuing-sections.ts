import { PARTITIONS } from '../principals/arn.ts'
import { ISSUER_ALIAS, MAX_ISSUER_ALIASES } from './issuer-alias.ts'
import {
  anyOrListKey,
  booleanKey,
  choiceKey,
  durationKey,
  durationRule,
  entriesKey,
  integerKey,
  listKey,
  optionalTextKey,
  PATH_FORM,
  section,
} from './key-types.ts'
import {
  hostNameRule,
  issuerBaseUrlRule,
  issuerHostPatternRule,
  originRule,
  principalArnRule,
  regionRule,
} from './text-rules.ts'

const DAY_SECONDS = 86_400

/** Whose tokens are issued, and whose are taken. */
export const ISSUING_SECTIONS = {
  issuer: section(
    'What stands in tokens as `iss`. `credence serve` needs exactly one of `issuer.baseUrl` and `issuer.hostPattern`.',
    {
      baseUrl: optionalTextKey(
        'Public URL of the server. The issuer of an account is this URL, a slash and its issuer id.',
        { form: 'a URL such as `https://sts.example.org`', rule: issuerBaseUrlRule },
      ),
      hostPattern: optionalTextKey(
        'Public URL with `{id}` as a label of the host. Each account has its own host.',
        {
          form: 'a URL such as `https://{id}.tokens.example.org`',
          rule: issuerHostPatternRule,
        },
      ),
      aliases: entriesKey(
        "More names of the same issuers, with the same keys. Each serves documents of its own, for which the request's `Host` is one of its hosts. From `until` on a name is not served any more. See [issuer-names.md](issuer-names.md).",
        {
          form: 'a list of at most 8 of `{ baseUrl, until }` and `{ hostPattern, until }`, with or without `until: 2027-01-31T00:00:00Z`; JSON in variables and flags',
          max: MAX_ISSUER_ALIASES,
          entry: ISSUER_ALIAS,
        },
      ),
      signAs: optionalTextKey(
        'The name that stands in new tokens, unless their account has one of its own. Without it `issuer.baseUrl` or `issuer.hostPattern`.',
        { form: 'one of the names, as it is written there' },
      ),
      allowInsecureHttp: booleanKey(
        'Accept an issuer with `http://` beyond this machine. Whoever sits on the network can then replace the keys.',
        false,
      ),
      keyIds: choiceKey(
        "`kid` of the signing keys: `thumbprint` is unique everywhere (RFC 7638), `aws` gives AWS's `RSA_0` and `EC384_0`, which are the same for every issuer.",
        { choices: ['thumbprint', 'aws'], default: 'thumbprint' },
      ),
      cacheMaxAgeSeconds: integerKey(
        'How long verifiers may keep the discovery document and the JWKS (`Cache-Control`).',
        { min: 1, max: DAY_SECONDS, default: 300 },
      ),
    },
  ),
  keys: section(
    "The life of signing keys. What can't work together is refused, with the sums. See [keys.md](keys.md).",
    {
      rotateEvery: durationKey(
        'Age at which the next signing key takes over at the latest; accounts that began together are spread over the last tenth. 0: keys are rotated by command alone.',
        { form: 'a duration such as `90d`, `24h` or `30m`, or 0', default: '90d' },
      ),
      publishBefore: optionalTextKey(
        'How long a key is published before it signs. Without it 24h, or half of `keys.rotateEvery` where that is shorter.',
        { form: 'a duration', rule: durationRule },
      ),
      keepAfter: optionalTextKey(
        'How long a key is published after it has signed its last token. Without it 48h, or twice `keys.rotateEvery` where that is shorter.',
        { form: 'a duration', rule: durationRule },
      ),
      rememberReaders: durationKey(
        'How long Credence remembers who has fetched the keys of each issuer: the network of the address (/24, /48), `User-Agent` and `Via`, at most 50 for an issuer. 0: nothing is remembered, and what was is deleted.',
        { form: 'a duration such as `30d`, or 0', default: '30d' },
      ),
    },
  ),
  sts: section('The regions and hosts that requests may name.', {
    regions: anyOrListKey(
      'The region of this installation, which every call then counts as, whatever region its client has signed for; or several, of which a signature must be scoped to one. With `any` or several the caller chooses what its token says as `source_region`.',
      {
        form: 'a list of region names such as `eu-central-1`',
        rule: regionRule,
      },
    ),
    globalEndpointHosts: listKey(
      "Hosts that stand for STS's global endpoint, where `GetWebIdentityToken` is refused and signatures must be scoped to `us-east-1` or `aws-global`, as on AWS.",
      {
        form: 'a list of host names in lower case, without ports',
        default: ['sts.amazonaws.com'],
        rule: hostNameRule,
      },
    ),
    unsignedRegion: optionalTextKey(
      'Region of calls that carry no signature and so name none (`AssumeRoleWithWebIdentity`): one of `sts.regions`. Without it the first of them, or `us-east-1` with `any`.',
      { form: 'the name of a region' },
    ),
    computeContextBrokers: listKey(
      'Principals that may say where a workload runs (`ProvidedContexts` of `AssumeRole`). From anybody else it is refused.',
      { form: 'a list of ARNs of users and roles', default: [], rule: principalArnRule },
    ),
  }),
  webIdentity: section('Tokens of other issuers, for `AssumeRoleWithWebIdentity`.', {
    listedOrigins: listKey(
      'OIDC providers that may have a private address or speak plain HTTP. All others must be public and speak HTTPS. A listed origin is asked for the documents of issuers at that origin alone: `jwks_uri` of another issuer may not lead there.',
      {
        form: 'a list of origins such as `https://idp.internal:8443`',
        default: [],
        rule: originRule,
      },
    ),
    maxWaiting: integerKey(
      'Most calls that may wait for OIDC providers at one time, because their keys have to be fetched. Further ones are refused with `Throttling`, which clients repeat.',
      { min: 1, max: 100_000, default: 500 },
    ),
    maxWaitingPerProvider: integerKey(
      'The same for each provider. At most `webIdentity.maxWaiting`.',
      { min: 1, max: 100_000, default: 100 },
    ),
    caFile: optionalTextKey(
      'Certificates in PEM that are trusted for OIDC providers, instead of the public authorities.',
      { form: PATH_FORM },
    ),
    requireCallerClaim: booleanKey(
      'Refuse trust policies that accept tokens of any OIDC provider, shared or not, without comparing `sub` or another claim that tells its callers apart.',
      false,
    ),
  }),
  federation: section('Outbound web identity federation.', {
    propagationDelaySeconds: integerKey(
      'How long it takes until enabling or disabling has effect. AWS takes a while; 0 means at once.',
      { min: 0, max: 3600, default: 0 },
    ),
  }),
  account: section('Defaults of new accounts.', {
    partition: choiceKey('Partition of new accounts: the second part of their ARNs.', {
      choices: PARTITIONS,
      default: 'aws',
    }),
  }),
  signer: section('What makes the signatures of tokens.', {
    multiBuffer: choiceKey(
      "Sign tokens that are wanted at the same time together, by Intel's `libcrypto_mb`. `auto`: where CPU and library allow it. `on`: or else refuse to start. `off`: never.",
      { choices: ['auto', 'on', 'off'], default: 'auto' },
    ),
    multiBufferLibrary: optionalTextKey(
      'The library. Without it, `libcrypto_mb.so.11` is looked for where the system keeps its libraries.',
      { form: PATH_FORM },
    ),
    nettle: choiceKey(
      "Sign ES384 tokens by the system's Nettle (`libhogweed.so.6`) where the multi-buffer library is not used: about five times as fast as `node:crypto`. `auto`: where the system has it. `on`: or else refuse to start. `off`: never.",
      { choices: ['auto', 'on', 'off'], default: 'auto' },
    ),
  }),
}
