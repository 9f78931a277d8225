import type { CredentialSource } from '../credentials/aws-credentials.ts'
import { CredentialCache } from '../credentials/credential-cache.ts'
import type { ApiClient } from './call-api.ts'
import { CliError } from './cli-error.ts'
import { findLifeSeconds, obtainToken } from './obtain-token.ts'
import { ReadyFile } from './ready-file.ts'
import { printReport } from './report.ts'
import type { Terminal } from './terminal.ts'
import { TokenFile } from './token-file.ts'
import { formatToken, type TokenFormat } from './token-format.ts'
import { requestToken, type TokenRequest } from './token-request.ts'
import { type WatchTarget, watchTokens } from './token-watch.ts'
import { createWatchReport } from './watch-report.ts'

/** The tokens to ask for, and the files to write them to. */
export interface FileWork {
  readonly orders: readonly { readonly path: string; readonly request: TokenRequest }[]
  readonly format: TokenFormat
  readonly server: Omit<ApiClient, 'credentials'>
  readonly source: CredentialSource
  readonly isJson: boolean
}

/** Writes every file once. @throws CliError */
export async function writeTokenFiles(terminal: Terminal, work: FileWork): Promise<void> {
  const { server, source, format, isJson } = work
  const files = openFiles(terminal, work, [])
  const { credentials } = await source.load()
  const written: { file: string; audience: string; expiration: string }[] = []
  for (const { file, request } of files) {
    const issued = await requestToken({ ...server, credentials }, request)
    file.replace(formatToken(format, issued, { ...request, env: terminal.env }))
    const { expiration } = issued
    written.push({ file: file.path, audience: request.audience.join(), expiration })
  }
  const text = written
    .map(each => `${each.file} has a token for ${each.audience} until ${each.expiration}.`)
    .join('\n')
  printReport(terminal, { json: { files: written }, text }, isJson)
}

/**
 * Keeps every file fresh until SIGINT or SIGTERM, or until its terminal is closed. The files stay after
 * that, because their tokens are good until they expire.
 *
 * @throws CliError when a file must be given up
 */
export async function keepTokenFiles(
  terminal: Terminal,
  work: FileWork & { readonly readyPath: string | null },
): Promise<void> {
  const { server, source, format, readyPath, isJson } = work
  const { clock, random, env, sleep } = terminal
  const files = openFiles(terminal, work, readyPath === null ? [] : [readyPath])
  const ready =
    readyPath === null
      ? null
      : new ReadyFile(
          new TokenFile(readyPath, random),
          files.map(({ file }) => file.path),
        )
  for (const { file } of files) file.removeLeftovers(clock.nowMs())

  const stopping = new AbortController()
  let hangup = new AbortController()
  const cache = new CredentialCache(source)
  const stop = () => stopping.abort()
  const refresh = () => {
    cache.drop()
    const ringing = hangup
    hangup = new AbortController()
    ringing.abort()
  }
  const forget = [
    terminal.onSignal('SIGINT', stop),
    terminal.onSignal('SIGTERM', stop),
    terminal.onSignal('SIGHUP', terminal.isInteractive ? stop : refresh),
  ]
  const report = createWatchReport(terminal.printError, isJson)
  const targets = files.map(({ file, request }): WatchTarget => {
    const target = { file, audience: request.audience.join() }
    const onShortened = (seconds: number) => report.shortened(target, seconds)
    return {
      ...target,
      obtain: async signal => {
        const options = { server: { ...server, signal }, source, cache, onShortened }
        const issued = await obtainToken(request, options)
        return {
          text: formatToken(format, issued, { ...request, env }),
          expiration: issued.expiration,
          lifeSeconds: findLifeSeconds(issued.token),
        }
      },
    }
  })
  try {
    await watchTokens({
      ...{ targets, ready, report, clock, random, sleep },
      areCredentialsRenewable: source.isRenewable,
      stop: stopping.signal,
      refreshNow: () => hangup.signal,
    })
  } finally {
    for (const each of forget) each()
  }
}

/** @throws CliError `usage` when two of the files are one; `data` when a directory is missing */
function openFiles(
  { random }: Terminal,
  { orders }: FileWork,
  otherPaths: readonly string[],
): readonly { readonly file: TokenFile; readonly request: TokenRequest }[] {
  const files = orders.map(({ path, request }) => ({ file: new TokenFile(path, random), request }))
  const others = otherPaths.map(path => new TokenFile(path, random))
  const paths = [...files.map(({ file }) => file), ...others].map(({ path }) => path)
  const repeated = paths.find((path, index) => paths.indexOf(path) !== index)
  if (repeated === undefined) return files
  throw new CliError('usage', `${repeated} is given twice: each token needs a file of its own.`)
}
