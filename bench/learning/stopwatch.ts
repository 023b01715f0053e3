import type { Took } from './report.ts'

/** Starts now; gives what has passed since. */
export function stopwatch(): () => Took {
  const [start, before] = [performance.now(), process.cpuUsage()]
  return () => {
    const { user, system } = process.cpuUsage(before)
    return { wall: (performance.now() - start) / 1e3, cpu: (user + system) / 1e6 }
  }
}
