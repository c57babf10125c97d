/** Signing in, registering, API keys. */
import { answer, client, type Schemas } from './client'

export type ApiKey = Schemas['ApiKey']
export type Scope = ApiKey['scopes'][number]

export const me = () => answer(client.GET('/v1/me'))
export const signIn = (name: string, password: string) =>
  answer(client.POST('/v1/sessions:page', { body: { name, password } }))
export const signOut = () => answer(client.DELETE('/v1/sessions'))
export const register = (name: string, password: string) =>
  answer(client.POST('/v1/users', { body: { name, password } }))

export const changePassword = (body: Schemas['PasswordChange']) => answer(client.PUT('/v1/me/password', { body }))

export const listKeys = () => answer(client.GET('/v1/api-keys', { params: { query: { limit: 500 } } }))
export const createKey = (body: Schemas['ApiKeyCreate']) => answer(client.POST('/v1/api-keys', { body }))
export const revokeKey = (id: string) =>
  answer(client.DELETE('/v1/api-keys/{key_id}', { params: { path: { key_id: id } } }))
