# Sourced by the benches. build EXAMPLE..: builds the release programs and the given examples. Always with the same
# package selection, because another one would rebuild Tauri with other features.
source tests/bench/release-flags.sh

build() {
  local example examples=()
  for example in "$@"; do examples+=(--example "$example"); done
  cargo build --quiet --release --workspace --bin lapel --bin lapel-picture --bin lapel-sandbox "${examples[@]}"
  export LAPEL_BIN="$PWD/target/release/lapel"
}
