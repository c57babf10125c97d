CREATE OR REPLACE FUNCTION public.count_image_terms()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO term_deltas SELECT scope, kind, term, 1 FROM image_terms(NEW);
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO term_deltas SELECT scope, kind, term, -1 FROM image_terms(OLD);
    ELSE
        INSERT INTO term_deltas SELECT scope, kind, term, sum(delta) FROM (
            SELECT *, 1 AS delta FROM image_terms(NEW) UNION ALL SELECT *, -1 FROM image_terms(OLD)
        ) AS both_sides GROUP BY scope, kind, term HAVING sum(delta) <> 0;
    END IF;
    RETURN NULL;
END $function$

CREATE OR REPLACE FUNCTION public.image_terms(image images)
 RETURNS TABLE(scope uuid, kind text, term text)
 LANGUAGE sql
 STABLE
AS $function$
    SELECT CASE image.visibility WHEN 'public' THEN '00000000-0000-0000-0000-000000000000' ELSE image.owner_id END,
        found.kind, found.term
    FROM (
        SELECT 'label' AS kind, unnest(image.label_ids) AS term
        UNION SELECT 'own', unnest(image.own_label_ids)
        UNION SELECT 'tag', unnest(image.tags)
        UNION SELECT 'owner', image.owner_id::text
    ) AS found
    WHERE image.deleted_at IS NULL
$function$

CREATE OR REPLACE FUNCTION public.likeness(hash bigint, digest text)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (bit_count((hash)::bit(64)) < 24) THEN ((('x'::text || "left"(digest, 16)))::bit(64))::bigint ELSE hash END

CREATE OR REPLACE FUNCTION public.note_image_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO search_changes VALUES (OLD.n);
    ELSE
        INSERT INTO search_changes VALUES (NEW.n);
    END IF;
    RETURN NULL;
END $function$

CREATE TRIGGER images_count_changed AFTER UPDATE ON images FOR EACH ROW WHEN (old.label_ids IS DISTINCT FROM new.label_ids OR old.own_label_ids IS DISTINCT FROM new.own_label_ids OR old.tags IS DISTINCT FROM new.tags OR old.visibility IS DISTINCT FROM new.visibility OR old.owner_id IS DISTINCT FROM new.owner_id OR old.deleted_at IS DISTINCT FROM new.deleted_at) EXECUTE FUNCTION count_image_terms()

CREATE TRIGGER images_count_new_and_gone AFTER INSERT OR DELETE ON images FOR EACH ROW EXECUTE FUNCTION count_image_terms()

CREATE TRIGGER images_note_change AFTER INSERT OR DELETE OR UPDATE OF document, label_ids, own_label_ids, tags, visibility, owner_id, deleted_at ON images FOR EACH ROW EXECUTE FUNCTION note_image_change()
