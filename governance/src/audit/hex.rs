use super::tree::Hash;

/// What was read is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 64 hexadecimal digits")]
pub struct InvalidHash;

/// Bytes, for example of a hash, in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads what [`hex`] writes.
pub fn hash_from_hex(text: &str) -> Result<Hash, InvalidHash> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(InvalidHash);
    }
    let mut hash = [0; 32];
    for (place, byte) in hash.iter_mut().enumerate() {
        let digits = text.get(2 * place..2 * place + 2).ok_or(InvalidHash)?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| InvalidHash)?;
    }
    Ok(hash)
}
