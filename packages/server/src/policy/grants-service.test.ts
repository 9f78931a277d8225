import { expect, it } from 'vitest'
import { grantsService } from './grants-service.ts'
import { parsePolicy } from './parse-policy.ts'

function parse(statement: object) {
  const document = { Version: '2012-10-17', Statement: [{ Resource: '*', ...statement }] }
  return parsePolicy(JSON.stringify(document), 'identity')
}

it.each([
  [{ Effect: 'Allow', Action: '*' }, true],
  [{ Effect: 'Allow', Action: 'iam:*' }, true],
  [{ Effect: 'Allow', Action: 'IAM:GetUser' }, true],
  [{ Effect: 'Allow', Action: ['s3:*', 'iam:G?tUser'] }, true],
  [{ Effect: 'Allow', Action: '*:GetUser' }, true],
  [{ Effect: 'Allow', Action: 's3:*' }, false],
  [{ Effect: 'Allow', Action: 'iamx:*' }, false],
  [{ Effect: 'Deny', Action: '*' }, false],
  [{ Effect: 'Allow', NotAction: 's3:*' }, true],
  [{ Effect: 'Allow', NotAction: 'iam:Get*' }, true],
  [{ Effect: 'Allow', NotAction: ['s3:*', 'iam:*'] }, false],
  [{ Effect: 'Allow', NotAction: '*' }, false],
])('%j grants iam: %s', (statement, expected) => {
  expect(grantsService(parse(statement), 'iam')).toBe(expected)
  expect(grantsService(parse(statement), 'IAM')).toBe(expected)
})
