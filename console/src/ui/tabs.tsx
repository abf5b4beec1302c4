import type { ReactNode } from 'react'
import { Tab as AriaTab, Tabs as AriaTabs, TabList, TabPanel } from 'react-aria-components'
import { cx } from './cx'

export interface Tab {
  id: string
  label: ReactNode
  content: ReactNode
}

/** Panels of which one is shown. With `value` the caller keeps which (in the URL, say). */
export function Tabs({
  label,
  tabs,
  value,
  onChange,
  className,
}: {
  label: string
  tabs: Tab[]
  value?: string
  onChange?: (id: string) => void
  className?: string
}) {
  return (
    <AriaTabs
      selectedKey={value}
      onSelectionChange={key => onChange?.(String(key))}
      className={cx('flex min-h-0 flex-col', className)}
    >
      <TabList aria-label={label} className="flex shrink-0 gap-1 overflow-x-auto border-line border-b px-2">
        {tabs.map(tab => (
          <AriaTab
            key={tab.id}
            id={tab.id}
            data-testid={`tab-${tab.id}`}
            className="-mb-px cursor-pointer border-transparent border-b-2 px-2 py-1.5 whitespace-nowrap text-muted outline-offset-[-2px] data-[hovered]:text-text data-[selected]:border-ink data-[selected]:font-strong data-[selected]:text-text max-sm:py-3"
          >
            {tab.label}
          </AriaTab>
        ))}
      </TabList>
      {tabs.map(tab => (
        <TabPanel key={tab.id} id={tab.id} className="min-h-0 flex-1 overflow-auto outline-offset-[-2px]">
          {tab.content}
        </TabPanel>
      ))}
    </AriaTabs>
  )
}
