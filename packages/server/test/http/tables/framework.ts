import type { Parameters } from '../../support/calls.ts'
import type { RefusalRow } from '../refusal.ts'

/** Actions and versions that do not exist (aws-wire §1.5). */
export const FRAMEWORK_REFUSALS: readonly RefusalRow[] = [
  row('an unknown action', { Action: 'NoSuchAction' }, 'NoSuchAction for version 2011-06-15'),
  row('an empty action', { Action: '' }, ' for version 2011-06-15'),
  row(
    'an action in another case',
    { Action: 'getCallerIdentity' },
    'getCallerIdentity for version 2011-06-15',
  ),
  row('a name that objects have', { Action: '__proto__' }, '__proto__ for version 2011-06-15'),
  row('an action that needs escaping', { Action: '<a&b>' }, '<a&b> for version 2011-06-15'),
  row(
    'an action of IAM in the version of STS',
    { Action: 'EnableOutboundWebIdentityFederation' },
    'EnableOutboundWebIdentityFederation for version 2011-06-15',
  ),
  row(
    'an action of STS in the version of IAM',
    { Action: 'GetCallerIdentity', Version: '2010-05-08' },
    'GetCallerIdentity for version 2010-05-08',
  ),
  row(
    'an empty version',
    { Action: 'GetCallerIdentity', Version: '' },
    'GetCallerIdentity for version ',
  ),
  row(
    'an unknown version',
    { Action: 'GetCallerIdentity', Version: '2000-01-01' },
    'GetCallerIdentity for version 2000-01-01',
  ),
  {
    ...row('no version', {}, 'GetCallerIdentity for version NO_VERSION_SPECIFIED'),
    call: { body: 'Action=GetCallerIdentity' },
  },
  {
    ...row('no version in a query', {}, 'GetCallerIdentity for version NO_VERSION_SPECIFIED'),
    call: { method: 'GET', query: 'Action=GetCallerIdentity' },
  },
  {
    ...row('an action of STS on the path of IAM', {}, 'GetCallerIdentity for version 2011-06-15'),
    call: { path: '/iam/', parameters: { Action: 'GetCallerIdentity' } },
  },
  {
    ...row('the first of two actions', {}, 'NoSuchAction for version 2011-06-15'),
    call: { body: 'Action=NoSuchAction&Version=2011-06-15&Action=GetCallerIdentity' },
  },
  row(
    'a name that nobody wants back whole',
    { Action: 'a'.repeat(100_000) },
    `${'a'.repeat(1024)}… for version 2011-06-15`,
  ),
]

function row(what: string, parameters: Parameters, found: string): RefusalRow {
  return {
    what,
    call: { parameters },
    refusal: [400, 'InvalidAction', `Could not find operation ${found}`],
  }
}
