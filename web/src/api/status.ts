/** What runs, what waits, and why. */
import { answer, client } from './client'

export const status = () => answer(client.GET('/v1/status'))
export const models = () => answer(client.GET('/v1/models'))
export const operations = () => answer(client.GET('/v1/operations', { params: { query: { limit: 50 } } }))

const at = (id: string) => ({ params: { path: { operation_id: id } } })
export const pause = (id: string) => answer(client.POST('/v1/operations/{operation_id}:pause', at(id)))
export const resume = (id: string) => answer(client.POST('/v1/operations/{operation_id}:resume', at(id)))
export const cancel = (id: string) => answer(client.POST('/v1/operations/{operation_id}:cancel', at(id)))
