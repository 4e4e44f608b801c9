#!/bin/sh
# Gives the server's account its own copies of what is mounted, which it could not read, and starts the image's script with TLS.
# SECRETS: the folder with server.pem, server.key and NAME.password; COPIES: where the copies go.
set -eu
install -d -o postgres -g postgres -m 700 "$COPIES"
for file in "$SECRETS"/*; do
    install -o postgres -g postgres -m 600 "$file" "$COPIES/"
done
exec "${START:-docker-entrypoint.sh}" "$@" -c ssl=on -c ssl_cert_file="$COPIES/server.pem" -c ssl_key_file="$COPIES/server.key"
