import {
  choiceKey,
  integerKey,
  optionalIntegerKey,
  optionalTextKey,
  PATH_FORM,
  section,
  textKey,
} from './key-types.ts'

const DAY_SECONDS = 86_400

/** What the server listens with, and what others may take from it. */
export const SERVING_SECTIONS = {
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
      'Processes that answer requests. In a single one, everything but signing shares one core. Limits of `limits` hold for each.',
      { min: 1, max: 64, default: 1 },
    ),
    hungAfterSeconds: integerKey(
      'How long one of several processes may fail to react before it is killed and replaced.',
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
      'About how long calls may take under overload. As many are worked on as can be finished in this time, at least 16 unless `limits.maxRequestsInFlight` is less.',
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
}
