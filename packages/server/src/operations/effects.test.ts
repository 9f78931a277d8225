import { expect, it } from 'vitest'
import type { Operation } from './operation.ts'
import { OPERATIONS } from './registry.ts'

const namesOf = (isMeant: (operation: Operation) => boolean) =>
  OPERATIONS.filter(isMeant).map(({ name }) => name)

it('what CloudTrail calls read-only reads, but for what gives credentials and the credential report', () => {
  expect(namesOf(({ readOnly, effect }) => readOnly && effect !== 'reads').toSorted()).toEqual([
    'AssumeRole',
    'AssumeRoleWithWebIdentity',
    'GenerateCredentialReport',
    'GenerateServiceLastAccessedDetails',
    'GetFederationToken',
    'GetScopedCredentials',
    'GetSessionToken',
    'GetWebIdentityToken',
  ])
})

it('what CloudTrail does not call read-only changes something', () => {
  expect(namesOf(({ readOnly, effect }) => !readOnly && effect !== 'changes')).toEqual([])
})

it('only STS gives credentials by other means than a change', () => {
  expect(namesOf(({ api, effect }) => effect === 'grants' && api.name !== 'sts')).toEqual([])
})
