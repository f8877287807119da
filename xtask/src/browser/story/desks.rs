//! Two desks beside the main road: who stands on a list twice, and what people ask about their own data.

use super::{REFERENCE, Story};
use anyhow::{Context as _, ensure};

impl Story<'_> {
    pub(super) fn twice(&mut self) -> anyhow::Result<()> {
        self.now("twice");
        let list = self.id("list")?.to_owned();
        self.as_("piet", &format!("/lists/{list}"))?;
        self.browser.follow("section[aria-labelledby=h-twice] button")?;
        let finished = "const t = document.body.innerText; \
                        if (!t.includes('Finished')) location.reload(); return t.includes('Finished')";
        self.browser.until("the comparison of all with all", finished)?;
        let text = self.browser.text()?;
        ensure!(text.contains("two examiners must confirm"), "the list does not say who confirms: {text}");
        self.browser.script("document.querySelector('#h-twice').scrollIntoView()")?;
        self.shot("35-twice")?;
        self.done("an approver has all entries compared with all")
    }

    pub(super) fn redress(&mut self) -> anyhow::Result<()> {
        self.now("redress");
        self.as_("rita", "/redress")?;
        let page = self.browser;
        page.choose("#f-kind", "opposition")?;
        page.fill("#f-text", "The warrant is against my cousin, who used my name.")?;
        page.fill("#f-contact", "Through the shelter at the river")?;
        page.fill("#f-entry", REFERENCE)?;
        page.follow("form[action='/redress/new'] button")?;
        let code = page.script("return document.querySelector('output.code').innerText")?;
        let code = code.as_str().context("no code for the person")?.to_owned();
        self.shot("36-redress")?;
        page.follow(".rows th a")?;
        ensure!(page.text()?.contains("my cousin"), "the request does not show what was said");
        self.shot("37-request")?;
        page.script("document.querySelectorAll('details.act').forEach(d => d.open = true)")?;
        page.follow("button[name=action][value=review]")?;
        ensure!(page.text()?.contains("In review"), "it is not in review: {}", page.text()?);
        self.as_("olga", &format!("/lists/{}?state=disputed", self.id("list")?))?;
        ensure!(page.text()?.contains(REFERENCE), "the entry is not disputed: {}", page.text()?);

        // Without an account.
        page.only_cookie("nobody", "nobody")?;
        self.go("/receipt")?;
        page.fill("#f-code", &code.to_lowercase())?;
        page.follow("main form button")?;
        ensure!(page.text()?.contains("In review"), "the receipt does not tell: {}", page.text()?);
        self.shot("38-receipt")?;
        self.done("a dispute stops the entry, and its receipt tells how it stands")
    }

    /// A known case is prepared beside the running hub, and stands on the quality officer's page alone.
    pub(super) fn quality(&mut self) -> anyhow::Result<()> {
        self.now("quality");
        const TITLE: &str = "Dry, two captures of a volunteer";
        let (hub, [first, second]) =
            (self.world.at("hub"), ["person-0-1", "person-0-2"].map(|f| self.world.at(f)));
        let answer = ["--title", TITLE, "--answer", "same", &first, &second];
        self.world.run(&[&["hub", "known-case", "--dir", &hub], answer.as_slice()].concat())?;
        self.as_("quin", "/quality")?;
        let text = self.browser.text()?;
        ensure!(text.contains(TITLE) && text.contains("Waits for its turn"), "no known case: {text}");
        self.shot("39-quality")?;
        self.as_("edna", "/quality")?;
        ensure!(!self.browser.text()?.contains(TITLE), "an examiner reads of known cases");
        self.as_("quin", "/quality")?;
        self.browser.follow("td.act button")?;
        ensure!(
            self.browser.text()?.contains("Taken back"),
            "it is not taken back: {}",
            self.browser.text()?
        );
        self.done("a case with a known answer is prepared and taken back, out of the examiners' sight")
    }
}
