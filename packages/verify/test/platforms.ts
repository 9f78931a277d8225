import { platform as node } from '../src/platform/node.ts'
import type { Platform } from '../src/platform/platform.ts'
import { platform as web } from '../src/platform/web.ts'

/** Every platform, by name: what holds on one must hold on all. */
export const PLATFORMS: readonly (readonly [string, Platform])[] = [
  ['node:crypto', node],
  ['WebCrypto', web],
]
