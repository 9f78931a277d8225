/** Loads master keys as whoever runs it, and prints why each can't be loaded: `CREDENTIALS-DIRECTORY PATH…`. */
import { loadMasterKeyFile } from '../../src/secrets/master-key-file.ts'

const [credentials = '', ...paths] = process.argv.slice(2)
const answers: string[] = []
for (const path of paths) {
  try {
    await loadMasterKeyFile(path, credentials)
    answers.push('loaded')
  } catch (error) {
    answers.push(String(error))
  }
}
process.stdout.write(JSON.stringify(answers))
