//! A small XML reader and writer for records: elements, attributes, text, CDATA, comments.
//!
//! It keeps every character, so that a document without entity tricks is written back byte for byte.
//! Document type declarations are refused: they are what entity bombs are made of.

use crate::error::{Error, Result};

/// Deepest nesting of elements; a CBEFF record nests BIRs two or three deep, each with five levels.
pub const MAX_DEPTH: usize = 64;

/// Most nodes of a document: elements, texts, comments and attributes together. A record of a
/// hundred templates has about ten thousand.
pub const MAX_NODES: usize = 1 << 20;

/// An XML document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Everything before the root element as it stands: declaration, comments, white space.
    pub prolog: String,
    /// The root element.
    pub root: Element,
    /// Everything after the root element.
    pub epilog: String,
}

/// An element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// Name with its prefix, as written.
    pub name: String,
    /// Attributes in order, values with entities resolved.
    pub attributes: Vec<(String, String)>,
    /// Content in order.
    pub children: Vec<Node>,
}

/// One piece of content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// An element.
    Element(Element),
    /// Text, entities resolved.
    Text(String),
    /// A CDATA section's text.
    CData(String),
    /// A comment's or processing instruction's source, with its delimiters.
    Verbatim(String),
}

impl Element {
    /// An element that holds one text.
    pub fn text_element(name: &str, text: impl Into<String>) -> Self {
        Self { name: name.into(), children: vec![Node::Text(text.into())], ..Self::default() }
    }

    /// The name without its prefix.
    pub fn local_name(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or_default()
    }

    /// The element's direct text, white space at both ends removed.
    pub fn text(&self) -> String {
        let texts = self.children.iter().filter_map(|c| match c {
            Node::Text(t) | Node::CData(t) => Some(t.as_str()),
            _ => None,
        });
        texts.collect::<String>().trim().to_owned()
    }

    /// Child elements in order.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|c| match c {
            Node::Element(e) => Some(e),
            _ => None,
        })
    }

    /// The first child element of this local name.
    pub fn child(&self, local_name: &str) -> Option<&Element> {
        self.elements().find(|e| e.local_name() == local_name)
    }
}

/// Reads a document.
///
/// # Errors
/// [`Error::Inconsistent`] where it is not well formed (or has a document type), [`Error::Limit`]
/// past [`MAX_DEPTH`] or [`MAX_NODES`].
pub fn read(text: &str) -> Result<Document> {
    let mut s = Scanner { text, at: 0, nodes: 0 };
    let prolog = s.misc()?;
    let root = s.element()?;
    let epilog = s.misc()?;
    if s.at != text.len() {
        return Err(s.wrong("something follows the root element"));
    }
    Ok(Document { prolog, root, epilog })
}

/// Writes a document.
pub fn write(document: &Document) -> String {
    let mut out = document.prolog.clone();
    write_element(&document.root, &mut out);
    out.push_str(&document.epilog);
    out
}

fn write_element(e: &Element, out: &mut String) {
    out.push('<');
    out.push_str(&e.name);
    for (name, value) in &e.attributes {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape(value, true, out);
        out.push('"');
    }
    if e.children.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    for child in &e.children {
        match child {
            Node::Element(e) => write_element(e, out),
            Node::Text(t) => escape(t, false, out),
            Node::CData(t) => {
                // A section cannot hold its own end; it is cut in two there.
                out.push_str("<![CDATA[");
                out.push_str(&t.replace("]]>", "]]]]><![CDATA[>"));
                out.push_str("]]>");
            }
            Node::Verbatim(v) => out.push_str(v),
        }
    }
    out.push_str("</");
    out.push_str(&e.name);
    out.push('>');
}

fn escape(text: &str, in_attribute: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if in_attribute => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' if in_attribute => out.push_str(if c == '\n' { "&#10;" } else { "&#9;" }),
            c => out.push(c),
        }
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    nodes: usize,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn wrong(&self, what: impl Into<String>) -> Error {
        Error::Inconsistent { what: what.into(), offset: self.at }
    }

    fn count(&mut self) -> Result<()> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Error::Limit { what: "the number of XML nodes", limit: MAX_NODES });
        }
        Ok(())
    }

    fn eat(&mut self, token: &str) -> bool {
        let there = self.rest().starts_with(token);
        if there {
            self.at += token.len();
        }
        there
    }

    fn expect(&mut self, token: &str) -> Result<()> {
        if self.eat(token) { Ok(()) } else { Err(self.wrong(format!("`{token}` is missing"))) }
    }

    fn space(&mut self) -> bool {
        let rest = self.rest();
        let left = rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        self.at += rest.len() - left;
        rest.len() != left
    }

    /// Everything up to and with `end`.
    fn through(&mut self, end: &str) -> Result<&'a str> {
        let rest = self.rest();
        let Some(n) = rest.find(end) else {
            return Err(self.wrong(format!("`{end}` is missing")));
        };
        self.at += n + end.len();
        Ok(rest.get(..n + end.len()).unwrap_or_default())
    }

    /// White space, comments and processing instructions, as they stand.
    fn misc(&mut self) -> Result<String> {
        let begin = self.at;
        self.eat("\u{feff}");
        loop {
            self.space();
            let rest = self.rest();
            if rest.starts_with("<!--") {
                self.count()?;
                self.at += 4;
                self.through("-->")?;
            } else if rest.starts_with("<?") {
                self.count()?;
                self.through("?>")?;
            } else if rest.starts_with("<!") {
                return Err(self.wrong("document types are not read"));
            } else {
                return Ok(self.text.get(begin..self.at).unwrap_or_default().to_owned());
            }
        }
    }

    fn name(&mut self) -> Result<String> {
        let ends = |c: char| c.is_whitespace() || "<>/=\"'&?!".contains(c);
        let rest = self.rest();
        let name = rest.get(..rest.find(ends).unwrap_or(rest.len())).unwrap_or_default();
        if name.is_empty() {
            return Err(self.wrong("a name is missing"));
        }
        self.at += name.len();
        Ok(name.to_owned())
    }

    /// A start tag, and whether the element ends with it.
    fn open(&mut self) -> Result<(Element, bool)> {
        self.count()?;
        self.expect("<")?;
        let mut e = Element { name: self.name()?, ..Element::default() };
        loop {
            let spaced = self.space();
            if self.eat("/>") {
                return Ok((e, true));
            }
            if self.eat(">") {
                return Ok((e, false));
            }
            if !spaced {
                return Err(self.wrong("a tag does not end"));
            }
            self.count()?;
            let name = self.name()?;
            self.space();
            self.expect("=")?;
            self.space();
            let quote = if self.eat("\"") { "\"" } else { "'" };
            if quote == "'" {
                self.expect("'")?;
            }
            let begin = self.at;
            let value = self.through(quote)?;
            let value = value.get(..value.len() - 1).unwrap_or_default();
            if value.contains('<') || e.attributes.iter().any(|(n, _)| *n == name) {
                return Err(self.wrong(format!("attribute {name} is malformed or repeated")));
            }
            e.attributes.push((name, resolve(value, begin)?));
        }
    }

    fn element(&mut self) -> Result<Element> {
        // A stack of its own rather than recursion: depth is a limit, not a crash.
        let mut stack: Vec<Element> = Vec::new();
        let (mut current, empty) = self.open()?;
        if empty {
            return Ok(current);
        }
        loop {
            let rest = self.rest();
            if rest.starts_with("</") {
                self.at += 2;
                let name = self.name()?;
                if name != current.name {
                    return Err(self.wrong(format!("`{}` is closed by `{name}`", current.name)));
                }
                self.space();
                self.expect(">")?;
                let Some(mut parent) = stack.pop() else {
                    return Ok(current);
                };
                parent.children.push(Node::Element(current));
                current = parent;
            } else if rest.starts_with("<![CDATA[") {
                self.count()?;
                self.at += 9;
                let text = self.through("]]>")?;
                current.children.push(Node::CData(text.trim_end_matches("]]>").to_owned()));
            } else if rest.starts_with("<!--") {
                self.count()?;
                let begin = self.at;
                self.at += 4;
                self.through("-->")?;
                current
                    .children
                    .push(Node::Verbatim(self.text.get(begin..self.at).unwrap_or_default().into()));
            } else if rest.starts_with("<?") {
                self.count()?;
                let source = self.through("?>")?.to_owned();
                current.children.push(Node::Verbatim(source));
            } else if rest.starts_with("<!") {
                return Err(self.wrong("a declaration inside an element"));
            } else if rest.starts_with('<') {
                let (child, empty) = self.open()?;
                if empty {
                    current.children.push(Node::Element(child));
                } else {
                    if stack.len() + 2 > MAX_DEPTH {
                        return Err(Error::Limit { what: "the depth of XML elements", limit: MAX_DEPTH });
                    }
                    stack.push(std::mem::replace(&mut current, child));
                }
            } else if rest.is_empty() {
                return Err(self.wrong(format!("`{}` is never closed", current.name)));
            } else {
                self.count()?;
                let begin = self.at;
                let text = rest.get(..rest.find('<').unwrap_or(rest.len())).unwrap_or_default();
                self.at += text.len();
                current.children.push(Node::Text(resolve(text, begin)?));
            }
        }
    }
}

/// Text with its entities resolved: the five of XML, and characters by number.
fn resolve(text: &str, offset: usize) -> Result<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, entity) = rest.split_at(at);
        out.push_str(before);
        let wrong = || Error::Inconsistent { what: "an unknown entity".into(), offset };
        // The longest is `&#1114111;`: a far `;` is not searched for.
        const LONGEST: usize = 12;
        let end = entity.bytes().take(LONGEST).position(|b| b == b';').ok_or_else(wrong)?;
        let name = entity.get(1..end).ok_or_else(wrong)?;
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = name.strip_prefix('#').ok_or_else(wrong)?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(digits) => u32::from_str_radix(digits, 16),
                    None => number.parse(),
                };
                code.ok().and_then(char::from_u32).ok_or_else(wrong)?
            }
        });
        rest = entity.get(end + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(out)
}
