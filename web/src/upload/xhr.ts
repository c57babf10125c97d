/** A `fetch` that tells how much of the body is sent: the platform's own does not. */
export function fetchWithProgress(file: Blob, onSent: (bytes: number) => void, signal: AbortSignal): typeof fetch {
  return (input) =>
    new Promise((resolve, reject) => {
      const request = input as Request
      const xhr = new XMLHttpRequest()
      xhr.open(request.method, request.url)
      request.headers.forEach((value, name) => xhr.setRequestHeader(name, value))
      xhr.upload.onprogress = (event) => onSent(event.loaded)
      xhr.onload = () => resolve(new Response(xhr.status === 204 ? null : xhr.responseText, { status: xhr.status, headers: headersOf(xhr) }))
      xhr.onerror = () => reject(new TypeError('The connection broke.'))
      xhr.onabort = () => reject(new DOMException('Stopped.', 'AbortError'))
      signal.addEventListener('abort', () => xhr.abort(), { once: true })
      xhr.send(file)
    })
}

function headersOf(xhr: XMLHttpRequest): Headers {
  const lines = xhr.getAllResponseHeaders().trim().split('\r\n')
  return new Headers(lines.filter(Boolean).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as [string, string]))
}
