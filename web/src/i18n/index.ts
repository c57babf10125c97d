/** Words: one file a language in locales/. A new language is a new file. */
import { computed, ref } from 'vue'
import en from './locales/en.json'

export type Key = keyof typeof en
type Words = Record<Key, string>

const others = import.meta.glob<{ default: Words }>(['./locales/*.json', '!./locales/en.json'])
const KEPT = 'pictor-language'
const words = ref<Words>(en)
export const language = ref('en')
export const languages = ['en', ...Object.keys(others).map((path) => path.slice('./locales/'.length, -'.json'.length))]

export async function useLanguage(wanted: string): Promise<void> {
  const load = others[`./locales/${wanted}.json`]
  words.value = load ? { ...en, ...(await load()).default } : en
  language.value = load ? wanted : 'en'
  document.documentElement.lang = language.value
}

export function chooseLanguage(wanted: string): Promise<void> {
  localStorage.setItem(KEPT, wanted)
  return useLanguage(wanted)
}

export function firstLanguage(): string {
  const asked = [localStorage.getItem(KEPT) ?? '', ...navigator.languages].map((tag) => tag.split('-')[0] ?? '')
  return asked.find((tag) => languages.includes(tag)) ?? 'en'
}

/** The text of a key. `{name}` is replaced; `one|many` is chosen by `n`. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const forms = words.value[key].split('|')
  const form = (forms.length > 1 && Number(values.n) === 1 ? forms[0] : forms[forms.length - 1]) ?? ''
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    return value === undefined ? whole : typeof value === 'number' ? number(value) : value
  })
}

/** Made when first needed: each takes a millisecond. */
const formats = {
  number: computed(() => new Intl.NumberFormat(language.value)),
  percent: computed(() => new Intl.NumberFormat(language.value, { style: 'percent', maximumFractionDigits: 0 })),
  month: computed(() => new Intl.DateTimeFormat(language.value, { month: 'long', year: 'numeric' })),
  day: computed(() => new Intl.DateTimeFormat(language.value, { dateStyle: 'medium' })),
  moment: computed(() => new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeStyle: 'short' })),
  date: computed(() => new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeZone: 'UTC' })),
  clock: computed(() => new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })),
}

export const number = (value: number) => formats.number.value.format(value)
/** What is something is never told as 0 %. */
export const percent = (value: number) =>
  value > 0 && value < 0.005 ? `<${formats.percent.value.format(0.01)}` : formats.percent.value.format(value)
export const month = (value: string | Date) => formats.month.value.format(new Date(value))
export const day = (value: string | Date) => formats.day.value.format(new Date(value))
export const moment = (value: string | Date) => formats.moment.value.format(new Date(value))
/** A day of the calendar, yyyy-mm-dd. */
export const date = (value: string) => formats.date.value.format(new Date(value))
/** A time without a zone, as the clock showed it. */
export const clock = (value: string) => formats.clock.value.format(new Date(`${value}Z`))
/** At most so many digits after the point. */
export const decimal = (value: number, digits: number) =>
  new Intl.NumberFormat(language.value, { maximumFractionDigits: digits }).format(value)

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = Math.min(units.length - 1, value > 0 ? Math.floor(Math.log10(value) / 3) : 0)
  const scaled = value / 1000 ** step
  return `${decimal(scaled, scaled < 10 && step ? 1 : 0)} ${units[step]}`
}
