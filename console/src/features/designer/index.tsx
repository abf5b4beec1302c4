import { Page } from '~/ui/page'

export function DesignerScreen() {
  return <Page title="Designer">{null}</Page>
}
