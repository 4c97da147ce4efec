//! The profile API as a small real server.
