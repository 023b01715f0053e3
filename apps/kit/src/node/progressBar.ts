import { SingleBar } from 'cli-progress'

/** How far a loop is, in one line that goes away at its end: `bar.update(done, { note: 'loss 0.12' })`. */
export function progressBar(
  { title, total }: { readonly title: string; readonly total: number },
  stream: NodeJS.WriteStream,
): SingleBar {
  const bar = new SingleBar({
    stream,
    format: `${title && `${title} `}{bar} {value}/{total} {note}`,
    barCompleteChar: '━',
    barIncompleteChar: '┄',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
  })
  bar.start(total, 0, { note: '' })
  return bar
}
