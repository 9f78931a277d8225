import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['*.vitest.ts'], testTimeout: 60_000 } })
