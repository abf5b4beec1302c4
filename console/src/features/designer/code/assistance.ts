import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  insertCompletionText,
  pickedCompletion,
} from '@codemirror/autocomplete'
import type { Extension } from '@codemirror/state'
import { type EditorView, hoverTooltip, type Tooltip } from '@codemirror/view'
import { completion, hover, type Question } from '../api/language'

const ICONS: Record<string, string> = {
  field: 'property',
  state: 'class',
  value: 'constant',
  resource: 'namespace',
  error: 'keyword',
  function: 'function',
  variable: 'variable',
}

/** Completion and hover, both from the server that checks the text. */
export function assistance(question: () => Question): Extension {
  return [
    autocompletion({ override: [context => complete(context, question())], icons: false }),
    hoverTooltip((_, position) => explain(question(), position), { hoverTime: 350 }),
  ]
}

async function complete(context: CompletionContext, question: Question): Promise<CompletionResult | null> {
  const typed = context.matchBefore(/["\w$.:{% -]$/)
  if (!typed && !context.explicit) return null
  const off = new AbortController()
  context.addEventListener('abort', () => off.abort())
  try {
    const answer = await completion(question, context.pos, off.signal)
    if (answer.items.length === 0) return null
    // What the answer replaces behind the cursor, such as a quote that closes, stays there while one types on.
    const behind = Math.max(0, answer.to - context.pos)
    return {
      from: Math.min(answer.from, context.pos),
      validFor: /^["\w$.-]*$/,
      options: answer.items.map(item => ({
        label: item.label,
        detail: item.detail,
        info: item.documentation,
        type: ICONS[item.kind] ?? 'text',
        apply: applied(item.insert, behind),
      })),
    }
  } catch {
    // Help that does not come is no reason to stop anybody from typing.
    return null
  }
}

function applied(insert: string, behind: number) {
  return (view: EditorView, picked: Completion, from: number, to: number) => {
    const end = Math.min(to + behind, view.state.doc.length)
    view.dispatch({
      ...insertCompletionText(view.state, insert, from, end),
      annotations: pickedCompletion.of(picked),
    })
  }
}

async function explain(question: Question, position: number): Promise<Tooltip | null> {
  try {
    const answer = await hover(question, position)
    if (!answer.title && !answer.text) return null
    const from = answer.from ?? position
    return { pos: from, end: answer.to ?? from, above: true, create: () => ({ dom: card(answer) }) }
  } catch {
    return null
  }
}

/** Built of text nodes: nothing that a server says becomes markup. */
function card({ title, text, link }: { title?: string; text?: string; link?: string }): HTMLElement {
  const dom = document.createElement('div')
  dom.className = 'flex flex-col gap-1 p-2 font-sans'
  dom.dataset.testid = 'hover'
  if (title) dom.append(line('strong', title, 'font-strong'))
  if (text) dom.append(line('p', text, 'whitespace-pre-wrap'))
  if (link && /^https:\/\//.test(link)) {
    const anchor = document.createElement('a')
    anchor.href = link
    anchor.target = '_blank'
    anchor.rel = 'noreferrer'
    anchor.textContent = 'Read more'
    anchor.className = 'underline'
    dom.append(anchor)
  }
  return dom
}

function line(tag: string, text: string, className: string) {
  const element = document.createElement(tag)
  element.textContent = text
  element.className = className
  return element
}
