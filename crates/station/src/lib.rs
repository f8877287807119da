//! The capture station: outbox, uplink, kiosk
