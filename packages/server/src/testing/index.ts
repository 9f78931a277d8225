/**
 * Credence inside a test: `@credence/testing`. The same server as in production, in this
 * process, with data in memory, a clock that the test moves, and everything that can go wrong.
 */
// First, so that a key is made while everything else loads.
import './prepare-keys.ts'

export {
  BAD_TOKENS,
  type BadToken,
  type BadTokenName,
  createBadToken,
  createGoodToken,
  createStrangerKey,
  createTokenKey,
  GOOD_TOKENS,
  type GoodToken,
  type GoodTokenName,
  type JsonObject,
  type TokenAlgorithm,
  type TokenKey,
  type TokenOrigin,
} from '@credence/test-tokens'
export type { AwsApiCall } from '../audit/event.ts'
export type { DeclarationInput } from '../declaration/declaration.ts'
export type { FailureCode } from './failure-response.ts'
export type { CallSelection, DocumentSelection, Failures } from './failures.ts'
export type { AccountInput, RoleInput, SessionOptions, UserInput } from './identities.ts'
export { CallRefused } from './in-process-client.ts'
export type { MemoryAudit } from './memory-audit.ts'
export type { LogLine } from './memory-log.ts'
export { type CredenceOptions, startCredence } from './start-credence.ts'
export { createTestClock, type Duration, type TestClock } from './test-clock.ts'
export type { BadTokenOptions, TestCredence } from './test-credence.ts'
export type {
  ClientConfig,
  ClientCredentials,
  TestPrincipal,
  TokenOptions,
} from './test-principal.ts'
