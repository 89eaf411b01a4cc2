use std::collections::BTreeSet;

use comrak::{
    Arena, Options,
    nodes::{AstNode, ListType, NodeValue},
    parse_document,
};

use crate::{Document, world};

/// How pages look. The colours of action words and the like are left to their words: a printed policy must read well in
/// black and white.
const STYLE: &str = r#"
#set page(paper: "a4", margin: (x: 2.4cm, y: 2.6cm), numbering: "1 / 1")
#set text(font: "Libertinus Serif", size: 10.5pt)
#set par(justify: false, leading: 0.68em, spacing: 1.05em)
#set table(stroke: 0.5pt + luma(160), inset: 5pt)
#show raw: set text(font: "DejaVu Sans Mono", size: 8.5pt)
#show heading.where(level: 1): set text(size: 20pt)
#show heading.where(level: 2): set text(size: 14pt)
#show heading.where(level: 3): set text(size: 11.5pt)
#show heading: set block(above: 1.6em, below: 0.8em)
#show table: set text(size: 9pt)
#show link: underline
"#;

/// A document as Typst source. All it says stands in string literals, so that none of it can be taken for markup.
pub(crate) fn typst(document: &Document<'_>) -> String {
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    let root = parse_document(&arena, document.markdown, &options);
    let mut anchors = BTreeSet::new();
    for node in root.descendants() {
        anchors.extend(anchor(node));
    }
    let mut writer = Writer { out: String::new(), anchors, level: 0 };
    let (title, language) = (quoted(document.title), quoted(document.language));
    writer.put(&format!("#set document(title: {title})\n#set text(lang: {language})\n{STYLE}\n"));
    writer.children(root);
    writer.out
}

struct Writer {
    out: String,
    /// What links within the document may point to.
    anchors: BTreeSet<String>,
    /// The level of the latest heading.
    level: u8,
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn children<'a>(&mut self, node: &'a AstNode<'a>) {
        for child in node.children() {
            self.node(child);
        }
    }

    /// A call with the children as its content: `#name(arguments)[…];`
    fn call<'a>(&mut self, name: &str, node: &'a AstNode<'a>) {
        self.put(&format!("#{name}["));
        self.children(node);
        self.put("];");
    }

    fn node<'a>(&mut self, node: &'a AstNode<'a>) {
        match &node.data.borrow().value {
            NodeValue::Heading(heading) => {
                // PDF/UA knows no heading without the one above it.
                self.level = heading.level.min(self.level + 1);
                self.put(&format!("#heading(level: {})[", self.level));
                self.children(node);
                self.put("]");
                for id in node.children().filter_map(anchor).take(1) {
                    self.put(&format!(" <{id}>"));
                }
                self.put("\n\n");
            }
            NodeValue::Paragraph => {
                self.children(node);
                self.put("\n\n");
            }
            NodeValue::BlockQuote => {
                self.call("quote(block: true)", node);
                self.put("\n\n");
            }
            NodeValue::List(list) => {
                let name = match list.list_type {
                    ListType::Bullet => "list(tight: true, ".to_owned(),
                    ListType::Ordered => format!("enum(tight: true, start: {}, ", list.start),
                };
                self.cells(&name, node);
            }
            NodeValue::Table(table) => {
                let columns = table.num_columns;
                self.put(&format!("#table(columns: {columns}, "));
                self.rows(node);
                self.put(")\n\n");
            }
            NodeValue::CodeBlock(code) => {
                self.put(&format!("#raw(block: true, {});\n\n", quoted(code.literal.trim_end())));
            }
            NodeValue::Code(code) => self.put(&format!("#raw({});", quoted(&code.literal))),
            NodeValue::Text(text) => self.put(&format!("#{};", quoted(text))),
            NodeValue::SoftBreak => self.put(" "),
            NodeValue::LineBreak => self.put("#linebreak();"),
            NodeValue::ThematicBreak => self.put("#v(1em);\n\n"),
            NodeValue::Strong => self.call("strong", node),
            NodeValue::Emph => self.call("emph", node),
            NodeValue::Strikethrough => self.call("strike", node),
            NodeValue::Link(link) => self.link(&link.url, node),
            // An anchor was read with its heading; other HTML is text, as it is on the page.
            NodeValue::HtmlInline(html) if html.starts_with("<a id=") || html == "</a>" => {}
            NodeValue::HtmlInline(html) => self.put(&format!("#{};", quoted(html))),
            NodeValue::HtmlBlock(html) => self.put(&format!("#{};\n\n", quoted(html.literal.trim_end()))),
            _ => self.children(node),
        }
    }

    /// Links to the document's own headings and to the web; the words alone where a link leads nowhere.
    fn link<'a>(&mut self, url: &str, node: &'a AstNode<'a>) {
        let own = url.strip_prefix('#').filter(|id| self.anchors.contains(*id));
        if let Some(id) = own {
            self.call(&format!("link(label({}))", quoted(id)), node);
        } else if ["https://", "http://", "mailto:"].iter().any(|scheme| url.starts_with(scheme)) {
            self.call(&format!("link({})", quoted(url)), node);
        } else {
            self.children(node);
        }
    }

    /// The children as arguments, each a content block.
    fn cells<'a>(&mut self, call: &str, node: &'a AstNode<'a>) {
        self.put(&format!("#{call}"));
        for child in node.children() {
            self.put("[");
            self.children(child);
            self.put("], ");
        }
        self.put(");\n\n");
    }

    fn rows<'a>(&mut self, table: &'a AstNode<'a>) {
        for row in table.children() {
            let header = matches!(row.data.borrow().value, NodeValue::TableRow(true));
            self.put(if header { "table.header(" } else { "" });
            for cell in row.children() {
                self.put("[");
                self.children(cell);
                self.put("], ");
            }
            self.put(if header { "), " } else { "" });
        }
    }
}

/// The id of an `<a id="…">`, if it can be a label.
fn anchor<'a>(node: &'a AstNode<'a>) -> Option<String> {
    let NodeValue::HtmlInline(html) = &node.data.borrow().value else { return None };
    let id = html.strip_prefix("<a id=\"")?.strip_suffix("\">")?;
    let sound = id.starts_with(|c: char| c.is_ascii_alphabetic())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    sound.then(|| id.to_owned())
}

/// A Typst string literal: <https://typst.app/docs/reference/foundations/str/>.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            // They have no shape, and PDF/UA wants one for everything.
            c if c.is_control() => {}
            // A sign without a shape is named; for a letter Typst says that there is no font.
            c if !c.is_alphabetic() && !world::has_shape(c) => {
                out.push_str(&format!("[U+{:04X}]", u32::from(c)))
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(markdown: &str, expected: Expect) {
        let document = Document { title: "T", markdown, language: "en", mark: "m", day: None };
        let source = typst(&document);
        let (_, body) = source.split_once(STYLE).unwrap();
        expected.assert_eq(body.trim());
    }

    #[test]
    fn headings_carry_their_anchors() {
        check(
            "# Policy\n\nSee [DATA-1](#DATA-1), [nothing](#DATA-9), [a file](file:///x).\n\n### <a id=\"DATA-1\"></a>DATA-1 Data",
            expect![[r##"
                #heading(level: 1)[#"Policy";]

                #"See ";#link(label("DATA-1"))[#"DATA-1";];#", ";#"nothing";#", ";#"a file";#".";

                #heading(level: 2)[#"DATA-1 Data";] <DATA-1>"##]],
        );
    }

    #[test]
    fn lists_and_tables() {
        check(
            "- one\n- **two**\n\n3. three\n\n| a | b |\n| --- | --- |\n| 1 | `x` |\n",
            expect![[r##"
            #list(tight: true, [#"one";

            ], [#strong[#"two";];

            ], );

            #enum(tight: true, start: 3, [#"three";

            ], );

            #table(columns: 2, table.header([#"a";], [#"b";], ), [#"1";], [#raw("x");], )"##]],
        );
    }

    #[test]
    fn what_it_says_is_never_markup() {
        check(
            "#panic() $x$ \"q\" \\\\ <b>raw</b>\n\n```\n#include \"x\"\n```\n",
            expect![[r##"
                #"#panic() $x$ \"q\" \\ ";#"<b>";#"raw";#"</b>";

                #raw(block: true, "#include \"x\"");"##]],
        );
    }
}
