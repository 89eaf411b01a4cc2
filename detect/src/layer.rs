/// A part of the work that is done on a text; all of them unless [`crate::Detectors::only`] says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Numbers, addresses and credentials: what digits, tokens, `@` and the names of values lead to.
    Structured,
    /// What words lead to.
    Lexicon,
    /// Text written in code: escapes, base64 and the like.
    Decode,
    /// Persons, places and organisations.
    Names,
    /// Source code.
    Code,
}

/// A set of layers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layers(u8);

impl Layers {
    pub(crate) const ALL: Self = Self(u8::MAX);

    pub(crate) fn of(layers: &[Layer]) -> Self {
        Self(layers.iter().fold(0, |set, layer| set | 1 << *layer as u8))
    }

    pub(crate) fn has(self, layer: Layer) -> bool {
        self.0 >> layer as u8 & 1 == 1
    }
}
