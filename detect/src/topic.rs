//! Business content that no single phrase gives away. Words only say where to look; what stands around them is weighed
//! by a classifier (`detect/training/topic.toml`).

use std::sync::LazyLock;

use serde::Deserialize;

use crate::{
    classify::Model,
    validate::{Accepted, Found},
};

/// What is weighed on either side of a word.
const AROUND: usize = 450;
/// The class of everything that is none of the topics.
const OTHER: usize = 12;
/// Least probability of a topic against its being something else, and of one in few words.
const LEAST: f32 = 0.5;
const LEAST_IN_SHORT: f32 = 0.6;
/// Texts of fewer bytes are short.
const SHORT: usize = 60;

static MODEL: LazyLock<Option<Model>> = LazyLock::new(|| Model::read(include_bytes!("../weights/topic.bin")));

/// A kind of business content; the order is that of the model's classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Topic {
    /// A merger or an acquisition in preparation.
    Merger,
    /// What a board discussed or resolved.
    Board,
    /// Financial results before their release.
    Results,
    /// Layoffs, closures and changes at the top before they are announced.
    Restructuring,
    /// What named people earn.
    Payroll,
    /// Ratings, warnings and files of employees.
    HrRecord,
    /// Prices, costs and discounts that customers may not see.
    PriceList,
    /// Customers and what they are worth.
    CustomerList,
    /// Products and plans that are not announced.
    Roadmap,
    /// Claims and descriptions of inventions.
    Patent,
    /// Text of a contract.
    Contract,
    /// What lawyers advise in a dispute.
    LegalAdvice,
}

impl Topic {
    /// Accepts a word where the text around it is of this kind.
    pub(crate) fn judge(self, found: Found<'_>) -> Option<Accepted> {
        let (start, end) = (found.start.saturating_sub(AROUND), (found.end + AROUND).min(found.text.len()));
        let text = found.text.get(start..end)?;
        let least = if text.len() < SHORT { LEAST_IN_SHORT } else { LEAST };
        let scores = MODEL.as_ref()?.score(&[text]);
        let own = scores.of(self as usize);
        let share = own / (own + scores.of(OTHER));
        (share >= least).then(|| found.accepted(0.45 + 0.45 * share))
    }
}

#[cfg(test)]
mod tests {
    use super::{MODEL, OTHER, Topic};

    #[test]
    fn topics_stand_in_the_order_of_the_classes() {
        let model = MODEL.as_ref().unwrap();
        for (topic, text) in [
            (
                Topic::Merger,
                "We plan to acquire Globex for 40 million; the term sheet is signed, due diligence begins Monday.",
            ),
            (Topic::Payroll, "Payslip: base salary 4,200, overtime 310, deductions 900, net pay 3,610."),
            (Topic::Patent, "1. A device comprising a housing, wherein the housing is coupled to a rotor."),
            (Topic::LegalAdvice, "Outside counsel advises that we will lose the lawsuit and should settle."),
        ] {
            assert_eq!(model.score(&[text.as_bytes()]).best().0, topic as usize, "{text}");
        }
        let ordinary = "The committee agreed that the library should open on Sundays.";
        assert_eq!(model.score(&[ordinary.as_bytes()]).best().0, OTHER);
    }
}
