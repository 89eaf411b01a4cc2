//! What the organisation knows of a tool: since when it is used, by how many people, who began lately.

use std::collections::BTreeMap;

use model::{ToolId, ToolState};
use serde::{Deserialize, Serialize};

/// Days in which a person who began with a tool counts as having begun lately.
const LATELY: i32 = 7;
/// Days for which a tool is young to the organisation.
const YOUNG: i32 = 28;
/// Recent adopters kept of one tool.
const MOST_ADOPTERS: usize = 64;

/// A person's first use of a tool.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Adoption {
    pub day: i32,
    pub tool: ToolId,
    pub key: u32,
    pub state: ToolState,
    pub person: u64,
    pub department: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tool {
    pub name: ToolId,
    pub state: ToolState,
    first: i32,
    /// Distinct people, and how many there were when the day began.
    users: u32,
    users_before: u32,
    lately: Vec<Adopter>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Adopter {
    pub person: u64,
    pub department: u32,
    pub day: i32,
}

/// Every tool that was seen, by key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tools {
    tools: BTreeMap<u32, Tool>,
    pub refused: u64,
}

/// Whether the organisation has agreed to a tool.
pub(crate) fn is_approved(state: ToolState) -> bool {
    matches!(state, ToolState::Approved | ToolState::Conditional)
}

impl Tools {
    pub(crate) fn adopt(&mut self, adoption: Adoption, most: usize) {
        if !self.tools.contains_key(&adoption.key) && self.tools.len() >= most {
            self.refused += 1;
            return;
        }
        let tool = self.tools.entry(adoption.key).or_insert_with(|| Tool {
            name: adoption.tool,
            state: adoption.state,
            first: adoption.day,
            users: 0,
            users_before: 0,
            lately: Vec::new(),
        });
        tool.state = adoption.state;
        if tool.lately.iter().any(|one| one.person == adoption.person) {
            return;
        }
        tool.users = tool.users.saturating_add(1);
        tool.lately.retain(|one| one.day > adoption.day - LATELY);
        if tool.lately.len() < MOST_ADOPTERS {
            let Adoption { person, department, day, .. } = adoption;
            tool.lately.push(Adopter { person, department, day });
        }
    }

    /// Takes a person out, who was first seen with these tools on these days. A tool that nobody else used is forgotten with them.
    pub(crate) fn forget(&mut self, person: u64, used: impl Iterator<Item = (u32, i32)>, today: i32) {
        for (key, first) in used {
            if let Some(tool) = self.tools.get_mut(&key) {
                tool.users = tool.users.saturating_sub(1);
                tool.users_before = tool.users_before.saturating_sub(u32::from(first < today));
            }
        }
        self.tools.retain(|_, tool| {
            tool.lately.retain(|one| one.person != person);
            tool.users > 0
        });
    }

    /// Ends a day: what was learned in it now counts as known.
    pub(crate) fn close(&mut self) {
        self.tools.values_mut().for_each(|tool| tool.users_before = tool.users);
    }

    pub(crate) fn get(&self, key: u32) -> Option<&Tool> {
        self.tools.get(&key)
    }

    /// How new a tool is to the organisation: 1 if nobody else used it before today, less with each who did.
    pub(crate) fn novelty(&self, key: u32, state: ToolState, counted: bool) -> f32 {
        let users = self.tools.get(&key).map_or(0, |tool| tool.users_before);
        let others = users.saturating_sub(u32::from(counted));
        let approved = if is_approved(state) { 0.3 } else { 1.0 };
        if others > 40 { 0.0 } else { approved * (-(others as f32) / 3.0).exp() }
    }
}

impl Tool {
    /// Whether it is so new that those who use it belong together.
    pub(crate) fn is_young(&self, day: i32) -> bool {
        !is_approved(self.state) && day - self.first < YOUNG && self.users as usize <= MOST_ADOPTERS / 2
    }

    /// People who began lately.
    pub(crate) fn adopters(&self, day: i32) -> impl Iterator<Item = Adopter> {
        self.lately.iter().copied().filter(move |one| one.day > day - LATELY)
    }

    /// The day on which someone began last.
    pub(crate) fn latest(&self) -> i32 {
        self.lately.iter().map(|one| one.day).max().unwrap_or(self.first)
    }
}
