//! SQLite's own file system with a door before it, at which what is written can be noted or refused. On this thread
//! only: tests beside each other have disks of their own.
#![allow(unsafe_code, reason = "to SQLite a file system is a table of C functions")]

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::{Mutex, Once, OnceLock};

use rusqlite::ffi;

/// Something that SQLite asks of the disk.
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
    /// No operation: the moment at which a save was acknowledged.
    Said(i64),
}

/// What the disk does with one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whim {
    /// It fails with this code of SQLite, once.
    Fail(c_int),
    /// It writes half of it and fails.
    Tear,
}

#[derive(Default)]
struct Disk {
    operations: Vec<Operation>,
    whim: Option<(usize, Whim)>,
}

thread_local! {
    static DISK: RefCell<Option<Disk>> = const { RefCell::new(None) };
}

/// Puts the door in place for this thread; the n-th operation from now on, from zero, may have a whim.
pub(crate) fn watch(whim: Option<(usize, Whim)>) {
    install();
    DISK.with_borrow_mut(|disk| *disk = Some(Disk { operations: Vec::new(), whim }));
}

/// Takes the door away, and answers what has gone through it.
pub(crate) fn watched() -> Vec<Operation> {
    DISK.with_borrow_mut(Option::take).map(|disk| disk.operations).unwrap_or_default()
}

/// Notes that a save was acknowledged.
pub(crate) fn said(number: i64) {
    DISK.with_borrow_mut(|disk| disk.iter_mut().for_each(|disk| disk.operations.push(Operation::Said(number))));
}

/// How many operations there were so far.
pub(crate) fn count(operations: &[Operation]) -> usize {
    operations.iter().filter(|operation| !matches!(operation, Operation::Said(_))).count()
}

/// Notes an operation, and answers the whim that it meets.
fn meet(operation: impl FnOnce() -> Operation) -> Option<Whim> {
    DISK.with_borrow_mut(|disk| {
        let disk = disk.as_mut()?;
        let at = count(&disk.operations);
        disk.operations.push(operation());
        disk.whim.filter(|(when, _)| *when == at).map(|(_, whim)| whim)
    })
}

/// The methods of an open file: SQLite sees the first part, which is like the original but for three.
#[repr(C)]
struct Methods {
    seen: ffi::sqlite3_io_methods,
    original: &'static ffi::sqlite3_io_methods,
}

static ORIGINAL: OnceLock<usize> = OnceLock::new();
static NAMES: Mutex<Option<HashMap<usize, String>>> = Mutex::new(None);

fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // The default file system lives as long as the process, and so does the copy, which is only ever read.
        let original = unsafe { ffi::sqlite3_vfs_find(std::ptr::null()) };
        ORIGINAL.set(original as usize).unwrap();
        let mut copy = Box::new(unsafe { *original });
        copy.zName = c"watched".as_ptr();
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
    // Nothing but what SQLite itself has handed in reaches the original.
    let code = unsafe { (*original).xOpen.unwrap()(original, name, file, flags, out) };
    if code == ffi::SQLITE_OK && !name.is_null() {
        let path = unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned();
        let base = path.rsplit('/').next().unwrap_or_default().to_owned();
        NAMES.lock().unwrap().get_or_insert_default().insert(file as usize, base);
        let original: &'static ffi::sqlite3_io_methods = unsafe { &*(*file).pMethods };
        let seen =
            ffi::sqlite3_io_methods { xWrite: Some(write), xTruncate: Some(truncate), xSync: Some(sync), ..*original };
        // One for each file that a test opens; they are few.
        unsafe { (*file).pMethods = &Box::leak(Box::new(Methods { seen, original })).seen };
    }
    code
}

fn name(file: *mut ffi::sqlite3_file) -> String {
    NAMES.lock().unwrap().as_ref().and_then(|names| names.get(&(file as usize)).cloned()).unwrap_or_default()
}

/// Only called with files that [`open`] has opened: their methods are the first part of [`Methods`].
unsafe fn original(file: *mut ffi::sqlite3_file) -> &'static ffi::sqlite3_io_methods {
    unsafe { (*(*file).pMethods.cast::<Methods>()).original }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, bytes: *const c_void, count: c_int, offset: i64) -> c_int {
    let whim = meet(|| {
        let bytes = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), count as usize) };
        Operation::Write { file: name(file), offset: offset as usize, bytes: bytes.to_vec() }
    });
    let through = |count| unsafe { original(file).xWrite.unwrap()(file, bytes, count, offset) };
    match whim {
        None => through(count),
        Some(Whim::Fail(code)) => code,
        Some(Whim::Tear) => {
            through(count / 2);
            ffi::SQLITE_IOERR_WRITE
        }
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    match meet(|| Operation::Truncate { file: name(file), size: size as usize }) {
        None => unsafe { original(file).xTruncate.unwrap()(file, size) },
        Some(_) => ffi::SQLITE_IOERR_TRUNCATE,
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    match meet(|| Operation::Sync { file: name(file) }) {
        None => unsafe { original(file).xSync.unwrap()(file, flags) },
        Some(_) => ffi::SQLITE_IOERR_FSYNC,
    }
}
