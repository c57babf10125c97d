"""The stack on one machine: an embedded PostgreSQL, the five processes of Pictor, one model package, one folder."""
