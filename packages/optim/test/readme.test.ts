import * as autograd from '@rungs/autograd'
import { runReadme } from '@rungs/testing'
import { expect, test } from 'vitest'
import * as optim from '../src/index.ts'

const modules: Readonly<Record<string, object>> = { '@rungs/autograd': autograd, '@rungs/optim': optim }

test.for([0, 1, 2, 3])('example %i of the README prints what it says', async (number) => {
  await expect(
    runReadme(new URL('../README.md', import.meta.url), async (name) => modules[name]!, number),
  ).resolves.toBeUndefined()
})
