use std::{borrow::Cow, ops::Range};

use super::Shape;

/// The data of one frame, and where in the frame it is.
pub(super) struct Payload<'a> {
    pub(super) text: Cow<'a, str>,
    /// Runs of the text: where in the text, where in the frame, how long. More than one only where an event spreads its
    /// data over several lines.
    runs: Vec<(usize, usize, usize)>,
}

impl<'a> Payload<'a> {
    /// The data of `frame`; `None` if it has none.
    pub(super) fn of(shape: Shape, frame: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(frame).ok()?;
        match shape {
            Shape::Events => Self::joined(text, data_lines(text)),
            Shape::Lines => Self::one(text, 0..text.trim_ascii_end().len()),
            Shape::Elements => {
                let start = text.len() - text.trim_start_matches(['[', ',', ' ', '\n', '\r', '\t']).len();
                Self::one(text, start..text.len()).filter(|payload| payload.text.starts_with('{'))
            }
            Shape::Lengths => {
                let digits = length_digits(text);
                Self::one(text, digits..if digits == 0 { 0 } else { text.len() })
            }
            Shape::Document | Shape::Text | Shape::Html | Shape::Bytes => None,
        }
    }

    fn one(text: &'a str, range: Range<usize>) -> Option<Self> {
        let data = text.get(range.clone()).filter(|data| !data.trim_ascii().is_empty())?;
        Some(Self { text: Cow::Borrowed(data), runs: vec![(0, range.start, data.len())] })
    }

    fn joined(text: &'a str, lines: Vec<Range<usize>>) -> Option<Self> {
        if let [only] = lines.as_slice() {
            return Self::one(text, only.clone());
        }
        let (mut joined, mut runs) = (String::new(), Vec::new());
        for line in lines {
            if !runs.is_empty() {
                joined.push('\n');
            }
            runs.push((joined.len(), line.start, line.len()));
            joined.push_str(text.get(line)?);
        }
        (!joined.is_empty()).then_some(Self { text: Cow::Owned(joined), runs })
    }

    /// Where `range` of the text is in the frame; `None` if it is spread over lines.
    pub(super) fn in_frame(&self, range: Range<usize>) -> Option<Range<usize>> {
        let (start, place, _) = self
            .runs
            .iter()
            .rfind(|(start, _, length)| *start <= range.start && range.end <= start + length)?;
        Some(range.start - start + place..range.end - start + place)
    }
}

/// Digits that `text` begins with.
pub(super) fn length_digits(text: &str) -> usize {
    text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len()
}

/// Where the data of an event is: after `data:` and one space.
fn data_lines(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let content = line.trim_end_matches(['\n', '\r']);
        if let Some(data) = content.strip_prefix("data:") {
            let data = data.strip_prefix(' ').unwrap_or(data);
            let end = at + content.len();
            found.push(end - data.len()..end);
        }
        at += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Payload, Shape};

    #[test]
    fn data_is_found_in_its_frame() {
        for (shape, frame, text, find) in [
            (Shape::Events, "event: x\ndata: {\"a\"}\n\n", "{\"a\"}", "a"),
            (Shape::Events, "data:a\r\nid: 1\r\ndata: b\r\n\r\n", "a\nb", "b"),
            (Shape::Lines, "{}x\r\n", "{}x", "x"),
            (Shape::Elements, ",\r\n{\"a\":1}", "{\"a\":1}", "a"),
            (Shape::Lengths, "12\n[\"a\"]\n", "\n[\"a\"]\n", "a"),
        ] {
            let payload = Payload::of(shape, frame.as_bytes()).unwrap();
            assert_eq!(payload.text, text);
            let start = text.find(find).unwrap();
            let place = payload.in_frame(start..start + find.len()).unwrap();
            assert_eq!(&frame[place], find);
        }
        assert!(Payload::of(Shape::Events, b": ping\n\n").is_none());
        assert!(Payload::of(Shape::Elements, b"\n]").is_none());
        assert!(Payload::of(Shape::Lengths, b")]}'\n").is_none());
    }
}
