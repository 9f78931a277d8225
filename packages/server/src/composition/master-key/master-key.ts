/** What commands need of a change of the master key. */
export { isServed } from '../../store/sqlite/data-lock.ts'
export { findKeyPlaces, formatKeySource } from './find-key-files.ts'
export { type MovedKeys, makeNextKey, moveKeyFiles } from './key-files.ts'
export { findKeyHolder, hasReached } from './key-holder.ts'
export { planRotation, type RotationPlan } from './plan-rotation.ts'
export type { UnreadableValue } from './reseal.ts'
export { endFormerSessions, LONGEST_SESSION_MS, rotateMasterKey } from './rotate-master-key.ts'
