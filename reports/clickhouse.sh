#!/usr/bin/env bash
# Starts a ClickHouse server of your own for `exitprof export --to clickhouse`, without root: reports/clickhouse.sh [--shards N] [--port N] [FOLDER]
# With --shards 2 they are a cluster, exitprof, of two servers on this machine. Ctrl-C ends them; what is in FOLDER stays for the next time.
set -euo pipefail
shards=1 port=8123 folder=exitprof-clickhouse
while [ $# != 0 ]; do
  case $1 in
    --shards) shards=$2; shift 2 ;;
    --port) port=$2; shift 2 ;;
    -*) echo "clickhouse.sh [--shards N] [--port N] [FOLDER]" >&2; exit 1 ;;
    *) folder=$1; shift ;;
  esac
done
PATH=$PATH:/usr/sbin
if command -v clickhouse-server >/dev/null; then server=(clickhouse-server)
elif command -v clickhouse >/dev/null; then server=(clickhouse server)
else echo "no ClickHouse server is installed: apt install clickhouse-server" >&2; exit 2
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
umask 077
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; wait' EXIT
trap 'exit 0' INT TERM HUP

members() { for ((n = 0; n < shards; n++)); do echo "<shard><replica><host>127.0.0.1</host><port>$((port + shards + n))</port></replica></shard>"; done; }

for ((i = 0; i < shards; i++)); do
  own=$folder/$i
  mkdir -p "$own/data" "$own/tmp"
  # Loopback only; ports: one for HTTP and one for the other servers of the cluster.
  cat >"$own/config.xml" <<XML
<yandex>
  <logger><level>warning</level><log>$own/log</log><errorlog>$own/errors</errorlog><size>10M</size><count>2</count></logger>
  <listen_host>127.0.0.1</listen_host><http_port>$((port + i))</http_port><tcp_port>$((port + shards + i))</tcp_port>
  <path>$own/data/</path><tmp_path>$own/tmp/</tmp_path><users_config>$own/users.xml</users_config>
  <default_profile>default</default_profile><default_database>default</default_database><mark_cache_size>268435456</mark_cache_size>
  <remote_servers><exitprof>$(members)</exitprof></remote_servers>
</yandex>
XML
  cat >"$own/users.xml" <<XML
<yandex>
  <profiles><default></default></profiles><quotas><default></default></quotas>
  <users><default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users>
</yandex>
XML
  (cd "$own" && exec "${server[@]}" --config-file="$own/config.xml") >"$own/out" 2>&1 &
  pids+=($!)
done
for ((i = 0; i < shards; i++)); do
  until (exec 3<>"/dev/tcp/127.0.0.1/$((port + i))") 2>/dev/null; do
    kill -0 "${pids[i]}" 2>/dev/null || { tail -3 "$folder/$i/out" "$folder/$i/errors" >&2; exit 2; }
    sleep 0.1
  done
  echo "http://127.0.0.1:$((port + i))/exitprof"
done
[ "$shards" = 1 ] || echo "cluster exitprof"
echo "ready"
wait
