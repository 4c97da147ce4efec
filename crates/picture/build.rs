//! Makes the programs smaller: this one and the demo server, which has the same build script.

use std::env;

/// Has the linker merge equal functions, pack relocations and leave out symbols, as src-tauri/build.rs does for the app. Cargo does
/// not strip a package with an optimization level of its own.
fn main() -> Result<(), env::VarError> {
    println!("cargo:rerun-if-changed=../picture/build.rs");
    let target = (env::var("CARGO_CFG_TARGET_OS")?, env::var("CARGO_CFG_TARGET_ARCH")?, env::var("PROFILE")?);
    if target == ("linux".into(), "x86_64".into(), "release".into()) {
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all,-O2,-s,-z,pack-relative-relocs");
    }
    Ok(())
}
