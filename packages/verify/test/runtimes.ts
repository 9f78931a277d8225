import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, extname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { startHttpServer } from './http-server.ts'

/** Runs `smoke.mjs` in a project that has the package installed. */
export interface Runtime {
  readonly name: string
  /** The program, null where the machine lacks it. */
  readonly program: string | null
  /** @returns what the script prints */
  run(program: string, project: string, script: string): Promise<string>
}

const runFile = promisify(execFile)

/** Runtimes besides Node, as far as they are in the path. */
export const RUNTIMES: readonly Runtime[] = [
  {
    name: 'Bun',
    program: findProgram('bun'),
    run: async (program, project, script) =>
      (await runFile(program, ['run', script], { cwd: project })).stdout,
  },
  {
    name: 'Deno',
    program: findProgram('deno'),
    run: async (program, project, script) => {
      const args = ['run', '--no-remote', '--node-modules-dir=manual', script]
      return (await runFile(program, args, { cwd: project })).stdout
    },
  },
  {
    name: 'Chromium',
    program: findProgram('chromium'),
    run: createBrowserRun(profile => [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${profile}`,
    ]),
  },
  {
    name: 'Firefox',
    program: findProgram('firefox') ?? findProgram('firefox-esr'),
    run: createBrowserRun(profile => ['--headless', '--no-remote', '--profile', profile]),
  },
]

function findProgram(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map(folder => join(folder, name)).find(existsSync) ?? null
}

/** The page: the package by the name that it has, `#platform` as every browser and bundler gets it. */
const PAGE = `<!doctype html>
<script type="importmap">
{ "imports": {
  "@credence/verify": "/package/index.js",
  "@credence/verify/fetch": "/package/middleware/fetch.js",
  "@credence/verify/token-exchange": "/package/token-exchange.js",
  "#platform": "/package/platform/web.js"
} }
</script>
<script type="module">
  const send = text => fetch('/outcome', { method: 'POST', body: text })
  console.log = send
  import('/smoke.mjs').catch(error => send(String(error.stack)))
</script>`

/** @param listFlags flags for a headless browser, which keeps everything in this directory */
function createBrowserRun(listFlags: (profile: string) => readonly string[]): Runtime['run'] {
  return async (program, project, script) => {
    const { promise: outcome, resolve, reject } = Promise.withResolvers<string>()
    await using server = await servePage(project, script, resolve)
    const profile = await mkdtemp(join(tmpdir(), 'credence-browser-'))
    const browser = spawn(program, [...listFlags(profile), server.origin], {
      stdio: 'ignore',
      env: { ...process.env, HOME: profile, XDG_RUNTIME_DIR: profile },
    })
    browser.once('error', reject)
    browser.once('exit', code => reject(new Error(`${program} ended with ${code}`)))
    try {
      return await outcome
    } finally {
      const ended = new Promise(done => browser.once('exit', done))
      if (browser.kill()) await ended
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    }
  }
}

/** Serves the page, the package and the script, and hears what the script prints. */
function servePage(
  project: string,
  script: string,
  hear: (outcome: string) => void,
): ReturnType<typeof startHttpServer> {
  const files: Readonly<Record<string, string>> = { '/smoke.mjs': join(project, script) }
  const folder = join(project, 'node_modules/@credence/verify')
  return startHttpServer(async (request, response) => {
    const path = request.url ?? ''
    if (path === '/outcome') {
      hear(await text(request))
      response.end()
    } else if (path === '/') {
      response.setHeader('content-type', 'text/html').end(PAGE)
    } else if (extname(path).endsWith('js')) {
      const file = files[path] ?? join(folder, path.replace('/package/', ''))
      response.setHeader('content-type', 'text/javascript').end(await readFile(file))
    } else {
      response.writeHead(404).end()
    }
  })
}
