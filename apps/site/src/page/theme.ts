/** Where the choice is kept, and how `theme.js`, which runs before the first paint, finds it. */
const KEY = 'rungs-theme'

/** The button goes from what the system says to the other one, and back. */
export function watchTheme(button: HTMLButtonElement): void {
  const root = document.documentElement
  const system = matchMedia('(prefers-color-scheme: dark)')
  const isDark = (): boolean => (root.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark'
  const show = (): void => {
    button.setAttribute('aria-pressed', String(isDark()))
    button.hidden = false
  }
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    remember(root.dataset.theme)
    show()
  })
  system.addEventListener('change', show)
  show()
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Storage is forbidden: the choice holds for this page.
  }
}
