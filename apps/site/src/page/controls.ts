import type { DeviceName } from '@rungs/lesson'
import type { Failure } from '../protocol.ts'
import { findDevices } from './devices.ts'
import { find } from './dom.ts'

interface Actions {
  /** The one that the lesson asks for, where this browser has it. */
  readonly device: DeviceName
  run(): void
  stop(): void
  reset(): void
}

/** What a run says to the controls. */
interface Running {
  opened(description: string): void
  done(ms: number): void
  failed(failure: Failure): void
}

export interface Controls {
  /** Once it is known which devices there are. */
  readonly ready: Promise<void>
  device(): DeviceName
  /** What random numbers begin with. */
  seed(): number
  begin(): Running
  stopped(): void
  edited(isEdited: boolean): void
  say(text: string): void
}

const names = ['cpu', 'wasm', 'webgpu'] as const satisfies readonly DeviceName[]

/** The device switch, the buttons, and the line that says how a run goes. */
export function createControls({ device: wanted, run, stop, reset }: Actions): Controls {
  const [runButton, stopButton, resetButton] = ['run', 'stop', 'reset'].map((name) =>
    find(`.controls [name=${name}]`, HTMLButtonElement),
  ) as [HTMLButtonElement, HTMLButtonElement, HTMLButtonElement]
  const status = find('.controls [role=status]', HTMLElement)
  const radio = (name: DeviceName): HTMLInputElement => find(`.devices [value=${name}]`, HTMLInputElement)
  const noteOf = (name: DeviceName): HTMLElement => find(`.devices [data-note=${name}]`, HTMLElement)
  const timeOf = (name: DeviceName): HTMLElement => find(`.devices [data-time=${name}]`, HTMLElement)
  const say = (text: string): void => {
    status.textContent = text
  }
  const device = (): DeviceName => names.find((name) => radio(name).checked) ?? 'cpu'

  const seedField = find('.controls [name=seed]', HTMLInputElement)
  // What is no seed counts as 0, and the field says so.
  const seed = (): number => {
    if (!seedField.checkValidity() || seedField.value === '') seedField.value = '0'
    return seedField.valueAsNumber
  }

  runButton.addEventListener('click', run)
  seedField.addEventListener('change', run)
  stopButton.addEventListener('click', stop)
  resetButton.addEventListener('click', reset)
  for (const name of names) radio(name).addEventListener('change', run)
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return
    event.preventDefault()
    run()
  })

  async function lookAround(): Promise<void> {
    const found = await findDevices()
    for (const name of names) {
      noteOf(name).textContent = found[name].note
      radio(name).disabled = !found[name].isHere
    }
    const chosen = found[wanted].isHere ? wanted : 'cpu'
    radio(chosen).checked = true
    runButton.disabled = false
  }

  function setRunning(isRunning: boolean): void {
    // Who has just pressed a button that goes out should not lose their place.
    if (!isRunning && document.activeElement === stopButton) runButton.focus()
    stopButton.disabled = !isRunning
  }

  function begin(): Running {
    const name = device()
    let description: string = name
    setRunning(true)
    say(`Running on ${name} …`)
    return {
      opened: (text) => {
        description = `${name}, ${text}`
      },
      done: (ms) => {
        setRunning(false)
        timeOf(name).textContent = showTime(ms)
        say(`Ran in ${showTime(ms)} on ${description}.`)
      },
      failed: ({ name: error, line }) => {
        setRunning(false)
        say(`Ended with ${error}${line === null ? '' : ` in line ${line}`}.`)
      },
    }
  }

  function stopped(): void {
    setRunning(false)
    say('Stopped.')
  }

  function edited(isEdited: boolean): void {
    if (!isEdited && document.activeElement === resetButton) runButton.focus()
    resetButton.disabled = !isEdited
    // They were another program's.
    for (const name of names) timeOf(name).textContent = ''
  }

  return { ready: lookAround(), device, seed, begin, stopped, edited, say }
}

const showTime = (ms: number): string =>
  ms < 1000 ? `${Math.max(Math.round(ms), 1)} ms` : `${(ms / 1000).toFixed(1)} s`
