//! The rules of Lapel, without I/O.
