//! A biometric information record of the XML patron format.

use super::xml::{self, Document, Element, Node};
use crate::error::{Error, Findings, Parsed, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// Largest document read: ten fingers, two irises and a face at full size stay under 32 MiB.
pub const MAX_XML_LEN: usize = 64 << 20;

/// A biometric information record: a wrapper of other records, or one biometric data block.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bir {
    /// Version of the patron format (major, minor).
    pub version: Option<(u32, u32)>,
    /// Version of CBEFF (major, minor).
    pub cbeff_version: Option<(u32, u32)>,
    /// Whether the record's integrity is protected.
    pub integrity: Option<bool>,
    /// What the block is.
    pub info: Option<BirInfo>,
    /// The biometric data block, base64 undone; often an ISO/IEC 19794 record.
    pub data: Option<Vec<u8>>,
    /// The security block, base64 undone.
    pub security: Option<Vec<u8>>,
    /// Key and value pairs that the issuer added.
    pub others: Vec<(String, String)>,
    /// Records inside this one.
    pub children: Vec<Bir>,
}

/// What a biometric data block is (`BDBInfo`). All values are kept as the text they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BirInfo {
    /// Identifier of the block.
    pub index: Option<String>,
    /// Owner and number of the block's format.
    pub format: Option<(String, String)>,
    /// When it was made (ISO 8601).
    pub created: Option<String>,
    /// Modalities, for instance `Finger`.
    pub kinds: Vec<String>,
    /// Which part of the body, for instance `Left LittleFinger`.
    pub subtype: Option<String>,
    /// How far it is processed: `Raw`, `Intermediate`, `Processed`.
    pub level: Option<String>,
    /// Why it was made: `Enroll`, `Verify`, `Identify` and others.
    pub purpose: Option<String>,
    /// Quality.
    pub quality: Option<QualityInfo>,
}

/// A quality score and the algorithm that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QualityInfo {
    /// Owner and number of the algorithm.
    pub algorithm: Option<(String, String)>,
    /// The score as text.
    pub score: Option<String>,
}

impl Bir {
    /// Reads an XML document whose root is a `BIR`.
    ///
    /// # Errors
    /// [`Error`] where the text is not UTF-8, not well-formed XML, not a `BIR`, or over a limit.
    ///
    /// ```
    /// use biometric_records::cbeff::Bir;
    ///
    /// let bir = Bir { data: Some(b"FMR".to_vec()), ..Bir::default() };
    /// let xml = bir.to_xml();
    /// assert!(xml.contains("<BDB>Rk1S</BDB>"));
    /// assert_eq!(Bir::read_xml(xml.as_bytes())?.value, bir);
    /// # Ok::<(), biometric_records::Error>(())
    /// ```
    pub fn read_xml(bytes: &[u8]) -> Result<Parsed<Self>> {
        if bytes.len() > MAX_XML_LEN {
            return Err(Error::Limit { what: "the length of a CBEFF XML document", limit: MAX_XML_LEN });
        }
        let text = std::str::from_utf8(bytes).map_err(|e| Error::Inconsistent {
            what: "the document is not UTF-8".into(),
            offset: e.valid_up_to(),
        })?;
        let document = xml::read(text)?;
        if document.root.local_name() != "BIR" {
            return Err(Error::NotThisFormat { expected: "a CBEFF XML record (its root is not BIR)" });
        }
        let mut findings = Findings::default();
        let value = bir(&document.root, &mut findings);
        Ok(Parsed { value, findings: findings.0 })
    }

    /// The record as an XML document, indented by four spaces.
    pub fn to_xml(&self) -> String {
        let mut root = element(self);
        root.attributes.push(("xmlns".into(), super::XML_NAMESPACE.into()));
        indent(&mut root, 0);
        let prolog = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n".into();
        xml::write(&Document { prolog, root, epilog: "\n".into() })
    }

    /// This record and all inside it, outermost first.
    pub fn walk(&self) -> Vec<&Bir> {
        let mut out = vec![self];
        let mut next = 0;
        while let Some(&bir) = out.get(next) {
            out.extend(&bir.children);
            next += 1;
        }
        out
    }
}

fn bir(e: &Element, findings: &mut Findings) -> Bir {
    let mut out = Bir::default();
    for child in e.elements() {
        match child.local_name() {
            "Version" => out.version = version(child, findings),
            "CBEFFVersion" => out.cbeff_version = version(child, findings),
            "BIRInfo" => {
                out.integrity = child.child("Integrity").and_then(|i| match i.text().as_str() {
                    "true" | "1" => Some(true),
                    "false" | "0" => Some(false),
                    other => {
                        findings.error("xml-value", 0, format!("Integrity is `{other}`"));
                        None
                    }
                });
            }
            "BDBInfo" => out.info = Some(info(child, findings)),
            "BDB" => out.data = base64(child, findings),
            "SB" => out.security = base64(child, findings),
            "Others" => {
                let text = |name: &str| child.child(name).map(Element::text).unwrap_or_default();
                out.others.push((text("Key"), text("Value")));
            }
            "BIR" => out.children.push(bir(child, findings)),
            other => findings.warn("xml-element", 0, format!("element `{other}` of BIR is not kept")),
        }
    }
    out
}

fn info(e: &Element, findings: &mut Findings) -> BirInfo {
    let mut out = BirInfo::default();
    for child in e.elements() {
        let text = || Some(child.text());
        match child.local_name() {
            "Index" => out.index = text(),
            "Format" => out.format = owner_and_type(child),
            "CreationDate" => out.created = text(),
            "Type" => out.kinds.push(child.text()),
            "Subtype" => out.subtype = text(),
            "Level" => out.level = text(),
            "Purpose" => out.purpose = text(),
            "Quality" => {
                out.quality = Some(QualityInfo {
                    algorithm: child.child("Algorithm").and_then(owner_and_type),
                    score: child.child("Score").map(Element::text),
                });
            }
            other => findings.warn("xml-element", 0, format!("element `{other}` of BDBInfo is not kept")),
        }
    }
    out
}

fn owner_and_type(e: &Element) -> Option<(String, String)> {
    Some((e.child("Organization")?.text(), e.child("Type")?.text()))
}

fn version(e: &Element, findings: &mut Findings) -> Option<(u32, u32)> {
    let number = |name: &str| e.child(name).and_then(|n| n.text().parse().ok());
    let both = number("Major").zip(number("Minor"));
    if both.is_none() {
        findings.error("xml-value", 0, format!("{} has no two numbers", e.local_name()));
    }
    both
}

fn base64(e: &Element, findings: &mut Findings) -> Option<Vec<u8>> {
    let text: String = e.text().chars().filter(|c| !c.is_ascii_whitespace()).collect();
    match BASE64.decode(text) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            findings.error("base64", 0, format!("{} is not base64: {error}", e.local_name()));
            None
        }
    }
}

fn element(bir: &Bir) -> Element {
    let mut out = Element { name: "BIR".into(), ..Element::default() };
    let mut put = |e: Element| out.children.push(Node::Element(e));
    for (name, version) in [("Version", bir.version), ("CBEFFVersion", bir.cbeff_version)] {
        if let Some((major, minor)) = version {
            put(group(name, [("Major", Some(major.to_string())), ("Minor", Some(minor.to_string()))]));
        }
    }
    if let Some(integrity) = bir.integrity {
        put(group("BIRInfo", [("Integrity", Some(integrity.to_string()))]));
    }
    if let Some(i) = &bir.info {
        put(info_element(i));
    }
    for (name, data) in [("BDB", &bir.data), ("SB", &bir.security)] {
        if let Some(data) = data {
            put(Element::text_element(name, BASE64.encode(data)));
        }
    }
    for (key, value) in &bir.others {
        put(group("Others", [("Key", Some(key.clone())), ("Value", Some(value.clone()))]));
    }
    for child in &bir.children {
        put(element(child));
    }
    out
}

fn info_element(i: &BirInfo) -> Element {
    let pair = |name: &str, (owner, kind): &(String, String)| {
        group(name, [("Organization", Some(owner.clone())), ("Type", Some(kind.clone()))])
    };
    let mut out = group("BDBInfo", [("Index", i.index.clone())]);
    let mut put = |e: Element| out.children.push(Node::Element(e));
    if let Some(format) = &i.format {
        put(pair("Format", format));
    }
    let kinds = i.kinds.iter().map(|k| ("Type", Some(k)));
    let texts = [("CreationDate", i.created.as_ref())].into_iter().chain(kinds).chain([
        ("Subtype", i.subtype.as_ref()),
        ("Level", i.level.as_ref()),
        ("Purpose", i.purpose.as_ref()),
    ]);
    for (name, text) in texts {
        if let Some(text) = text {
            put(Element::text_element(name, text));
        }
    }
    if let Some(q) = &i.quality {
        let mut quality = Element { name: "Quality".into(), ..Element::default() };
        if let Some(algorithm) = &q.algorithm {
            quality.children.push(Node::Element(pair("Algorithm", algorithm)));
        }
        if let Some(score) = &q.score {
            quality.children.push(Node::Element(Element::text_element("Score", score)));
        }
        put(quality);
    }
    out
}

fn group<const N: usize>(name: &str, texts: [(&str, Option<String>); N]) -> Element {
    let texts = texts.into_iter().filter_map(|(n, t)| Some(Node::Element(Element::text_element(n, t?))));
    Element { name: name.into(), children: texts.collect(), ..Element::default() }
}

/// Puts every child element on its own line; elements that hold text are left alone.
fn indent(e: &mut Element, depth: usize) {
    if e.children.iter().any(|c| !matches!(c, Node::Element(_))) || e.children.is_empty() {
        return;
    }
    let line = |depth: usize| Node::Text(format!("\n{}", "    ".repeat(depth)));
    let mut out = Vec::with_capacity(e.children.len() * 2 + 1);
    for mut child in std::mem::take(&mut e.children) {
        if let Node::Element(inner) = &mut child {
            indent(inner, depth + 1);
        }
        out.push(line(depth + 1));
        out.push(child);
    }
    out.push(line(depth));
    e.children = out;
}
