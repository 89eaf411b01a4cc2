use engine::{Check, CheckError, Parcel};
use model::{AccountKind, Action, Activity, Outcome, PersonId, Sensitive, ToolId};

use crate::world::*;

fn check(text: &str, tool: &str, person: Option<&str>) -> Result<engine::Checked, CheckError> {
    let asked = Check {
        parcel: Parcel::Text { text: Sensitive::new(text), file: None },
        tool: ToolId::new(tool),
        activity: None,
        account: AccountKind::Unknown,
        purpose: None,
        person: person.map(PersonId::new),
    };
    engine().check(&asked, at(0))
}

#[test]
fn a_check_gives_the_verdict_that_traffic_would_get() {
    let checked = check("Anna's SSN is 536-90-4399, really", "openai-api", Some("anna")).unwrap();
    assert_eq!(checked.record.verdict.action, Action::Redact);
    let redacted = checked.redacted.unwrap();
    assert!(redacted.reveal().contains("SSN is [US_SSN_") && redacted.reveal().ends_with("], really"));
    let on_the_wire = ask(&engine(), "api.openai.com", "Anna's SSN is 536-90-4399, really", at(0));
    assert_eq!(on_the_wire.record.unwrap().verdict, checked.record.verdict);
}

#[test]
fn a_file_that_is_no_text_is_read_and_withheld_where_text_would_be_redacted() {
    let asked = Check {
        parcel: Parcel::File {
            name: "customers.xlsx".to_owned(),
            bytes: include_bytes!("../../../detect/tests/files/customers.xlsx").to_vec(),
        },
        tool: ToolId::new("openai-api"),
        activity: None,
        account: AccountKind::Unknown,
        purpose: None,
        person: Some(PersonId::new("anna")),
    };
    let checked = engine().check(&asked, at(0)).unwrap();
    assert!(checked.findings.iter().any(|finding| finding.label.as_str() == "financial.iban"));
    assert_eq!(checked.record.facts.activity, Activity::Upload);
    assert!(checked.redacted.is_none());
    assert_eq!(checked.record.outcome, Outcome::Blocked);
}

#[test]
fn unknown_names_are_errors() {
    assert_eq!(check("x", "chatgtp", None).unwrap_err(), CheckError::Tool(ToolId::new("chatgtp")));
    assert_eq!(
        check("x", "chatgpt", Some("nobody")).unwrap_err(),
        CheckError::Person(PersonId::new("nobody"))
    );
}
