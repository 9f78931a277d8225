/** The environment without any AWS or Credence setting of the machine. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS|CREDENCE)_/.test(name)),
  )
}

/**
 * Flags with which node:crypto makes all signatures: without them CPU and libraries decide what does,
 * and what the log says of it.
 */
export const NODE_SIGNS: readonly string[] = [
  '--set',
  'signer.multiBuffer=off',
  '--set',
  'signer.nettle=off',
]
