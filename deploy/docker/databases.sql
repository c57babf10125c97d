-- A role and a database for each service that keeps something. Twice is safe; run by psql as a superuser, with the
-- services' password in SERVICES_PASSWORD. For a managed PostgreSQL: run it once, or make the same by hand.
\set ON_ERROR_STOP on
\getenv password SERVICES_PASSWORD

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['pictor_gateway', 'pictor_catalog', 'pictor_similarity']) AS name
WHERE name NOT IN (SELECT rolname FROM pg_roles) \gexec

ALTER ROLE pictor_gateway PASSWORD :'password';
ALTER ROLE pictor_catalog PASSWORD :'password';
ALTER ROLE pictor_similarity PASSWORD :'password';

SELECT format('CREATE DATABASE %I OWNER %I', name, name)
FROM unnest(ARRAY['pictor_gateway', 'pictor_catalog', 'pictor_similarity']) AS name
WHERE name NOT IN (SELECT datname FROM pg_database) \gexec

REVOKE CONNECT ON DATABASE pictor_gateway, pictor_catalog, pictor_similarity FROM PUBLIC;

\connect pictor_similarity
CREATE EXTENSION IF NOT EXISTS vector;
ALTER EXTENSION vector UPDATE;
