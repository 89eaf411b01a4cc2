use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce};

use super::{SealedError, derived, header::key};

/// Bytes of a piece.
const PIECE: usize = 64 * 1024;
/// Bytes that sealing adds to a piece.
const TAG: usize = 16;

/// Appends the sealed content: a nonce, then pieces, the last of which says that it is.
pub(super) fn seal(file_key: &[u8; 16], content: &[u8], sealed: &mut Vec<u8>) -> Result<(), SealedError> {
    let nonce: [u8; 16] = rand::random();
    sealed.extend_from_slice(&nonce);
    let key = stream_key(file_key, &nonce)?;
    let pieces: Vec<&[u8]> = if content.is_empty() { vec![content] } else { content.chunks(PIECE).collect() };
    for (number, piece) in (0..).zip(&pieces) {
        let mut piece = piece.to_vec();
        let nonce = piece_nonce(number, Place::of(number, pieces.len()));
        let done = key.seal_in_place_append_tag(nonce, Aad::empty(), &mut piece);
        done.map_err(|_| SealedError::Crypto)?;
        sealed.extend_from_slice(&piece);
    }
    Ok(())
}

/// The content; nothing of it if any piece is altered, missing or out of order.
pub(super) fn open(file_key: &[u8; 16], sealed: &[u8]) -> Result<Vec<u8>, SealedError> {
    let (nonce, rest) = sealed.split_first_chunk::<16>().ok_or(SealedError::Damaged)?;
    let key = stream_key(file_key, nonce)?;
    let pieces: Vec<&[u8]> = rest.chunks(PIECE + TAG).collect();
    let mut content = Vec::with_capacity(rest.len());
    for (number, piece) in (0..).zip(&pieces) {
        let mut piece = piece.to_vec();
        let nonce = piece_nonce(number, Place::of(number, pieces.len()));
        let opened = key.open_in_place(nonce, Aad::empty(), &mut piece).map_err(|_| SealedError::Damaged)?;
        if opened.is_empty() && number > 0 {
            return Err(SealedError::Damaged);
        }
        content.extend_from_slice(opened);
    }
    if pieces.is_empty() { Err(SealedError::Damaged) } else { Ok(content) }
}

/// Where a piece stands.
#[derive(Clone, Copy)]
enum Place {
    Before,
    Last,
}

impl Place {
    fn of(number: usize, pieces: usize) -> Self {
        if number + 1 == pieces { Self::Last } else { Self::Before }
    }
}

fn stream_key(file_key: &[u8; 16], nonce: &[u8; 16]) -> Result<LessSafeKey, SealedError> {
    key(&derived(file_key, nonce, b"payload")?)
}

/// Eleven bytes that count, and one that says whether it is the last.
fn piece_nonce(number: usize, place: Place) -> Nonce {
    let mut bytes = [0; 12];
    let counted = ((number as u128) << 8) | u128::from(matches!(place, Place::Last));
    if let Some((_, low)) = counted.to_be_bytes().split_at_checked(4) {
        bytes.copy_from_slice(low);
    }
    Nonce::assume_unique_for_key(bytes)
}
