import { type Html, html, raw } from './html.ts'
import { relativeUrl } from './links.ts'
import { ASSETS } from './paths.ts'

export interface Page {
  /** Below the site: `''` or something with a slash at its end. */
  readonly path: string
  /** Empty for the front page. */
  readonly title: string
  readonly description: string
  /** What stands in `main`. */
  readonly main: Html
  /** Which entry of the navigation the page belongs to. */
  readonly section: 'lessons' | 'docs' | null
  /** Beside what every page loads. */
  readonly program: 'site' | 'lesson'
  readonly hasMath: boolean
  /** Classes of the body. */
  readonly layout: 'front' | 'lesson' | 'docs' | 'plain'
}

/** Nothing is asked of another host, not even by the code that a reader runs: workers inherit this. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' blob: 'unsafe-eval' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** A whole page. */
export function renderPage(page: Page): string {
  const to = (path: string): string => relativeUrl(page.path, path)
  const asset = (file: string): string => to(`${ASSETS}/${file}`)
  const current = (section: Page['section']): Html | null =>
    page.section === section ? raw(' aria-current="true"') : null
  const { html: document } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${page.description}">
<meta name="color-scheme" content="light dark">
<title>${page.title === '' ? 'Rungs' : `${page.title} · Rungs`}</title>
<link rel="icon" href="${to('icon.svg')}">
<script src="${asset('theme.js')}"></script>
<link rel="stylesheet" href="${asset('site.css')}">
${page.hasMath && html`<link rel="stylesheet" href="${asset('math.css')}">`}
<script type="module" src="${asset(`${page.program}.js`)}"></script>
</head>
<body class="${page.layout}">
<a class="skip" href="#main">To the text</a>
<header class="masthead">
<a class="mark" href="${to('')}"><svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d="M7 2.5v19M17 2.5v19M7 7h10M7 12h10M7 17h10"/></svg>Rungs</a>
<nav aria-label="Site">
<a href="${to('#lessons')}"${current('lessons')}>Lessons</a>
<a href="${to('docs/')}"${current('docs')}>Docs</a>
</nav>
<button name="theme" type="button" class="quiet" aria-label="Dark colours" aria-pressed="false" hidden><svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><circle cx="12" cy="12" r="8.5"/><path class="half" d="M12 3.5a8.5 8.5 0 0 1 0 17z"/></svg></button>
</header>
<main id="main">
${page.main}
</main>
<footer class="colophon">
<p>Rungs, deep learning in TypeScript. <a href="${to('source/LICENSE/')}">MIT licence</a>; the pages use <a href="${to('licences.txt')}">other people’s work</a>, and ask nothing of any other host.</p>
</footer>
</body>
</html>
`
  return document
}
