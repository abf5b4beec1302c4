import { Page } from '~/ui/page'

export function ImportScreen() {
  return <Page title="History from a file">{null}</Page>
}
