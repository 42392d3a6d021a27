#!/usr/bin/env bash
# Mints a token signed with the shared secret: MOBILE_SYNC_JWT_SECRET=… mint-hs256.sh '{"role":"proctor","sub":"kim","plans":["P001"]}'
# The token is valid for one hour. Needs openssl.
set -euo pipefail
: "${MOBILE_SYNC_JWT_SECRET:?the secret that the services have}"
export MOBILE_SYNC_JWT_SECRET
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
claims="${1%\}},\"aud\":\"mobile-sync\",\"iat\":$(date +%s),\"exp\":$(($(date +%s) + 3600))}"
signed="$(printf '{"alg":"HS256","typ":"JWT"}' | base64url).$(printf %s "$claims" | base64url)"
printf '%s.%s\n' "$signed" \
  "$(printf %s "$signed" | openssl mac -digest SHA256 -macopt hexkey:"$(printf %s "$MOBILE_SYNC_JWT_SECRET" | od -An -tx1 | tr -d ' \n')" -binary HMAC | base64url)"
