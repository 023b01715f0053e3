import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderBench } from '../bench.ts'
import { type Html, html } from '../html.ts'
import { SITE } from '../paths.ts'
import type { Lesson, Package } from '../site.ts'
import type { Page } from '../template.ts'
import { lessonPath } from './lesson.ts'

export const homeCode = (): string => readFileSync(join(SITE, 'src/home/lesson.ts'), 'utf8')

/** What this is, a network that trains while one reads, and the ladder. */
export function homePage(
  packages: readonly Package[],
  lessons: readonly Lesson[],
  importable: readonly string[],
): Page {
  return {
    path: '',
    title: '',
    description: 'Deep learning in TypeScript, built as a ladder of packages, with lessons that run in the page.',
    section: null,
    program: 'lesson',
    layout: 'front',
    hasMath: false,
    main: html`<header class="lead text">
<h1>Deep learning in TypeScript, built as a ladder.</h1>
<p>Stand on any rung, see one abstraction, and install nothing above it. The same program runs on plain JavaScript, in
WebAssembly and on WebGPU, and gives the losses that PyTorch gives, number by number.</p>
<p>This network trains in your browser, now. Change a line, and it trains again.</p>
</header>
${renderBench(homeCode(), { packages: importable, device: 'wasm' })}
<section class="text ladder" id="lessons">
<h2>The ladder</h2>
<p>A package stands on the layer below it, and on nothing else. Beside each are the lessons that take it apart: every one
is a program that you can run and change in its page.</p>
${rungs(packages, lessons)}
</section>
<section class="text">
<h2>In a terminal</h2>
<p>Clone the repository. It takes Node 20.19 or newer: no compiler, no driver, no GPU.</p>
<pre class="code scroller"><code>npx -y pnpm@10 start      # one network, written nine times
npx -y pnpm@10 lesson 1   # the lessons, in characters
npx -y pnpm@10 test       # every test</code></pre>
<p>How it works, and how to change it, is in the <a href="docs/">documents</a>; each package has its reference there.</p>
</section>`,
  }
}

/** From the top down, as a ladder is seen. */
function rungs(packages: readonly Package[], lessons: readonly Lesson[]): Html {
  const layers = [...new Set(packages.map(({ layer }) => layer))].sort((a, b) => b - a)
  return html`<ol class="rungs" reversed>
${layers.map(
  (layer) => html`<li class="rung"><ul>
${packages.filter((each) => each.layer === layer).map((each) => rung(each, lessons))}</ul></li>
`,
)}</ol>`
}

const rung = ({ name, folder, description }: Package, lessons: readonly Lesson[]): Html => html`<li>
<h3><a href="packages/${folder}/">${name}</a></h3>
<p>${description}</p>
<ul class="lessons">${lessons
  .filter(({ teaches }) => teaches === name)
  .map(
    (lesson) =>
      html`<li><a href="${lessonPath(lesson)}"><span class="number">${lesson.number}</span> ${lesson.question}</a></li>`,
  )}</ul>
</li>
`
