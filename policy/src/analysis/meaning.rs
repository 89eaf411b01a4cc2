use cedar_policy::pst::Template;
use model::{Action, Activity};

use super::{diagram::Set, space::Space, translate::applies, variable::Variable};
use crate::{Policy, compile::Entry};

/// What a policy does, as sets of exchanges.
pub(super) struct Meaning {
    /// Each Cedar policy, and where it applies.
    pub(super) statements: Vec<(Entry, Set)>,
    /// What happens where nothing permits.
    otherwise: Action,
}

impl Meaning {
    /// Translates the policy's Cedar policies.
    pub(super) fn of(policy: &Policy, space: &mut Space) -> Self {
        let templates: Vec<(Entry, Template)> = policy.sets.templates();
        let statements: Vec<(Entry, Set)> =
            templates.iter().map(|(entry, template)| (*entry, applies(template, space))).collect();
        Self { statements, otherwise: policy.front().otherwise }
    }

    /// What both policies ask for by the same statement.
    pub(super) fn shared(&self, other: &Self, space: &mut Space) -> Shared {
        let same = |(entry, set): &&(Entry, Set)| {
            other.statements.iter().any(|(own, also)| own.action == entry.action && also == set)
        };
        let statements = self.statements.iter().filter(same).map(|(entry, set)| (entry.action, *set));
        let mut shared = Shared(statements.filter(|(action, _)| *action > Action::Allow).collect());
        if self.otherwise == other.otherwise {
            let (mine, others) = (self.unpermitted(|_| false, space), other.unpermitted(|_| false, space));
            shared.0.push((self.otherwise, space.diagrams.and(mine, others)));
        }
        shared
    }

    /// The exchanges that nothing permits.
    fn unpermitted(&self, without: impl Fn(usize) -> bool, space: &mut Space) -> Set {
        // An answer was permitted with its prompt.
        let mut permitted = space.is_one_of(&Variable::Activity, &[Activity::Receive.as_str()]);
        for (entry, applies) in &self.statements {
            if entry.action == Action::Allow && !without(entry.clause) {
                permitted = space.diagrams.or(permitted, *applies);
            }
        }
        space.diagrams.not(permitted)
    }

    /// The exchanges whose verdict is at least so strict; of all statements but those that `without` names.
    pub(super) fn at_least_without(
        &self,
        action: Action,
        without: impl Fn(usize) -> bool,
        space: &mut Space,
    ) -> Set {
        if action == Action::Allow {
            return Set::ALL;
        }
        let mut set = Set::NONE;
        for (entry, applies) in &self.statements {
            if entry.action >= action && !without(entry.clause) {
                set = space.diagrams.or(set, *applies);
            }
        }
        if self.otherwise >= action {
            let unpermitted = self.unpermitted(without, space);
            set = space.diagrams.or(set, unpermitted);
        }
        set
    }

    /// The exchanges whose verdict is at least so strict.
    pub(super) fn at_least(&self, action: Action, space: &mut Space) -> Set {
        self.at_least_without(action, |_| false, space)
    }

    /// The exchanges whose verdict is just that.
    pub(super) fn exactly(&self, action: Action, space: &mut Space) -> Set {
        let at_least = self.at_least(action, space);
        match stricter(action) {
            Some(stricter) => {
                let stricter = self.at_least(stricter, space);
                space.diagrams.minus(at_least, stricter)
            }
            None => at_least,
        }
    }
}

/// Actions and where they are asked for.
pub(super) struct Shared(Vec<(Action, Set)>);

impl Shared {
    /// Where at least so much is asked for.
    pub(super) fn at_least(&self, action: Action, space: &mut Space) -> Set {
        let mut set = Set::NONE;
        for (_, asks) in self.0.iter().filter(|(asked, _)| *asked >= action) {
            set = space.diagrams.or(set, *asks);
        }
        set
    }
}

/// The next stricter action.
pub(super) fn stricter(action: Action) -> Option<Action> {
    Action::ALL.into_iter().find(|stricter| *stricter > action)
}
