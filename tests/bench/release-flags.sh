# Sourced by whatever builds for release. Keeps the folders of this computer out of the programs. The same flags everywhere, because
# others would build everything again.
export RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=registry --remap-path-prefix=$PWD=lapel"
