/** A tree from labels with their ancestors: kinds with one child are skipped, for they tell nothing. */
import type { Schemas } from '../api/client'

export type Known = Schemas['LabelDetail']

export interface Node {
  id: string
  name: string
  /** Images that bear it, as far as known. */
  count: number
  children: Node[]
}

export function buildTree(known: Known[]): Node[] {
  const nodes = new Map<string, Node>()
  const parents = new Map<string, string>()
  const node = (id: string, name: string) => {
    const found = nodes.get(id) ?? { id, name, count: 0, children: [] }
    nodes.set(id, found)
    return found
  }
  for (const label of known) {
    node(label.id, label.name).count = label.count
    // Nearest first; where an ancestor has two ways up, the first one seen is taken.
    let child = label.id
    for (const { id, name } of label.ancestors) {
      node(id, name)
      if (!parents.has(child) && id !== child) parents.set(child, id)
      child = id
    }
  }
  for (const [child, parent] of parents) nodes.get(parent)?.children.push(nodes.get(child) as Node)
  const roots = [...nodes.values()].filter(({ id }) => !parents.has(id))
  return roots.map(tidy).sort(byCount)
}

function tidy(node: Node): Node {
  const children = node.children.map(tidy).sort(byCount)
  if (children.length === 1 && !node.count) return children[0] as Node
  const count = node.count || children.reduce((sum, child) => sum + child.count, 0)
  return { ...node, children, count }
}

const byCount = (a: Node, b: Node) => b.count - a.count || a.name.localeCompare(b.name)
