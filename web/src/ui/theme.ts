/** Dark and light follow the system. Element Plus wants a class for it. */
const dark = matchMedia('(prefers-color-scheme: dark)')

export function followTheme(): void {
  const set = () => document.documentElement.classList.toggle('dark', dark.matches)
  dark.addEventListener('change', set)
  set()
}
