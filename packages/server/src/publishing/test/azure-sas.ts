import { createHmac } from 'node:crypto'
import type { Azurite } from './cloud-programs.ts'

const VERSION = '2023-11-03'

/** A shared access signature of the whole account, good for a year (Azure Storage: Create an account SAS). */
export function createSasToken({ account, key }: Pick<Azurite, 'account' | 'key'>): string {
  const end = new Date(Date.now() + 31_536_000_000).toISOString().replace(/\.\d+/, '')
  const fields = { sp: 'rwdlac', ss: 'b', srt: 'sco', st: '', se: end, sip: '', spr: 'https,http' }
  const signed = [account, ...Object.values(fields), VERSION, '', ''].join('\n')
  const sig = createHmac('sha256', Buffer.from(key, 'base64'))
    .update(signed, 'utf8')
    .digest('base64')
  const given = Object.entries({ ...fields, sv: VERSION, sig }).filter(([, value]) => value !== '')
  return new URLSearchParams(given).toString()
}

/** Makes a container. */
export async function createContainer(
  azurite: Pick<Azurite, 'account' | 'key'> & { readonly url: string },
  container: string,
  options: { readonly canEverybodyRead: boolean },
): Promise<void> {
  const place = `${azurite.url}/${azurite.account}/${container}`
  const query = `restype=container&${createSasToken(azurite)}`
  const response = await fetch(`${place}?${query}`, {
    method: 'PUT',
    headers: {
      'x-ms-version': VERSION,
      ...(options.canEverybodyRead && { 'x-ms-blob-public-access': 'blob' }),
    },
  })
  if (!response.ok) throw new Error(`azurite made no container: ${await response.text()}`)
}
