/**
 * Runs the client of the AWS SDK for Rust: `npm run test:rust`. Apart from the check, because that SDK
 * takes minutes to compile.
 */
import { runSdkClient, SDK_CLIENTS } from './sdk-clients.ts'

const outcome = await runSdkClient(SDK_CLIENTS.rust)
if ('missing' in outcome) console.log(`not run: ${outcome.missing}`)
else console.log(`${outcome.passed} passed, ${outcome.failed} failed`)
process.exitCode = 'missing' in outcome || outcome.failed > 0 ? 1 : 0
