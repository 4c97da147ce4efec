//! Client of the profile API.
