import { SunMoon } from 'lucide-react'
import { IconButton } from '~/ui/button'
import { Menu } from '~/ui/menu'
import { setTheme, useTheme } from '~/ui/theme'
import { setUtc, useUtc } from '~/ui/time'

/** How things are shown: light or dark, and whose time. */
export function ViewMenu() {
  const theme = useTheme()
  const utc = useUtc()
  const mark = (on: boolean) => (on ? '✓ ' : '')
  const actions = [
    { id: 'light', label: `${mark(theme === 'light')}Light`, run: () => setTheme('light') },
    { id: 'dark', label: `${mark(theme === 'dark')}Dark`, run: () => setTheme('dark') },
    { id: 'system', label: `${mark(theme === 'system')}As the system`, run: () => setTheme('system') },
    { id: 'utc', label: `${mark(utc)}Times in UTC`, run: () => setUtc(!utc) },
  ]
  return (
    <Menu label="View" actions={actions}>
      <IconButton label="View" data-testid="view-menu">
        <SunMoon size={16} aria-hidden="true" />
      </IconButton>
    </Menu>
  )
}
