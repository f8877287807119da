//! What crosses the wire: packages, seals, receipts, answers, signed requests
