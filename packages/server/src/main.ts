#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { runCli } from './cli/run-cli.ts'
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from './composition.ts'

const STANDARD_INPUT = 0

process.exitCode = await runCli(process.argv.slice(2), {
  clock: SYSTEM_CLOCK,
  random: SYSTEM_RANDOM,
  env: process.env,
  print: text => process.stdout.write(text),
  printError: text => process.stderr.write(text),
  readFile: path => readFileSync(path === '-' ? STANDARD_INPUT : path, 'utf8'),
  onStopSignal: listener => {
    process.on('SIGINT', listener).on('SIGTERM', listener)
    return () => process.off('SIGINT', listener).off('SIGTERM', listener)
  },
})
