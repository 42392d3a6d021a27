#!/usr/bin/env bash
# A Ceph gateway (radosgw) with one monitor and one in-memory OSD: a real S3 server for tests, on 127.0.0.1 only.
#   .ci/ceph.sh start DIRECTORY [PORT]   returns when it is ready; S3 on PORT (7480), monitor and OSD on the next ports
#   .ci/ceph.sh stop DIRECTORY           also deletes the directory
# Access key: test-access, secret key: test-secret-key. Packages: radosgw ceph-mon ceph-osd (no systemd, about 100 MB of memory).
# With the package faketime, a second gateway of the same cluster serves PORT + 50. Its clock is 40 days slow, so the objects that it
# stores are 40 days old for the first one.
set -euo pipefail

action=${1:?start or stop}
dir=$(realpath -m "${2:?a directory}")
port=${3:-7480}
export CEPH_CONF=$dir/ceph.conf

stop() {
  for daemon in past client osd mon; do
    pid=$(cat "$dir/run/$daemon.pid" 2>/dev/null) || continue
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 100); do
      # A zombie counts as ended: only its parent can remove it.
      case $(sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$pid/status" 2>/dev/null) in '' | Z) continue 2 ;; esac
      sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null || true
  done
}

configure() {
  mkdir -p "$dir"/{mon,osd,rgw,past,run}
  cat >"$CEPH_CONF" <<CONF
[global]
fsid = $1
mon_initial_members = a
mon_host = [v2:127.0.0.1:$((port + 1))]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
ms_bind_msgr1 = false
ms_bind_port_min = $((port + 2))
ms_bind_port_max = $((port + 40))
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
# The default mode is encrypted and needs keys.
ms_mon_client_mode = crc
keyring = /dev/null
run_dir = $dir/run
admin_socket = $dir/run/\$name.asok
pid_file = $dir/run/\$type.pid
log_file = $dir/\$type.log
crash_dir = $dir/run
osd_crush_chooseleaf_type = 0
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
mon_allow_pool_size_one = true

[mon]
mon_data = $dir/mon
mon_cluster_log_file = $dir/cluster.log
mon_data_avail_crit = 1
mon_data_avail_warn = 2
# The first requests create pools one after the other; each waits for the monitor.
paxos_min_wait = 0
paxos_propose_interval = 0.05

[osd]
osd_data = $dir/osd
osd_objectstore = memstore
memstore_device_bytes = 8589934592

[client]
rgw_data = $dir/rgw
rgw_frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw_thread_pool_size = 32
rgw_run_sync_thread = false
rgw_dynamic_resharding = false
rgw_override_bucket_index_max_shards = 1
rgw_rados_pool_pg_num_min = 1

[client.past]
rgw_data = $dir/past
rgw_frontends = beast endpoint=127.0.0.1:$((port + 50)) tcp_nodelay=1
rgw_enable_gc_threads = false
rgw_enable_lc_threads = false
pid_file = $dir/run/past.pid
log_file = $dir/past.log
CONF
}

start() {
  fsid=$(cat /proc/sys/kernel/random/uuid)
  configure "$fsid"
  monmaptool --create --clobber --fsid "$fsid" --addv a "[v2:127.0.0.1:$((port + 1))]" "$dir/monmap"
  ceph-mon -i a --mkfs --monmap "$dir/monmap"
  ceph-mon -i a
  osd=$(cat /proc/sys/kernel/random/uuid)
  ceph osd new "$osd" 0
  ceph-osd -i 0 --mkfs --osd-uuid "$osd"
  ceph-osd -i 0
  radosgw-admin user create --uid=tests --display-name=tests --access-key=test-access --secret-key=test-secret-key
  radosgw -n client.rgw
  await "$port"
  if command -v faketime; then
    # Timers use the monotonic clock, which stays. faketime does not return before the gateway ends.
    FAKETIME_DONT_FAKE_MONOTONIC=1 setsid faketime -f -40d radosgw -n client.past </dev/null &
    await $((port + 50))
  fi
}

await() {
  for _ in $(seq 600); do
    curl -sf -o /dev/null "http://127.0.0.1:$1/" && return
    sleep 0.1
  done
  return 1
}

case $action in
  start)
    [ ! -e "$dir" ] || { echo "$dir exists: '$0 stop $dir' first" >&2; exit 1; }
    mkdir -p "$dir"
    # Not inside an 'if', because 'set -e' has no effect there.
    trap 'stop; tail -n 20 "$dir"/*.log >&2; echo "the gateway did not start" >&2' EXIT
    start >"$dir/start.log" 2>&1
    trap - EXIT
    ;;
  stop)
    stop
    if [ -e "$CEPH_CONF" ]; then rm -rf "$dir"; fi
    ;;
  *) echo "usage: $0 start DIRECTORY [PORT] | stop DIRECTORY" >&2; exit 2 ;;
esac
