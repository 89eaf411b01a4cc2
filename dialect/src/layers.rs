use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use crate::{codec::Codec, splice::Splice};

/// A place in a body where something is encoded in something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LayerId(u32);

/// Layers around a text in the deepest body any dialect reads: base64 in JSON in JSON in a form.
const DEEPEST: usize = 6;

/// Every place of a body that was read, outer ones before the ones inside them.
///
/// A JSON text in a JSON string in a form value makes three layers; each remembers only where it begins and ends in what
/// the one around it says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layers(Vec<Layer>);

#[derive(Clone, Debug)]
struct Layer {
    within: Option<LayerId>,
    span: Range<usize>,
    codec: Codec,
}

impl Layers {
    /// Adds what `span` of `within` (of the body, if there is none) says in `codec`.
    pub(crate) fn add(&mut self, within: Option<LayerId>, span: Range<usize>, codec: Codec) -> LayerId {
        let id = LayerId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.push(Layer { within, span, codec });
        id
    }

    fn get(&self, id: LayerId) -> Option<&Layer> {
        self.0.get(id.0 as usize)
    }

    /// Where in the body the outermost layer around `id` begins, then where in it the next one does, and so on.
    pub(crate) fn position(&self, id: LayerId) -> [usize; DEEPEST] {
        let mut position = [0; DEEPEST];
        let around = std::iter::successors(self.get(id), |layer| self.get(layer.within?));
        for start in around.take(DEEPEST).map(|layer| layer.span.start) {
            position.rotate_right(1);
            if let Some(first) = position.first_mut() {
                *first = start;
            }
        }
        position
    }

    /// Turns splices of what layers say into splices of the body. `None` if `body` is not the body that was read.
    pub(crate) fn lower(
        &self,
        body: &[u8],
        mut splices: BTreeMap<LayerId, Vec<Splice>>,
    ) -> Option<Vec<Splice>> {
        let mut said = Said { layers: self, body, known: HashMap::new() };
        let mut lowest = Vec::new();
        // Inner layers have higher numbers, so every layer is complete when its turn comes.
        while let Some((id, mut own)) = splices.pop_last() {
            own.sort_by_key(|splice| splice.range.start);
            let layer = self.get(id)?;
            let around = said.around(layer.within)?;
            let lowered = layer.codec.lower(around.get(layer.span.clone())?, own).into_iter();
            let moved = lowered.map(|Splice { range, with }| Splice {
                range: range.start + layer.span.start..range.end + layer.span.start,
                with,
            });
            match layer.within {
                Some(within) => splices.entry(within).or_default().extend(moved),
                None => lowest.extend(moved),
            }
        }
        lowest.sort_by_key(|splice| splice.range.start);
        Some(lowest)
    }
}

impl Layers {
    /// The bytes that stand at `id`, decoded from what is around them; text encodings are left as they are. `None` if `body`
    /// is not the body that was read.
    pub(crate) fn bytes(&self, body: &[u8], id: LayerId) -> Option<Vec<u8>> {
        let layer = self.get(id)?;
        let mut said = Said { layers: self, body, known: HashMap::new() };
        let encoded = said.around(layer.within)?.get(layer.span.clone())?;
        match layer.codec {
            Codec::Utf8 | Codec::Utf16(_) => Some(encoded.to_vec()),
            codec => codec.decode(encoded).map(std::borrow::Cow::into_owned),
        }
    }
}

/// What layers say, decoded again where needed.
struct Said<'a> {
    layers: &'a Layers,
    body: &'a [u8],
    known: HashMap<LayerId, Vec<u8>>,
}

impl Said<'_> {
    /// What `within` says; the body, if there is none.
    fn around(&mut self, within: Option<LayerId>) -> Option<&[u8]> {
        let Some(id) = within else { return Some(self.body) };
        if !self.known.contains_key(&id) {
            let layer = self.layers.get(id)?;
            let encoded = self.around(layer.within)?.get(layer.span.clone())?;
            let said = layer.codec.decode(encoded)?.into_owned();
            self.known.insert(id, said);
        }
        self.known.get(&id).map(Vec::as_slice)
    }
}
