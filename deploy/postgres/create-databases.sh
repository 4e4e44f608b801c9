#!/bin/sh
# The postgres image runs this once, on an empty volume: each service gets a login and a database that no
# other may open. DATABASES: their names, separated by spaces; COPIES: the folder with the password of each, NAME.password.
set -eu
for service in $DATABASES; do
    PASSWORD_FILE="$COPIES/$service.password" psql -v ON_ERROR_STOP=1 -v service="$service" \
        --username "$POSTGRES_USER" --dbname postgres --no-psqlrc --quiet <<'SQL'
\set password `cat "$PASSWORD_FILE"`
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service" TEMPLATE template0;
REVOKE CONNECT, TEMPORARY ON DATABASE :"service" FROM PUBLIC;
SQL
done
