import { prepareKeys } from './key-pool.ts'

prepareKeys()
