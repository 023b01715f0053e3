import { join, relative } from 'node:path'
import { renderBench } from '../bench.ts'
import { html, raw } from '../html.ts'
import { type Linker, pageOf, relativeUrl } from '../links.ts'
import { renderMarkdown } from '../markdown.ts'
import { ROOT } from '../paths.ts'
import type { Lesson } from '../site.ts'
import type { Page } from '../template.ts'

export const lessonPath = ({ name }: Lesson): string => `lessons/${name}/`

/** The question, the program that answers it, then whatever else there is to say. */
export async function lessonPage(
  lesson: Lesson,
  all: readonly Lesson[],
  packages: readonly string[],
  linker: Linker,
): Promise<Page> {
  const path = lessonPath(lesson)
  const file = relative(ROOT, join(lesson.folder, 'README.md'))
  const { title, lead, rest, hasMath } = await renderMarkdown(lesson.readme, (href) => linker.link(href, file, path))
  const at = all.indexOf(lesson)
  const [before, after] = [all[at - 1], all[at + 1]]
  const link = (other: Lesson, rel: string): ReturnType<typeof html> =>
    html`<a rel="${rel}" href="${relativeUrl(path, lessonPath(other))}"><small>${rel === 'prev' ? 'Before' : 'Next'}</small>${other.question}</a>`
  const taught = pageOf(`packages/${lesson.teaches.replace('@rungs/', '')}`) ?? ''
  return {
    path,
    title,
    description: `A lesson that runs in the page: ${title}`,
    section: 'lessons',
    program: 'lesson',
    layout: 'lesson',
    hasMath,
    main: html`<header class="lead text">
<p class="kicker">Lesson ${lesson.number} · <a href="${relativeUrl(path, taught)}">${lesson.teaches}</a></p>
<h1>${title}</h1>
${raw(lead)}
</header>
${renderBench(lesson.code, { packages, device: 'wasm' })}
${rest !== '' && html`<article class="text">${raw(rest)}</article>`}
<nav class="steps" aria-label="Lessons before and after">
${before !== undefined && link(before, 'prev')}
${after !== undefined && link(after, 'next')}
</nav>`,
  }
}
