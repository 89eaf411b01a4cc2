use std::ops::Range;

/// Bytes to be put in place of a range of other bytes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Splice {
    pub(crate) range: Range<usize>,
    pub(crate) with: Vec<u8>,
}

/// `bytes` with `splices`, which are sorted and do not overlap, applied.
pub(crate) fn apply(bytes: &[u8], splices: &[Splice]) -> Vec<u8> {
    let added: usize = splices.iter().map(|splice| splice.with.len()).sum();
    let mut result = Vec::with_capacity(bytes.len() + added);
    let mut copied = 0;
    for splice in splices {
        result.extend_from_slice(bytes.get(copied..splice.range.start).unwrap_or_default());
        result.extend_from_slice(&splice.with);
        copied = splice.range.end;
    }
    result.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    result
}
