import { createContext, type ReactNode, useContext, useMemo } from 'react'
import type { QueryLanguage } from '~/asl/fields'
import type { Program, Scope, Source, StateId, StateNode } from '~/asl/program'
import { notify } from '~/ui/feedback'
import { useDocument } from '../../document/context'
import type { Command } from '../../document/document'
import { useProblems } from '../../problems/context'
import { Store } from '../../store'
import { changeFields, type FieldChange } from '../change'
import { problemsAt, problemsOn } from './problems'

/** What is being typed and not yet in the text. */
export class Typing {
  /** What would come of it; the preview shows it. */
  readonly pending = new Store<{ changes: readonly FieldChange[] }>({ changes: [] })
  /** Texts that could not be read when their field went away, by pointer: they are there when it comes back. */
  readonly kept = new Map<string, string>()
}

/** What all fields of one form share. */
export interface FormScope {
  program: Program
  /** None for the machine itself. */
  state: StateNode | undefined
  language: QueryLanguage
  /** The states that transitions may lead to. */
  scope: Scope
  change: (changes: readonly FieldChange[]) => boolean
  /** Carries out another command; says in passing why it could not be done. */
  run: (work: (source: Source, program: Program) => Command) => boolean
  typing: Typing
  /** Called when a state has another name from here. */
  onRenamed: (from: StateId, to: StateId) => void
  /** What is wrong with the field at a pointer, in the server's words. */
  problemsAt: (at: string) => string | undefined
  /** The same, without what is wrong with a part of it. */
  problemsOn: (at: string) => string | undefined
}

const Context = createContext<FormScope | undefined>(undefined)

export function useForm(): FormScope {
  const scope = useContext(Context)
  if (!scope) throw new Error('A field stands outside of a form')
  return scope
}

interface Props {
  program: Program
  state: StateNode | undefined
  language: QueryLanguage
  typing: Typing
  onRenamed: (from: StateId, to: StateId) => void
  children: ReactNode
}

export function FormProvider({ program, state, language, typing, onRenamed, children }: Props) {
  const { document } = useDocument()
  const { problems } = useProblems()
  const form = useMemo<FormScope>(
    () => ({
      program,
      state,
      language,
      typing,
      onRenamed,
      run: work => told(document.run(work)),
      scope: (state && program.scopes.get(state.scope)) ?? program.top,
      change: changes => {
        typing.pending.set({ changes: [] })
        if (changes.length === 0) return true
        return told(
          document.run((source, now) => {
            if (state && !now.states.has(state.id)) return { refused: `${state.name} is gone.` }
            return changeFields(source, now, changes)
          }),
        )
      },
      problemsAt: at => problemsAt(program, problems, at),
      problemsOn: at => problemsOn(problems, at),
    }),
    [program, state, language, typing, onRenamed, problems, document],
  )
  return <Context.Provider value={form}>{children}</Context.Provider>
}

function told(refused: string | undefined): boolean {
  if (refused !== undefined) notify(refused, 'bad')
  return refused === undefined
}
