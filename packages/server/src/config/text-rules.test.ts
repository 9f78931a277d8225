import { describe, expect, it } from 'vitest'
import {
  environmentNameRule,
  hostNameRule,
  issuerBaseUrlRule,
  issuerHostPatternRule,
  regionRule,
} from './text-rules.ts'

describe('issuerBaseUrlRule', () => {
  it.each([
    ['https://sts.example.org', null],
    ['https://sts.example.org:8443/a/b', null],
    ['http://127.0.0.1:4747', null],
    ['https://[2001:db8::1]', null],
    [`https://a.example/${'p'.repeat(200)}`, null],
    [`https://a.example/${'p'.repeat(201)}`, 'must leave issuer URLs at most 255 characters'],
    ['https://sts.example.org/', 'must not end with a slash'],
    ['https://sts.example.org/a/', 'must not end with a slash'],
    ['sts.example.org', 'must be an absolute URL'],
    ['ftp://a.example', 'must begin with https://'],
    ['https://u:p@a.example', 'must not contain a user or a password'],
    ['https://a.example/?', 'must have neither a query nor a fragment'],
    ['https://a.example/x#y', 'must have neither a query nor a fragment'],
    ['https://A.example', 'must be written in its canonical form: https://a.example'],
    ['https://a.example:443', 'must be written in its canonical form: https://a.example'],
    ['https://a.example/x/../y', 'must be written in its canonical form: https://a.example/y'],
    [' https://a.example', 'must be written in its canonical form: https://a.example'],
    [
      'https://bücher.example',
      'must be written in its canonical form: https://xn--bcher-kva.example',
    ],
  ])('%s', (text, fault) => {
    expect(issuerBaseUrlRule(text)).toBe(fault)
  })
})

describe('issuerHostPatternRule', () => {
  it.each([
    ['https://{id}.tokens.example.org', null],
    ['https://tokens.{id}.example.org:8443', null],
    ['http://{id}.localhost:4747', null],
    ['https://tokens.example.org', 'must contain `{id}` exactly once'],
    ['https://{id}.{id}.example.org', 'must contain `{id}` exactly once'],
    ['https://x{id}.example.org', 'must have `{id}` as a whole label of the host'],
    ['https://a.example/{id}', 'must not have a path'],
    ['https://{id}.a.example/x', 'must not have a path'],
    ['https://{id}.a.example/', 'must be written in its canonical form: https://{id}.a.example'],
    ['https://{id}.A.example', 'must be written in its canonical form: https://{id}.a.example'],
    ['https://{id}@a.example', 'must not contain a user or a password'],
    ['{id}.a.example', 'must be an absolute URL'],
  ])('%s', (text, fault) => {
    expect(issuerHostPatternRule(text)).toBe(fault)
  })
})

describe('names', () => {
  it.each([
    [regionRule, 'eu-central-1', true],
    [regionRule, 'a'.repeat(63), true],
    [regionRule, 'a'.repeat(64), false],
    [regionRule, 'eu_central', false],
    [regionRule, '-eu', false],
    [regionRule, 'EU', false],
    [hostNameRule, 'sts.amazonaws.com', true],
    [hostNameRule, 'localhost', true],
    [hostNameRule, 'sts.amazonaws.com:443', false],
    [hostNameRule, 'sts..com', false],
    [hostNameRule, 'STS.amazonaws.com', false],
    [hostNameRule, `${'a.'.repeat(126)}a`, true],
    [hostNameRule, `${'a.'.repeat(126)}aa`, false],
    [environmentNameRule, 'MASTER_KEY_2', true],
    [environmentNameRule, `M${'A'.repeat(59)}`, true],
    [environmentNameRule, `M${'A'.repeat(60)}`, false],
    [environmentNameRule, '2MASTER', false],
    [environmentNameRule, 'master', false],
  ])('%o of %s: %s', (rule, text, holds) => {
    expect(rule(text) === null).toBe(holds)
  })
})
