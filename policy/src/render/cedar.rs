use cedar_policy::PolicySet;
use model::Action;

use crate::Policy;

/// The Cedar policies that were made of the rules, for experts: the decision set, then one set per duty.
pub fn cedar(policy: &Policy) -> String {
    let mut parts = vec!["// decision set: what is permitted, and what is blocked".to_owned()];
    parts.extend(texts(policy.decision_set()));
    for action in [Action::Redact, Action::Justify, Action::Coach] {
        if let Some(set) = policy.duty_set(action) {
            parts.push(format!("// duty set: {action}"));
            parts.extend(texts(set));
        }
    }
    parts.join("\n\n") + "\n"
}

/// Each policy's text, by id, so that the output is stable.
fn texts(set: &PolicySet) -> Vec<String> {
    let mut policies: Vec<_> =
        set.policies().map(|policy| (policy.id().to_string(), policy.to_cedar())).collect();
    policies.sort();
    policies.into_iter().filter_map(|(_, text)| text).collect()
}
