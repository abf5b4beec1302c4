import { expect, test } from 'vitest'
import { machineTemplates } from '~/asl/machines'
import { readProgram } from '~/asl/read'
import { languageOfNew, templateOf } from './templates'

test.each(machineTemplates.map(({ id }) => id))('%s is written in the language that is wanted', id => {
  const text = (wanted?: string) => templateOf(id, languageOfNew(wanted)).source
  expect(text()).toEqual(text('JSONata'))
  expect(text('COBOL')).toEqual(text('JSONata'))
  expect(readProgram(text()).program?.queryLanguage).toBe('JSONata')
  const path = text('JSONPath')
  expect(readProgram(path).program?.queryLanguage).toBeUndefined()
  expect(path.text).not.toContain('{%')
})
