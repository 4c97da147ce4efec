//! A wrapper around SQLite's default VFS that records write operations and can make one of them fail. It affects only
//! the current thread, because tests run in parallel.
#![allow(unsafe_code, reason = "a VFS of SQLite is a table of C functions")]

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::{Mutex, Once, OnceLock};

use rusqlite::ffi;

/// An operation of SQLite on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Write {
        file: String,
        offset: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: String,
        size: usize,
    },
    Sync {
        file: String,
    },
    /// Not a disk operation: the moment at which a save was acknowledged.
    Acknowledged(i64),
}

/// How one operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It does nothing and returns this SQLite error code.
    Fail(c_int),
    /// It writes the first half of the data and returns an error.
    Tear,
}

#[derive(Default)]
struct Recorder {
    operations: Vec<Operation>,
    fault: Option<(usize, Fault)>,
}

thread_local! {
    static RECORDER: RefCell<Option<Recorder>> = const { RefCell::new(None) };
}

/// Starts recording on this thread. With `fault`, the operation with this index (from 0) fails.
pub(crate) fn start_recording(fault: Option<(usize, Fault)>) {
    install();
    RECORDER.with_borrow_mut(|recorder| *recorder = Some(Recorder { operations: Vec::new(), fault }));
}

/// Stops recording, and returns the recorded operations.
pub(crate) fn stop_recording() -> Vec<Operation> {
    RECORDER.with_borrow_mut(Option::take).map(|recorder| recorder.operations).unwrap_or_default()
}

/// Records that a save was acknowledged.
pub(crate) fn record_acknowledgment(number: i64) {
    RECORDER.with_borrow_mut(|recorder| {
        recorder.iter_mut().for_each(|recorder| recorder.operations.push(Operation::Acknowledged(number)))
    });
}

/// The number of disk operations.
pub(crate) fn count(operations: &[Operation]) -> usize {
    operations.iter().filter(|operation| !matches!(operation, Operation::Acknowledged(_))).count()
}

/// Records an operation, and returns the fault to apply to it.
fn record(operation: impl FnOnce() -> Operation) -> Option<Fault> {
    RECORDER.with_borrow_mut(|recorder| {
        let recorder = recorder.as_mut()?;
        let at = count(&recorder.operations);
        recorder.operations.push(operation());
        recorder.fault.filter(|(index, _)| *index == at).map(|(_, fault)| fault)
    })
}

/// The methods of an open file. SQLite uses only the first field, a copy of the original with three methods replaced.
#[repr(C)]
struct Methods {
    wrapper: ffi::sqlite3_io_methods,
    original: &'static ffi::sqlite3_io_methods,
}

static ORIGINAL: OnceLock<usize> = OnceLock::new();
static NAMES: Mutex<Option<HashMap<usize, String>>> = Mutex::new(None);

fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the default VFS lives as long as the process. So does the leaked copy, which is never modified.
        let original = unsafe { ffi::sqlite3_vfs_find(std::ptr::null()) };
        ORIGINAL.set(original as usize).unwrap();
        let mut copy = Box::new(unsafe { *original });
        copy.zName = c"recorded".as_ptr();
        copy.pNext = std::ptr::null_mut();
        copy.xOpen = Some(open);
        assert_eq!(unsafe { ffi::sqlite3_vfs_register(Box::leak(copy), 1) }, ffi::SQLITE_OK);
    });
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let original = *ORIGINAL.get().unwrap() as *mut ffi::sqlite3_vfs;
    // SAFETY: passes SQLite's own arguments on to the original method.
    let code = unsafe { (*original).xOpen.unwrap()(original, name, file, flags, out) };
    if code == ffi::SQLITE_OK && !name.is_null() {
        let path = unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned();
        let base = path.rsplit('/').next().unwrap_or_default().to_owned();
        NAMES.lock().unwrap().get_or_insert_default().insert(file as usize, base);
        let original: &'static ffi::sqlite3_io_methods = unsafe { &*(*file).pMethods };
        let wrapper =
            ffi::sqlite3_io_methods { xWrite: Some(write), xTruncate: Some(truncate), xSync: Some(sync), ..*original };
        // This leaks memory for each opened file, but a test opens few files.
        unsafe { (*file).pMethods = &Box::leak(Box::new(Methods { wrapper, original })).wrapper };
    }
    code
}

fn name(file: *mut ffi::sqlite3_file) -> String {
    NAMES.lock().unwrap().as_ref().and_then(|names| names.get(&(file as usize)).cloned()).unwrap_or_default()
}

/// SAFETY: `file` must have been opened by [`open`], so that its methods are the first field of [`Methods`].
unsafe fn original(file: *mut ffi::sqlite3_file) -> &'static ffi::sqlite3_io_methods {
    unsafe { (*(*file).pMethods.cast::<Methods>()).original }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, bytes: *const c_void, count: c_int, offset: i64) -> c_int {
    let fault = record(|| {
        let bytes = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), count as usize) };
        Operation::Write { file: name(file), offset: offset as usize, bytes: bytes.to_vec() }
    });
    let write_original = |count| unsafe { original(file).xWrite.unwrap()(file, bytes, count, offset) };
    match fault {
        None => write_original(count),
        Some(Fault::Fail(code)) => code,
        Some(Fault::Tear) => {
            write_original(count / 2);
            ffi::SQLITE_IOERR_WRITE
        }
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    match record(|| Operation::Truncate { file: name(file), size: size as usize }) {
        None => unsafe { original(file).xTruncate.unwrap()(file, size) },
        Some(_) => ffi::SQLITE_IOERR_TRUNCATE,
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    match record(|| Operation::Sync { file: name(file) }) {
        None => unsafe { original(file).xSync.unwrap()(file, flags) },
        Some(_) => ffi::SQLITE_IOERR_FSYNC,
    }
}
