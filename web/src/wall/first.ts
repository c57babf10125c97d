/** The first wall is asked for while the page is still being built, and while it is still asked who is signed in. */
import type { Filter } from '../search/state'
import { ImageList } from './list'

let begun: ImageList | null = null

function make(filter: Filter): ImageList {
  const made = new ImageList(filter)
  void made.open()
  return made
}

export function beginWall(filter: Filter, deleted: Set<string>): void {
  const list = (begun = new ImageList(filter))
  void list.open().then(() => deleted.size && list.remove(deleted))
}

/** The list of a search: the one that was begun, if it is of this search and was not refused. */
export function takeWall(filter: Filter): ImageList {
  const early = begun
  begun = null
  if (early && !early.failure.value && JSON.stringify(early.filter) === JSON.stringify(filter)) return early
  early?.close()
  return make(filter)
}
