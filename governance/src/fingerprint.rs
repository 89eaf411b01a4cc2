//! What a clause says to people and does, as a short text that changes with it: prose, reason, rule and ladder, but neither
//! examples nor place.

use policy::{Clause, Policy};

/// Of one clause.
pub fn of(clause: &Clause) -> String {
    let mut hasher = blake3::Hasher::new();
    add(&mut hasher, clause);
    short(&hasher)
}

/// Of a whole policy: all its clauses, in order, and what happens where none speaks.
pub fn of_policy(policy: &Policy) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(policy.front().otherwise.as_str().as_bytes());
    for clause in policy.clauses() {
        add(&mut hasher, clause);
    }
    short(&hasher)
}

fn add(hasher: &mut blake3::Hasher, clause: &Clause) {
    let ladder = clause.ladder.as_ref().map(|ladder| ladder.sentences().join("\n"));
    let machine = clause.machine.as_ref().map(policy::render::machine);
    let parts = [
        Some(clause.id.as_str()),
        Some(clause.title.as_str()),
        Some(clause.prose.as_str()),
        clause.why.as_deref(),
        machine.as_deref(),
        ladder.as_deref(),
    ];
    for part in parts {
        let part = part.unwrap_or_default();
        hasher.update(&part.len().to_le_bytes());
        hasher.update(part.as_bytes());
    }
}

/// 16 hexadecimal digits.
fn short(hasher: &blake3::Hasher) -> String {
    hasher.finalize().to_hex().chars().take(16).collect()
}
