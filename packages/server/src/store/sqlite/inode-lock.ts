import { statSync } from 'node:fs'
import { createServer, type Server } from 'node:net'

/** A name that the kernel keeps for a file as long as this process lives. */
export interface InodeLock {
  release(): Promise<void>
}

/**
 * Takes the name that stands for a file, whatever path leads to it. The name is that of a socket in
 * Linux's abstract namespace (unix(7)), made of device and inode. It is in no directory, so nobody can
 * remove it. It ends with the process, however the process ends. Nothing is ever sent over the socket.
 * Processes see each other's names within one network namespace. A system that has no such sockets, or
 * forbids them, has no lock of this kind.
 *
 * Returns `taken` when another process has the name, and null when there can be none.
 */
export async function lockInode(path: string): Promise<InodeLock | 'taken' | null> {
  if (process.platform !== 'linux') return null
  const { dev, ino } = statSync(path, { bigint: true })
  const server = createServer(socket => socket.destroy())
  try {
    await listen(server, `\0credence-store-${dev}-${ino}`)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' ? 'taken' : null
  }
  server.unref()
  return {
    release: () =>
      new Promise(resolve => {
        server.close(() => resolve())
      }),
  }
}

function listen(server: Server, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path: name, exclusive: true }, () => {
      server.off('error', reject)
      server.on('error', () => {})
      resolve()
    })
  })
}
