//! Short stable numbers for names, the same in every process and after every restart.

/// A number for a name; two names of an organisation practically never share one.
pub(crate) fn of(name: &str) -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ name.len() as u64;
    let mut rest = name.as_bytes();
    while let Some((chunk, tail)) = rest.split_first_chunk::<8>() {
        state = mix(state ^ u64::from_le_bytes(*chunk));
        rest = tail;
    }
    let last = rest.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    mix(state ^ last)
}

/// The same in half the room, for sets of a few within one person; 0 is no name.
pub(crate) fn short(name: &str) -> u32 {
    if name.is_empty() { 0 } else { (of(name) >> 32) as u32 | 1 }
}

/// Multiplies to 128 bits and folds.
pub(crate) fn mix(value: u64) -> u64 {
    let wide = u128::from(value) * 0xda94_2042_e4dd_58b5_u128;
    (wide >> 64) as u64 ^ wide as u64
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn names_differ() {
        let names: Vec<String> = (0..200_000).map(|n| format!("p{n}")).collect();
        assert_eq!(names.iter().map(|name| super::of(name)).collect::<HashSet<_>>().len(), names.len());
        let short: HashSet<_> = names.iter().take(2000).map(|name| super::short(name)).collect();
        assert_eq!(short.len(), 2000);
        assert_eq!(super::short(""), 0);
    }
}
