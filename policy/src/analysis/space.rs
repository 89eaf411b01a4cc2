use std::collections::{BTreeMap, BTreeSet};

use model::{
    AccountKind, Activity, FAMILIES, Facts, Label, PersonFacts, PersonKind, Purpose, Risk, ToolCategory,
    ToolFacts, ToolId, ToolState, Visibility,
};

use super::{
    diagram::{Diagrams, Set},
    variable::{Of, Variable, ordinary},
};
use crate::vocabulary::{Word, find};

pub(super) const YES: &str = "yes";
pub(super) const NO: &str = "no";
/// No purpose is known; the person has no department.
pub(super) const UNTOLD: &str = "";
/// A tool or a department that no policy names.
pub(super) const ANOTHER: &str = "another";

/// The facts that policies ask for, with their values, and sets of exchanges over them.
pub(super) struct Space {
    pub(super) diagrams: Diagrams,
    /// What is asked for, while that is being found out.
    gathered: BTreeMap<Variable, BTreeSet<String>>,
    /// The variables in their order, with the names of their values.
    variables: Vec<(Variable, Vec<String>)>,
}

impl Space {
    /// The space of everything that `translate` asks for; it is called twice, first to find that out.
    pub(super) fn of<T>(mut translate: impl FnMut(&mut Self) -> T) -> (Self, T) {
        let mut first =
            Self { diagrams: Diagrams::default(), gathered: BTreeMap::new(), variables: Vec::new() };
        translate(&mut first);
        let mut space = Self {
            diagrams: Diagrams::default(),
            gathered: BTreeMap::new(),
            variables: complete(first.gathered),
        };
        let made = translate(&mut space);
        (space, made)
    }

    /// The exchanges in which a fact has one of the values called `names`.
    pub(super) fn is_one_of(&mut self, variable: &Variable, names: &[&str]) -> Set {
        let Ok(at) = self.variables.binary_search_by(|(known, _)| known.cmp(variable)) else {
            let values = self.gathered.entry(variable.clone()).or_default();
            values.extend(names.iter().map(|name| (*name).to_owned()));
            return Set::ALL;
        };
        let Some((_, values)) = self.variables.get(at) else { return Set::NONE };
        let wanted = |value: usize| values.get(value).is_some_and(|value| names.contains(&value.as_str()));
        self.diagrams.literal(at, values.len(), wanted)
    }

    pub(super) fn holds(&mut self, variable: &Variable) -> Set {
        self.is_one_of(variable, &[YES])
    }

    pub(super) fn is_told(&mut self, variable: &Variable) -> Set {
        let untold = self.is_one_of(variable, &[UNTOLD]);
        self.diagrams.not(untold)
    }

    pub(super) fn found_at_least(&mut self, label: &Label, least: u32) -> Set {
        match least {
            0 => Set::ALL,
            1 => self.holds(&Variable::Label(label.clone(), Of::Found)),
            _ => self.holds(&Variable::Label(label.clone(), Of::AtLeast(least))),
        }
    }

    /// Something that is not looked into; it may hold or not.
    pub(super) fn unknown(&mut self, text: String) -> Set {
        self.holds(&Variable::Unknown(text))
    }

    /// A variable and the names of its values, by its position.
    pub(super) fn variable(&self, at: usize) -> Option<&(Variable, Vec<String>)> {
        self.variables.get(at)
    }

    /// The exchanges whose facts go together.
    pub(super) fn lawful(&mut self) -> Set {
        let labels = self.labels();
        let mut lawful = Set::ALL;
        let mut imply = |space: &mut Self, one: Set, other: Set| {
            let broken = space.diagrams.minus(one, other);
            lawful = space.diagrams.minus(lawful, broken);
        };
        for label in &labels {
            let of = |of| Variable::Label(label.clone(), of);
            let found = self.holds(&of(Of::Found));
            let unapproved = self.holds(&of(Of::Unapproved));
            imply(self, unapproved, found);
            for above in labels.iter().filter(|above| *above != label && label.is(above)) {
                let above = |of| Variable::Label(above.clone(), of);
                let above_found = self.holds(&above(Of::Found));
                imply(self, found, above_found);
                let above_unapproved = self.holds(&above(Of::Unapproved));
                imply(self, unapproved, above_unapproved);
            }
            for class in labels.iter().filter(|class| label.is(class)) {
                let approved = self.holds(&Variable::Label(class.clone(), Of::Approval));
                let covered = self.diagrams.not(unapproved);
                imply(self, approved, covered);
            }
            for whole in [Of::Found, Of::Unapproved] {
                if self.asks(&Variable::Anything(whole)) {
                    let part = self.holds(&of(whole));
                    let any = self.holds(&Variable::Anything(whole));
                    imply(self, part, any);
                }
            }
        }
        for (label, least) in self.counted() {
            let enough = self.found_at_least(&label, least);
            let found = self.found_at_least(&label, 1);
            imply(self, enough, found);
            for (above, fewer) in self.counted() {
                if label.is(&above) && fewer <= least {
                    let fewer = self.found_at_least(&above, fewer);
                    imply(self, enough, fewer);
                }
            }
        }
        self.anything(&labels, &mut imply);
        lawful
    }

    /// What is found at all, if every family is asked for by name, belongs to one of them.
    fn anything(&mut self, labels: &[Label], imply: &mut impl FnMut(&mut Self, Set, Set)) {
        if self.asks(&Variable::Anything(Of::Unapproved)) {
            let unapproved = self.holds(&Variable::Anything(Of::Unapproved));
            let found = self.holds(&Variable::Anything(Of::Found));
            imply(self, unapproved, found);
        }
        if self.another_label(labels).is_some() {
            return;
        }
        for whole in [Of::Found, Of::Unapproved] {
            if self.asks(&Variable::Anything(whole)) {
                let any = self.holds(&Variable::Anything(whole));
                let mut part = Set::NONE;
                for label in labels {
                    let one = self.holds(&Variable::Label(label.clone(), whole));
                    part = self.diagrams.or(part, one);
                }
                imply(self, any, part);
            }
        }
    }

    /// An exchange with these values, and ordinary ones for the rest.
    pub(super) fn facts(&self, path: &[(usize, usize)]) -> Facts {
        let exchange = Exchange { space: self, path };
        exchange.facts()
    }

    /// An exchange of the set, with every value left to `choose`, which is told how many there are.
    #[cfg(test)]
    pub(super) fn sample(&self, mut set: Set, mut choose: impl FnMut(usize) -> usize) -> Vec<(usize, usize)> {
        let mut path = Vec::new();
        for (at, (_, values)) in self.variables.iter().enumerate() {
            let value = match self.diagrams.next(set).filter(|(variable, _)| *variable == at) {
                Some((_, open)) => {
                    let (value, child) = open[choose(open.len())];
                    set = child;
                    value
                }
                None => choose(values.len()),
            };
            path.push((at, value));
        }
        path
    }

    fn asks(&self, variable: &Variable) -> bool {
        self.variables.binary_search_by(|(known, _)| known.cmp(variable)).is_ok()
    }

    /// The labels that are asked for.
    pub(super) fn labels(&self) -> Vec<Label> {
        let found = self.variables.iter().filter_map(|(variable, _)| match variable {
            Variable::Label(label, Of::Found) => Some(label.clone()),
            _ => None,
        });
        found.collect()
    }

    fn counted(&self) -> Vec<(Label, u32)> {
        let counted = self.variables.iter().filter_map(|(variable, _)| match variable {
            Variable::Label(label, Of::AtLeast(least)) => Some((label.clone(), *least)),
            _ => None,
        });
        counted.collect()
    }

    /// A family that nobody asks for by name.
    fn another_label(&self, labels: &[Label]) -> Option<Label> {
        let mut families = FAMILIES.iter().filter_map(|(name, _)| name.parse::<Label>().ok());
        families.find(|family| labels.iter().all(|label| !label.is(family)))
    }
}

/// Adds what belongs to the variables that are asked for, and the names of all values, the most ordinary first.
fn complete(mut gathered: BTreeMap<Variable, BTreeSet<String>>) -> Vec<(Variable, Vec<String>)> {
    let labels: BTreeSet<Label> = gathered
        .keys()
        .filter_map(|variable| match variable {
            Variable::Label(label, _) => Some(label.clone()),
            _ => None,
        })
        .collect();
    for label in labels {
        for of in [Of::Approval, Of::Found, Of::Unapproved] {
            gathered.entry(Variable::Label(label.clone(), of)).or_default();
        }
    }
    if gathered.contains_key(&Variable::Anything(Of::Unapproved)) {
        gathered.entry(Variable::Anything(Of::Found)).or_default();
    }
    let with_values = |(variable, named): (Variable, BTreeSet<String>)| {
        let values = values(&variable, named);
        (variable, values)
    };
    gathered.into_iter().map(with_values).collect()
}

fn values(variable: &Variable, named: BTreeSet<String>) -> Vec<String> {
    let texts = |first: &[&str], rest: Vec<&str>| -> Vec<String> {
        first.iter().copied().chain(rest).map(str::to_owned).collect()
    };
    match variable {
        Variable::Activity => texts(&[], words::<Activity>()),
        Variable::Visibility => texts(&[], words::<Visibility>()),
        Variable::Person => texts(&[], words::<PersonKind>()),
        Variable::Account => texts(&[], words::<AccountKind>()),
        Variable::State => texts(&[], words::<ToolState>()),
        Variable::Category => texts(&[], words::<ToolCategory>()),
        Variable::Risk => texts(&[], words::<Risk>()),
        Variable::Purpose => texts(&[UNTOLD], words::<Purpose>()),
        Variable::Tool => texts(&[ANOTHER], named.iter().map(String::as_str).collect()),
        Variable::Department => {
            let named = named.iter().map(String::as_str).filter(|name| *name != UNTOLD);
            texts(&[UNTOLD, ANOTHER], named.collect())
        }
        Variable::Attested | Variable::Training(_) => texts(&[YES, NO], Vec::new()),
        _ => texts(&[NO, YES], Vec::new()),
    }
}

fn words<W: Word + super::variable::Ordinary>() -> Vec<&'static str> {
    ordinary::<W>().into_iter().map(Word::word).collect()
}

/// One exchange, as the values of some variables.
struct Exchange<'a> {
    space: &'a Space,
    path: &'a [(usize, usize)],
}

impl Exchange<'_> {
    fn value(&self, variable: &Variable) -> Option<&str> {
        let at = self.space.variables.binary_search_by(|(known, _)| known.cmp(variable)).ok()?;
        let value = self.path.iter().find(|(own, _)| *own == at).map_or(0, |(_, value)| *value);
        self.space.variables.get(at)?.1.get(value).map(String::as_str)
    }

    fn is(&self, variable: &Variable) -> bool {
        self.value(variable) == Some(YES)
    }

    fn word<W: Word + super::variable::Ordinary>(&self, variable: &Variable) -> W {
        self.value(variable).and_then(find).unwrap_or(W::ORDINARY)
    }

    fn facts(&self) -> Facts {
        let named =
            |variable: &Variable| self.value(variable).filter(|value| *value != UNTOLD).map(str::to_owned);
        let asked = |wanted: fn(&Variable) -> Option<&String>| -> BTreeSet<String> {
            let variables = self.space.variables.iter().map(|(variable, _)| variable);
            let held = variables.filter(|variable| wanted(variable).is_some() && self.is(variable));
            held.filter_map(wanted).cloned().collect()
        };
        let mut facts = Facts {
            activity: self.word(&Variable::Activity),
            person: PersonFacts {
                kind: self.word(&Variable::Person),
                department: named(&Variable::Department),
                groups: asked(|variable| match variable {
                    Variable::Group(name) => Some(name),
                    _ => None,
                }),
                risk: self.word(&Variable::Risk),
                training: asked(|variable| match variable {
                    Variable::Training(name) => Some(name),
                    _ => None,
                }),
                attested: !self.space.asks(&Variable::Attested) || self.is(&Variable::Attested),
            },
            tool: ToolFacts {
                id: ToolId::new(self.value(&Variable::Tool).unwrap_or(ANOTHER)),
                category: self.word(&Variable::Category),
                state: self.word(&Variable::State),
                approved_for: BTreeSet::new(),
            },
            account: self.word(&Variable::Account),
            labels: BTreeMap::new(),
            purpose: self.value(&Variable::Purpose).and_then(find),
            sandbox: self.is(&Variable::Sandbox),
            visibility: self.word(&Variable::Visibility),
            exempt: BTreeSet::new(),
        };
        self.add_labels(&mut facts);
        facts
    }

    /// What must be found, and approved, for every answer about labels to be as it is here.
    fn add_labels(&self, facts: &mut Facts) {
        let labels = self.space.labels();
        let is = |label: &Label, of| self.is(&Variable::Label(label.clone(), of));
        facts.tool.approved_for = labels.iter().filter(|label| is(label, Of::Approval)).cloned().collect();
        let covered =
            |label: &Label, facts: &Facts| facts.tool.approved_for.iter().any(|class| label.is(class));
        // What is below another label is found first, and may be all that is found of that one.
        for label in labels.iter().rev().filter(|label| is(label, Of::Found)) {
            let below = |facts: &Facts, unapproved: bool| {
                let mut found = facts.labels.keys().filter(|found| found.is(label));
                found.any(|found| !unapproved || !covered(found, facts))
            };
            if is(label, Of::Unapproved) {
                if !below(facts, true) {
                    facts.labels.insert(label.clone(), 1);
                }
            } else if !below(facts, false) {
                let found = if covered(label, facts) { label.clone() } else { part_of(label) };
                if !covered(&found, facts) {
                    facts.tool.approved_for.insert(found.clone());
                }
                facts.labels.insert(found, 1);
            }
        }
        if let Some(another) = self.space.another_label(&labels) {
            let (any, unapproved) =
                (self.is(&Variable::Anything(Of::Found)), self.is(&Variable::Anything(Of::Unapproved)));
            let has_unapproved = facts.labels.keys().any(|label| !covered(label, facts));
            if (any && facts.labels.is_empty()) || (unapproved && !has_unapproved) {
                if any && !unapproved && self.space.asks(&Variable::Anything(Of::Unapproved)) {
                    facts.tool.approved_for.insert(another.clone());
                }
                facts.labels.insert(another, 1);
            }
        }
        for (label, least) in self.space.counted() {
            let wanted = self.is(&Variable::Label(label.clone(), Of::AtLeast(least)));
            let total: u32 =
                facts.labels.iter().filter(|(one, _)| one.is(&label)).map(|(_, count)| count).sum();
            let first = facts.labels.iter_mut().find(|(one, _)| one.is(&label));
            if let Some((_, count)) = first.filter(|_| wanted && total < least) {
                *count += least - total;
            }
        }
    }
}

/// Something below a label that no policy names.
fn part_of(label: &Label) -> Label {
    format!("{label}.part").parse().unwrap_or_else(|_| label.clone())
}
