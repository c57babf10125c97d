/** Many originals in one file: the server makes it while the browser saves it. */
import { answer, client, here, type Schemas } from './client'

/** Prepare the file and have the browser save it. */
export async function download(asked: { ids: string[] } | { collection: string }): Promise<Schemas['Download']> {
  const made = await answer(client.POST('/v1/downloads', { body: asked }))
  const link = document.createElement('a')
  link.href = here(made.url)
  link.download = made.file_name
  link.click()
  return made
}
