use std::collections::{BTreeMap, BTreeSet};

use model::{Label, Purpose, Risk, ToolCategory, Visibility};

use super::{
    diagram::Set,
    space::{ANOTHER, Space, UNTOLD, YES},
    variable::{Of, Variable},
};
use crate::{
    render::words::{self, capitalised, list},
    vocabulary::{Word, find},
};

/// Exchanges that are alike: for some facts, the values they may have; for the rest, any.
pub(super) struct Region(BTreeMap<usize, BTreeSet<usize>>);

impl Region {
    /// The exchanges around one of `wanted`, as many of them as words can say at once; nothing of an empty set.
    ///
    /// The region may hold exchanges of `room` too, and names no value that only others than `telling` have.
    pub(super) fn within(wanted: Set, room: Set, telling: Set, space: &mut Space) -> Option<Self> {
        let path = space.diagrams.first(wanted)?;
        let room = space.diagrams.or(wanted, room);
        let mut region = Self(path.into_iter().map(|(at, value)| (at, [value].into())).collect());
        let asked: Vec<usize> = region.0.keys().rev().copied().collect();
        for at in asked {
            let Some(kept) = region.0.remove(&at) else { continue };
            if region.fits(room, space) {
                continue;
            }
            let size = space.variable(at).map_or(0, |(_, values)| values.len());
            region.0.insert(at, kept);
            for value in 0..size {
                let Some(values) = region.0.get_mut(&at) else { continue };
                if values.insert(value) && !region.fits(room, space) {
                    region.0.entry(at).or_default().remove(&value);
                }
            }
        }
        region.trim(telling, space);
        Some(region)
    }

    /// Leaves out values that add no exchange of a set.
    fn trim(&mut self, telling: Set, space: &mut Space) {
        for at in self.0.keys().copied().collect::<Vec<_>>() {
            for value in self.0.get(&at).cloned().unwrap_or_default() {
                let Some(all) = self.0.insert(at, [value].into()) else { continue };
                let part = self.set(space);
                let adds = space.diagrams.and(part, telling) != Set::NONE;
                let kept = all.into_iter().filter(|kept| adds || *kept != value).collect();
                self.0.insert(at, kept);
            }
        }
    }

    /// What is out of the ordinary about an exchange.
    pub(super) fn of(path: &[(usize, usize)], space: &Space) -> Self {
        let telling = path.iter().filter(|(at, value)| {
            let told = matches!(space.variable(*at), Some((Variable::Activity | Variable::State, _)));
            told || *value > 0
        });
        Self(telling.map(|(at, value)| (*at, [*value].into())).collect())
    }

    fn fits(&self, room: Set, space: &mut Space) -> bool {
        let set = self.set(space);
        space.diagrams.minus(set, room) == Set::NONE
    }

    /// Its exchanges.
    pub(super) fn set(&self, space: &mut Space) -> Set {
        let mut set = Set::ALL;
        for (at, wanted) in &self.0 {
            let size = space.variable(*at).map_or(0, |(_, values)| values.len());
            let part = space.diagrams.literal(*at, size, |value| wanted.contains(&value));
            set = space.diagrams.and(set, part);
        }
        set
    }

    /// "Prompts and uploads, where the tool is denied and they contain health data"
    pub(super) fn sentence(&self, space: &Space) -> String {
        let mut what = "Exchanges of any kind".to_owned();
        let mut conditions = Vec::new();
        for (at, wanted) in &self.0 {
            let Some((variable, values)) = space.variable(*at) else { continue };
            let (named, others): (Vec<_>, Vec<_>) =
                values.iter().enumerate().partition(|(value, _)| wanted.contains(value));
            let names = |values: Vec<(usize, &String)>| -> Vec<String> {
                values.into_iter().map(|(_, name)| name.clone()).collect()
            };
            let (named, others) = (names(named), names(others));
            match variable {
                Variable::Activity => what = capitalised(&list(&worded(&named, words::activity), "and")),
                Variable::Anything(_) if named == [YES] && self.names_a_label(space) => {}
                Variable::Label(label, Of::Found) if self.is_held(label, space) => {}
                _ => conditions.push(phrase(variable, &named, &others)),
            }
        }
        if conditions.is_empty() { what } else { format!("{what}, where {}", list(&conditions, "and")) }
    }

    /// Whether it is said of some label that it is found.
    fn names_a_label(&self, space: &Space) -> bool {
        let said = |(at, wanted): (&usize, &BTreeSet<usize>)| {
            let label =
                matches!(space.variable(*at), Some((Variable::Label(_, of), _)) if *of != Of::Approval);
            label && *wanted == BTreeSet::from([1])
        };
        self.0.iter().any(said)
    }

    /// Whether it is said that something of the label is found that the tool is not approved for.
    fn is_held(&self, label: &Label, space: &Space) -> bool {
        let said = |(at, wanted): (&usize, &BTreeSet<usize>)| {
            let yes = space.variable(*at).filter(
                |(variable, _)| matches!(variable, Variable::Label(own, Of::Unapproved) if own == label),
            );
            yes.is_some() && *wanted == BTreeSet::from([1])
        };
        self.0.iter().any(said)
    }
}

/// Each of `named` in words.
fn worded<W: Word, S>(named: &[String], say: impl Fn(W) -> S) -> Vec<S> {
    named.iter().filter_map(|name| find(name)).map(say).collect()
}

/// "the tool is approved or conditional", or "the tool is neither denied nor under review" where that is shorter.
fn is(subject: &str, named: &[String], others: &[String], say: impl Fn(&str) -> String) -> String {
    let said = |names: &[String]| -> Vec<String> { names.iter().map(|name| say(name)).collect() };
    match others {
        [only] if named.len() > 1 => format!("{subject} is not {}", say(only)),
        _ if others.len() < named.len() => format!("{subject} is neither {}", list(&said(others), "nor")),
        _ => format!("{subject} is {}", list(&said(named), "or")),
    }
}

fn phrase(variable: &Variable, named: &[String], others: &[String]) -> String {
    fn say<W: Word>(words: impl Fn(W) -> String) -> impl Fn(&str) -> String {
        move |name| find(name).map(&words).unwrap_or_else(|| "not known".to_owned())
    }
    let is = |subject: &str, say: &dyn Fn(&str) -> String| is(subject, named, others, say);
    let holds = named.iter().any(|name| name == YES);
    let not = if holds { "" } else { "not " };
    match variable {
        Variable::Activity => is("the activity", &str::to_owned),
        Variable::Visibility => is("what is visible", &say(|level: Visibility| level.word().to_owned())),
        Variable::Person => is("the person", &say(words::person)),
        Variable::Account => is("the account", &say(|kind| words::account(kind).to_owned())),
        Variable::State => is("the tool", &say(|state| words::tool_state(state).to_owned())),
        Variable::Category => is("the tool’s category", &say(ToolCategory::plain)),
        Variable::Risk => is("the person’s risk level", &say(Risk::plain)),
        Variable::Purpose => is("the purpose", &say(Purpose::plain)),
        Variable::Tool => is("the tool", &|name| match name {
            ANOTHER => "none that the policy names".to_owned(),
            _ => name.to_owned(),
        }),
        Variable::Department => is("the person’s department", &|name| match name {
            UNTOLD => "not known".to_owned(),
            ANOTHER => "none that the policy names".to_owned(),
            _ => name.to_owned(),
        }),
        Variable::Sandbox => format!("the work is {not}done in a sandbox"),
        Variable::Attested => format!("the person has {not}attested this policy"),
        Variable::Training(module) => format!("the person has {not}passed the training {module}"),
        Variable::Group(group) => format!("the person is {not}in the group {group}"),
        Variable::Anything(of) => {
            about(if holds { "something sensitive" } else { "anything sensitive" }, *of, holds)
        }
        Variable::Label(label, of) => about(&words::label(label), *of, holds),
        Variable::Unknown(text) => format!("`{text}` {}", if holds { "holds" } else { "does not hold" }),
    }
}

fn about(what: &str, of: Of, holds: bool) -> String {
    match (of, holds) {
        (Of::Approval, true) => format!("the tool is approved for {what}"),
        (Of::Approval, false) => format!("the tool is not approved for {what} as such"),
        (Of::Found, true) => format!("they contain {what}"),
        (Of::Found, false) => format!("they do not contain {what}"),
        (Of::Unapproved, true) => format!("they contain {what} that the tool is not approved for"),
        (Of::Unapproved, false) => format!("they do not contain {what} that the tool is not approved for"),
        (Of::AtLeast(least), true) => format!("they contain {what} at least {least} times"),
        (Of::AtLeast(least), false) => format!("they contain {what} fewer than {least} times"),
    }
}
