//! Lines as tokens, tokens as features. Knows nothing of the rest of the crate: the training tool shares this file.

/// Features of one token: itself, with the token before, and two that see only the shapes around it.
pub(crate) const FEATURES: usize = 4;

/// Tokens at the start of a comment that tell of the language; the rest is prose.
pub(crate) const COMMENT: usize = 14;
/// Lines of comment that tell: more of the same add nothing.
pub(crate) const COMMENTS: usize = 10;

/// A token of a line, or the line's start or end.
#[derive(Clone, Copy)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) features: [u32; FEATURES],
}

/// What stands for a line's start, by its indentation, and for its end, where hashes of words are expected.
const START: u32 = 0x5354_4152;
const END: u32 = 0x454E_4421;
/// Set in a shape when a space stands before the token.
const SPACED: u32 = 0x80;

/// What bytes begin, and what goes on with a word: bits of [`KINDS`].
const BLANK: u8 = 1;
const DIGIT: u8 = 2;
const WORD: u8 = 4;
/// Signs have none.
static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        #[expect(clippy::indexing_slicing, reason = "within 256, and checked when compiled")]
        {
            kinds[byte] = match byte as u8 {
                b' ' | b'\t' | b'\r' => BLANK,
                b'0'..=b'9' => DIGIT,
                b'A'..=b'Z' | b'a'..=b'z' | b'_' | 0x80.. => WORD,
                _ => 0,
            };
        }
        byte += 1;
    }
    kinds
};

fn kind(byte: u8) -> u8 {
    KINDS.get(usize::from(byte)).copied().unwrap_or(0)
}

/// Visits the tokens of a line, its indentation included: words, numbers, and every sign alone.
pub(crate) fn tokens(line: &[u8], mut visit: impl FnMut(Token)) {
    let indent = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let depth = match line.first() {
        Some(b'\t') => 2,
        Some(b' ') => 1,
        _ => 0,
    };
    let mut trail = Trail { word: START + depth, shapes: depth };
    visit(Token { start: 0, end: indent, features: [mix(1, START + depth, 0), 0, 0, 0] });
    let (mut at, mut spaced) = (indent, 0);
    while let Some(&byte) = line.get(at) {
        let rest = line.get(at..).unwrap_or_default();
        let (length, hash, shape) = match kind(byte) {
            BLANK => {
                (at, spaced) = (at + 1, SPACED);
                continue;
            }
            DIGIT => number(rest),
            WORD => word(rest),
            _ => (1, u32::from(byte), u32::from(byte)),
        };
        visit(Token { start: at, end: at + length, features: trail.add(hash, shape | spaced) });
        (at, spaced) = (at + length, 0);
    }
    visit(Token { start: at, end: at, features: trail.add(END, 1) });
}

/// The tokens just passed.
struct Trail {
    word: u32,
    /// Shapes of the last four tokens, a byte each.
    shapes: u32,
}

impl Trail {
    fn add(&mut self, hash: u32, shape: u32) -> [u32; FEATURES] {
        let pair = mix(2, self.word, hash ^ (shape & SPACED));
        self.shapes = self.shapes << 8 | shape;
        self.word = hash;
        [mix(1, hash, 0), pair, mix(3, self.shapes & 0x00FF_FFFF, 0), mix(4, self.shapes, 0)]
    }
}

fn word(rest: &[u8]) -> (usize, u32, u32) {
    let length = rest.iter().take_while(|byte| kind(**byte) & (WORD | DIGIT) != 0).count();
    let word = rest.get(..length).unwrap_or_default();
    let (fours, left) = word.as_chunks::<4>();
    let hash = fours.iter().fold(0x811C_9DC5_u32, |hash, four| stir(hash, u32::from_le_bytes(*four)));
    let hash = left.iter().fold(hash, |hash, byte| stir(hash, u32::from(*byte)));
    let shape = match word.first() {
        Some(b'A'..=b'Z') if word.iter().any(u8::is_ascii_lowercase) => b'A',
        Some(b'A'..=b'Z') => b'Z',
        _ => b'a',
    };
    (length, hash, u32::from(shape))
}

fn stir(hash: u32, more: u32) -> u32 {
    (hash.rotate_left(5) ^ more).wrapping_mul(0x9E37_79B1)
}

/// All numbers of a kind are one token: what tells languages apart is `0x`, a point, a suffix.
fn number(rest: &[u8]) -> (usize, u32, u32) {
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let last = rest.get(length.saturating_sub(1)).copied().unwrap_or_default();
    let kind = match rest.get(1) {
        Some(b'x' | b'X') => b'x',
        _ if last.is_ascii_alphabetic() => last,
        _ => b'0',
    };
    (length, 0x4E55_4D00 | u32::from(kind), u32::from(b'0'))
}

fn mix(kind: u32, one: u32, other: u32) -> u32 {
    let mixed = (one ^ kind.wrapping_mul(0x9E37_79B1)).wrapping_mul(0x85EB_CA6B).rotate_left(15) ^ other;
    let mixed = mixed.wrapping_mul(0xC2B2_AE35);
    mixed ^ mixed >> 15
}
