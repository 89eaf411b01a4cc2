//! Linear classifiers over hashed words and pairs of words. Trained by `cargo xtask train` on the texts that
//! `detect/training` generates; `docs/detectors/content.md` is the model card.

mod feature; // words and pairs as numbers
mod model; // weights, scores

pub use feature::features;
pub use model::{Model, Scores};
