/** The queue in IndexedDB: what is still to be sent survives a reload. */
const NAME = 'pictor-upload'
const STORE = 'items'

export interface Kept {
  key: string
  user: string
  /** Which tab sends it. */
  tab: string
  file: File | null
  name: string
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: 'key' })
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
}

async function within<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T> | void): Promise<T | undefined> {
  const database = await open()
  try {
    return await new Promise<T | undefined>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode)
      const asked = work(transaction.objectStore(STORE))
      transaction.oncomplete = () => resolve(asked?.result)
      transaction.onabort = transaction.onerror = () => reject(transaction.error)
    })
  } finally {
    database.close()
  }
}

export const keep = (items: Kept[]) =>
  within('readwrite', (store) => {
    items.forEach((item) => store.put(item))
  })
export const forget = (keys: string[]) =>
  within('readwrite', (store) => {
    keys.forEach((key) => store.delete(key))
  })
export const kept = async () => (await within<Kept[]>('readonly', (store) => store.getAll() as IDBRequest<Kept[]>)) ?? []
