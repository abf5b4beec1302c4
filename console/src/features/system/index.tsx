import { Page } from '~/ui/page'

export function SystemScreen() {
  return <Page title="System">{null}</Page>
}
