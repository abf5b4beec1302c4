/** The most pixels that browsers draw on one canvas without giving up. */
const MOST = 16_000_000

/** Draws an SVG text on a canvas. `scale` is lowered where the picture would be too large. */
export async function toPng(svg: string, scale = 2): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const [w, h] = [image.naturalWidth, image.naturalHeight]
    const factor = Math.min(scale, Math.sqrt(MOST / (w * h)), 16_384 / w, 16_384 / h)
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.floor(w * factor))
    canvas.height = Math.max(1, Math.floor(h * factor))
    const context = canvas.getContext('2d')
    if (!context) throw new Error('This browser gives no canvas to draw the picture on.')
    context.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((resolve, reject) => {
      canvas.toBlob(
        blob => (blob ? resolve(blob) : reject(new Error('The picture is too large for this browser.'))),
        'image/png',
      )
    })
  } finally {
    URL.revokeObjectURL(url)
  }
}
