import {
  choiceKey,
  integerKey,
  optionalIntegerKey,
  optionalTextKey,
  PATH_FORM,
  section,
  textKey,
} from './key-types.ts'
import { STORE_SECTION } from './store-section.ts'
import { environmentNameRule } from './text-rules.ts'

/** What is kept, under which key, and where calls are recorded. */
export const KEEPING_SECTIONS = {
  store: STORE_SECTION,
  masterKey: section(
    'Where the 32-byte master key is found. `credence serve` needs exactly one of these. The key itself never stands in the configuration.',
    {
      file: optionalTextKey(
        'File of 32 raw bytes that nobody else may read (mode 0600), or that root has delivered to a group of the service (0440).',
        { form: PATH_FORM },
      ),
      env: optionalTextKey('Name of the environment variable that holds the 32 bytes in base64.', {
        form: 'the name of an environment variable in upper case',
        rule: environmentNameRule,
      }),
      fd: optionalIntegerKey(
        'Number of an open file descriptor that the 32 raw bytes are read from.',
        {
          min: 3,
          max: 65_535,
        },
      ),
      nextFile: optionalTextKey(
        'File of the master key that is to follow, while `credence master-key rotate` runs. With `masterKey.file`, the file beside it that ends in `.next` when left out.',
        { form: PATH_FORM },
      ),
      previousFile: optionalTextKey(
        'File of the master key before, for sessions that it has sealed. With `masterKey.file`, the file beside it that ends in `.previous` when left out.',
        { form: PATH_FORM },
      ),
    },
  ),
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
}
