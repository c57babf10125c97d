// What a developer does with a library, told with the TypeScript client.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { openAsBlob, readFileSync } from 'node:fs'
import { connect, type Filters, Pictor, PictorProblem, UNREACHABLE } from 'pictor-client'

const [url, key] = [process.env.PICTOR_URL!, process.env.PICTOR_KEY!]
const pictor = new Pictor(url, key)

async function all<T>(things: AsyncIterable<T>): Promise<T[]> {
  const given: T[] = []
  for await (const thing of things) given.push(thing)
  return given
}

async function refused(asked: Promise<unknown>): Promise<PictorProblem> {
  const problem = await asked.then(() => undefined, (error: unknown) => error)
  assert.ok(problem instanceof PictorProblem, String(problem))
  return problem
}

// Both ways in, and both waits: the server's, and asking again.
const picture = await openAsBlob('one.jpg')
const { after: start } = await eventsFrom('now')
const one = await pictor.upload(picture, { file_name: 'one.jpg', title: 'Sea', tags: ['story', 'ts'], wait: true })
assert.deepEqual([one.state, one.title, one.tags, one.file_name, one.duplicate], ['ready', 'Sea', ['story', 'ts'], 'one.jpg', false])
assert.ok(one.labels.length > 0)
const file = new File([readFileSync('two.jpg')], 'two.jpg', { type: 'image/jpeg' })
const two = await pictor.uploadForm(file, { title: 'Two', tags: ['story', 'ts'], wait: 60 })
assert.deepEqual([two.state, two.title, two.tags, two.file_name], ['ready', 'Two', ['story', 'ts'], 'two.jpg'])
assert.ok((await pictor.upload(readFileSync('one.jpg'))).duplicate)

const idempotencyKey = randomUUID()
const three = readFileSync('three.jpg')
const [first, second] = [await pictor.upload(three, { idempotencyKey }), await pictor.upload(three, { idempotencyKey })]
assert.deepEqual([first.id, first.duplicate], [second.id, second.duplicate])

// Lists, page by page.
const mine: Filters = { tag: ['ts'], sort: 'created_at' }
assert.deepEqual((await all(pictor.images(mine))).map((image) => image.id), [one.id, two.id])
assert.deepEqual((await all(pictor.images({ ...mine, limit: 1 }))).map((image) => image.id), [one.id])
assert.deepEqual((await all(pictor.images({ ...mine, q: 'sea' }))).map((image) => image.id), [one.id])
const bySmallPages = pictor.items((core, page) => core.GET('/v1/images', { params: { query: { ...mine, ...page, limit: 1 } } }))
assert.deepEqual((await all(bySmallPages)).map((image) => image.id), [one.id, two.id])
assert.equal((await all(pictor.labels('stor')))[0]?.name, 'story')

// Look-alikes by id and by picture; labels of what is not kept.
assert.ok((await pictor.similar(one, { limit: 50 })).items.some((hit) => hit.image.id === two.id))
const [best] = (await pictor.similar(picture, { limit: 1 })).items
assert.deepEqual([best?.image.id, best?.band], [one.id, 'exact'])
const classes = (await pictor.classify(picture, { top_k: 3 })).labels
assert.deepEqual(classes.map((label) => label.id), one.labels.slice(0, 3).map((label) => label.id))
assert.equal((await pictor.labelsOf(one))[0]?.rank, 1)

// Change, collect, take home.
const changed = await pictor.update(one, { title: null, rotation: 90 })
assert.deepEqual([changed.title, changed.rotation, changed.tags], ['', 90, ['story', 'ts']])
const made = await pictor.createCollection('Story', 'told in TypeScript')
await pictor.addTo(made, one, two.id)
assert.deepEqual(new Set((await all(pictor.imagesOf(made))).map((image) => image.id)), new Set([one.id, two.id]))
assert.ok((await all(pictor.collections())).some((collection) => collection.id === made.id))
const original = Buffer.from(await (await pictor.content(one)).arrayBuffer())
assert.deepEqual(original, readFileSync('one.jpg'))

// What happened since is in the feed; an abort ends it, and is thrown as what it is.
const stop = new AbortController()
const seen: string[] = []
const feed = async () => {
  for await (const event of pictor.events({ after: start, everyS: 0.1, signal: stop.signal })) {
    seen.push(`${event.type} ${event.subject_id}`)
    if (event.type === 'collection.created' && event.subject_id === made.id) setTimeout(() => stop.abort(), 300)
  }
}
await assert.rejects(feed(), { name: 'AbortError' })
assert.ok(seen.includes(`image.created ${one.id}`) && seen.includes(`image.created ${two.id}`), seen.join())

// What is refused has a type.
const missing = await refused(pictor.get(randomUUID()))
assert.deepEqual([missing.status, missing.code, missing.title, missing.repeatable], [404, 'not_found', 'Not Found', true])
assert.ok(missing.requestId && missing.detail === missing.message)
const invalid = await refused(pictor.createCollection(''))
assert.deepEqual([invalid.status, invalid.code, invalid.errors[0]?.pointer], [422, 'validation_failed', '/name'])
assert.equal((await refused(pictor.upload(Buffer.from('words')))).status, 415)
assert.equal((await refused(pictor.upload(picture, { on_duplicate: 'error' }))).code, 'duplicate_image')
assert.equal((await refused(new Pictor(url, 'pk_nobody').get(one))).status, 401)
const nobody = new Pictor('http://127.0.0.1:9', key, { retries: { attempts: 2, firstWaitS: 0.01 } })
const away = await refused(nobody.get(one))
assert.deepEqual([away.status, away.code], [0, UNREACHABLE])
assert.equal((await refused(connect({ baseUrl: url }).GET('/v1/me'))).code, 'unauthenticated')

for (const image of [one, two, first]) await pictor.delete(image)
assert.equal((await refused(pictor.get(one))).status, 404)
console.log('told')

async function eventsFrom(after: string) {
  const page = await pictor.do((core) => core.GET('/v1/events', { params: { query: { after } } }))
  assert.ok(typeof page !== 'string')
  return page
}
