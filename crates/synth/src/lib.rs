//! Synthetic people: fingerprints, irises and marks with ground truth
