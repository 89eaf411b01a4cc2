//! Says for every byte of a text what kind of byte it is, as bits, 64 bytes at a time.
//!
//! AVX-512 or AVX2 where the processor has it, the same results without. The only crate with `unsafe`, all of it in
//! `avx2.rs` and `avx512.rs`.
//! Never decides what a text means, allocates only the bits it is asked for, and reads nothing beyond the text.

#[cfg(target_arch = "x86_64")]
mod avx2; // both, 32 bytes at a time
#[cfg(target_arch = "x86_64")]
mod avx512; // both, 64 bytes at a time
mod bits; // bits of a word, one by one
mod block; // classes of 64 bytes
mod fragments; // where some four bytes may stand
mod scalar; // both, one byte at a time

pub use bits::{Bits, run_starts, runs_of_16};
pub use block::{BLOCK, Block, Code, Script, classify, code, script};
pub use fragments::Fragments;

/// The start of `bytes`, with zeros where it has none.
fn padded<const SIZE: usize>(bytes: &[u8]) -> [u8; SIZE] {
    let mut all = [0; SIZE];
    all.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
    all
}
