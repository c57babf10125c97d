/** A tree from labels with their paths: kinds with one child are skipped, for they tell nothing. */
import type { Schemas } from '../api/client'

export type Known = Pick<Schemas['LabelDetail'], 'id' | 'name' | 'count' | 'path'>

export interface Node {
  id: string
  name: string
  /** Images that bear it or a kind of it; null while that is not known. */
  count: number | null
  /** What orders it among its like: counts of what is under it, added up. */
  weight: number
  children: Node[]
}

export const leaf = (id: string, name: string, count: number): Node => ({ id, name, count, weight: count, children: [] })

/** From a label of a path the way up is always the same: so this is a tree. */
export function buildTree(known: Known[]): Node[] {
  const nodes = new Map<string, Node>()
  const under = new Set<string>()
  const node = (id: string, name: string) => {
    const found = nodes.get(id) ?? { id, name, count: null, weight: 0, children: [] }
    nodes.set(id, found)
    return found
  }
  for (const label of known) {
    node(label.id, label.name).count = label.count
    let child = label.id
    for (const { id, name } of label.path) {
      const parent = node(id, name)
      if (under.has(child)) break
      under.add(child)
      parent.children.push(nodes.get(child) as Node)
      child = id
    }
  }
  let roots = [...nodes.values()].filter(({ id }) => !under.has(id)).map(tidy)
  // Everything is an entity: what all are, tells nothing.
  while (roots.length === 1 && roots[0]?.children.length) roots = roots[0].children
  return roots.sort(byWeight)
}

function tidy(node: Node): Node {
  const children = node.children.map(tidy).sort(byWeight)
  if (children.length === 1 && node.count === null) return children[0] as Node
  return { ...node, children, weight: node.count ?? children.reduce((sum, child) => sum + child.weight, 0) }
}

const byWeight = (a: Node, b: Node) => b.weight - a.weight || a.name.localeCompare(b.name)

/** Labels whose counts are not known yet. */
export const uncounted = (nodes: Node[]): string[] =>
  nodes.flatMap((node) => [...(node.count === null ? [node.id] : []), ...uncounted(node.children)])

export const counted = (nodes: Node[], counts: Map<string, number>): Node[] =>
  nodes.map((node) => ({ ...node, count: counts.get(node.id) ?? node.count, children: counted(node.children, counts) }))
