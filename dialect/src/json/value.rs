use std::{borrow::Cow, ops::Range};

use super::{
    parse::{Document, Kind, Node},
    string::unescape,
};

/// A value in a document, or the absence of one: members of what is absent are absent too.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a> {
    document: &'a Document<'a>,
    index: Option<usize>,
}

impl<'a> Document<'a> {
    /// The (first) outermost value.
    pub(crate) fn root(&'a self) -> Value<'a> {
        Value { document: self, index: (!self.nodes.is_empty()).then_some(0) }
    }

    /// Every outermost value.
    pub(crate) fn roots(&'a self) -> impl Iterator<Item = Value<'a>> {
        siblings(self, 0, self.nodes.len())
    }

    /// Every string that is a value, in document order, with where it is.
    pub(crate) fn strings(&'a self) -> impl Iterator<Item = (Place<'a>, Value<'a>)> {
        self.strings_in(0..self.nodes.len())
    }

    fn strings_in(&'a self, range: Range<usize>) -> impl Iterator<Item = (Place<'a>, Value<'a>)> {
        let mut around: Vec<Around> = Vec::new();
        let mut pending: Option<usize> = None;
        range.filter_map(move |index| {
            let node = self.nodes.get(index)?;
            while around.last().is_some_and(|container| container.end <= index) {
                around.pop();
            }
            if node.kind == Kind::Key {
                pending = Some(index);
                return None;
            }
            let (name, path) = self.place(pending.take(), around.last_mut());
            match node.kind {
                Kind::Array => around.push(Around { end: node.after as usize, name, path, count: 0 }),
                Kind::Object => around.push(Around { end: node.after as usize, name: None, path, count: 0 }),
                Kind::String => {
                    let value = Value { document: self, index: Some(index) };
                    let name = name.and_then(|name| Value { index: Some(name), ..value }.any_text());
                    return Some((Place { name, path }, value));
                }
                Kind::Key | Kind::Scalar => {}
            }
            None
        })
    }

    /// Name and path of a value: that of the member it is, or of the array it is in.
    fn place(&self, key: Option<usize>, around: Option<&mut Around>) -> (Option<usize>, u64) {
        let (name, path, count) = around.map_or((None, PATH_SEED, 0), |around| {
            around.count += 1;
            (around.name, around.path, around.count)
        });
        let text = key.and_then(|key| Value { document: self, index: Some(key) }.raw());
        match text {
            Some(text) => (key, text.bytes().fold(path.wrapping_mul(PATH_PRIME), hash_byte)),
            None => (name, hash_byte(path, 0xff).wrapping_add(count).wrapping_mul(PATH_PRIME)),
        }
    }
}

/// Where a string is.
pub(crate) struct Place<'a> {
    /// The member it belongs to. Strings in an array belong to the member the array belongs to.
    pub(crate) name: Option<Cow<'a, str>>,
    /// A hash of the names and positions that lead to it.
    pub(crate) path: u64,
}

/// A container around the current value.
struct Around {
    end: usize,
    name: Option<usize>,
    path: u64,
    count: u64,
}

/// FNV-1a, 64 bits.
const PATH_SEED: u64 = 0xcbf2_9ce4_8422_2325;
const PATH_PRIME: u64 = 0x0100_0000_01b3;

fn hash_byte(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(PATH_PRIME)
}

fn siblings<'a>(
    document: &'a Document<'a>,
    first: usize,
    end: usize,
) -> impl Iterator<Item = Value<'a>> + use<'a> {
    let mut next = first;
    std::iter::from_fn(move || {
        let index = next;
        let node = document.nodes.get(index).filter(|_| index < end)?;
        next = node.after as usize;
        Some(Value { document, index: Some(index) })
    })
}

impl<'a> Value<'a> {
    fn node(self) -> Option<&'a Node> {
        self.document.nodes.get(self.index?)
    }

    /// Its place on the tape.
    pub(crate) fn index(self) -> Option<usize> {
        self.index
    }

    /// What it is, if it is there.
    pub(crate) fn kind(self) -> Option<Kind> {
        self.node().map(|node| node.kind)
    }

    /// Whether it is there and not `null`.
    pub(crate) fn is_present(self) -> bool {
        self.raw().is_some_and(|raw| !(self.kind() == Some(Kind::Scalar) && raw == "null"))
    }

    /// Where it is in the text; for strings, between the quotes.
    pub(crate) fn span(self) -> Option<Range<usize>> {
        self.node().map(|node| node.span())
    }

    /// Its text as written; for strings, between the quotes.
    pub(crate) fn raw(self) -> Option<&'a str> {
        self.document.text.get(self.span()?)
    }

    /// The member `name` of an object; the last one where a name is repeated, as most parsers have it.
    pub(crate) fn get(self, name: &str) -> Value<'a> {
        let found = self.members().filter(|(key, _)| key == name).last();
        found.map_or(Value { document: self.document, index: None }, |(_, value)| value)
    }

    /// The first of `names` that is there.
    pub(crate) fn first_of(self, names: &[&str]) -> Value<'a> {
        let found = names.iter().map(|name| self.get(name)).find(|value| value.is_present());
        found.unwrap_or(Value { document: self.document, index: None })
    }

    /// The element at `index` of an array.
    pub(crate) fn at(self, index: usize) -> Value<'a> {
        self.items().nth(index).unwrap_or(Value { document: self.document, index: None })
    }

    /// The members of an object.
    pub(crate) fn members(self) -> impl Iterator<Item = (Cow<'a, str>, Value<'a>)> {
        let mut children = self.children(Kind::Object);
        std::iter::from_fn(move || {
            let (key, value) = (children.next()?, children.next()?);
            Some((key.any_text()?, value))
        })
    }

    /// The elements of an array.
    pub(crate) fn items(self) -> impl Iterator<Item = Value<'a>> {
        self.children(Kind::Array)
    }

    fn children(self, kind: Kind) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let inside = self.node().filter(|node| node.kind == kind).zip(self.index);
        let (first, end) = inside.map_or((0, 0), |(node, index)| (index + 1, node.after as usize));
        siblings(self.document, first, end)
    }

    /// Every string in it that is a value, itself included, with where in it that is.
    pub(crate) fn strings(self) -> impl Iterator<Item = (Place<'a>, Value<'a>)> {
        let range = self.node().zip(self.index).map_or(0..0, |(node, index)| index..node.after as usize);
        self.document.strings_in(range)
    }

    /// What a string says.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        (self.kind() == Some(Kind::String)).then(|| self.any_text()).flatten()
    }

    fn any_text(self) -> Option<Cow<'a, str>> {
        self.raw().map(unescape)
    }

    /// What a string says, owned; `None` for the empty string too.
    pub(crate) fn name(self) -> Option<String> {
        self.text().filter(|text| !text.is_empty()).map(Cow::into_owned)
    }

    /// Whether it is the string `text`.
    pub(crate) fn is(self, text: &str) -> bool {
        self.text().is_some_and(|own| own == text)
    }

    /// Whether it is `true`.
    pub(crate) fn is_true(self) -> bool {
        self.kind() == Some(Kind::Scalar) && self.raw() == Some("true")
    }

    /// Its value as a whole number.
    pub(crate) fn number(self) -> Option<u64> {
        self.raw().filter(|_| self.kind() == Some(Kind::Scalar))?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Document;

    #[test]
    fn members_and_elements_are_found() {
        let doc = Document::parse(r#"{"a":{"b":[1,{"c":"x\n"}]},"a\u0062":true,"d":"1","d":"2"}"#).unwrap();
        let root = doc.root();
        assert_eq!(root.get("a").get("b").at(1).get("c").text().as_deref(), Some("x\n"));
        assert!(root.get("ab").is_true());
        assert_eq!(root.get("d").text().as_deref(), Some("2"));
        assert!(root.get("no").get("no").at(3).text().is_none());
        assert_eq!(root.get("a").get("b").at(0).number(), Some(1));
    }

    #[test]
    fn strings_know_the_member_they_belong_to() {
        let doc = Document::parse(r#"{"a":["x",{"b":"y"},["z"]],"c":"w","d":[]}"#).unwrap();
        let found: Vec<_> = doc.strings().map(|(p, v)| (p.name.unwrap(), v.text().unwrap())).collect();
        let expected = [("a", "x"), ("b", "y"), ("a", "z"), ("c", "w")];
        assert_eq!(found, expected.map(|(k, v)| (k.into(), v.into())));
        let paths: std::collections::HashSet<_> = doc.strings().map(|(place, _)| place.path).collect();
        assert_eq!(paths.len(), 4);
    }
}
