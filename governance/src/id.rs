use uuid::{Builder, Uuid};

/// The id of what `key` makes one of a kind: whoever comes to the same conclusion twice, or on two nodes, makes it once.
///
/// A UUID of version 8 (RFC 9562, section 5.8) from the BLAKE3 hash of the key.
pub fn id_of(key: &str) -> Uuid {
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(blake3::hash(key.as_bytes()).as_bytes()) {
        *byte = *hashed;
    }
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::id_of;

    #[test]
    fn the_same_key_has_the_same_id() {
        assert_eq!(id_of("a"), id_of("a"));
        assert_ne!(id_of("a"), id_of("b"));
        assert_eq!(id_of("a").get_version_num(), 8);
    }
}
