//! As much of a WebDriver client as the walk needs (W3C WebDriver, level 2), against chromedriver and Chromium.

use anyhow::{Context as _, bail, ensure};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long an element may take to appear: a page of the hub takes milliseconds, a loaded machine seconds.
const PATIENCE: Duration = Duration::from_secs(15);
/// Name under which WebDriver hands out elements (W3C WebDriver, 12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A running chromedriver.
pub(super) struct Driver {
    child: Child,
    base: String,
    agent: ureq::Agent,
}

impl Driver {
    /// Starts chromedriver on a free port.
    pub(super) fn start() -> anyhow::Result<Self> {
        for program in ["chromedriver", "chromium"] {
            let found =
                Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            ensure!(
                found.is_ok_and(|status| status.success()),
                "{program} is missing: apt-get install --yes --no-install-recommends chromium chromium-driver"
            );
        }
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("start chromedriver")?;
        let out = child.stdout.take().context("chromedriver without output")?;
        let mut lines = BufReader::new(out).lines();
        let port = loop {
            let line = lines.next().context("chromedriver ended before it listened")??;
            if let Some((_, port)) = line.split_once("successfully on port ") {
                break port.trim_end_matches('.').parse::<u16>()?;
            }
        };
        // What it still says must go somewhere, else it stands still when the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .proxy(None);
        Ok(Self { child, base: format!("http://127.0.0.1:{port}"), agent: config.build().into() })
    }

    /// Opens a browser with a profile of its own.
    pub(super) fn browser(&self, profile: &Path, size: (u32, u32)) -> anyhow::Result<Browser> {
        let user_data = format!("--user-data-dir={}", profile.display());
        let args = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-features=OptimizationHints,MediaRouter",
            "--lang=en",
            &user_data,
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": args, "prefs": {"intl.accept_languages": "en"}},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let session = self.send("POST", "/session", Some(&wanted)).context("open a browser")?;
        let id = session["sessionId"].as_str().context("a session without an id")?;
        let browser = Browser { base: format!("{}/session/{id}", self.base), agent: self.agent.clone() };
        browser.resize(size)?;
        Ok(browser)
    }

    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        send(&self.agent, method, &format!("{}{path}", self.base), body)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Asked first, so that it ends its browsers; killed where it does not listen.
        let _ = self.send("GET", "/shutdown", None);
        std::thread::sleep(Duration::from_millis(200));
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn send(agent: &ureq::Agent, method: &str, url: &str, body: Option<&Value>) -> anyhow::Result<Value> {
    let reply = match (method, body) {
        ("POST", body) => agent
            .post(url)
            .header("content-type", "application/json")
            .send(body.map_or_else(|| "{}".to_owned(), Value::to_string)),
        ("DELETE", _) => agent.delete(url).call(),
        _ => agent.get(url).call(),
    };
    let mut reply = reply.with_context(|| format!("{method} {url}"))?;
    let text = reply.body_mut().with_config().limit(64 << 20).read_to_string()?;
    let value: Value = serde_json::from_str(&text).unwrap_or_default();
    let value = value.get("value").cloned().unwrap_or_default();
    if !reply.status().is_success() {
        let message = value["message"].as_str().unwrap_or(&text);
        bail!("{}", message.lines().next().unwrap_or_default());
    }
    Ok(value)
}

/// One browser with its own cookies.
pub(super) struct Browser {
    base: String,
    agent: ureq::Agent,
}

/// An element of the page at hand.
pub(super) struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

impl Browser {
    fn get(&self, path: &str) -> anyhow::Result<Value> {
        send(&self.agent, "GET", &format!("{}{path}", self.base), None)
    }

    fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        send(&self.agent, "POST", &format!("{}{path}", self.base), Some(body))
    }

    /// Sets the size of the page, without the browser's own frame.
    pub(super) fn resize(&self, (width, height): (u32, u32)) -> anyhow::Result<()> {
        let params = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        let body = json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": params});
        self.post("/goog/cdp/execute", &body).map(drop)
    }

    pub(super) fn go(&self, url: &str) -> anyhow::Result<()> {
        self.post("/url", &json!({ "url": url })).with_context(|| format!("open {url}")).map(drop)
    }

    /// Path of the page at hand.
    pub(super) fn path(&self) -> anyhow::Result<String> {
        Ok(self.script("return location.pathname")?.as_str().unwrap_or_default().to_owned())
    }

    /// The page as source.
    pub(super) fn source(&self) -> anyhow::Result<String> {
        Ok(self.get("/source")?.as_str().unwrap_or_default().to_owned())
    }

    /// The page as a person reads it.
    pub(super) fn text(&self) -> anyhow::Result<String> {
        Ok(self.script("return document.body.innerText")?.as_str().unwrap_or_default().to_owned())
    }

    pub(super) fn script(&self, script: &str) -> anyhow::Result<Value> {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// Waits for an element that a person can see.
    pub(super) fn find(&self, css: &str) -> anyhow::Result<Element<'_>> {
        let body = json!({"using": "css selector", "value": css});
        let started = Instant::now();
        loop {
            let found = self.post("/element", &body);
            match found {
                Ok(value) => {
                    let id = value[ELEMENT].as_str().context("an element without an id")?.to_owned();
                    return Ok(Element { browser: self, id });
                }
                Err(error) if started.elapsed() > PATIENCE => {
                    return Err(error).with_context(|| format!("{css} does not appear"));
                }
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// Whether there is such an element now.
    pub(super) fn has(&self, css: &str) -> anyhow::Result<bool> {
        let script = format!("return document.querySelector({}) !== null", json!(css));
        Ok(self.script(&script)? == json!(true))
    }

    /// Types into a field, in place of what was there.
    pub(super) fn fill(&self, css: &str, text: &str) -> anyhow::Result<()> {
        let field = self.find(css)?;
        field.act("clear", &json!({}))?;
        field.keys(text)
    }

    /// Sets a date field; its typed form depends on the browser's language.
    pub(super) fn date(&self, css: &str, day: &str) -> anyhow::Result<()> {
        self.find(css)?;
        self.script(&format!("document.querySelector({}).value = {}", json!(css), json!(day))).map(drop)
    }

    /// Chooses in a select by value.
    pub(super) fn choose(&self, css: &str, value: &str) -> anyhow::Result<()> {
        self.find(&format!("{css} option[value={}]", json!(value)))?.click()
    }

    pub(super) fn click(&self, css: &str) -> anyhow::Result<()> {
        self.find(css)?.click().with_context(|| format!("click {css}"))
    }

    /// Presses keys on the page.
    pub(super) fn press(&self, keys: &str) -> anyhow::Result<()> {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                [
                    json!({"type": "keyDown", "value": key.to_string()}),
                    json!({"type": "keyUp", "value": key.to_string()}),
                ]
            })
            .collect();
        self.post("/actions", &json!({"actions": [{"type": "key", "id": "keys", "actions": actions}]}))
            .map(drop)
    }

    /// Clicks what leads to another page, and waits until it is there.
    pub(super) fn follow(&self, css: &str) -> anyhow::Result<()> {
        // A mark on the page at hand: gone when the next one is there.
        self.script("window.ridgelineWalk = true")?;
        self.click(css)?;
        self.settled()
    }

    /// Waits until a marked page has given way to the next.
    pub(super) fn settled(&self) -> anyhow::Result<()> {
        let started = Instant::now();
        loop {
            let state =
                self.script("return window.ridgelineWalk !== true && document.readyState === 'complete'");
            if matches!(state, Ok(Value::Bool(true))) {
                return Ok(());
            }
            ensure!(started.elapsed() < PATIENCE, "the next page does not come");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Marks the page at hand, for [`Browser::settled`].
    pub(super) fn mark(&self) -> anyhow::Result<()> {
        self.script("window.ridgelineWalk = true").map(drop)
    }

    /// Waits until a script gives true.
    pub(super) fn until(&self, what: &str, script: &str) -> anyhow::Result<()> {
        let started = Instant::now();
        while self.script(script)? != json!(true) {
            ensure!(started.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Saves what is shown.
    pub(super) fn shot(&self, path: &Path) -> anyhow::Result<PathBuf> {
        let picture = self.get("/screenshot")?;
        fs::write(path, BASE64_STANDARD.decode(picture.as_str().unwrap_or_default())?)?;
        Ok(path.to_owned())
    }

    /// What the page's scripts complained of since the last call.
    pub(super) fn complaints(&self) -> anyhow::Result<Vec<String>> {
        let log = self.post("/se/log", &json!({"type": "browser"}))?;
        let severe = |line: &&Value| line["level"] == "SEVERE";
        let lines = log.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(lines
            .iter()
            .filter(severe)
            .map(|line| line["message"].as_str().unwrap_or_default().to_owned())
            .collect())
    }

    /// A cookie's value.
    pub(super) fn cookie(&self, name: &str) -> anyhow::Result<String> {
        Ok(self.get(&format!("/cookie/{name}"))?["value"].as_str().unwrap_or_default().to_owned())
    }

    /// Puts this one cookie in the place of all.
    pub(super) fn only_cookie(&self, name: &str, value: &str) -> anyhow::Result<()> {
        send(&self.agent, "DELETE", &format!("{}/cookie", self.base), None)?;
        let cookie =
            json!({"name": name, "value": value, "path": "/", "httpOnly": true, "sameSite": "Strict"});
        self.post("/cookie", &json!({ "cookie": cookie })).map(drop)
    }
}

impl Element<'_> {
    fn act(&self, what: &str, body: &Value) -> anyhow::Result<()> {
        self.browser.post(&format!("/element/{}/{what}", self.id), body).map(drop)
    }

    pub(super) fn click(&self) -> anyhow::Result<()> {
        self.act("click", &json!({}))
    }

    pub(super) fn keys(&self, text: &str) -> anyhow::Result<()> {
        self.act("value", &json!({ "text": text }))
    }

    pub(super) fn text(&self) -> anyhow::Result<String> {
        let text = self.browser.get(&format!("/element/{}/text", self.id))?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }
}
