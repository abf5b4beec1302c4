import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { QueryLanguage } from '~/asl/fields'
import { Select } from '~/ui/select'
import { useDocument } from '../document/context'
import { languageOfNew } from '../session/templates'

const route = getRouteApi('/design')

const LANGUAGES: { id: QueryLanguage; label: string }[] = [
  { id: 'JSONata', label: 'JSONata' },
  { id: 'JSONPath', label: 'JSONPath' },
]

/** Which query language the template on the screen is written in, and a way to have it in another one;
 * undefined once anything was done to it, and of what is no template. */
export function useNewLanguage() {
  const { arn, draft, template, language } = route.useSearch()
  const { dirty, canUndo, canRedo } = useDocument()
  const go = useNavigate()
  if (arn || draft || template === 'paste' || dirty || canUndo || canRedo) return undefined
  return {
    language: languageOfNew(language),
    choose: (next: string) => void go({ to: '/design', search: { template, language: next }, replace: true }),
  }
}

export function LanguageChoice() {
  const choice = useNewLanguage()
  if (!choice) return null
  return (
    <Select
      label="Query language"
      hiddenLabel
      choices={LANGUAGES}
      value={choice.language}
      onChange={choice.choose}
      className="w-28"
      data-testid="language"
    />
  )
}
