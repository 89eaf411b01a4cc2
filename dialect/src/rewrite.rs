use std::{collections::BTreeMap, ops::Range};

use crate::{
    layers::LayerId,
    reading::{Part, Reading},
    splice::{Splice, apply},
};

/// A change to what a part says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Index of the part in [`Reading::parts`].
    pub part: usize,
    /// Bytes of its text to be replaced.
    pub range: Range<usize>,
    /// What stands there instead.
    pub with: String,
}

/// Why a body could not be rewritten. Nothing is applied then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RewriteError {
    /// The body is not the one that was read.
    #[error("the body is not the one that was read")]
    OtherBody,
    /// There is no such part.
    #[error("the request has no part {part}")]
    NoSuchPart {
        /// The index asked for.
        part: usize,
    },
    /// The part is opaque or kept elsewhere, so there is no text to change.
    #[error("part {part} has no text")]
    NoText {
        /// The part.
        part: usize,
    },
    /// The range ends outside the text or inside a character.
    #[error("part {part} has no characters at {}..{}", range.start, range.end)]
    BadRange {
        /// The part.
        part: usize,
        /// The range asked for.
        range: Range<usize>,
    },
    /// Two edits cover the same text.
    #[error("two edits overlap in part {part} at byte {at}")]
    Overlap {
        /// The part.
        part: usize,
        /// Where.
        at: usize,
    },
}

/// `body` with `edits` applied. Only bytes inside the edited strings change, and of these only those the edits cover; in
/// base64 also what follows the first edit.
pub fn rewrite(body: &[u8], reading: &Reading, edits: &[Edit]) -> Result<Vec<u8>, RewriteError> {
    if body.len() != reading.body_length {
        return Err(RewriteError::OtherBody);
    }
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.part, edit.range.start, edit.range.end));
    let overlap = sorted.windows(2).find_map(|pair| match pair {
        [one, next] => (one.part == next.part && next.range.start < one.range.end).then_some(*next),
        _ => None,
    });
    if let Some(edit) = overlap {
        return Err(RewriteError::Overlap { part: edit.part, at: edit.range.start });
    }
    let mut splices: BTreeMap<LayerId, Vec<Splice>> = BTreeMap::new();
    for edit in sorted {
        let splice = Splice { range: edit.range.clone(), with: edit.with.clone().into_bytes() };
        splices.entry(layer_of(reading, edit)?).or_default().push(splice);
    }
    let splices = reading.layers.lower(body, splices).ok_or(RewriteError::OtherBody)?;
    Ok(apply(body, &splices))
}

fn layer_of(reading: &Reading, edit: &Edit) -> Result<LayerId, RewriteError> {
    let part = edit.part;
    match reading.parts.get(part) {
        None => Err(RewriteError::NoSuchPart { part }),
        Some(Part { opaque: None, layer: Some(layer), text, .. }) => {
            let there = text.reveal().get(edit.range.clone()).is_some();
            if there { Ok(*layer) } else { Err(RewriteError::BadRange { part, range: edit.range.clone() }) }
        }
        Some(_) => Err(RewriteError::NoText { part }),
    }
}
