import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** Why the real nginx can't be run on this machine; null when it can. */
export const nginxLack = findLack()

function findLack(): string | null {
  try {
    execFileSync('/usr/sbin/nginx', ['-v'], { stdio: 'pipe' })
    return null
  } catch {
    return 'nginx is not on this machine'
  }
}

/** A real nginx over a directory. It ends when it is disposed of. */
export interface Nginx extends AsyncDisposable {
  readonly url: string
}

/** Starts it. @param location the directives of its only location */
export async function startNginx(location: string): Promise<Nginx> {
  const port = await findFreePort()
  const directory = mkdtempSync(join(tmpdir(), 'credence-nginx-'))
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    name => `${name}_temp_path ${directory}/${name};`,
  )
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  writeFileSync(
    join(directory, 'nginx.conf'),
    `${user} daemon off; master_process off; pid ${directory}/pid; error_log ${directory}/error.log;
    events {}
    http {
      access_log off;
      ${paths.join('\n')}
      server { listen 127.0.0.1:${port}; location / { ${location} } }
    }`,
  )
  const child = spawn('/usr/sbin/nginx', ['-p', directory, '-c', join(directory, 'nginx.conf')], {
    stdio: 'ignore',
  })
  const ended = once(child, 'close')
  const url = `http://127.0.0.1:${port}`
  while ((await fetch(url).catch(() => null)) === null) {
    if (child.exitCode !== null) throw new Error('nginx has not started')
    await setTimeout(10)
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** nginx can't be told to choose one itself. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
