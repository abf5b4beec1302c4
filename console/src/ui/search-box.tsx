import { Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Input, SearchField } from 'react-aria-components'
import { INPUT } from './field'

/** A search that is told once typing pauses. */
export function SearchBox({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string
  placeholder: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}) {
  const [typed, setTyped] = useState(value ?? '')
  const told = useRef(value ?? '')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    if ((value ?? '') === told.current) return
    told.current = value ?? ''
    setTyped(value ?? '')
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const tell = (text: string) => {
    clearTimeout(timer.current)
    told.current = text.trim()
    onChange(text.trim() || undefined)
  }
  return (
    <SearchField
      aria-label={label}
      value={typed}
      onChange={text => {
        setTyped(text)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => tell(text), 250)
      }}
      onSubmit={tell}
      onClear={() => tell('')}
      className="relative w-60 max-sm:w-full"
    >
      <Search
        size={14}
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-2 -translate-y-1/2 text-muted"
      />
      <Input
        placeholder={placeholder}
        data-testid="search"
        className={`${INPUT} h-8 pl-7 max-sm:h-11 [&::-webkit-search-cancel-button]:hidden`}
      />
    </SearchField>
  )
}
