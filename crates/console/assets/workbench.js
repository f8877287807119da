// See the crate documentation.
