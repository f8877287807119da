//! Records, jobs, sealed blobs and the audit ledger on SQLite
