//! Tools for the tests.
