use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn decision() -> Decision {
    Decision {
        outcome: Outcome::Conditional,
        approved_for: BTreeSet::from(["pii".parse().unwrap()]),
        conditions: "corporate accounts only".to_owned(),
        reason: "reviewed".to_owned(),
        until: Some(at(1_000)),
    }
}

fn sign(function: &str) -> ReviewCommand {
    ReviewCommand::Sign {
        signature: Signature { function: function.to_owned(), by: "ada".to_owned(), at: at(5) },
        needed: ["legal", "security"].map(str::to_owned).into(),
    }
}

/// Each stage by its first letter with what it holds.
fn stage(word: &str) -> Stage {
    let reviewer = "rae".to_owned();
    let signed = |functions: &[&str]| {
        let made =
            |&function: &&str| Signature { function: function.to_owned(), by: "ada".to_owned(), at: at(5) };
        functions.iter().map(made).collect()
    };
    match word {
        "open" => Stage::Open,
        "in_review" => Stage::InReview { reviewer },
        "proposed" => Stage::Proposed { reviewer, decision: decision(), signatures: Vec::new() },
        "signed by legal" => {
            Stage::Proposed { reviewer, decision: decision(), signatures: signed(&["legal"]) }
        }
        "decided" => {
            Stage::Decided { decision: decision(), signatures: signed(&["legal", "security"]), at: at(9) }
        }
        "closed" => Stage::Closed { reason: "nobody needs it".to_owned() },
        other => panic!("{other}"),
    }
}

fn check(from: &str, command: ReviewCommand, expected: &str) {
    let told = match stage(from).follow(command.clone(), at(9)) {
        Ok(reached) => {
            let words = ["open", "in_review", "proposed", "signed by legal", "decided", "closed"];
            words.into_iter().find(|word| stage(word) == reached).unwrap_or("something else").to_owned()
        }
        Err(refused) => refused.to_string(),
    };
    assert_eq!(told, expected, "{from} {command:?}");
}

#[test]
fn transitions() {
    let take = || ReviewCommand::Take { by: "rae".to_owned() };
    let propose = || ReviewCommand::Propose { decision: decision() };
    let close = || ReviewCommand::Close { reason: "nobody needs it".to_owned() };
    check("open", take(), "in_review");
    check("in_review", take(), "in_review");
    check("proposed", take(), "a review that is waiting for agreement cannot be taken");
    check("decided", take(), "a review that is decided cannot be taken");
    check("closed", take(), "a review that is closed cannot be taken");
    check("open", propose(), "a review that is open cannot be proposed for decision");
    check("in_review", propose(), "proposed");
    check("signed by legal", propose(), "proposed");
    check("decided", propose(), "a review that is decided cannot be proposed for decision");
    check("proposed", sign("legal"), "signed by legal");
    check("signed by legal", sign("security"), "decided");
    check("signed by legal", sign("legal"), "`legal` has agreed already");
    check("proposed", sign("it"), "the decision does not need `it`; it needs `legal`, `security`");
    check("in_review", sign("legal"), "a review that is under way cannot be agreed to");
    check("signed by legal", ReviewCommand::Return, "in_review");
    check("in_review", ReviewCommand::Return, "a review that is under way cannot be sent back");
    check("open", close(), "closed");
    check("in_review", close(), "closed");
    check("proposed", close(), "a review that is waiting for agreement cannot be closed");
    check("closed", close(), "a review that is closed cannot be closed");
}

#[test]
fn only_a_review_under_way_is_edited() {
    for (word, may) in [("open", false), ("in_review", true), ("proposed", false), ("decided", false)] {
        let review = ToolReview { stage: stage(word), ..ToolReview::requested(ToolId::new("chatgpt"), None) };
        assert_eq!(review.editing().is_ok(), may, "{word}");
    }
}

#[test]
fn another_look_begins_with_what_was_known() {
    let mut review = ToolReview::requested(ToolId::new("chatgpt"), None);
    let answer = Answer { value: "never".to_owned(), note: String::new(), by: "rae".to_owned(), at: at(1) };
    review.answers.insert("training.inputs".to_owned(), answer);
    review.stage = stage("decided");
    let again = review.again(Uuid::from_u128(7), Cause::Expiry);
    assert_eq!(
        (again.previous, &again.stage, &again.cause),
        (Some(Uuid::from_u128(7)), &Stage::Open, &Cause::Expiry)
    );
    assert_eq!(again.answers, review.answers);
}

#[test]
fn what_is_stored_is_read_back() {
    for word in ["open", "in_review", "signed by legal", "decided", "closed"] {
        let review = ToolReview { stage: stage(word), ..ToolReview::requested(ToolId::new("chatgpt"), None) };
        let text = serde_json::to_string(&review).unwrap();
        assert_eq!(serde_json::from_str::<ToolReview>(&text).unwrap(), review);
        assert_eq!(review.state(), review.stage.as_str());
    }
}
