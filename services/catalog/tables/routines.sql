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

CREATE OR REPLACE FUNCTION public.note_collection_event()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO event_inbox (transaction, kind, subject_id, owner_id, audience)
    VALUES (
        pg_current_xact_id()::text::bigint,
        CASE TG_OP WHEN 'INSERT' THEN 'collection.created' WHEN 'UPDATE' THEN 'collection.updated'
            ELSE 'collection.deleted' END,
        CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END,
        CASE TG_OP WHEN 'DELETE' THEN OLD.owner_id ELSE NEW.owner_id END,
        'owner'
    );
    RETURN NULL;
END $function$

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

CREATE OR REPLACE FUNCTION public.note_image_event()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
    is_there boolean := NEW.deleted_at IS NULL;
    others_see boolean := NEW.deleted_at IS NULL AND NEW.visibility = 'public';
    was_there boolean := false;
    others_saw boolean := false;
    for_owner text;
    for_others text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        was_there := OLD.deleted_at IS NULL;
        others_saw := OLD.deleted_at IS NULL AND OLD.visibility = 'public';
    END IF;
    for_owner := CASE
        WHEN was_there AND is_there THEN 'image.updated'
        WHEN is_there AND TG_OP = 'INSERT' THEN 'image.created'
        WHEN is_there THEN 'image.restored'
        WHEN was_there THEN 'image.deleted'
    END;
    for_others := CASE
        WHEN others_saw AND others_see THEN 'image.updated'
        WHEN others_see AND (was_there OR TG_OP = 'INSERT') THEN 'image.created'
        WHEN others_see THEN 'image.restored'
        WHEN others_saw THEN 'image.deleted'
    END;
    INSERT INTO event_inbox (transaction, kind, subject_id, owner_id, audience)
    SELECT pg_current_xact_id()::text::bigint, told.kind, NEW.id, NEW.owner_id, told.audience
    FROM (VALUES
        (for_owner, CASE WHEN for_owner = for_others THEN 'all' ELSE 'owner' END),
        (CASE WHEN for_owner IS DISTINCT FROM for_others THEN for_others END, 'others')
    ) AS told (kind, audience)
    WHERE told.kind IS NOT NULL;
    RETURN NULL;
END $function$

CREATE TRIGGER collections_note_change_event AFTER UPDATE ON collections FOR EACH ROW WHEN (old.updated_at IS DISTINCT FROM new.updated_at) EXECUTE FUNCTION note_collection_event()

CREATE TRIGGER collections_note_event AFTER INSERT OR DELETE ON collections FOR EACH ROW EXECUTE FUNCTION note_collection_event()

CREATE TRIGGER images_count_changed AFTER UPDATE ON images FOR EACH ROW WHEN (old.label_ids IS DISTINCT FROM new.label_ids OR old.own_label_ids IS DISTINCT FROM new.own_label_ids OR old.tags IS DISTINCT FROM new.tags OR old.visibility IS DISTINCT FROM new.visibility OR old.owner_id IS DISTINCT FROM new.owner_id OR old.deleted_at IS DISTINCT FROM new.deleted_at) EXECUTE FUNCTION count_image_terms()

CREATE TRIGGER images_count_new_and_gone AFTER INSERT OR DELETE ON images FOR EACH ROW EXECUTE FUNCTION count_image_terms()

CREATE TRIGGER images_note_change AFTER INSERT OR DELETE OR UPDATE OF document, label_ids, own_label_ids, tags, visibility, owner_id, deleted_at ON images FOR EACH ROW EXECUTE FUNCTION note_image_change()

CREATE TRIGGER images_note_event AFTER UPDATE ON images FOR EACH ROW WHEN (old.updated_at IS DISTINCT FROM new.updated_at OR old.deleted_at IS DISTINCT FROM new.deleted_at) EXECUTE FUNCTION note_image_event()

CREATE TRIGGER images_note_new_event AFTER INSERT ON images FOR EACH ROW EXECUTE FUNCTION note_image_event()
