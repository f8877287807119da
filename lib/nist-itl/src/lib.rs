//! ANSI/NIST-ITL transactions: read to a typed value plus findings, validate, write
