#!/usr/bin/env bash
# Runs the first three sh blocks of README.md and all of docs/integration.md.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

block() { # block N: the Nth sh block of the README
  awk -v n="$1" '/^```sh$/ { count++; inside = 1; next } /^```$/ { inside = 0 } inside && count == n' README.md
}

rm -rf data picture.jpg
echo "+ block 1: start"
block 1 | sed 's/java -jar/exec java -jar/' >"$work/start.sh"
bash -e "$work/start.sh" >"$work/out" 2>&1 &
server=$!
for _ in $(seq 240); do
  grep -q 'mobile-sync is up' "$work/out" && break
  kill -0 "$server" || { cat "$work/out"; exit 1; }
  sleep 1
done
cat "$work/out"
grep -q 'mobile-sync is up' "$work/out"

echo "+ the links that it prints"
links=$(grep -oE 'http://localhost:[0-9]+/(exam/mobile-sync|capture|proctor)(#token=[A-Za-z0-9._-]+)?$' "$work/out")
test "$(wc -l <<<"$links")" = 3
for link in $links; do
  curl -fsS -o /dev/null "${link%#*}"
done
token=$(grep /proctor <<<"$links" | sed 's/.*#token=//')
curl -fsS -o /dev/null -H "Authorization: Bearer $token" "http://localhost:8080/api/v1/plans/P001/mobile-sync"

echo "+ block 2: try it"
block 2 >"$work/try.sh"
bash -e "$work/try.sh" | tee "$work/tried"
grep -q 'HTTP/1.1 201' "$work/tried"
grep -q '"status":"COMPLETED"' "$work/tried"
cmp picture.jpg data/sample.jpg

echo "+ docs/integration.md"
{
  echo "trap 'kill \$(jobs -p) 2>/dev/null || true' EXIT"
  awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' docs/integration.md
} >"$work/integration.sh"
bash -e "$work/integration.sh"
echo
kill "$server"
wait "$server" || true
rm -f picture.jpg

echo "+ block 3: --check, embedded"
block 3 >"$work/check.sh"
bash -e "$work/check.sh"
echo "+ block 3: --check, the machine's RabbitMQ and Redis"
SPRING_RABBITMQ_HOST=127.0.0.1 SPRING_DATA_REDIS_HOST=127.0.0.1 bash -e "$work/check.sh"
