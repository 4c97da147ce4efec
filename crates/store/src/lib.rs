//! What Lapel keeps on disk.
