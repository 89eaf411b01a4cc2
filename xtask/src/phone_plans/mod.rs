//! The phone numbers of all regions, made small: `cargo xtask phone-plans METADATA`.
//!
//! Run it with `--release`, it takes a while. METADATA is `metadata.max.json` of the npm package `libphonenumber-js`, which is libphonenumber's own data as JSON.
//! Every valid number is walked through, not digit by digit but by what its first digits allow, and three trees are
//! written: whole numbers, numbers as dialled within a country, and the ways they are grouped there.

mod digits; // which numbers a pattern allows
mod metadata; // libphonenumber's data
mod tree; // first digits and the lengths they allow

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};

use self::{digits::Digits, metadata::Region, tree::Tree};
use crate::root;

const WRITTEN: &str = "detect/src/validate/phone/plans.txt";
const OPENING: &str = "\
# Phone numbers of all regions, written by `cargo xtask phone-plans`; do not edit.
# Derived from the metadata of libphonenumber (https://github.com/google/libphonenumber, Apache License 2.0, Copyright
# The Libphonenumber Authors) as packaged in libphonenumber-js. See NOTICE.md beside this file.
# Trees of first digits: `2-4bc` allows 2 to 4 and then lengths of 2 or 3 digits in all (a is 1), `2(…)` what follows a 2.
# whole: after the plus. dialled: as within the country. A shape: d is a digit; the digits it may begin with.
";
/// First digits that are told apart: of numbers as written within a country, and behind a calling code.
const DEPTH: usize = 4;
/// Shapes of fewer digits say nothing.
const LEAST: usize = 5;

/// Reads the metadata and writes the trees.
pub(crate) fn run(metadata: &Path) -> Result<()> {
    let text =
        fs::read_to_string(metadata).with_context(|| format!("cannot read `{}`", metadata.display()))?;
    let mut plans = Plans::default();
    for region in metadata::read(&text)? {
        plans.add(&region)?;
    }
    let path = root().join(WRITTEN);
    fs::write(&path, plans.text()).with_context(|| format!("cannot write `{}`", path.display()))
}

#[derive(Default)]
struct Plans {
    whole: Tree,
    dialled: Tree,
    shapes: BTreeMap<String, Tree>,
}

impl Plans {
    fn add(&mut self, region: &Region) -> Result<()> {
        for pattern in &region.patterns {
            let digits = Digits::new(pattern)?;
            for (first, lengths) in digits.beginnings(DEPTH) {
                let whole = [region.code.as_slice(), &first].concat();
                lengths.iter().for_each(|length| self.whole.add(&whole, length + region.code.len()));
            }
            for number in digits.examples(DEPTH) {
                for written in region.written(&number) {
                    self.add_written(&written);
                }
            }
        }
        Ok(())
    }

    fn add_written(&mut self, written: &str) {
        let digits: Vec<u8> = written.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
        if digits.len() < LEAST {
            return;
        }
        let first = digits.get(..DEPTH).unwrap_or(&digits);
        self.dialled.add(first, digits.len());
        let shape = written.chars().map(|c| if c.is_ascii_digit() { 'd' } else { c }).collect();
        self.shapes.entry(shape).or_default().add(first, digits.len());
    }

    fn text(&self) -> String {
        let shapes = self.shapes.iter().map(|(shape, tree)| format!("{shape}\t{}\n", tree.text()));
        let trees =
            [format!("whole\t{}\n", self.whole.text()), format!("dialled\t{}\n", self.dialled.text())];
        std::iter::once(OPENING.to_owned()).chain(trees).chain(shapes).collect()
    }
}
