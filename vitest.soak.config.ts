import base from './vitest.config.ts'

/** Runs of minutes, one at a time: `vitest run --config vitest.soak.config.ts`. */
export default {
  ...base,
  test: {
    ...base.test,
    include: ['{packages,apps}/*/soak/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 1_200_000,
  },
}
