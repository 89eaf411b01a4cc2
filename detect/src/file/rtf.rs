use super::{budget::Text, reader::Reader, text::Encoding};

/// Destinations that hold no text of the document (RTF 1.9.1).
const NOT_TEXT: [&str; 22] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "pict",
    "objdata",
    "themedata",
    "colorschememapping",
    "datastore",
    "latentstyles",
    "xmlnstbl",
    "filetbl",
    "revtbl",
    "blipuid",
    "panose",
    "falt",
    "fldinst",
    "mmathPr",
    "nonshppict",
];
/// Of the information group, what is kept.
const PROPERTIES: [&str; 8] =
    ["title", "subject", "author", "manager", "company", "operator", "keywords", "doccomm"];
const DEEPEST: usize = 200;

/// Reads a Rich Text document: text, tables as lines, and its properties.
pub(super) fn read(reader: &mut Reader, bytes: &[u8], path: &str) {
    let mut state = State { text: Text::new(&reader.meter), ..State::new(&reader.meter) };
    state.run(bytes);
    for (name, value) in state.properties {
        reader.property(path, &name, &value);
    }
    reader.finish(path, state.text);
}

/// The text of Rich Text that stands in something else.
pub(super) fn strip(bytes: &[u8], reader: &Reader) -> Text {
    let mut state = State::new(&reader.meter);
    state.run(bytes);
    state.text
}

/// What a group changes and gives back.
#[derive(Clone)]
struct Group {
    skipped: bool,
    /// The property being read.
    property: Option<&'static str>,
    /// Characters written for old readers behind every `\u`.
    fallback: usize,
}

struct State {
    text: Text,
    properties: Vec<(String, String)>,
    groups: Vec<Group>,
    now: Group,
    encoding: Encoding,
    /// Bytes of the code page not decoded yet.
    raw: Vec<u8>,
    /// Characters still to be left out.
    to_skip: usize,
    /// First half of a character beyond the basic plane.
    high: Option<u16>,
    too_deep: usize,
}

impl State {
    fn new(meter: &super::budget::Meter) -> Self {
        Self {
            text: Text::new(meter),
            properties: Vec::new(),
            groups: Vec::new(),
            now: Group { skipped: false, property: None, fallback: 1 },
            encoding: Encoding::of_code_page(1252),
            raw: Vec::new(),
            to_skip: 0,
            high: None,
            too_deep: 0,
        }
    }

    fn run(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let [first, after @ ..] = rest {
            rest = after;
            match first {
                b'{' => self.open(),
                b'}' => self.close(),
                b'\\' => rest = self.control(after),
                b'\r' | b'\n' | 0 => {}
                byte => self.byte(*byte),
            }
        }
        self.flush();
    }

    fn open(&mut self) {
        self.flush();
        if self.groups.len() < DEEPEST { self.groups.push(self.now.clone()) } else { self.too_deep += 1 }
    }

    fn close(&mut self) {
        self.flush();
        match self.too_deep.checked_sub(1) {
            Some(less) => self.too_deep = less,
            None => self.now = self.groups.pop().unwrap_or_else(|| self.now.clone()),
        }
    }

    fn byte(&mut self, byte: u8) {
        if self.to_skip > 0 {
            self.to_skip -= 1;
        } else if !self.now.skipped || self.now.property.is_some() {
            self.raw.push(byte);
        }
    }

    /// A control word or symbol; gives what follows it.
    fn control<'a>(&mut self, after: &'a [u8]) -> &'a [u8] {
        let letters = after.iter().take_while(|byte| byte.is_ascii_alphabetic()).count().min(32);
        let (word, rest) = after.split_at(letters);
        if word.is_empty() {
            return self.symbol(after);
        }
        let signed = rest.first() == Some(&b'-');
        let digits =
            rest.iter().skip(usize::from(signed)).take_while(|byte| byte.is_ascii_digit()).count().min(10);
        let (number, rest) = rest.split_at(digits + usize::from(signed && digits > 0));
        let number = std::str::from_utf8(number).ok().and_then(|number| number.parse::<i64>().ok());
        let word = std::str::from_utf8(word).unwrap_or_default();
        let rest = rest.strip_prefix(b" ").unwrap_or(rest);
        if word == "bin" {
            let length = number.and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
            return rest.get(length..).unwrap_or_default();
        }
        self.word(word, number);
        rest
    }

    fn symbol<'a>(&mut self, after: &'a [u8]) -> &'a [u8] {
        match after {
            [b'\'', high, low, rest @ ..] => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                if let (Some(high), Some(low)) = (digit(high), digit(low)) {
                    self.byte(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                }
                rest
            }
            [b'*', rest @ ..] => {
                // A destination older readers do not know: properties of users stand in such, text does not.
                self.now.skipped = true;
                rest
            }
            [b'~', rest @ ..] => {
                self.byte(b' ');
                rest
            }
            [b'_', rest @ ..] => {
                self.byte(b'-');
                rest
            }
            [b'\n' | b'\r', rest @ ..] => {
                self.end_line();
                rest
            }
            [symbol @ (b'\\' | b'{' | b'}'), rest @ ..] => {
                self.byte(*symbol);
                rest
            }
            [_, rest @ ..] => rest,
            [] => after,
        }
    }

    fn word(&mut self, word: &str, number: Option<i64>) {
        match word {
            "par" | "line" | "row" | "sect" | "page" | "nestrow" => self.end_line(),
            "tab" => self.byte(b'\t'),
            "cell" | "nestcell" => self.byte(b'\t'),
            "ansicpg" => {
                let page = number.and_then(|page| u32::try_from(page).ok()).unwrap_or(1252);
                self.encoding = Encoding::of_code_page(page);
            }
            "uc" => {
                self.now.fallback = number.and_then(|count| usize::try_from(count).ok()).unwrap_or(1).min(8)
            }
            "u" => self.unicode(number.unwrap_or(0)),
            "info" => self.now.skipped = true,
            "emdash" | "endash" => self.byte(b'-'),
            "lquote" | "rquote" => self.byte(b'\''),
            "ldblquote" | "rdblquote" => self.byte(b'"'),
            "annotation" | "footnote" | "shptxt" | "result" | "listtext" => self.now.skipped = false,
            _ if NOT_TEXT.contains(&word) => self.now.skipped = true,
            _ => {
                if self.now.skipped
                    && let Some(name) = PROPERTIES.iter().find(|name| **name == word)
                {
                    self.now.property = Some(name);
                }
            }
        }
    }

    fn unicode(&mut self, code: i64) {
        self.flush();
        self.to_skip = self.now.fallback;
        // Negative numbers are those above 32767.
        let Ok(unit) = u16::try_from(code.rem_euclid(1 << 16)) else { return };
        let units: Vec<u16> = self.high.take().into_iter().chain([unit]).collect();
        if (0xD800..0xDC00).contains(&unit) {
            self.high = Some(unit);
        } else if !self.now.skipped || self.now.property.is_some() {
            self.write(&String::from_utf16_lossy(&units));
        }
    }

    fn end_line(&mut self) {
        self.flush();
        if !self.now.skipped {
            self.text.end_line();
        }
    }

    fn flush(&mut self) {
        if !self.raw.is_empty() {
            let raw = std::mem::take(&mut self.raw);
            let decoded = self.encoding.decode(&raw);
            self.write(&decoded);
        }
    }

    fn write(&mut self, piece: &str) {
        match self.now.property {
            None => self.text.push(piece),
            Some(name) => match self.properties.last_mut() {
                Some((last, value)) if last == name => value.push_str(piece),
                _ => self.properties.push((name.to_owned(), piece.to_owned())),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Budget, read};

    #[test]
    fn text_of_rich_text() {
        for (source, text) in [
            (
                r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}Caf\'e9 \b and\b0  more\par next}",
                "Café and more\nnext\n",
            ),
            (r"{\rtf1\ansi\uc1 \u26085?\u26412? x}", "日本 x"),
            (r"{\rtf1\ansicpg1251 \'cf\'f0\'e8\'e2\'e5\'f2}", "Привет"),
            (r"{\rtf1 a\cell b\cell\row c\cell d\cell\row}", "a\tb\nc\td\n"),
            (r"{\rtf1{\*\generator Word;}{\pict\bin3 \}\}kept}", "kept"),
        ] {
            let document = read(source.as_bytes(), None, Budget::default());
            let found: String = document.parts.iter().map(|part| part.text.as_str()).collect();
            assert_eq!(found.trim_end(), text.trim_end(), "{source}");
        }
        let document = read(br"{\rtf1{\info{\title Plan}{\author Ann}}x}", None, Budget::default());
        let names: Vec<(&str, &str)> =
            document.properties.iter().map(|p| (p.name.as_str(), p.value.as_str())).collect();
        assert_eq!(names, [("title", "Plan"), ("author", "Ann")]);
    }
}
