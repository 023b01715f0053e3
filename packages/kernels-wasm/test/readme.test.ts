import * as ndarray from '@rungs/ndarray'
import { runReadme } from '@rungs/testing'
import { test } from 'vitest'
import * as wasm from '../src/index.ts'

test('the example of the README prints what it says', async () => {
  const modules: { readonly [name: string]: object } = { '@rungs/ndarray': ndarray, '@rungs/kernels-wasm': wasm }
  await runReadme(new URL('../README.md', import.meta.url), async (name) => modules[name]!)
})
