//! Every page with made-up content.
//!
//! ```text
//! cargo run -p ridgeline-console --example preview -- write DIR          all pages, both languages, both themes
//! cargo run -p ridgeline-console --example preview -- serve 127.0.0.1:7070
//! ```
//! `serve` is a toy for looking at pages: one thread per connection, GET /NAME?language=es&theme=dark.

mod art;
mod fixtures;

use anyhow::{Context as _, bail};
use ridgeline_console::{Language, assets, pages, urls, view::Theme};
use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::OnceLock,
    thread,
    time::Duration,
};

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", dir] => write(Path::new(dir)),
        ["serve", address] => serve(address),
        _ => bail!("say `write DIR` or `serve ADDRESS`"),
    }
}

fn render(name: &str, language: Language, theme: Theme) -> anyhow::Result<String> {
    if name == "workbench" {
        let view = fixtures::workbench_with(art::side);
        return Ok(pages::workbench(&fixtures::ctx(language, theme, "/examine/c1"), &view)?);
    }
    let (_, render) = fixtures::PAGES.iter().find(|(page, _)| *page == name).context("no such page")?;
    Ok(render(language, theme)?)
}

fn picture(path: &str) -> Option<Vec<u8>> {
    let (kind, rest) = path.strip_prefix("art/")?.strip_suffix(".png")?.split_once('-')?;
    let (number, side) = rest.split_once('-')?;
    let number: u8 = number.parse().ok()?;
    let code = match kind {
        "finger" if (1..=10).contains(&number) => number,
        "eye" if (1..=2).contains(&number) => number + 10,
        _ => return None,
    };
    static DRAWN: OnceLock<Vec<[Vec<u8>; 2]>> = OnceLock::new();
    let drawn =
        DRAWN.get_or_init(|| (1..=12).map(|code| [art::png(code, false), art::png(code, true)]).collect());
    drawn.get(usize::from(code) - 1)?.get(usize::from(side == "candidate")).cloned()
}

fn write(dir: &Path) -> anyhow::Result<()> {
    for language in Language::ALL {
        for theme in [Theme::Light, Theme::Dark] {
            for (name, _) in fixtures::PAGES {
                let file = dir.join(format!("{name}.{}.{}.html", language.tag(), theme.code()));
                fs::create_dir_all(dir)?;
                fs::write(file, render(name, language, theme)?)?;
            }
        }
    }
    for path in assets::paths() {
        let file = dir.join("assets").join(path);
        fs::create_dir_all(file.parent().context("a file lies in a folder")?)?;
        fs::write(file, assets::get(path).context("listed files exist")?.1)?;
    }
    fs::create_dir_all(dir.join("art"))?;
    for code in 1..=12u8 {
        let stem = if code <= 10 { format!("finger-{code}") } else { format!("eye-{}", code - 10) };
        for (side, candidate) in [("probe", false), ("candidate", true)] {
            fs::write(dir.join(format!("art/{stem}-{side}.png")), art::png(code, candidate))?;
        }
    }
    println!("{} pages in {}", fixtures::PAGES.len() * 4, dir.display());
    Ok(())
}

fn serve(address: &str) -> anyhow::Result<()> {
    let listener = TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))?;
    println!("http://{}/board", listener.local_addr()?);
    for stream in listener.incoming().flatten() {
        thread::spawn(move || answer(stream));
    }
    Ok(())
}

fn answer(mut stream: TcpStream) -> anyhow::Result<()> {
    let mut line = String::new();
    let mut reader = BufReader::new(stream.try_clone()?);
    reader.read_line(&mut line)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let target = line.split_whitespace().nth(1).unwrap_or("/");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path == urls::LIVE {
        stream.write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\r\n",
        )?;
        loop {
            thread::sleep(Duration::from_secs(5));
            stream.write_all(b"event: board\ndata:\n\nevent: alerts\ndata:\n\nevent: queue\ndata:\n\n")?;
        }
    }
    let (status, kind, body) = if let Some(asset) = path.strip_prefix("/assets/").and_then(assets::get) {
        ("200 OK", asset.0, asset.1.to_vec())
    } else if let Some(png) = picture(path.trim_start_matches('/')) {
        ("200 OK", "image/png", png)
    } else {
        let has = |pair: &str| query.split('&').any(|p| p == pair);
        let language = if has("language=es") { Language::Spanish } else { Language::English };
        let theme = if has("theme=dark") { Theme::Dark } else { Theme::Light };
        match render(page(path), language, theme) {
            Ok(html) => ("200 OK", "text/html; charset=utf-8", html.into_bytes()),
            Err(error) => ("404 Not Found", "text/plain", error.to_string().into_bytes()),
        }
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nContent-Security-Policy: {}\r\nConnection: close\r\n\r\n",
        body.len(),
        assets::CONTENT_SECURITY_POLICY,
    )?;
    stream.write_all(&body)?;
    Ok(())
}

/// The fixture behind a path of the console, so that links lead somewhere.
fn page(path: &str) -> &str {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [] => "board",
        ["examine"] => "queue",
        ["examine", _] => "workbench",
        ["encounters", _] => "encounter",
        ["lists", _] => "list",
        ["lists", _, "propose"] => "entry-form",
        ["entries", _] => "entry",
        ["entries", _, "approve"] => "approval",
        ["alerts", _] => "alert",
        ["agreements", _] => "agreement",
        ["agreements", _, "diff"] => "agreement-diff",
        [name, ..] => name,
    }
}
