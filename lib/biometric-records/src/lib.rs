//! ISO/IEC 19794-2/-4/-6, ANSI 378/381 and CBEFF records: read to a value plus findings, write
