/**
 * Runs before every file of tests: properties try the same cases in each run of the check, so that its
 * result depends on the code alone. `PROPERTY_SEED=random` looks for new ones; a number repeats them.
 */
import fc from 'fast-check'

const DEFAULT_SEED = 20_261_130

const wanted = process.env['PROPERTY_SEED'] ?? String(DEFAULT_SEED)
if (wanted !== 'random' && !/^-?\d+$/.test(wanted)) {
  throw new Error(`PROPERTY_SEED must be a number or "random", not ${JSON.stringify(wanted)}`)
}

// Without a seed fast-check chooses one, and prints it with each case that fails.
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) })
