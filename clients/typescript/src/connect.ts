/** The generated core as a client: every operation of the API by its path, with typed parameters and answers. */
import createClient, { type Client, type ClientOptions } from 'openapi-fetch'
import type { components, paths } from './core/schema.js'
import { problems } from './problem.js'

export type Core = Client<paths>
export type Schemas = components['schemas']

/** Connect to the server at `baseUrl`. What is no success is thrown as a PictorProblem. */
export function connect(options: ClientOptions & { baseUrl: string }): Core {
  const core = createClient<paths>(options)
  core.use(problems)
  return core
}
