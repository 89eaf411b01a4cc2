//! Names, places, organisations and street addresses: what the tagger of crate `names` finds, as candidates.

mod reader;

pub(crate) use reader::{NameKind, NameReader};
