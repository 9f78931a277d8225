import { TargetError } from './target.ts'
import type { TargetDeps } from './target-kind.ts'

/**
 * The text of a file that holds a credential, without white space around it. Read it for each use, so
 * that a new one is taken without a restart. @throws TargetError `refused`
 */
export function readCredentialFile(
  file: string,
  { readFile }: Pick<TargetDeps, 'readFile'>,
): string {
  let text: string
  try {
    text = readFile(file).trim()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it is not text'
    throw new TargetError('refused', `${file} cannot be read: ${code}`, { cause })
  }
  if (text === '') throw new TargetError('refused', `${file} is empty`)
  return text
}
