import { arrayCases } from '@rungs/testing'
import { describe, test } from 'vitest'
import * as nd from '../src/index.ts'

describe('cpu gives what NumPy gives for', () => {
  for (const { name, run } of arrayCases(nd, nd.cpu)) test(name, run)
})
