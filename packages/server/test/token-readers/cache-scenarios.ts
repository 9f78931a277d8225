import {
  DEFAULT_KEY_CACHE_LIMITS,
  UNSTATED_FRESH_SECONDS,
} from '../../../verify/src/keys/key-cache-limits.ts'
import { WEB_IDENTITY_LIMITS } from '../../src/web-identity/limits.ts'
import type { IssuerResponses } from './readers.ts'

/** The numbers of one reader's cache, in seconds. */
export interface CacheTimes {
  readonly minFresh: number
  readonly unstatedFresh: number
  readonly maxFresh: number
  readonly unknownKeyPause: number
  readonly failurePause: number
}

export const VERIFIER_TIMES: CacheTimes = {
  minFresh: DEFAULT_KEY_CACHE_LIMITS.minSeconds,
  unstatedFresh: UNSTATED_FRESH_SECONDS,
  maxFresh: DEFAULT_KEY_CACHE_LIMITS.maxSeconds,
  unknownKeyPause: DEFAULT_KEY_CACHE_LIMITS.unknownKeyCooldownSeconds,
  failurePause: 1,
}

export const SERVER_TIMES: CacheTimes = {
  minFresh: WEB_IDENTITY_LIMITS.minFreshSeconds,
  unstatedFresh: WEB_IDENTITY_LIMITS.defaultFreshSeconds,
  maxFresh: WEB_IDENTITY_LIMITS.maxFreshSeconds,
  unknownKeyPause: WEB_IDENTITY_LIMITS.unknownKeyCooldownSeconds,
  failurePause: WEB_IDENTITY_LIMITS.failureCooldownSeconds,
}

/** A token that comes after a while; meanwhile the issuer may have come to answer something else. */
export interface Step {
  /** Seconds since the step before; negative when the clock is set back. */
  readonly after: number
  readonly answers?: Partial<IssuerResponses>
  /** Whose key has signed: the one that is published at first, or the next. */
  readonly signer?: 'first' | 'next'
}

/** A course of events, told in the reader's own times. */
export interface Scenario {
  readonly title: string
  readonly steps: (
    times: CacheTimes,
    sets: Readonly<Record<'both' | 'next' | 'none', string>>,
  ) => readonly Step[]
}

const NOW: Step = { after: 0 }

/** Where both caches do the same. */
export const ALIKE: readonly Scenario[] = [
  {
    title: 'keys that say nothing of their age are kept',
    steps: ({ unstatedFresh }) => [
      NOW,
      { after: 0.79 * unstatedFresh },
      { after: 0.01 * unstatedFresh },
      { after: unstatedFresh },
    ],
  },
  {
    title: 'no-store keeps keys for the shortest time',
    steps: ({ minFresh }) => [
      { after: 0, answers: { cacheControl: 'no-store' } },
      { after: 0.79 * minFresh },
      { after: 0.21 * minFresh },
    ],
  },
  {
    title: 'max-age counts, less the age that the answer has',
    steps: () => [
      { after: 0, answers: { cacheControl: 'public, max-age=400', age: '200' } },
      { after: 0.79 * 200 },
      { after: 0.21 * 200 },
    ],
  },
  {
    title: 'a long max-age keeps keys for the longest time',
    steps: ({ maxFresh }) => [
      { after: 0, answers: { cacheControl: 'max-age=99999999' } },
      { after: 0.79 * maxFresh },
      { after: 0.21 * maxFresh },
    ],
  },
  {
    title: 'an unknown kid has keys loaded, but not often',
    steps: ({ unknownKeyPause }, { both }) => [
      NOW,
      { after: 0, signer: 'next', answers: { jwks: both } },
      { after: unknownKeyPause - 1, signer: 'next' },
      { after: 1, signer: 'next' },
      { after: 0, signer: 'first' },
    ],
  },
  {
    title: 'a withdrawn key is trusted while it is fresh, and no longer',
    steps: ({ unstatedFresh }, { next }) => [
      NOW,
      { after: 0.79 * unstatedFresh, answers: { jwks: next } },
      { after: 0.21 * unstatedFresh },
      { after: 0, signer: 'next' },
    ],
  },
  {
    title: 'a key that a refresh did not bring is not trusted any more',
    steps: ({ unstatedFresh }, { next }) => [
      NOW,
      { after: 0.8 * unstatedFresh, answers: { jwks: next } },
      { after: 1 },
      { after: 0, signer: 'next' },
    ],
  },
  {
    title: 'so it is when everything was withdrawn',
    steps: ({ unstatedFresh }, { none }) => [
      NOW,
      { after: 0.8 * unstatedFresh, answers: { jwks: none } },
      { after: 1 },
    ],
  },
  {
    title: 'a refresh that fails does no harm while keys are fresh',
    steps: ({ unstatedFresh }) => [
      NOW,
      { after: 0.8 * unstatedFresh, answers: { isDown: true } },
      { after: 0.1 },
      { after: 0.1 * unstatedFresh, answers: { isDown: false } },
      { after: 1 },
    ],
  },
  {
    title: 'a refresh that brings no key set does no harm while keys are fresh',
    steps: ({ unstatedFresh }) => [
      NOW,
      { after: 0.8 * unstatedFresh, answers: { jwks: '<html></html>' } },
      { after: 0.1 },
    ],
  },
  {
    title: 'after a failure the issuer is left alone for a while',
    steps: ({ failurePause }) => [
      { after: 0, answers: { isDown: true } },
      { after: 0.9 * failurePause, answers: { isDown: false } },
      { after: 0.1 * failurePause },
    ],
  },
  {
    title: 'a clock that is set back has keys loaded anew',
    steps: () => [NOW, { after: -10 }, NOW],
  },
]

/** A difference between the caches on purpose, a row of docs/decisions/0190, with what each comes to. */
export interface CacheDifference extends Scenario {
  readonly verifier: readonly string[]
  readonly server: readonly string[]
}

/** Every one of them; the numbers have a row of their own. */
export const CACHE_DIFFERENCES: readonly CacheDifference[] = [
  {
    title: 'Keys whose issuer cannot be reached',
    steps: ({ unstatedFresh }) => [NOW, { after: unstatedFresh, answers: { isDown: true } }],
    verifier: ['accepted, 1 loads', 'accepted, 2 loads'],
    server: ['accepted, 1 loads', 'no key, 2 loads'],
  },
  {
    title: 'The pause after repeated failures',
    steps: ({ failurePause }) => [
      { after: 0, answers: { isDown: true } },
      { after: failurePause },
      { after: failurePause },
    ],
    verifier: ['no key, 1 loads', 'no key, 2 loads', 'no key, 2 loads'],
    server: ['no key, 1 loads', 'no key, 2 loads', 'no key, 3 loads'],
  },
]
