import { LESSON_PAGE, type LessonPage } from '../lessonPage.ts'
import { highlight } from './highlight.ts'
import { type Html, html, jsonScript, raw } from './html.ts'

const devices = ['cpu', 'wasm', 'webgpu'] as const

/**
 * Code that can be run and changed, with what it shows beside it. It is complete as it stands: without scripts it can be
 * read, and without the editor it runs.
 */
export function renderBench(code: string, page: LessonPage): Html {
  return html`<section class="bench" aria-label="The program">
<div class="controls">
<fieldset class="devices">
<legend>Device</legend>
${devices.map(
  (
    name,
  ) => html`<label><input type="radio" name="device" value="${name}"${name === 'cpu' && raw(' checked')}><span class="name">${name}</span> <span class="time" data-time="${name}"></span> <span class="device-note" data-note="${name}"></span></label>
`,
)}</fieldset>
<label class="seed">Seed <input type="number" name="seed" min="0" max="4294967295" step="1" value="0"></label>
<div class="buttons">
<button type="button" name="run" class="primary" disabled title="Ctrl+Enter runs too">Run</button>
<button type="button" name="stop" disabled>Stop</button>
<button type="button" name="reset" disabled>Reset</button>
</div>
<p role="status"></p>
</div>
<div class="code-side">
<pre class="listing" tabindex="0" role="region" aria-label="The code of the lesson"><code>${raw(highlightLines(code))}</code></pre>
</div>
<div class="results" role="region" aria-label="What it shows" tabindex="0"><noscript><p>Scripts are switched off: the program can be read, and not run.</p></noscript></div>
${jsonScript(LESSON_PAGE, page)}
</section>`
}

/** A line break ends each line, inside its element, so that the text of the listing is the code. */
const highlightLines = (code: string): string =>
  highlight(code.trimEnd(), 'ts')
    .split('\n')
    .map((line) => `<span class="row">${line}\n</span>`)
    .join('')
