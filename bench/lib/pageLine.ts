import { type Chromium, openInChromium } from '../../packages/testing/src/browser/chromium.ts'
import { type Server, serve } from '../../packages/testing/src/browser/server.ts'
import type { Answer } from './answering.ts'
import { Absent } from './contestant.ts'
import type { Line } from './runningContestant.ts'

/** A start may load megabytes of WebAssembly; a step may compile shaders. */
const PATIENCE_MS = 120_000

/** A contestant in a page of a browser of its own, which waits for questions; see `servePage.ts`. */
export function pageLine(chromium: Chromium, folder: string): Line {
  let server: Server | null = null
  let page: ReturnType<typeof openInChromium> | null = null
  /** The page's last request, which is open until there is a question. */
  let ask: ((question: string) => void) | null = null
  let waiting: ((answer: Answer) => void) | null = null

  async function onPost(path: string, body: string): Promise<string> {
    if (path === '/failed') {
      waiting?.({ absent: body.split('\n')[0] ?? body })
      return ''
    }
    return new Promise((resolve) => {
      ask = resolve
      waiting?.(JSON.parse(body) as Answer)
    })
  }

  function expectAnswer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Absent(`no answer from the page within ${PATIENCE_MS / 1000} s`)),
        PATIENCE_MS,
      )
      page?.ended.catch(reject)
      waiting = (answer) => {
        clearTimeout(timer)
        resolve(answer)
      }
    })
  }

  return {
    async open() {
      server = await serve(folder, { onPost })
      page = openInChromium(chromium, `${server.origin}/`)
      return expectAnswer()
    },
    ask(question) {
      if (ask === null) throw new Absent('the page has ended')
      const answer = expectAnswer()
      ask(question)
      ask = null
      return answer
    },
    async close() {
      const ending = [page?.close(), server?.close()]
      page = server = ask = null
      await Promise.all(ending)
    },
  }
}
