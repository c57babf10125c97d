// The story with @hey-api/openapi-ts: every answer has the type that the document says.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { client } from "./client/client.gen";
import * as pictor from "./client/sdk.gen";
import type { Image } from "./client/types.gen";

const folder = process.env.PICTOR_PICTURES!;
const picture = (name: string) => new File([readFileSync(join(folder, name))], name, { type: "image/jpeg" });
client.setConfig({ baseUrl: process.env.PICTOR_URL!, auth: process.env.PICTOR_KEY! });

async function given<T>(asked: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const { data, error } = await asked;
  assert.equal(error, undefined, JSON.stringify(error));
  return data as T;
}

async function ready(id: string): Promise<Image> {
  for (let tries = 0; tries < 120; tries++) {
    const image = await given(pictor.imagesGet({ path: { image_id: id } }));
    if (image.state === "ready") return image;
    await pause(500);
  }
  throw new Error(`${id} is not ready after 60 s`);
}

async function main(): Promise<void> {
  const one = await given(
    pictor.imagesCreate({ body: picture("one.jpg"), query: { title: "One", tags: ["story"] }, headers: { Prefer: "wait=20" } }),
  );
  const two = await given(pictor.imagesUpload({ body: { file: picture("two.jpg"), title: "Two", tags: ["story"] } }));
  assert.deepEqual([one.title, two.title, two.tags], ["One", "Two", ["story"]]);
  await ready(one.id);
  await ready(two.id);

  const { items: labels } = await given(pictor.imagesLabels({ path: { image_id: one.id } }));
  assert.equal(labels[0]?.rank, 1);

  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await given(pictor.imagesList({ query: { tag: ["story"], limit: 1, cursor } }));
    seen.push(...page.items.map((image) => image.id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  assert.ok(seen.includes(one.id) && seen.includes(two.id));
  const byLabel = await given(pictor.imagesList({ query: { label: [labels[0]!.id] } }));
  assert.ok(byLabel.items.some((image) => image.id === one.id));

  const alike = await given(pictor.imagesSimilar({ path: { image_id: one.id }, query: { limit: 100 } }));
  assert.ok(alike.items.some((hit) => hit.image.id === two.id));
  const found = await given(pictor.searchSimilarPicture({ body: picture("one.jpg"), query: { limit: 1 } }));
  assert.deepEqual([found.items[0]?.image.id, found.items[0]?.band], [one.id, "exact"]);

  const made = await given(pictor.collectionsCreate({ body: { name: "Story" } }));
  const inside = { collection_id: made.id, image_id: one.id };
  assert.equal((await pictor.collectionsAddImage({ path: inside })).response?.status, 204);
  const kept = await given(pictor.collectionsImages({ path: { collection_id: made.id } }));
  assert.deepEqual(kept.items.map((image) => image.id), [one.id]);

  const changed = await given(pictor.imagesUpdate({ path: { image_id: one.id }, body: { title: "Uno" } }));
  assert.deepEqual([changed.title, changed.tags], ["Uno", ["story"]]);
  const bytes = await given(pictor.imagesContent({ path: { image_id: one.id } }));
  assert.deepEqual(Buffer.from(await bytes.arrayBuffer()), readFileSync(join(folder, "one.jpg")));

  const missing = await pictor.imagesGet({ path: { image_id: randomUUID() } });
  assert.equal(missing.error?.code, "not_found");
  const refused = await pictor.collectionsCreate({ body: { name: "" } });
  assert.deepEqual([refused.error?.status, refused.error?.errors?.[0]?.pointer], [422, "/name"]);

  for (const { id } of [one, two]) {
    assert.equal((await pictor.imagesDelete({ path: { image_id: id } })).response?.status, 204);
  }
  assert.equal((await pictor.imagesGet({ path: { image_id: one.id } })).error?.status, 404);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
