/** Where one was on a wall, by its address: going back leads to the same pictures. */
interface Position {
  page: number
  within: number
}

const KEPT = 'pictor-positions'
const MOST = 50

function all(): [string, Position][] {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? '[]') as [string, Position][]
  } catch {
    return []
  }
}

export function remember(place: string, position: Position): void {
  const others = all().filter(([other]) => other !== place)
  sessionStorage.setItem(KEPT, JSON.stringify([...others, [place, position]].slice(-MOST)))
}

export const remembered = (place: string): Position | undefined => all().find(([other]) => other === place)?.[1]
