#!/usr/bin/env bash
# A minimal OpenID Connect issuer for mobile-sync: metadata, public keys, and tokens signed with RS256. For trials only; a
# platform has its own issuer. Needs openssl and python3.
#   oidc-issuer.sh serve DIRECTORY PORT          creates a key DIRECTORY.pem if it is missing, and serves http://127.0.0.1:PORT
#   oidc-issuer.sh mint DIRECTORY PORT CLAIMS    prints a token that is valid for one hour
set -euo pipefail
command=$1 folder=$2 issuer="http://127.0.0.1:$3"
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

case $command in
  serve)
    mkdir -p "$folder/.well-known"
    [ -e "$folder.pem" ] || (umask 077 && openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$folder.pem" 2>/dev/null)
    modulus=$(openssl rsa -in "$folder.pem" -noout -modulus | cut -d= -f2 | sed 's/../\\x&/g')
    printf '{"issuer":"%s","jwks_uri":"%s/jwks.json","authorization_endpoint":"%s/none","response_types_supported":["id_token"],"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"]}' \
      "$issuer" "$issuer" "$issuer" >"$folder/.well-known/openid-configuration"
    printf '{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"1","e":"AQAB","n":"%s"}]}' \
      "$(printf %b "$modulus" | base64url)" >"$folder/jwks.json"
    exec python3 - "$folder" "$3" <<'PYTHON'
import functools, http.server, sys
handler = http.server.SimpleHTTPRequestHandler
handler.extensions_map = {"": "application/json", ".json": "application/json"}
handler = functools.partial(handler, directory=sys.argv[1])
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), handler).serve_forever()
PYTHON
    ;;
  mint)
    claims="${4%\}},\"iss\":\"$issuer\",\"aud\":\"mobile-sync\",\"exp\":$(($(date +%s) + 3600))}"
    signed="$(printf '{"alg":"RS256","kid":"1"}' | base64url).$(printf %s "$claims" | base64url)"
    printf '%s.%s\n' "$signed" "$(printf %s "$signed" | openssl dgst -sha256 -sign "$folder.pem" | base64url)"
    ;;
esac
