/// Blanks before a fence, at most: with more it is indented, as an underline in a doc string is.
const INDENT: usize = 3;

/// A line that opens or closes a Markdown code block (CommonMark §4.5).
pub(super) struct Fence<'a> {
    /// The language it names, or nothing.
    pub(super) info: &'a str,
}

impl<'a> Fence<'a> {
    pub(super) fn read(line: &'a [u8]) -> Option<Self> {
        let text = line.trim_ascii();
        let indented = line.len() - line.trim_ascii_start().len() > INDENT;
        if indented && text.starts_with(b"~~~~") {
            return None;
        }
        let rest = text.strip_prefix(b"```").or(text.strip_prefix(b"~~~"))?;
        let info =
            rest.split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'{' | b',' | b':')).next()?;
        let inline = rest.contains(&b'`');
        let info = std::str::from_utf8(info).unwrap_or_default();
        (!inline).then_some(Self { info })
    }

    /// Whether the line can end a block: it names nothing.
    pub(super) fn closes(&self) -> bool {
        self.info.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Fence;

    #[test]
    fn info_strings() {
        for (line, info) in [
            ("```python", Some("python")),
            ("  ```rust,ignore", Some("rust")),
            ("```", Some("")),
            ("~~~ ", Some("")),
            ("```js``` is", None),
            ("`code`", None),
            ("    ~~~~~~~~", None),
        ] {
            assert_eq!(Fence::read(line.as_bytes()).map(|fence| fence.info), info, "{line}");
        }
    }
}
