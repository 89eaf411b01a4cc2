use std::{collections::HashMap, ops::Range};

use crate::{
    codec::Codec,
    dialect::Dialect,
    json::{Document, escape},
    splice::{Splice, apply},
};

use super::{
    Shape,
    frames::{Frame, Frames},
    hearing::{Channel, Close, Deed, Depth, Memory, hear},
    payload::{Payload, length_digits},
    placeholders::More,
    restore::Desk,
};

/// An answer that comes as frames.
pub(super) struct Events {
    dialect: Dialect,
    shape: Shape,
    frames: Frames,
    memory: Memory,
    held: HashMap<Channel, Held>,
}

/// The end of a text that may be the beginning of a placeholder.
struct Held {
    text: Vec<u8>,
    /// What the text's last piece said.
    last: Vec<u8>,
    /// The frame of that piece, around the piece.
    before: Vec<u8>,
    after: Vec<u8>,
    depth: Depth,
    escape: Escape,
}

/// How text is written into a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    Json,
    /// As lines of an event's data.
    Lines,
}

/// Whether more frames may follow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    No,
    Yes,
}

/// One event, and what it does.
struct Event<'a> {
    frame: &'a [u8],
    payload: Payload<'a>,
    deeds: Vec<Deed>,
    escape: Escape,
}

impl Events {
    pub(super) fn new(dialect: Dialect, shape: Shape) -> Self {
        let (frames, memory) = (Frames::new(shape), Memory::default());
        Self { dialect, shape, frames, memory, held: HashMap::new() }
    }

    pub(super) fn push(&mut self, chunk: &[u8], desk: &mut Desk<'_>, out: &mut Vec<u8>) {
        self.frames.push(chunk);
        while let Some(frame) = self.frames.next() {
            match frame {
                Frame::Whole(frame) => self.frame(&frame, Last::No, desk, out),
                Frame::Unread(bytes) => out.extend_from_slice(&bytes),
            }
        }
    }

    pub(super) fn finish(&mut self, desk: &mut Desk<'_>, out: &mut Vec<u8>) {
        let rest = self.frames.rest();
        self.frame(&rest, Last::Yes, desk, out);
    }

    fn frame(&mut self, frame: &[u8], last: Last, desk: &mut Desk<'_>, out: &mut Vec<u8>) {
        let Some(payload) = Payload::of(self.shape, frame) else {
            let ends_array = self.shape == Shape::Elements && frame.trim_ascii() == b"]";
            if last == Last::Yes || ends_array {
                self.flush(Close::All, desk, out);
            }
            out.extend_from_slice(frame);
            return;
        };
        let (mut deeds, escape) = self.deeds(&payload);
        if last == Last::Yes {
            deeds.push(Deed::Close(Close::All));
        }
        match self.carry_out(&Event { frame, payload, deeds, escape }, desk, out) {
            Some(changed) if self.shape == Shape::Lengths => out.extend(counted(&changed)),
            Some(changed) => out.extend(changed),
            None => out.extend_from_slice(frame),
        }
    }

    fn deeds(&mut self, payload: &Payload<'_>) -> (Vec<Deed>, Escape) {
        if payload.text.trim_ascii() == "[DONE]" {
            return (vec![Deed::Close(Close::All)], Escape::Json);
        }
        match Document::parse(&payload.text) {
            Ok(document) => (hear(self.dialect, &document, &mut self.memory), Escape::Json),
            Err(_) if self.shape == Shape::Events && !payload.text.starts_with(['{', '[', '"']) => {
                let span = 0..payload.text.len();
                (vec![Deed::Append { channel: ("data", 0, 0), span, depth: Depth::Text }], Escape::Lines)
            }
            Err(_) => (Vec::new(), Escape::Json),
        }
    }

    /// Carries out what an event does: texts that end are flushed to `out`; the frame is returned if it changes.
    fn carry_out(&mut self, event: &Event<'_>, desk: &mut Desk<'_>, out: &mut Vec<u8>) -> Option<Vec<u8>> {
        let mut splices = Vec::new();
        for (at, deed) in event.deeds.iter().enumerate() {
            match deed {
                Deed::Close(which) => self.flush(*which, desk, out),
                Deed::Whole { span, depth, .. } => {
                    let said = event.said(span)?;
                    let found = desk.placeholders.find(&said, More::None);
                    splices.extend(event.encoded(span, desk.splices(&said, &found, *depth)));
                }
                Deed::Append { channel, span, depth } => {
                    let own = self.append(event, at, *channel, span, *depth, desk)?;
                    splices.extend(event.encoded(span, own));
                }
            }
        }
        splices.sort_by_key(|splice: &Splice| splice.range.start);
        (!splices.is_empty()).then(|| apply(event.frame, &splices))
    }

    /// Splices of what the string at `span` says, as the next piece of a text.
    fn append(
        &mut self,
        event: &Event<'_>,
        at: usize,
        channel: Channel,
        span: &Range<usize>,
        depth: Depth,
        desk: &mut Desk<'_>,
    ) -> Option<Vec<Splice>> {
        let said = event.said(span)?;
        let held = self.held.remove(&channel);
        // Where a dialect is not known, a text may be repeated as it grows: what was held is said again.
        let repeats = channel.0 == "path"
            && held.as_ref().is_some_and(|held| !held.last.is_empty() && said.starts_with(&held.last));
        let held = held.filter(|_| !repeats).map_or_else(Vec::new, |held| held.text);
        let whole = [held.as_slice(), &said].concat();
        let more = if event.ends(channel, at) { More::None } else { More::MayFollow };
        let found = desk.placeholders.find(&whole, more);
        let splices = desk.splices(&whole, &found, depth);
        let text = whole.get(found.settled..).unwrap_or_default().to_vec();
        if let Some((before, after)) = (!text.is_empty()).then(|| event.around(span)).flatten() {
            let before = if self.shape == Shape::Elements { separated(&before) } else { before };
            let escape = event.escape;
            self.held.insert(channel, Held { text, last: said, before, after, depth, escape });
        }
        Some(moved(splices, &whole, held.len(), found.settled))
    }

    /// Says what was held of the texts that end, in a frame like that of their last piece.
    fn flush(&mut self, which: Close, desk: &mut Desk<'_>, out: &mut Vec<u8>) {
        let mut ending: Vec<Channel> =
            self.held.keys().filter(|channel| which.covers(channel)).copied().collect();
        ending.sort_unstable();
        for held in ending.iter().filter_map(|channel| self.held.remove(channel)) {
            let found = desk.placeholders.find(&held.text, More::None);
            let splices = desk.splices(&held.text, &found, held.depth);
            out.extend(held.before);
            out.extend(escaped(apply(&held.text, &splices), held.escape));
            out.extend(held.after);
        }
    }
}

impl Event<'_> {
    /// Whether a text ends with this event, after the deed at `at`.
    fn ends(&self, channel: Channel, at: usize) -> bool {
        let later = self.deeds.iter().skip(at + 1);
        later.into_iter().any(|deed| matches!(deed, Deed::Close(which) if which.covers(&channel)))
    }

    /// What the string at `span` says.
    fn said(&self, span: &Range<usize>) -> Option<Vec<u8>> {
        let raw = self.payload.text.get(span.clone())?.as_bytes();
        match self.escape {
            Escape::Json => Codec::JsonString.decode(raw).map(|said| said.into_owned()),
            Escape::Lines => Some(raw.to_vec()),
        }
    }

    /// Splices of the frame for splices of what the string at `span` says. A string spread over lines is left as it is.
    fn encoded(&self, span: &Range<usize>, own: Vec<Splice>) -> Vec<Splice> {
        let raw = self.payload.text.get(span.clone()).unwrap_or_default().as_bytes();
        let lowered = match self.escape {
            Escape::Json => Codec::JsonString.lower(raw, own),
            Escape::Lines => {
                own.into_iter().map(|own| Splice { with: escaped(own.with, self.escape), ..own }).collect()
            }
        };
        let place = |Splice { range, with }: Splice| {
            let range = self.payload.in_frame(range.start + span.start..range.end + span.start)?;
            Some(Splice { range, with })
        };
        lowered.into_iter().filter_map(place).collect()
    }

    /// The frame before and after the string at `span`, with the pieces of other texts taken out of it.
    fn around(&self, span: &Range<usize>) -> Option<(Vec<u8>, Vec<u8>)> {
        let place = self.payload.in_frame(span.clone())?;
        let (before, after) = (self.frame.get(..place.start)?, self.frame.get(place.end..)?);
        let others = self.deeds.iter().filter_map(|deed| match deed {
            Deed::Append { span: other, .. } if other != span => self.payload.in_frame(other.clone()),
            _ => None,
        });
        let mut others: Vec<Range<usize>> = others.collect();
        others.sort_by_key(|range| range.start);
        let blank = |range: Range<usize>, from: usize| Splice {
            range: range.start - from..range.end - from,
            with: Vec::new(),
        };
        let (left, right): (Vec<_>, Vec<_>) = others.into_iter().partition(|range| range.end <= place.start);
        let left: Vec<Splice> = left.into_iter().map(|range| blank(range, 0)).collect();
        let right: Vec<Splice> = right.into_iter().map(|range| blank(range, place.end)).collect();
        Some((apply(before, &left), apply(after, &right)))
    }
}

/// Turns splices of what was held and what came after it into splices of the latter alone. What was held comes first in
/// it, what is not settled is taken away.
fn moved(splices: Vec<Splice>, whole: &[u8], held: usize, settled: usize) -> Vec<Splice> {
    let (early, late): (Vec<_>, Vec<_>) = splices.into_iter().partition(|splice| splice.range.start < held);
    let cut = early.last().map_or(held, |splice| splice.range.end.max(held)).min(settled);
    let first = apply(whole.get(..cut).unwrap_or_default(), &early);
    let mut moved = Vec::with_capacity(late.len() + 2);
    if !first.is_empty() || cut > held {
        moved.push(Splice { range: 0..cut.saturating_sub(held), with: first });
    }
    moved.extend(
        late.into_iter()
            .map(|Splice { range, with }| Splice { range: range.start - held..range.end - held, with }),
    );
    if settled < whole.len() {
        moved.push(Splice { range: settled.saturating_sub(held)..whole.len() - held, with: Vec::new() });
    }
    moved
}

fn escaped(text: Vec<u8>, manner: Escape) -> Vec<u8> {
    let text = String::from_utf8_lossy(&text);
    match manner {
        Escape::Json => escape(&text).into_bytes(),
        Escape::Lines => text.replace("\r\n", "\n").replace(['\n', '\r'], "\ndata: ").into_bytes(),
    }
}

/// The beginning of an array's element with a comma before it, whatever was before.
fn separated(before: &[u8]) -> Vec<u8> {
    let start = before.iter().position(|byte| *byte == b'{').unwrap_or(0);
    [b",", before.get(start..).unwrap_or_default()].concat()
}

/// A frame of [`Shape::Lengths`] with its length set right: UTF-16 units of everything after the digits.
fn counted(frame: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(frame);
    let (_, rest) = text.split_at_checked(length_digits(&text)).unwrap_or(("", &text));
    format!("{}{rest}", rest.encode_utf16().count()).into_bytes()
}
