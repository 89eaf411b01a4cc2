use model::{Activity, Facts, Label, Purpose, Visibility};

use crate::rule::{Condition, Data, DataTerm, Rule, Test};

/// What an exchange must be like for a policy to apply to it, as far as a glance at the facts tells.
///
/// Cedar's cost grows with every policy it is asked; those that cannot apply are left out. Each condition here
/// follows from the policy itself, so leaving it out changes no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) sight: Sight,
    /// For each aspect, the values with which the policy may apply.
    may_be: [Bits; ASPECTS],
    data: Data,
}

/// Whether a policy speaks of content that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Of both.
    Either,
    /// Only of content that was seen.
    Seen,
    /// Only of content that was not seen.
    Unseen,
}

/// A fact with few possible values.
#[derive(Clone, Copy)]
enum Aspect {
    Activity,
    Person,
    Risk,
    State,
    Category,
    Account,
    Purpose,
    Sandbox,
}

const ASPECTS: usize = 8;

/// A set of values of one aspect, each by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bits(u16);

impl Bits {
    const ALL: Self = Self(u16::MAX);

    fn of(numbers: impl IntoIterator<Item = usize>) -> Self {
        Self(numbers.into_iter().fold(0, |bits, number| bits | (1 << number)))
    }

    const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The number that stands for no stated or detected purpose.
const NO_PURPOSE: usize = 15;

/// What a glance at the facts tells.
pub(crate) struct Glance<'a> {
    seen: bool,
    is: [Bits; ASPECTS],
    facts: &'a Facts,
}

impl<'a> Glance<'a> {
    pub(crate) fn at(facts: &'a Facts) -> Self {
        let numbers = [
            facts.activity as usize,
            facts.person.kind as usize,
            facts.person.risk as usize,
            facts.tool.state as usize,
            facts.tool.category as usize,
            facts.account as usize,
            facts.purpose.map_or(NO_PURPOSE, |purpose| purpose as usize),
            usize::from(facts.sandbox),
        ];
        Self {
            seen: facts.visibility == Visibility::Content,
            is: numbers.map(|number| Bits::of([number])),
            facts,
        }
    }

    fn found(&self) -> impl Iterator<Item = (&Label, u32)> {
        self.facts.labels.iter().map(|(label, count)| (label, *count)).filter(|(_, count)| *count > 0)
    }

    fn meets(&self, term: &DataTerm) -> bool {
        let counts =
            self.found().filter(|(label, _)| label.is(&term.label)).map(|(_, count)| u64::from(count));
        counts.sum::<u64>() >= u64::from(term.at_least.max(1))
    }
}

impl Reach {
    /// A policy of which only the activities and the kind of content are known.
    pub(crate) fn new(sight: Sight, on: &[Activity]) -> Self {
        let mut reach = Self { sight, may_be: [Bits::ALL; ASPECTS], data: Data::Unasked };
        reach.keep(Aspect::Activity, numbers(on, |activity| activity as usize), true);
        reach
    }

    /// One of the policies of a rule.
    pub(crate) fn of(sight: Sight, rule: &Rule) -> Self {
        let mut reach = Self::new(sight, &rule.on);
        if sight == Sight::Seen {
            reach.data = rule.data.clone();
        }
        rule.when.iter().for_each(|condition| reach.narrow(condition, true));
        rule.unless.iter().for_each(|condition| reach.narrow(condition, false));
        reach
    }

    /// Takes into account that `condition` must hold (or must not).
    fn narrow(&mut self, condition: &Condition, holds: bool) {
        match (condition, holds) {
            (Condition::Is(test), _) => self.narrow_by(test, holds),
            (Condition::IsNot(test), _) => self.narrow_by(test, !holds),
            (Condition::All(parts), true) | (Condition::Any(parts), false) => {
                parts.iter().for_each(|part| self.narrow(part, holds));
            }
            // One part suffices, and it may be any of them.
            (Condition::All(_), false) | (Condition::Any(_), true) => {}
        }
    }

    fn narrow_by(&mut self, test: &Test, holds: bool) {
        match test {
            Test::Person(kinds) => self.keep(Aspect::Person, numbers(kinds, |kind| kind as usize), holds),
            Test::Risk(levels) => self.keep(Aspect::Risk, numbers(levels, |level| level as usize), holds),
            Test::Account(kinds) => self.keep(Aspect::Account, numbers(kinds, |kind| kind as usize), holds),
            Test::Category(named) => self.keep(Aspect::Category, numbers(named, |one| one as usize), holds),
            Test::Sandbox => self.keep(Aspect::Sandbox, Bits::of([1]), holds),
            Test::Purpose(purposes) => self.keep_purpose(purposes, holds),
            // A tool that is named may be in any state.
            Test::Tool { ids, states } if ids.is_empty() || !holds => {
                self.keep(Aspect::State, numbers(states, |state| state as usize), holds);
            }
            _ => {}
        }
    }

    /// What content that was not seen is for may be anything, if nobody stated it.
    fn keep_purpose(&mut self, purposes: &[Purpose], holds: bool) {
        let mut named = numbers(purposes, |purpose| purpose as usize);
        if self.sight == Sight::Unseen && holds {
            named.0 |= 1 << NO_PURPOSE;
        }
        self.keep(Aspect::Purpose, named, holds);
    }

    /// Keeps the values that are (or are not) in `named`.
    fn keep(&mut self, aspect: Aspect, named: Bits, holds: bool) {
        if let Some(bits) = self.may_be.get_mut(aspect as usize) {
            bits.0 &= if holds { named.0 } else { !named.0 };
        }
    }

    /// Whether the policy may apply.
    pub(crate) fn admits(&self, glance: &Glance<'_>) -> bool {
        let sight = match self.sight {
            Sight::Either => true,
            Sight::Seen => glance.seen,
            Sight::Unseen => !glance.seen,
        };
        sight
            && self.may_be.iter().zip(&glance.is).all(|(may_be, is)| may_be.meets(*is))
            && self.data_admits(glance)
    }

    fn data_admits(&self, glance: &Glance<'_>) -> bool {
        match &self.data {
            Data::Unasked => true,
            Data::Nothing => glance.found().next().is_none(),
            Data::Anything => glance.found().next().is_some(),
            Data::Terms(terms) => terms.iter().any(|term| glance.meets(term)),
        }
    }
}

fn numbers<W: Copy>(named: &[W], number: fn(W) -> usize) -> Bits {
    Bits::of(named.iter().map(|word| number(*word)))
}

#[cfg(test)]
mod tests {
    use model::{AccountKind, Activity, PersonKind, Purpose, Risk, ToolCategory, ToolState};

    use super::NO_PURPOSE;

    #[test]
    fn every_value_has_a_bit() {
        let sizes = [
            Activity::ALL.len(),
            PersonKind::ALL.len(),
            Risk::ALL.len(),
            ToolState::ALL.len(),
            ToolCategory::ALL.len(),
            AccountKind::ALL.len(),
        ];
        assert!(sizes.into_iter().all(|size| size <= 16));
        assert!(Purpose::ALL.len() <= NO_PURPOSE);
    }
}
