//! Host side of plugins.
