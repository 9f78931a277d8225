import { choiceKey, integerKey, optionalTextKey, PATH_FORM, section, textKey } from './key-types.ts'
import { findPostgresUrlFault } from './postgres-url.ts'
import { environmentNameRule, installationIdRule } from './text-rules.ts'

/** Where records are kept: in a file, or in a database that others operate. */
export const STORE_SECTION = section(
  'Where accounts, principals, policies and sealed keys are kept: in a file of the embedded database, or in PostgreSQL.',
  {
    path: textKey('SQLite file. `credence init` makes it; no start does.', {
      form: PATH_FORM,
      default: '.credence/credence.db',
    }),
    url: optionalTextKey(
      'Database of PostgreSQL 15 or newer, instead of `store.path`: `postgres://USER@HOST:PORT/DATABASE`, or `postgres://USER@%2Frun%2Fpostgresql/DATABASE` for a socket in `/run/postgresql`. Any number of servers may share one. `credence init` makes the tables.',
      { form: 'a URL of a PostgreSQL database', rule: findPostgresUrlFault },
    ),
    passwordFile: optionalTextKey(
      'File with the password for `store.url`, which only its owner may read.',
      { form: PATH_FORM },
    ),
    passwordEnv: optionalTextKey(
      'Name of the environment variable that holds the password for `store.url`.',
      { form: 'the name of an environment variable in upper case', rule: environmentNameRule },
    ),
    tlsMode: choiceKey(
      '`verify`: the connection to `store.url` is encrypted, and the certificate of the database must be for its host and of a trusted authority. `off` is for a database on this machine. A socket needs neither.',
      { choices: ['verify', 'off'], default: 'verify' },
    ),
    caFile: optionalTextKey(
      'PEM file with the authorities of the database’s certificate. Those that Node knows count when this is left out.',
      { form: PATH_FORM },
    ),
    clientCertFile: optionalTextKey(
      'PEM file with the certificate by which Credence proves to the database who it is.',
      { form: PATH_FORM },
    ),
    clientKeyFile: optionalTextKey('PEM file with the key of `store.clientCertFile`.', {
      form: PATH_FORM,
    }),
    connections: integerKey(
      'Connections to `store.url` that each process opens at most; each worker is one, and so is the process that starts them.',
      { min: 3, max: 100, default: 8 },
    ),
    connectTimeoutSeconds: integerKey(
      'How long a new connection to `store.url` may take, and how long one that is busy is waited for.',
      { min: 1, max: 60, default: 5 },
    ),
    statementTimeoutSeconds: integerKey(
      'How long a statement may take in `store.url`. Then its connection is given up.',
      { min: 1, max: 300, default: 10 },
    ),
    idleTransactionTimeoutSeconds: integerKey(
      'After how long the database ends a change whose server says nothing more: frozen, or gone without a word.',
      { min: 1, max: 300, default: 10 },
    ),
    consistency: choiceKey(
      '`bounded`: what another server has changed in `store.url` holds here within `store.maxStalenessMilliseconds`. `strict`: the database is asked before each call, so that it holds at once.',
      { choices: ['bounded', 'strict'], default: 'bounded' },
    ),
    maxStalenessMilliseconds: integerKey(
      'How old the knowledge of `store.url` may be that calls are answered from. The database is asked four times a second; calls are refused with 503 when it has not answered for so long.',
      { min: 500, max: 60_000, default: 2_000 },
    ),
    installationId: optionalTextKey(
      'Id of the installation whose store this must be, as `credence init` and the log of a start tell it. The store of another one is refused, and `init` makes no new one.',
      { form: 'a UUID in lower case', rule: installationIdRule },
    ),
    lockTimeoutSeconds: integerKey(
      'How long a change waits while another process writes. Then the API answers 503, and the command line fails; tokens never wait.',
      { min: 1, max: 60, default: 10 },
    ),
  },
)
