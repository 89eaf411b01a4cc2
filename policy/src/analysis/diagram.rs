use std::collections::HashMap;

/// A set of exchanges: those with the facts that lead to [`Set::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Set(u32);

impl Set {
    /// No exchange.
    pub(super) const NONE: Self = Self(0);
    /// Every exchange.
    pub(super) const ALL: Self = Self(1);
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Node {
    variable: usize,
    /// For each value of the variable, where it leads.
    children: Box<[Set]>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Operation {
    And,
    Or,
}

/// Reduced ordered decision diagrams over variables of a few values each (Bryant, "Graph-Based Algorithms for Boolean
/// Function Manipulation", 1986, with several children instead of two): equal sets are equal numbers.
#[derive(Default)]
pub(super) struct Diagrams {
    nodes: Vec<Node>,
    numbers: HashMap<Node, Set>,
    done: HashMap<(Operation, Set, Set), Set>,
    inverses: HashMap<Set, Set>,
}

impl Diagrams {
    /// The exchanges in which the variable, which has `size` values, has one that `wanted` names.
    pub(super) fn literal(&mut self, variable: usize, size: usize, wanted: impl Fn(usize) -> bool) -> Set {
        let children = (0..size).map(|value| if wanted(value) { Set::ALL } else { Set::NONE }).collect();
        self.node(variable, children)
    }

    pub(super) fn and(&mut self, one: Set, other: Set) -> Set {
        self.apply(Operation::And, one, other)
    }

    pub(super) fn or(&mut self, one: Set, other: Set) -> Set {
        self.apply(Operation::Or, one, other)
    }

    pub(super) fn minus(&mut self, one: Set, other: Set) -> Set {
        let rest = self.not(other);
        self.and(one, rest)
    }

    pub(super) fn not(&mut self, set: Set) -> Set {
        match set {
            Set::NONE => return Set::ALL,
            Set::ALL => return Set::NONE,
            _ => {}
        }
        if let Some(inverse) = self.inverses.get(&set) {
            return *inverse;
        }
        let Some(Node { variable, children }) = self.get(set).cloned() else { return Set::NONE };
        let children = children.iter().map(|child| self.not(*child)).collect();
        let inverse = self.node(variable, children);
        self.inverses.insert(set, inverse);
        inverse
    }

    pub(super) fn if_else(&mut self, condition: Set, then: Set, otherwise: Set) -> Set {
        let then = self.and(condition, then);
        let otherwise = self.minus(otherwise, condition);
        self.or(then, otherwise)
    }

    /// An exchange of the set, as the values of the variables that matter, each the first that is possible; nothing of
    /// an empty set.
    pub(super) fn first(&self, mut set: Set) -> Option<Vec<(usize, usize)>> {
        let mut path = Vec::new();
        while let Some(node) = self.get(set) {
            let (value, child) = node.children.iter().enumerate().find(|(_, child)| **child != Set::NONE)?;
            path.push((node.variable, value));
            set = *child;
        }
        (set == Set::ALL).then_some(path)
    }

    /// Whether the exchange with these values is in the set.
    #[cfg(test)]
    pub(super) fn holds(&self, mut set: Set, values: &[(usize, usize)]) -> bool {
        while let Some(node) = self.get(set) {
            let value =
                values.iter().find(|(variable, _)| *variable == node.variable).map_or(0, |(_, value)| *value);
            set = node.children.get(value).copied().unwrap_or(Set::NONE);
        }
        set == Set::ALL
    }

    /// What the set asks for first: the variable, and the values that lead on.
    #[cfg(test)]
    pub(super) fn next(&self, set: Set) -> Option<(usize, Vec<(usize, Set)>)> {
        let node = self.get(set)?;
        let open = node.children.iter().copied().enumerate().filter(|(_, child)| *child != Set::NONE);
        Some((node.variable, open.collect()))
    }

    fn get(&self, set: Set) -> Option<&Node> {
        self.nodes.get((set.0 as usize).checked_sub(2)?)
    }

    fn node(&mut self, variable: usize, children: Box<[Set]>) -> Set {
        if let Some(first) = children.first().filter(|first| children.iter().all(|child| child == *first)) {
            return *first;
        }
        let node = Node { variable, children };
        if let Some(known) = self.numbers.get(&node) {
            return *known;
        }
        let set = Set(u32::try_from(self.nodes.len() + 2).unwrap_or(u32::MAX));
        self.nodes.push(node.clone());
        self.numbers.insert(node, set);
        set
    }

    fn apply(&mut self, operation: Operation, one: Set, other: Set) -> Set {
        let (neutral, final_) = match operation {
            Operation::And => (Set::ALL, Set::NONE),
            Operation::Or => (Set::NONE, Set::ALL),
        };
        match (one, other) {
            (same, also) if same == also => return same,
            (set, rest) | (rest, set) if set == neutral => return rest,
            (set, _) | (_, set) if set == final_ => return final_,
            _ => {}
        }
        let key = (operation, one.min(other), one.max(other));
        if let Some(known) = self.done.get(&key) {
            return *known;
        }
        let (Some(left), Some(right)) = (self.get(one).cloned(), self.get(other).cloned()) else {
            return Set::NONE;
        };
        let variable = left.variable.min(right.variable);
        let size = if left.variable == variable { left.children.len() } else { right.children.len() };
        let child = |node: &Node, set: Set, value: usize| match node.variable == variable {
            true => node.children.get(value).copied().unwrap_or(Set::NONE),
            false => set,
        };
        let children = (0..size)
            .map(|value| self.apply(operation, child(&left, one, value), child(&right, other, value)))
            .collect();
        let made = self.node(variable, children);
        self.done.insert(key, made);
        made
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Diagrams, Set};

    const SIZES: [usize; 4] = [2, 3, 2, 4];

    /// A condition over four variables, as it is written.
    #[derive(Clone, Debug)]
    enum Written {
        Is(usize, usize),
        Not(Box<Written>),
        And(Box<Written>, Box<Written>),
        Or(Box<Written>, Box<Written>),
        IfElse(Box<Written>, Box<Written>, Box<Written>),
    }

    impl Written {
        fn holds(&self, values: [usize; 4]) -> bool {
            match self {
                Self::Is(variable, value) => values[*variable] == *value,
                Self::Not(one) => !one.holds(values),
                Self::And(one, other) => one.holds(values) && other.holds(values),
                Self::Or(one, other) => one.holds(values) || other.holds(values),
                Self::IfElse(one, then, other) => {
                    if one.holds(values) {
                        then.holds(values)
                    } else {
                        other.holds(values)
                    }
                }
            }
        }

        fn set(&self, diagrams: &mut Diagrams) -> Set {
            match self {
                Self::Is(variable, value) => {
                    diagrams.literal(*variable, SIZES[*variable], |one| one == *value)
                }
                Self::Not(one) => {
                    let one = one.set(diagrams);
                    diagrams.not(one)
                }
                Self::And(one, other) => {
                    let (one, other) = (one.set(diagrams), other.set(diagrams));
                    diagrams.and(one, other)
                }
                Self::Or(one, other) => {
                    let (one, other) = (one.set(diagrams), other.set(diagrams));
                    diagrams.or(one, other)
                }
                Self::IfElse(one, then, other) => {
                    let (one, then, other) = (one.set(diagrams), then.set(diagrams), other.set(diagrams));
                    diagrams.if_else(one, then, other)
                }
            }
        }
    }

    fn written() -> impl Strategy<Value = Written> {
        let leaf = (0..4_usize).prop_flat_map(|variable| (Just(variable), 0..SIZES[variable]));
        leaf.prop_map(|(variable, value)| Written::Is(variable, value)).prop_recursive(5, 40, 3, |inner| {
            let boxed = || inner.clone().prop_map(Box::new);
            prop_oneof![
                boxed().prop_map(Written::Not),
                (boxed(), boxed()).prop_map(|(one, other)| Written::And(one, other)),
                (boxed(), boxed()).prop_map(|(one, other)| Written::Or(one, other)),
                (boxed(), boxed(), boxed()).prop_map(|(one, then, other)| Written::IfElse(one, then, other)),
            ]
        })
    }

    fn every() -> impl Iterator<Item = [usize; 4]> {
        (0..48).map(|number| [number % 2, number / 2 % 3, number / 6 % 2, number / 12])
    }

    proptest! {
        #[test]
        fn a_diagram_holds_what_its_condition_holds(one in written(), other in written()) {
            let mut diagrams = Diagrams::default();
            let (set, same) = (one.set(&mut diagrams), other.set(&mut diagrams));
            let equal = every().all(|values| one.holds(values) == other.holds(values));
            prop_assert_eq!(set == same, equal);
            match diagrams.first(set) {
                None => prop_assert!(every().all(|values| !one.holds(values))),
                Some(path) => {
                    let fits = |values: &[usize; 4]| path.iter().all(|(variable, value)| values[*variable] == *value);
                    prop_assert!(every().filter(fits).all(|values| one.holds(values)));
                }
            }
        }
    }
}
