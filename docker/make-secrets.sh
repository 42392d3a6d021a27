#!/bin/sh
# Creates random secrets for docker-compose.yml in the directory secrets/. Existing ones are kept.
set -eu
cd "$(dirname "$0")/.."
# The files are readable for the users of the containers. On the host, the directory's mode restricts them to its owner.
mkdir -p secrets
chmod 700 secrets
for name in mobile-sync.jwt.secret mobile-sync.store.secret-key spring.rabbitmq.password spring.data.redis.password; do
  if [ ! -e "secrets/$name" ]; then
    openssl rand -hex 32 >"secrets/$name"
    chmod 644 "secrets/$name"
    echo "created secrets/$name"
  fi
done
