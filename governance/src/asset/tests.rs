use super::*;

fn said() -> Said {
    Said { by: "lee".to_owned(), at: Timestamp::from_millis(1), text: "fine".to_owned() }
}

fn check(from: &str, expected: [bool; 5]) {
    let stage = || match from {
        "declared" => AssetStage::Declared,
        "cleared" => AssetStage::Cleared { said: said() },
        "restricted" => AssetStage::Restricted { said: said() },
        "barred" => AssetStage::Barred { said: said() },
        _ => AssetStage::Withdrawn,
    };
    let commands = [
        AssetCommand::Amend,
        AssetCommand::Clear(said()),
        AssetCommand::Restrict(said()),
        AssetCommand::Bar(said()),
        AssetCommand::Withdraw,
    ];
    let reached = ["declared", "cleared", "restricted", "barred", "withdrawn"];
    for ((command, goal), may) in commands.into_iter().zip(reached).zip(expected) {
        match stage().follow(command.clone()) {
            Ok(stage) => assert!(may && stage.as_str() == goal, "{from} {command:?}"),
            Err(refused) => {
                let told = format!("an asset that is {from} cannot be {}", command.done());
                assert!(!may && refused.to_string() == told, "{from} {command:?}");
            }
        }
    }
}

#[test]
fn transitions() {
    check("declared", [true, true, true, true, true]);
    check("cleared", [true, false, true, true, false]);
    check("restricted", [true, true, true, true, false]);
    check("barred", [true, true, true, false, false]);
    check("withdrawn", [false, false, false, false, false]);
}

fn declaration() -> Declaration {
    Declaration {
        title: "Spring campaign picture".to_owned(),
        kind: AssetKind::Image,
        tool: ToolId::new("midjourney"),
        made_on: Timestamp::from_millis(0),
        licence: "vendor's terms of March 2026, commercial use".to_owned(),
        contribution: Contribution::Edited,
        contribution_text: "retouched, lettering added".to_owned(),
        used_in: "website".to_owned(),
    }
}

#[test]
fn declarations_make_sense() {
    let check = |change: fn(&mut Declaration), expected: Result<(), DeclarationError>| {
        let mut declaration = declaration();
        change(&mut declaration);
        assert_eq!(declaration.check(Timestamp::from_millis(5)), expected, "{declaration:?}");
    };
    check(|_| {}, Ok(()));
    check(|it| it.title.clear(), Err(DeclarationError::Title));
    check(|it| it.title = "x".repeat(201), Err(DeclarationError::Title));
    check(|it| it.licence = " ".to_owned(), Err(DeclarationError::Licence));
    check(|it| it.contribution_text.clear(), Err(DeclarationError::Contribution));
    check(|it| it.contribution_text = "x".repeat(4_001), Err(DeclarationError::Contribution));
    check(|it| (it.contribution, it.contribution_text) = (Contribution::None, String::new()), Ok(()));
    check(|it| it.used_in.clear(), Err(DeclarationError::UsedIn));
    check(|it| it.made_on = Timestamp::from_millis(6), Err(DeclarationError::MadeOn));
}

#[test]
fn flags_are_raised_as_the_policy_says() {
    let all: BTreeSet<AssetFlag> = AssetFlag::ALL.into();
    let machine = Declaration { contribution: Contribution::None, ..declaration() };
    let facts = |facts: &[ToolFact]| Some(facts.iter().copied().collect::<BTreeSet<_>>());
    use AssetFlag::{MachineMade, OutputsNotOwned, UnlicensedTraining, UnreviewedTool};
    for (asset, facts, wanted, expected) in [
        (declaration(), facts(&[]), &all, vec![]),
        (declaration(), None, &all, vec![UnreviewedTool]),
        (machine.clone(), None, &all, vec![MachineMade, UnreviewedTool]),
        (declaration(), facts(&[ToolFact::UnlicensedTraining]), &all, vec![UnlicensedTraining]),
        (declaration(), facts(&[ToolFact::OutputsNotOwned]), &all, vec![OutputsNotOwned]),
        (machine, facts(&[ToolFact::UnlicensedTraining]), &BTreeSet::from([MachineMade]), vec![MachineMade]),
    ] {
        let raised = asset.flags(facts.as_ref(), wanted);
        assert_eq!(raised.into_iter().collect::<Vec<_>>(), expected);
    }
    for flag in AssetFlag::ALL {
        assert_eq!(AssetFlag::named(flag.as_str()), Some(flag));
    }
}
