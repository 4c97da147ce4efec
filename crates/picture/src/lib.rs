//! Bytes in, safe square picture out.
