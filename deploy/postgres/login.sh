#!/bin/sh
# Makes the login that serves: neither owner nor superuser, a member of wisplink's four roles. They
# are made here, as `wisplink migrate` would, so that the login can be a member at once. PostgreSQL's
# image runs it on an empty data directory; elsewhere run it by hand, as a superuser:
#   DATABASE_PASSWORD=… POSTGRES_USER=postgres POSTGRES_DB=wisplink deploy/postgres/login.sh
set -eu
psql -v ON_ERROR_STOP=1 -v password="$DATABASE_PASSWORD" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE wisplink_api NOLOGIN;
CREATE ROLE wisplink_ingest NOLOGIN;
CREATE ROLE wisplink_platform NOLOGIN;
CREATE ROLE wisplink_auth NOLOGIN;
CREATE ROLE wisplink LOGIN PASSWORD :'password'
    IN ROLE wisplink_api, wisplink_ingest, wisplink_platform, wisplink_auth;
SQL
