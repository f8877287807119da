//! WSQ (FBI wavelet scalar quantisation) fingerprint image decoder and encoder in pure Rust
