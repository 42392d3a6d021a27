#!/bin/sh
# Creates the secrets that docker-compose.yml mounts, random ones, in the folder secrets/; those that exist stay as they are.
set -eu
cd "$(dirname "$0")/.."
# The containers' users read the files; on this machine only the folder's owner reaches them.
mkdir -p secrets
chmod 700 secrets
for name in mobile-sync.jwt.secret mobile-sync.store.secret-key spring.rabbitmq.password spring.data.redis.password; do
  if [ ! -e "secrets/$name" ]; then
    openssl rand -hex 32 >"secrets/$name"
    chmod 644 "secrets/$name"
    echo "created secrets/$name"
  fi
done
