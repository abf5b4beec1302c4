/** Gives the browser a file to keep. */
export function saveFile(name: string, content: Blob) {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** A name that every file system takes: the title, and `end` behind a dot. */
export function fileName(title: string, end: string): string {
  return `${title.replace(/[^\p{L}\p{N}_-]+/gu, '-') || 'workflow'}.${end}`
}
