import { decodeCode, encodeCode } from '../address.ts'
import { LESSON_PAGE, type LessonPage } from '../lessonPage.ts'
import { packageFile } from '../packages.ts'
import { createControls } from './controls.ts'
import { find } from './dom.ts'
import type { Editor } from './editor/editor.ts'
import { isolate } from './isolate.ts'
import { createResults } from './results.ts'
import { createRunner } from './runner.ts'
import './site.ts'

const { packages, device } = JSON.parse(find(`#${LESSON_PAGE}`, HTMLScriptElement).text) as LessonPage
const beside = (file: string): string => new URL(file, import.meta.url).href
const packageUrls = Object.fromEntries(packages.map((name) => [name, beside(packageFile(name))]))

const listing = find('.bench .listing', HTMLElement)
const original = listing.textContent ?? ''
let code = original
let editor: Editor | null = null
let editorComes: Promise<Editor | null> | null = null

/** How long nobody types before the lesson runs again, in milliseconds. */
const PAUSE = 700
let pause: ReturnType<typeof setTimeout> | undefined

const runner = createRunner(new URL('run.js', import.meta.url))
const results = createResults(find('.results', HTMLElement))
const controls = createControls({ device, run, stop, reset })

function run(): void {
  editor?.mark(null)
  results.begin()
  const running = controls.begin()
  runner.run(
    {
      device: controls.device(),
      seed: controls.seed(),
      // What nobody has edited was compiled when the site was built.
      code: code === original ? { url: new URL('lesson.js', location.href).href } : { source: code },
      packages: packageUrls,
    },
    {
      opened: running.opened,
      items: results.show,
      done: (ms) => {
        results.end()
        running.done(ms)
        void loadEditor()
      },
      failed: (failure) => {
        results.fail(failure, (line) => void loadEditor().then((editor) => editor?.goTo(line)))
        running.failed(failure)
        void loadEditor().then((editor) => editor?.mark(failure.line))
      },
    },
  )
}

function stop(): void {
  if (!runner.stop()) return
  results.end()
  controls.stopped()
}

function reset(): void {
  setCode(original)
  editor?.replace(original)
  run()
}

function setCode(text: string): void {
  code = text
  controls.edited(code !== original)
  clearTimeout(pause)
  void writeAddress()
}

async function writeAddress(): Promise<void> {
  const text = code
  const fragment = text === original ? '' : `#${await encodeCode(text)}`
  // Another edit may have come while this one was compressed.
  if (text === code) history.replaceState(null, '', `${location.pathname}${location.search}${fragment}`)
}

function edit(text: string): void {
  setCode(text)
  pause = setTimeout(run, PAUSE)
}

/** Null where it does not come: then the code can be run, and not changed. */
function loadEditor(): Promise<Editor | null> {
  editorComes ??= import('./editor/editor.ts').then(
    ({ createEditor }) => {
      editor = createEditor({ place: listing, code, edit, run, types: new URL('types.js', import.meta.url) })
      return editor
    },
    () => {
      controls.say('The editor could not be loaded. The lesson runs without it.')
      return null
    },
  )
  return editorComes
}

/** Somebody else's program waits until it is asked for. */
async function showShared(shared: string): Promise<void> {
  stop()
  setCode(shared)
  controls.say('This address brings an edited lesson. Read it, then run it.')
  if (editor === null) listing.textContent = shared
  else editor.replace(shared)
  await loadEditor()
}

async function start(): Promise<void> {
  await isolate()
  const shared = await decodeCode(location.hash)
  listing.addEventListener('pointerdown', () => void loadEditor(), { once: true })
  listing.addEventListener('focus', () => void loadEditor().then((editor) => editor?.focus()), { once: true })
  await controls.ready
  addEventListener('hashchange', async () => {
    const another = await decodeCode(location.hash)
    if (another !== null && another !== code) await showShared(another)
  })
  if (shared === null || shared === original) run()
  else await showShared(shared)
}

void start()
