import { linksOf } from './edges'
import type { Program, Scope, StateNode } from './program'

/** A program as the text of a Mermaid flowchart. Names are labels only, so that no name can break it. */
export function mermaid(program: Program): string {
  const ids = new Map([...program.states.keys()].map((id, index) => [id, `s${index}`]))
  const lines = ['flowchart TD']
  let scopes = 0
  const draw = (scope: Scope, indent: string) => {
    const scopeId = `c${scopes++}`
    for (const state of scope.states) {
      const id = ids.get(state.id) ?? ''
      if (state.children.length === 0) {
        lines.push(indent + id + shape(state))
        continue
      }
      lines.push(`${indent}subgraph ${id}["${label(state.name)}"]`)
      for (const [index, child] of state.children.entries()) {
        const title = state.type === 'Parallel' ? `Branch ${index + 1}` : 'Each item'
        lines.push(`${indent}  subgraph ${id}_${index}["${title}"]`)
        draw(child, `${indent}    `)
        lines.push(`${indent}  end`)
      }
      lines.push(`${indent}end`)
    }
    drawLinks(scope, scopeId, ids, lines, indent)
  }
  draw(program.top, '  ')
  return `${lines.join('\n')}\n`
}

function drawLinks(scope: Scope, scopeId: string, ids: Map<string, string>, lines: string[], indent: string) {
  const targets = new Map(scope.states.map(state => [state.name, ids.get(state.id)]))
  for (const { edge, to } of linksOf(scope)) {
    const target = targets.get(to)
    if (!target) continue
    if (edge.kind === 'start') {
      lines.push(`${indent}${scopeId}start((" ")) --> ${target}`)
      continue
    }
    const state = scope.states.find(({ id }) => id === edge.from)
    const from = ids.get(edge.from)
    if (edge.kind === 'next') lines.push(`${indent}${from} --> ${target}`)
    if (edge.kind === 'default') lines.push(`${indent}${from} -->|"otherwise"| ${target}`)
    if (edge.kind === 'choice')
      lines.push(`${indent}${from} -->|"${label(state?.choices[edge.index]?.label || 'rule')}"| ${target}`)
    if (edge.kind === 'catch') {
      const errors = state?.catchers[edge.index]?.errors.join(', ') || 'error'
      lines.push(`${indent}${from} -.->|"${label(errors)}"| ${target}`)
    }
  }
}

function shape(state: StateNode): string {
  const text = `"${label(state.name)}"`
  if (state.type === 'Choice') return `{${text}}`
  if (state.type === 'Succeed' || state.type === 'Fail') return `([${text}])`
  return state.type === 'Wait' ? `[/${text}/]` : `[${text}]`
}

/** Everything but letters, digits and plain signs becomes an entity, as Mermaid has them: `#34;`. */
function label(text: string): string {
  const escaped = text.replace(/[^\p{L}\p{N} .,:_$()?!=+/%'-]/gu, found => `#${found.codePointAt(0)};`)
  return escaped || ' '
}
