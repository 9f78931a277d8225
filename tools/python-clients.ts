import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from './run-command.ts'

const ROOT = join(import.meta.dirname, '..')
const VENV = join(ROOT, '.venv')
const REQUIREMENTS = join(ROOT, 'clients', 'python', 'requirements.txt')
const BRING_COLLECTION = join(ROOT, 'clients', 'python', 'bring_collection.py')

/**
 * Brings the pinned Python clients and Ansible's collection into `.venv` and returns its interpreter, or what the machine
 * lacks. On Debian as root, a missing `venv` module is installed with apt.
 */
export async function preparePythonClients(): Promise<
  | { readonly missing: null; readonly python: string }
  | { readonly missing: string; readonly python: null }
> {
  const python = join(VENV, 'bin', 'python')
  const stamp = join(VENV, 'requirements.installed')
  const wanted = [REQUIREMENTS, BRING_COLLECTION].map(file => readFileSync(file, 'utf8')).join('')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { missing: null, python }

  if (!(await succeeds(['python3', '--version']))) return lacking('no python3 on this machine')
  if (!(await succeeds(['python3', '-m', 'venv', '--clear', VENV]))) {
    const isInstalled =
      (await succeeds(['apt-get', 'install', '-y', '-q', 'python3-venv'])) &&
      (await succeeds(['python3', '-m', 'venv', '--clear', VENV]))
    if (!isInstalled)
      return lacking('python3 cannot make a virtual environment (package python3-venv)')
  }
  const install = [
    python,
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    REQUIREMENTS,
  ]
  if (!(await succeeds(install)))
    return lacking('pip could not install clients/python/requirements.txt')
  if (!(await succeeds([python, BRING_COLLECTION, join(VENV, 'collections')])))
    return lacking("pip could not bring Ansible's collection amazon.aws")
  writeFileSync(stamp, wanted)
  return { missing: null, python }
}

function lacking(missing: string): { readonly missing: string; readonly python: null } {
  return { missing, python: null }
}

async function succeeds(command: readonly string[]): Promise<boolean> {
  return runCommand(command).then(
    exitCode => exitCode === 0,
    () => false,
  )
}
