import { defineConfig } from 'vitest/config'

const conditions = ['@rungs/source']
const reports = process.env.RUNGS_TEST_REPORTS

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['specs/*.spec.ts'],
    pool: 'forks',
    reporters: reports ? ['default', ['json', { outputFile: `${reports}/site-${process.pid}.json` }]] : ['default'],
  },
})
