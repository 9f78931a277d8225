import { expect, it } from 'vitest'
import { readCatalogue } from '../../src/catalogue/read-catalogue.ts'
import type { LintFinding } from '../../src/policy/lint/finding.ts'
import { lintPolicy } from '../../src/policy/lint/lint-policy.ts'
import { parsePolicy } from '../../src/policy/parse-policy.ts'

const NOW_MS = Date.UTC(2026, 10, 30)

const ABSENT = /^(?:aws:calledvia|aws:ismcp|iam:|sts:awsservicename|glue:)/

/**
 * What is true of AWS's own policies too: they speak of services that are not here, and some say what
 * they should not. Of the rest there is nothing in them, or by these names alone.
 */
const TRUE_OF_AWS: Readonly<Record<string, readonly string[] | 'any'>> = {
  'key-never-there': 'any',
  'missing-key-lets-through': 'any',
  'any-value-lets-others-through': [
    'aws:TagKeys',
    'sts:IdentityTokenAudience',
    'sts:TransitiveTagKeys',
  ],
  'allow-with-not-action': 'any',
  'allow-with-not-resource': 'any',
  'if-exists-has-no-effect': ['aws:TagKeys'],
  'set-operator-on-single-value': ['iam:AWSServiceName'],
  // Documented nowhere, and in no request.
  'unknown-key': ['aws:PrincipalOrgMasterAccountId'],
}

function isTrueOfAws({ id, key: name }: LintFinding): boolean {
  const names = TRUE_OF_AWS[id] ?? []
  return names === 'any' || names.includes(name)
}

const FINDINGS = [...readCatalogue().values()].flatMap(([name, , , , , document]) =>
  lintPolicy(parsePolicy(document, 'identity'), NOW_MS).map(finding => ({ name, finding })),
)

it('nothing is found in the policies of AWS that is not so', () => {
  expect(FINDINGS.length).toBeGreaterThan(500)
  expect(
    FINDINGS.filter(({ finding }) => !isTrueOfAws(finding)).map(
      ({ name, finding: { id, explanation } }) => `${name}: ${id}: ${explanation}`,
    ),
  ).toEqual([])
})

it('only keys of services, and of what is not here, are called never there', () => {
  const keys = FINDINGS.filter(({ finding }) => finding.id === 'key-never-there').map(
    ({ finding }) => finding.key.toLowerCase(),
  )
  const others = new Set(keys).difference(new Set(keys.filter(key => ABSENT.test(key))))
  expect([...others]).toEqual([])
})
