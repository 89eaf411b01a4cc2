use std::sync::Arc;

use engine::{Engine, Rollout};
use model::{ClauseId, Stage};

use crate::world::*;

const OPENAI: &str = "api.openai.com";
const SSN: &str = "Anna Kovacs has SSN 536-90-4399";

fn key() -> String {
    ["Why does AKIA", "QYLPMN5HHHFPZAM2 fail?"].concat()
}

fn with(rollout: Rollout) -> Engine {
    let engine = engine();
    engine.update(|snapshot| snapshot.rollout = Arc::new(rollout));
    engine
}

fn whole(whole: Stage) -> Rollout {
    Rollout { whole, ..Rollout::default() }
}

fn clause(id: &str, stage: Stage) -> Rollout {
    Rollout { clauses: [(ClauseId::new(id), stage)].into(), ..Rollout::default() }
}

fn group(stage: Stage, whole: Stage) -> Rollout {
    Rollout { whole, groups: [("staff".to_owned(), stage)].into(), ..Rollout::default() }
}

/// What happens, and what would have if the policy were carried out in full.
fn check(rollout: Rollout, host: &str, text: &str, happens: &str, held_back: &str) {
    let decision = ask(&with(rollout.clone()), host, text, at(0));
    assert_eq!(told(&decision), happens, "{rollout:?} {text}");
    let held = decision.record.unwrap().verdict.held_back.map_or("nothing".to_owned(), |held| {
        let duties = held.duties.iter().map(|duty| format!(" {} {}", duty.clause, duty.action));
        format!("{}{}", held.action, duties.collect::<String>())
    });
    assert_eq!(held, held_back, "{rollout:?} {text}");
}

#[test]
fn what_is_held_back_is_done_more_mildly_and_told() {
    let both = format!("{SSN}. {}", key());
    for (rollout, text, happens, held_back) in [
        (Rollout::default(), SSN, "redacted DATA-1, rewrite", "nothing"),
        (whole(Stage::Observe), SSN, "forwarded OK-1, forward", "redact DATA-1 redact"),
        (whole(Stage::Coach), SSN, "coached DATA-1, answer 403", "redact DATA-1 redact"),
        (clause("DATA-1", Stage::Observe), SSN, "forwarded OK-1, forward", "redact DATA-1 redact"),
        (clause("SEC-1", Stage::Observe), SSN, "redacted DATA-1, rewrite", "nothing"),
        (clause("SEC-1", Stage::Observe), &both, "redacted DATA-1, rewrite", "block SEC-1 block"),
        (clause("DATA-1", Stage::Coach), &both, "blocked SEC-1, answer 403", "block DATA-1 redact"),
    ] {
        check(rollout, OPENAI, text, happens, held_back);
    }
}

#[test]
fn a_group_s_stage_goes_before_all_others() {
    let anna_only = group(Stage::Enforce, Stage::Observe);
    check(anna_only, OPENAI, SSN, "redacted DATA-1, rewrite", "nothing");
    check(
        group(Stage::Observe, Stage::Enforce),
        OPENAI,
        SSN,
        "forwarded OK-1, forward",
        "redact DATA-1 redact",
    );
    let other = Rollout { groups: [("others".to_owned(), Stage::Observe)].into(), ..Rollout::default() };
    check(other, OPENAI, SSN, "redacted DATA-1, rewrite", "nothing");
}

#[test]
fn what_no_clause_allows_is_held_back_with_the_whole_only() {
    let groq = "api.groq.com";
    check(whole(Stage::Observe), groq, "hello there", "forwarded otherwise, forward", "coach");
    check(whole(Stage::Coach), groq, "hello there", "coached otherwise, answer 403", "nothing");
    // Nothing permits the tool: without the clause, what no clause allows is coached about.
    check(
        clause("SEC-1", Stage::Observe),
        groq,
        &key(),
        "coached otherwise, answer 403",
        "block SEC-1 block",
    );
}
