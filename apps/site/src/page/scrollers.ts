/** Gives a tab stop to whatever is wider than its place, so that it scrolls from the keyboard; to nothing else. */
export function makeScrollers(root: ParentNode): void {
  for (const each of root.querySelectorAll<HTMLElement>('.scroller')) {
    const overflows = each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight + 1
    if (overflows) each.tabIndex = 0
    else each.removeAttribute('tabindex')
  }
}

/** From now on, whatever the width of the window. */
export function watchScrollers(root: HTMLElement): void {
  new ResizeObserver(() => makeScrollers(root)).observe(root)
}
