/** Justified rows: every row of a page fills the width, at a height near the wanted one. Pure arithmetic, no DOM. */
import type { Image } from '../api/client'
import type { TimeOrder } from '../search/state'

export interface Tile {
  image: Image
  /** Place among all images of the list. */
  index: number
  x: number
  width: number
}

export interface Row {
  y: number
  height: number
  tiles: Tile[]
  /** The month that begins here; such a row has no tiles. */
  month?: string
}

export interface PageLayout {
  rows: Row[]
  height: number
}

export interface Shape {
  width: number
  rowHeight: number
  gap: number
  /** The time whose months have headings. */
  headings: TimeOrder
}

export const HEADING = 44
const WIDEST = 6
const NARROWEST = 0.4
/** How much higher than wanted a row may be that fills the width; one that would be higher is ragged, as high as wanted. */
const HIGHEST = 2.4
/** The same for the last row of a month: there, ragged is what one is used to. */
const LAST_HIGHEST = 1.3

/** Width by height as shown: turned, and with panoramas and slivers kept within reason. */
export function ratioOf(image: Image): number {
  const turned = image.rotation === 90 || image.rotation === 270
  const ratio = turned ? image.height / image.width : image.width / image.height
  return Math.min(WIDEST, Math.max(NARROWEST, ratio || 1))
}

/** An image whose date is not known stands where it was uploaded, as the API orders it. */
export const timeOf = (image: Image, order: TimeOrder): string =>
  order === 'taken_at' ? (image.taken_at ?? image.created_at) : image.created_at

export const monthOf = (time: string): string => time.slice(0, 7)

/** Lay out one page. `last`: the month of the image before it, null where nothing is before it, undefined where it is
 * not known. `isEnd`: no page follows; else its last row is filled like any other. */
export function layOut(images: Image[], first: number, shape: Shape, last: string | null | undefined, isEnd: boolean): PageLayout {
  const rows: Row[] = []
  let y = 0
  for (let from = 0; from < images.length; ) {
    const month = monthOf(timeOf(images[from] as Image, shape.headings))
    let to = from + 1
    while (to < images.length && (!shape.headings || monthOf(timeOf(images[to] as Image, shape.headings)) === month)) to++
    if (shape.headings && last !== undefined && month !== last) {
      rows.push({ y, height: HEADING, tiles: [], month })
      y += HEADING
    }
    last = month
    y = addRows(rows, images.slice(from, to), first + from, y, shape, to < images.length || isEnd)
    from = to
  }
  return { rows, height: y }
}

/** Spread images over as many rows as they fill about, so that no row is much lower than another. */
function addRows(rows: Row[], images: Image[], first: number, y: number, shape: Shape, isEnd: boolean): number {
  const ratios = images.map(ratioOf)
  const whole = ratios.reduce((sum, ratio) => sum + ratio, 0)
  const perRow = shape.width / shape.rowHeight
  const count = Math.max(1, Math.round(whole / perRow))
  let at = 0
  let used = 0
  for (let row = 1; row <= count && at < images.length; row++) {
    const begin = at
    const goal = (whole * row) / count
    while (at < images.length && (at === begin || row === count || used + (ratios[at] as number) / 2 <= goal)) {
      used += ratios[at++] as number
    }
    const most = isEnd && at === images.length ? LAST_HIGHEST : HIGHEST
    y = addRow(rows, images.slice(begin, at), ratios.slice(begin, at), first + begin, y, shape, most)
  }
  return y
}

function addRow(rows: Row[], images: Image[], ratios: number[], first: number, y: number, shape: Shape, most: number): number {
  const sum = ratios.reduce((total, ratio) => total + ratio, 0)
  const room = shape.width - shape.gap * (images.length - 1)
  const whole = Math.round(room / sum)
  const height = whole > shape.rowHeight * most ? shape.rowHeight : whole
  let x = 0
  const tiles = images.map((image, n) => {
    const full = height === whole && n === images.length - 1
    const width = full ? shape.width - x : Math.min(Math.round((ratios[n] as number) * height), shape.width)
    const tile = { image, index: first + n, x, width }
    x += width + shape.gap
    return tile
  })
  rows.push({ y, height, tiles })
  return y + height + shape.gap
}

/** How high a page of images will be, before they are known. */
export function guess(count: number, shape: Shape, ratio: number): number {
  return Math.ceil((count * ratio * shape.rowHeight) / shape.width) * (shape.rowHeight + shape.gap)
}
