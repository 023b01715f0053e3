import * as autograd from '@rungs/autograd'
import { runReadme } from '@rungs/testing'
import { it } from 'vitest'

it('the README at the root prints what it says', { timeout: 60_000 }, async () => {
  await runReadme(new URL('../../../README.md', import.meta.url), () => Promise.resolve(autograd))
})
