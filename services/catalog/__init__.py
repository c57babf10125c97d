"""The catalog: images, labels, tags, collections and the job queue in Postgres, image bytes in the object store."""
