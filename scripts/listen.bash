# shellcheck shell=bash
# Sourced by the scripts that start a listener of their own.

is_listening() {
  local hex
  printf -v hex '%04X' "$1"
  grep -qs ":$hex [0-9A-F]*:0000 0A" /proc/net/tcp /proc/net/tcp6
}

# start_listening COMMAND...: chooses a free port, sets `port` to it, and runs the command, which
# must start a listener there in the background. Returns once it listens; if another was quicker to
# take the port, it tries the next.
start_listening() {
  local deadline=$((SECONDS + 10))
  while ((SECONDS < deadline)); do
    port=$((20000 + RANDOM % 10000)) # The kernel hands out none of these to clients.
    is_listening "$port" && continue
    "$@"
    while kill -0 "$!" 2>/dev/null && ((SECONDS < deadline)); do
      is_listening "$port" && return
      sleep 0.02
    done
  done
  echo "no listener came up within 10 s (${*})" >&2
  return 69
}
