use std::collections::BTreeMap;

use model::{
    AccountKind, Activity, Approval, Facts, Label, Person, PersonFacts, PersonKind, Purpose, Timestamp,
    ToolCategory, ToolFacts, ToolId, Visibility,
};

use crate::{login::Who, snapshot::Snapshot};

/// What is known of an exchange before its content is.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) activity: Activity,
    pub(crate) tool: ToolId,
    pub(crate) category: ToolCategory,
    pub(crate) account: AccountKind,
    pub(crate) sandbox: bool,
}

/// What its content adds.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) labels: BTreeMap<Label, u32>,
    pub(crate) purpose: Option<Purpose>,
    pub(crate) visibility: Visibility,
}

/// Puts together what the verdict may depend on, as it counts at `now`.
pub(crate) fn facts(
    snapshot: &Snapshot,
    who: &Who,
    setting: &Setting,
    content: Content,
    now: Timestamp,
) -> Facts {
    let approval =
        snapshot.approvals.get(&setting.tool).map_or_else(Approval::default, |given| given.at(now));
    let mut facts = Facts {
        activity: setting.activity,
        person: person_facts(snapshot, who, now),
        tool: ToolFacts {
            id: setting.tool.clone(),
            category: setting.category,
            state: approval.state,
            approved_for: approval.approved_for,
        },
        account: setting.account,
        labels: content.labels,
        purpose: content.purpose,
        sandbox: setting.sandbox,
        visibility: content.visibility,
        exempt: Default::default(),
    };
    facts.exempt = snapshot.exceptions.exempt(&snapshot.policy, &who.id, &facts, now);
    facts
}

fn person_facts(snapshot: &Snapshot, who: &Who, now: Timestamp) -> PersonFacts {
    let Some(person) = &who.person else {
        return PersonFacts { kind: PersonKind::Unknown, ..PersonFacts::default() };
    };
    snapshot.person_facts(person, now)
}

impl Snapshot {
    /// What rules know of somebody of the directory at `now`.
    pub fn person_facts(&self, person: &Person, now: Timestamp) -> PersonFacts {
        let mut facts = PersonFacts {
            kind: person.kind,
            department: person.department.clone(),
            groups: person.groups.clone(),
            risk: person.risk,
            training: person
                .training
                .iter()
                .filter(|(_, until)| now < **until)
                .map(|(module, _)| module.clone())
                .collect(),
            attested: person.attested_until.is_some_and(|until| now < until),
        };
        self.standing.add_to(&mut facts, &person.id, now);
        facts
    }
}
