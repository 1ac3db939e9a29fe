# What the scripts share; read with `.`, never run. Every script works from any folder and leaves all it makes in build/.
set -eu
cd "$(dirname "$0")/.."

# Compilations at a time: one per processor, but 1.5 GB of memory each, which the grammar takes with sanitizers.
jobs() {
  processors=$(nproc)
  memory_gb=$(awk '/^MemAvailable:/ { print int($2 / 1572864) }' /proc/meminfo)
  [ "$memory_gb" -ge 1 ] || memory_gb=1
  [ "$processors" -le "$memory_gb" ] && echo "$processors" || echo "$memory_gb"
}

say() { printf '\n== %s\n' "$*"; }

# Configures quietly: what cmake says matters only when it fails.
configure() {
  mkdir -p build
  if ! cmake --preset "$1" >"build/configure-$1.log" 2>&1; then
    cat "build/configure-$1.log"
    return 1
  fi
}
