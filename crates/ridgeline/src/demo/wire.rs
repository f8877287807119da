//! A cable that can be pulled: a relay between a station and its hub, on this machine alone.

use anyhow::Result;
use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// The cable.
pub(crate) struct Wire {
    address: SocketAddr,
    plugged: Arc<AtomicBool>,
}

impl Wire {
    /// Lays a cable to `hub`, plugged in.
    pub(crate) fn lay(hub: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let plugged = Arc::new(AtomicBool::new(true));
        let state = plugged.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Unplugged: the connection breaks before a byte has passed.
                if !state.load(Ordering::SeqCst) {
                    let _ = stream.shutdown(Shutdown::Both);
                    continue;
                }
                let state = state.clone();
                thread::spawn(move || {
                    let _ = relay(&stream, hub, &state);
                });
            }
        });
        Ok(Self { address, plugged })
    }

    /// Where the station connects.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Pulls the cable, or plugs it in again.
    pub(crate) fn plug(&self, plugged: bool) {
        self.plugged.store(plugged, Ordering::SeqCst);
    }
}

fn relay(station: &TcpStream, hub: SocketAddr, plugged: &Arc<AtomicBool>) -> std::io::Result<()> {
    let hub = TcpStream::connect(hub)?;
    let (up_from, up_to) = (station.try_clone()?, hub.try_clone()?);
    let state = plugged.clone();
    let up = thread::spawn(move || pump(up_from, up_to, &state));
    pump(hub, station.try_clone()?, plugged);
    let _ = up.join();
    Ok(())
}

fn pump(mut from: TcpStream, mut to: TcpStream, plugged: &AtomicBool) {
    let mut buffer = [0; 16 << 10];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        let passed =
            plugged.load(Ordering::SeqCst) && buffer.get(..n).is_some_and(|b| to.write_all(b).is_ok());
        if !passed {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
