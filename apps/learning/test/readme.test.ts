import { runReadme } from '@rungs/testing'
import * as rungs from 'rungs'
import { afterAll, test } from 'vitest'
import * as files from '../src/fromDisk.ts'
import * as learning from '../src/index.ts'

afterAll(() => rungs.setDefaultDevice(rungs.cpu))

test('the example of the README prints what it says', { timeout: 300_000 }, async () => {
  const modules: { readonly [name: string]: object } = {
    rungs,
    '@rungs/learning': learning,
    '@rungs/learning/files': files,
  }
  await runReadme(new URL('../README.md', import.meta.url), async (name) => modules[name]!)
})
