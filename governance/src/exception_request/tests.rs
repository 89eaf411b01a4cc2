use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn signature(function: &str, seconds: i64) -> Signature {
    Signature { function: function.to_owned(), by: "ada".to_owned(), at: at(seconds) }
}

fn needed() -> BTreeSet<String> {
    ["legal", "security"].map(str::to_owned).into()
}

fn agree(function: &str, seconds: i64) -> ExceptionCommand {
    ExceptionCommand::Agree {
        signature: signature(function, seconds),
        needed: needed(),
        exception: Uuid::from_u128(9),
        lasts: Lasting(60),
    }
}

fn deny(function: &str) -> ExceptionCommand {
    let signature = signature(function, 1);
    ExceptionCommand::Deny { signature, needed: needed(), reason: "use the approved tool".to_owned() }
}

fn revoke(seconds: i64) -> ExceptionCommand {
    ExceptionCommand::Revoke { by: "ada".to_owned(), at: at(seconds) }
}

fn asked() -> Asked {
    Asked {
        holder: RequestHolder::Person(PersonId::new("ben.osei")),
        clause: ClauseId::new("DATA-1"),
        tool: None,
        labels: BTreeSet::new(),
        lasts: Lasting(60),
        reason: "audit support".to_owned(),
    }
}

fn request() -> ExceptionRequest {
    ExceptionRequest::new(asked(), "anna".to_owned(), Some(PersonId::new("anna.kovacs")))
}

/// What becomes of a request after `before` and then `command`, both done by Ada.
fn check(before: &[ExceptionCommand], command: ExceptionCommand, expected: &str) {
    let before = before
        .iter()
        .cloned()
        .fold(request(), |request, command| request.follow(command, "ada", None).unwrap());
    let told = match before.follow(command, "ada", None) {
        Ok(request) => format!("{} {}", request.state(), request.signatures.len()),
        Err(refused) => refused.to_string(),
    };
    assert_eq!(told, expected);
}

#[test]
fn transitions() {
    let granted = [agree("legal", 1), agree("security", 2)];
    let withdraw = ExceptionCommand::Withdraw;
    check(&[], agree("legal", 1), "requested 1");
    check(&granted[..1], agree("security", 2), "granted 2");
    check(&granted[..1], agree("legal", 2), "`legal` has agreed already");
    check(&[], agree("it", 1), "the clause does not ask `it` about exceptions; it asks `legal`, `security`");
    check(&[], deny("it"), "the clause does not ask `it` about exceptions; it asks `legal`, `security`");
    check(&granted[..1], deny("security"), "denied 1");
    check(&[], withdraw.clone(), "withdrawn 0");
    check(&granted, withdraw.clone(), "a request that is granted cannot be withdrawn");
    check(&granted, revoke(61), "revoked 2");
    check(&granted, revoke(62), "the exception is over already");
    check(&granted, agree("legal", 3), "a request that is granted cannot be agreed to");
    check(&granted, deny("legal"), "a request that is granted cannot be denied");
    check(&[], revoke(1), "a request that is requested cannot be taken back");
    check(&[deny("legal")], agree("security", 1), "a request that is denied cannot be agreed to");
    check(
        std::slice::from_ref(&withdraw),
        agree("legal", 1),
        "a request that is withdrawn cannot be agreed to",
    );
    check(&[withdraw], revoke(1), "a request that is withdrawn cannot be taken back");
}

#[test]
fn it_counts_from_the_last_agreement_for_the_time_asked() {
    let granted = request().follow(agree("security", 5), "ada", None).unwrap();
    let granted = granted.follow(agree("legal", 100), "lee", None).unwrap();
    let expected = ExceptionStage::Granted { exception: Uuid::from_u128(9), from: at(100), until: at(160) };
    assert_eq!(granted.stage, expected);
}

#[test]
fn nobody_decides_about_themselves() {
    let (anna, ben) = (PersonId::new("anna.kovacs"), PersonId::new("ben.osei"));
    for (by, person, own) in [
        ("anna", None, true),
        ("another account of anna's", Some(&anna), true),
        ("ben", Some(&ben), true),
        ("ada", Some(&PersonId::new("ada")), false),
    ] {
        for command in [agree("legal", 1), deny("legal")] {
            let refused = request().follow(command, by, person).err();
            assert_eq!(refused == Some(ExceptionRefused::Own), own, "{by}");
        }
    }
    let granted = [agree("legal", 1), agree("security", 1)].into_iter();
    let granted = granted.fold(request(), |request, command| request.follow(command, "ada", None).unwrap());
    assert!(granted.follow(revoke(2), "anna", Some(&anna)).is_ok(), "whoever has it may give it back");
}

#[test]
fn what_is_asked_for_makes_sense() {
    let month = Duration::from_secs(30 * 86_400);
    let check = |change: fn(&mut Asked), complaint: Option<&str>| {
        let mut asked = asked();
        change(&mut asked);
        let refused = asked.check(month).err().map(|error| error.to_string());
        assert_eq!(refused.is_some(), complaint.is_some(), "{asked:?}");
        assert!(refused.unwrap_or_default().contains(complaint.unwrap_or_default()));
    };
    check(|_| {}, None);
    check(|asked| asked.lasts = Lasting(30 * 86_400), None);
    check(|asked| asked.lasts = Lasting(30 * 86_400 + 1), Some("at most 30 days"));
    check(|asked| asked.lasts = Lasting(59), Some("at least a minute"));
    check(|asked| asked.reason = " ".to_owned(), Some("give the reason"));
    check(|asked| asked.reason = "x".repeat(2_001), Some("at most 2000"));
    check(
        |asked| asked.labels = (0..21).map(|n| format!("pii.x{n}").parse().unwrap()).collect(),
        Some("at most 20 labels"),
    );
}

#[test]
fn what_is_stored_is_read_back() {
    let denied = request().follow(deny("legal"), "ada", None).unwrap();
    let text = serde_json::to_string(&denied).unwrap();
    assert_eq!(serde_json::from_str::<ExceptionRequest>(&text).unwrap(), denied);
    assert_eq!(denied.person(), Some(&PersonId::new("ben.osei")));
}
