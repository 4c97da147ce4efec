//! The memory of an app with all its processes, as the kernel reports it.

use std::fs;
use std::path::Path;

use crate::{Result, TestError};

/// The memory of an app in MiB. A page that several processes share counts in parts (PSS).
#[derive(Clone, Copy, Debug, Default)]
pub struct ProcessMemory {
    /// All of its processes.
    pub all: f64,
    /// The largest process of WebKit that runs a page.
    pub page: f64,
}

/// The memory of a process and all its descendants.
pub fn memory_of(id: u32) -> Result<ProcessMemory> {
    let root = i32::try_from(id).map_err(|_| TestError::Failed("the process has no valid id".to_owned()))?;
    let all = fs::read_dir("/proc").map_err(TestError::io("the list of processes"))?;
    let ids = all.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let belongs = |id: &i32| std::iter::successors(Some(*id), |id| parent(*id)).any(|id| id == root);
    let mut memory = ProcessMemory::default();
    for id in ids.filter(belongs) {
        // A process may have ended in the meantime.
        let Ok(kib) = memory_kib(format!("/proc/{id}/smaps_rollup"), "Pss:") else { continue };
        #[allow(clippy::cast_precision_loss, reason = "a size of memory")]
        let mib = kib as f64 / 1024.0;
        memory.all += mib;
        if is_web_process(id) {
            memory.page = memory.page.max(mib);
        }
    }
    Ok(memory)
}

/// A size that the kernel reports in a line of this file, in KiB.
pub(crate) fn memory_kib(file: impl AsRef<Path>, name: &str) -> Result<u64> {
    let sizes = fs::read_to_string(file).map_err(TestError::io("the app's memory"))?;
    let line = sizes.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()).and_then(|word| word.parse().ok());
    number.ok_or_else(|| TestError::Failed("the kernel does not report the app's memory".to_owned()))
}

/// Whether the process is one of WebKit's that run pages.
pub(crate) fn is_web_process(id: i32) -> bool {
    fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe.ends_with("WebKitWebProcess"))
}

/// The process that has started this one.
pub(crate) fn parent(id: i32) -> Option<i32> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()
}
