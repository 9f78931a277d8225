import { afterAll, beforeAll, describe } from 'vitest'
import {
  type Cluster,
  MISSING_POSTGRES,
  startCluster,
} from '../../../test/support/postgres/cluster.ts'
import { testStore } from '../test/conformance.ts'
import { testSharedStore } from '../test/shared-conformance.ts'
import { createConnection, openStore } from './test/open-store.ts'

let cluster: Cluster
let database = ''

describe.skipIf(MISSING_POSTGRES !== null)('PostgreSQL', () => {
  beforeAll(async () => {
    cluster = await startCluster()
    database = await cluster.createDatabase()
    await (await openStore(createConnection(cluster, database))).close()
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  testStore('PostgreSQL', async () => {
    await cluster.emptyDatabase(database)
    return openStore(createConnection(cluster, database))
  })
  testSharedStore('PostgreSQL', () => {
    const emptied = cluster.emptyDatabase(database)
    return async () => {
      await emptied
      return openStore(createConnection(cluster, database))
    }
  })
})
