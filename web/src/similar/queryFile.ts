/** A picture to search with that is not in the library. It lives as long as the page. */
import { shallowRef } from 'vue'
import { router } from '../router'

export const queryFile = shallowRef<File | null>(null)

export async function searchWithFile(file: File): Promise<void> {
  queryFile.value = file
  await router.push({ name: 'similar', query: { like: 'file' } })
}
