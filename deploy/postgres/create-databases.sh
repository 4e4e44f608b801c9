#!/bin/sh
# The postgres image runs this once, on an empty volume: each service gets a login and a database that no
# other may open. DATABASES: their names, separated by spaces; SERVICES_PASSWORD: of all logins.
set -eu
for service in $DATABASES; do
    psql -v ON_ERROR_STOP=1 -v service="$service" -v password="$SERVICES_PASSWORD" \
        --username "$POSTGRES_USER" --dbname postgres --no-psqlrc --quiet <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service" TEMPLATE template0;
REVOKE CONNECT, TEMPORARY ON DATABASE :"service" FROM PUBLIC;
SQL
done
