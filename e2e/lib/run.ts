import { spawn } from 'node:child_process'

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program in `cwd` to its end and gives what it printed. */
export function run(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...cleanEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, stdout, stderr }))
  })
}

/** As `run`, for programs that must succeed. */
export async function runOrThrow(...call: Parameters<typeof run>): Promise<Outcome> {
  const outcome = await run(...call)
  if (outcome.status !== 0) {
    throw new Error(`${call[0]} ${call[1].join(' ')} ended with ${outcome.status}\n${outcome.stdout}${outcome.stderr}`)
  }
  return outcome
}

/** What a user's shell has: nothing of the test runner, of pnpm, or of the script that started us. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const dropped = /^(npm_|pnpm_|vitest|NODE_OPTIONS$|NODE_ENV$|NODE_PATH$|INIT_CWD$)/i
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !dropped.test(name) || /^npm_config_(registry|cafile)$/i.test(name)),
  )
}
