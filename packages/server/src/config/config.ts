import { z } from 'zod'
import { PARTITIONS } from '../principals/arn.ts'
import {
  anyOrListKey,
  booleanKey,
  choiceKey,
  integerKey,
  listKey,
  optionalIntegerKey,
  optionalTextKey,
  section,
  textKey,
} from './key-types.ts'
import {
  environmentNameRule,
  hostNameRule,
  installationIdRule,
  issuerBaseUrlRule,
  issuerHostPatternRule,
  originRule,
  principalArnRule,
  regionRule,
} from './text-rules.ts'

const PATH_FORM = 'a path'
const DAY_SECONDS = 86_400

/**
 * Every key of the configuration: the one source of its type, its checks, the names of its
 * environment variables and the tables of `docs/configuration.md`.
 */
export const CONFIG_SCHEMA = z
  .strictObject({
    listen: section('Where the server listens.', {
      host: textKey('Address or host name to listen on. `0.0.0.0` and `::` mean every interface.', {
        form: 'an address or a host name',
        default: '127.0.0.1',
      }),
      port: integerKey('Port to listen on. 0 lets the system choose one.', {
        min: 0,
        max: 65_535,
        default: 4747,
      }),
    }),
    server: section('The processes of `credence serve`.', {
      workers: integerKey(
        'Processes that answer requests, for more than the one core that everything but signing can use in one. Limits of `limits` hold for each.',
        { min: 1, max: 64, default: 1 },
      ),
      hungAfterSeconds: integerKey(
        'How long one of several may not react to anything before it is killed and replaced.',
        { min: 2, max: 600, default: 10 },
      ),
    }),
    tls: section('HTTPS from certificate files. Without them the server speaks plain HTTP.', {
      certFile: optionalTextKey('Certificate chain in PEM. Needs `tls.keyFile` too.', {
        form: PATH_FORM,
      }),
      keyFile: optionalTextKey('Private key of the certificate in PEM. Needs `tls.certFile` too.', {
        form: PATH_FORM,
      }),
      reloadIntervalSeconds: integerKey(
        'How often both files are looked at. Changed files are taken into use without a restart.',
        { min: 1, max: DAY_SECONDS, default: 60 },
      ),
    }),
    limits: section('What one client may take from the server.', {
      maxBodyBytes: integerKey('Largest request body. A larger one is refused with HTTP 413.', {
        min: 1024,
        max: 10_000_000,
        default: 10_000_000,
      }),
      maxHeadBytes: integerKey('Largest request line and headers together.', {
        min: 1024,
        max: 1_048_576,
        default: 16_384,
      }),
      headersTimeoutSeconds: integerKey(
        'Time that a client has to send its headers. At most `limits.requestTimeoutSeconds`.',
        { min: 1, max: 3600, default: 10 },
      ),
      requestTimeoutSeconds: integerKey('Time that a client has to send a whole request.', {
        min: 1,
        max: 3600,
        default: 30,
      }),
      keepAliveTimeoutSeconds: integerKey(
        'How long an idle connection stays open. Should exceed the idle time of a load balancer in front.',
        { min: 1, max: 3600, default: 65 },
      ),
      maxConnections: integerKey('Most connections at one time. Further ones are closed at once.', {
        min: 1,
        max: 1_000_000,
        default: 10_000,
      }),
      maxRequestsInFlight: integerKey(
        'Most API calls that are worked on at one time. Further ones are refused at once with `Throttling`, which clients repeat.',
        { min: 1, max: 100_000, default: 1000 },
      ),
      maxWaitMilliseconds: integerKey(
        'How long calls may take under overload, about. As many are worked on as can be finished in this time, at least 16 unless `limits.maxRequestsInFlight` is less.',
        { min: 10, max: 60_000, default: 500 },
      ),
      rateAccountPerSecond: optionalIntegerKey(
        'Calls of one account per second, counted apart for STS (AWS allows 600), for reads and for writes of IAM. Beyond, calls are refused with `Throttling`. Each process of a server counts for itself.',
        { min: 1, max: 1_000_000 },
      ),
      rateAccountBurst: optionalIntegerKey(
        'Calls of one account at once, after it has made none for a while. Without it, what `limits.rateAccountPerSecond` allows in a second.',
        { min: 1, max: 1_000_000 },
      ),
      ratePrincipalPerSecond: optionalIntegerKey(
        'The same for one principal: a user, a root, a role with all its sessions.',
        { min: 1, max: 1_000_000 },
      ),
      ratePrincipalBurst: optionalIntegerKey(
        'Calls of one principal at once. Without it, what `limits.ratePrincipalPerSecond` allows in a second.',
        { min: 1, max: 1_000_000 },
      ),
      shutdownGraceSeconds: integerKey(
        'How long requests in flight may take to end after a signal to stop.',
        { min: 0, max: 3600, default: 20 },
      ),
    }),
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
          { min: 0, max: DAY_SECONDS, default: 300 },
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
        "Hosts that stand for STS's global endpoint, where `GetWebIdentityToken` is refused as on AWS.",
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
    store: section('The embedded database.', {
      path: textKey('SQLite file. `credence init` makes it; no start does.', {
        form: PATH_FORM,
        default: '.credence/credence.db',
      }),
      installationId: optionalTextKey(
        'Id of the installation whose store this must be, as `credence init` and the log of a start tell it. The store of another one is refused, and `init` makes no new one.',
        { form: 'a UUID in lower case', rule: installationIdRule },
      ),
      lockTimeoutSeconds: integerKey(
        'How long a change waits while another process writes. Then the API answers 503, and the command line fails; tokens never wait.',
        { min: 1, max: 60, default: 10 },
      ),
    }),
    masterKey: section(
      'Where the 32-byte master key is found. `credence serve` needs exactly one of these. The key itself never stands in the configuration.',
      {
        file: optionalTextKey('File of 32 raw bytes that only its owner may read (mode 0600).', {
          form: PATH_FORM,
        }),
        env: optionalTextKey(
          'Name of the environment variable that holds the 32 bytes in base64.',
          {
            form: 'the name of an environment variable in upper case',
            rule: environmentNameRule,
          },
        ),
        fd: optionalIntegerKey(
          'Number of an open file descriptor that the 32 raw bytes are read from.',
          {
            min: 3,
            max: 65_535,
          },
        ),
      },
    ),
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
    audit: section('The record of every API call.', {
      destination: choiceKey('Where audit events go.', {
        choices: ['file', 'stdout'],
        default: 'file',
      }),
      file: textKey('File that events are appended to when `audit.destination` is `file`.', {
        form: PATH_FORM,
        default: '.credence/audit.jsonl',
      }),
      durability: choiceKey(
        '`fsync`: an event is on the disk before the call is answered. `write`: it is handed to the operating system, and a power failure may lose it.',
        { choices: ['fsync', 'write'], default: 'fsync' },
      ),
      onFailure: choiceKey(
        '`refuse`: a call that grants something is refused when it cannot be audited. `allow`: it is answered all the same.',
        { choices: ['refuse', 'allow'], default: 'refuse' },
      ),
      unprovenCallsPerSecond: integerKey(
        'Refused calls of unproven callers that have events of their own, on average; ten times as many at once. The others are counted in one event a minute.',
        { min: 0, max: 10_000, default: 10 },
      ),
      reserveMegabytes: integerKey(
        'Room on the disk of the audit that is kept for proven callers: with less of it free, calls of unproven ones are only counted.',
        { min: 0, max: 1_000_000, default: 256 },
      ),
    }),
    metrics: section(
      'Metrics for Prometheus, at `/metrics` on an address of their own. Who can reach it can read them.',
      {
        host: textKey('Address or host name to serve metrics on.', {
          form: 'an address or a host name',
          default: '127.0.0.1',
        }),
        port: optionalIntegerKey(
          'Port to serve metrics on; 0 lets the system choose one. Without a port they are not served.',
          {
            min: 0,
            max: 65_535,
          },
        ),
      },
    ),
    log: section('The log on standard error: JSON, one event a line.', {
      level: choiceKey('Least severe level that is logged.', {
        choices: ['debug', 'info', 'warn', 'error'],
        default: 'info',
      }),
    }),
  })
  .readonly()

/** The validated configuration, frozen at every level. */
export type Config = z.output<typeof CONFIG_SCHEMA>
