import { Page } from '~/ui/page'

export function StartScreen() {
  return <Page title="Start">{null}</Page>
}
