import type { Config } from '../config/config.ts'
import { MemoryBudget } from '../runtime/memory-budget.ts'

/** How many of the largest bodies may be in memory at one time. */
const LARGE_BODIES = 16

/** The least of it: where bodies are small, calls that wait need the room. */
const MIN_BYTES = 67_108_864

/** The memory for what callers have sent that nobody has authenticated. */
export function openMemory({ limits }: Pick<Config, 'limits'>): MemoryBudget {
  return new MemoryBudget(Math.max(LARGE_BODIES * limits.maxBodyBytes, MIN_BYTES))
}
