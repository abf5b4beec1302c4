import { Page } from '~/ui/page'

export function MachineScreen() {
  return <Page title="Machine">{null}</Page>
}
