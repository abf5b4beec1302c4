import { Check, Copy as CopyIcon } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from './button'
import { notify } from './feedback'

/** Puts a text on the clipboard, also where the page is not served securely. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    document.body.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    return done
  }
}

export function Copy({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [done, setDone] = useState(false)
  const copy = async () => {
    if (await copyText(text)) {
      setDone(true)
      setTimeout(() => setDone(false), 1500)
    } else notify('The browser did not let the console copy.', 'bad')
  }
  return (
    <IconButton small label={done ? 'Copied' : label} onPress={copy}>
      {done ? <Check size={14} aria-hidden="true" /> : <CopyIcon size={14} aria-hidden="true" />}
    </IconButton>
  )
}
