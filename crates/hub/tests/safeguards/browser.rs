//! A browser without pictures: enough HTTP/1.1 to be one person at the console.

use crate::rig::{PASSWORD, Rig};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

/// A signed-in person.
pub struct Browser {
    address: SocketAddr,
    token: String,
    csrf: String,
}

/// What came back.
pub struct Page {
    pub status: u16,
    pub text: String,
}

impl Browser {
    pub fn sign_in(rig: &Rig, login: &str) -> Self {
        let token = rig.hub.sign_in(login, PASSWORD).unwrap();
        let csrf = rig.hub.session(&token).unwrap().unwrap().csrf;
        Self { address: rig.address(), token, csrf }
    }

    pub fn get(&self, path: &str) -> Page {
        self.request("GET", path, "")
    }

    /// Posts fields that need no escaping.
    pub fn post(&self, path: &str, fields: &str) -> Page {
        self.request("POST", path, &format!("csrf={}&{fields}", self.csrf))
    }

    fn request(&self, method: &str, path: &str, body: &str) -> Page {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\ncookie: ridgeline-session={}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        )
        .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let status = text.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap();
        Page { status, text }
    }
}
