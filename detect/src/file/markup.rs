use std::io::{self, BufReader, Read};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use super::{Limit, budget::Meter, document::Trouble};

/// Longest tag or text between two tags, in bytes.
const LONGEST: usize = 8 << 20;

/// A step through XML. Empty elements open and close.
pub(super) enum Node<'a> {
    Open(Tag<'a>),
    /// The local name of the element.
    Close(&'a str),
    Text(&'a str),
}

/// An element that begins.
pub(super) struct Tag<'a> {
    start: &'a BytesStart<'a>,
    /// Its name without prefix.
    pub(super) name: &'a str,
}

impl Tag<'_> {
    /// The value of the attribute of that local name.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.attributes().find_map(|(key, value)| (key == name).then_some(value))
    }

    /// Local names and values of all attributes.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (String, String)> {
        let mut attributes = self.start.attributes();
        attributes.with_checks(false);
        attributes.flatten().map(|attribute| {
            let value = match attribute.normalized_value(XmlVersion::Implicit1_0) {
                Ok(value) => value.into_owned(),
                Err(_) => attribute.value.clone().into_owned(),
            };
            (attribute.key.local_name().as_ref().to_owned(), value)
        })
    }
}

/// Walks through XML as it is unpacked; entities other than those of XML and HTML are left out, and none expands.
pub(super) fn walk(
    from: impl Read,
    meter: &mut Meter,
    mut visit: impl FnMut(Node<'_>),
) -> Result<(), Trouble> {
    let mut reader = Reader::from_reader(BufReader::new(Metered { from, meter, since: 0, over: None }));
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(start)) => {
                let name = start.name();
                visit(Node::Open(Tag { start: &start, name: name.local_name().into_inner() }));
            }
            Ok(Event::End(end)) => visit(Node::Close(end.name().local_name().into_inner())),
            Ok(Event::Text(text)) => visit(Node::Text(&text.xml10_content())),
            Ok(Event::CData(text)) => visit(Node::Text(&text.xml10_content())),
            Ok(Event::GeneralRef(reference)) => {
                if let Ok(Some(character)) = reference.resolve_char_ref() {
                    visit(Node::Text(character.encode_utf8(&mut [0; 4])));
                } else if let Some(text) = quick_xml::escape::resolve_html5_entity(&reference) {
                    visit(Node::Text(text));
                }
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(_) => {
                let over = reader.get_ref().get_ref().over;
                return Err(over.map_or(Trouble::Unreadable, Trouble::OverBudget));
            }
        }
        buffer.clear();
        reader.get_mut().get_mut().since = 0;
    }
}

/// Counts what is read, in all and for one step.
struct Metered<'m, R> {
    from: R,
    meter: &'m mut Meter,
    since: usize,
    over: Option<Limit>,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.since += read;
        let spent = self.meter.unpack(read).err();
        self.over = spent.or((self.since > LONGEST).then_some(Limit::Memory));
        if self.over.is_some() { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(read) }
    }
}
