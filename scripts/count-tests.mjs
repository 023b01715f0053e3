// Sums the JSON reports in a folder and prints "passed failed": node count-tests.mjs folder
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]
if (!folder) throw new TypeError('count-tests.mjs: expected the folder of the reports')

let passed = 0
let failed = 0
for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'))
  passed += report.numPassedTests
  failed += report.numFailedTests
  // A file that fails to load has no tests of its own: it counts as one.
  for (const file of report.testResults) {
    if (
      file.status === 'failed' &&
      file.assertionResults.every((/** @type {{ status: string }} */ test) => test.status !== 'failed')
    )
      failed++
  }
}
console.log(passed, failed)
