//! The console's pages: pure functions from view models to HTML
