//! Who may do what, thresholds, routing, retention: pure functions
