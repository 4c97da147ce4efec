# Sourced by the benches. build EXAMPLE..: the programs as people get them, and examples of the bench. Always of one selection
# of packages: another one would build Tauri again with other features.
build() {
  local example examples=()
  for example in "$@"; do examples+=(--example "$example"); done
  cargo build --quiet --release --workspace --bin lapel --bin lapel-picture --bin lapel-sandbox "${examples[@]}"
  export LAPEL_BIN="$PWD/target/release/lapel"
}
