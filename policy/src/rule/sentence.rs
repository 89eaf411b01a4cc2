use crate::{
    document::yaml::Scalar,
    mistake::{Log, Place},
    nearest::{nearest, remedy},
    rule::{
        condition::{Condition, Test},
        list::{Item, Joint},
        tokens::Tokens,
    },
    vocabulary::{Vocabulary, Word, find, word},
};
use model::{Risk, ToolState};

/// The words a sentence can begin with, each with an example.
pub(super) const SUBJECTS: [(&str, &str); 12] = [
    ("person", "person is contractor"),
    ("department", "department is Finance"),
    ("tool", "tool is approved for pii"),
    ("account", "account is personal"),
    ("purpose", "purpose is code_generation"),
    ("risk", "risk is high"),
    ("training", "training personal-data is missing"),
    ("policy", "policy is not attested"),
    ("visibility", "visibility is content"),
    ("in", "in a sandbox"),
    ("not", "not in a sandbox"),
    ("group", "person is in group research"),
];

/// Reads one sentence, such as `person is contractor and account is not corporate`.
pub(crate) fn read(sentence: &Scalar, words: &Vocabulary, log: &mut Log) -> Option<Condition> {
    let mut reader = Reader { tokens: Tokens::new(sentence), words, log };
    reader.sentence()
}

pub(super) struct Reader<'a> {
    pub(super) tokens: Tokens<'a>,
    words: &'a Vocabulary,
    pub(super) log: &'a mut Log,
}

impl Reader<'_> {
    fn sentence(&mut self) -> Option<Condition> {
        let mut parts = vec![self.part()?];
        let mut joint = None;
        while !self.tokens.is_done() {
            let place = self.tokens.here();
            let next = self.joint()?;
            if *joint.get_or_insert(next) != next {
                let remedy = "split it: every sentence of a `when` list must hold, any of `unless` exempts";
                self.log.add(place, "one sentence cannot mix `and` and `or` between its parts", remedy);
                return None;
            }
            parts.push(self.part()?);
        }
        Some(match (joint, parts.len()) {
            (_, 1) => parts.remove(0),
            (Some(Joint::Or), _) => Condition::Any(parts),
            _ => Condition::All(parts),
        })
    }

    fn joint(&mut self) -> Option<Joint> {
        if self.tokens.accept(&["and"]) {
            return Some(Joint::And);
        }
        if self.tokens.accept(&["or"]) {
            return Some(Joint::Or);
        }
        let text = self.tokens.peek(0).map(|token| token.text.clone()).unwrap_or_default();
        let place = self.tokens.here();
        self.log.add(place, format!("`{text}` is not expected here"), "join sentences with `and` or `or`");
        None
    }

    fn part(&mut self) -> Option<Condition> {
        self.tokens.accept(&["the"]);
        let subject = self.tokens.peek(0).map(|token| token.text.clone()).unwrap_or_default();
        match subject.as_str() {
            "in" | "not" => self.sandbox(),
            "person" => self.person(),
            "department" => self.names(Vocabulary::department, Test::Department),
            "group" => self.names(Vocabulary::group, Test::Group),
            "tool" => self.tool(),
            "account" => self.enumerated(Test::Account),
            "purpose" => self.enumerated(Test::Purpose),
            "visibility" => self.enumerated(Test::Visibility),
            "risk" => self.risk(),
            "training" => self.training(),
            "policy" => self.policy(),
            _ => self.unknown_subject(&subject),
        }
    }

    fn unknown_subject<T>(&mut self, given: &str) -> Option<T> {
        let subjects = SUBJECTS.map(|(subject, _)| subject);
        let example = nearest(given, subjects)
            .and_then(|meant| SUBJECTS.iter().find(|(subject, _)| *subject == meant))
            .map(|(_, example)| format!("write, for example, `{example}`"));
        let choice = || format!("begin with one of `{}`", subjects.join("`, `"));
        let place = self.tokens.here();
        self.log.add(
            place,
            format!("a condition cannot begin with `{given}`"),
            example.unwrap_or_else(choice),
        );
        None
    }

    /// Notes that the sentence should go on as in `example`.
    pub(super) fn expected<T>(&mut self, example: &str) -> Option<T> {
        let place = self.tokens.here();
        let message = match self.tokens.peek(0) {
            Some(token) => format!("`{}` is not expected here", token.text),
            None => "the condition is not complete".to_owned(),
        };
        self.log.add(place, message, format!("write, for example, `{example}`"));
        None
    }

    fn sandbox(&mut self) -> Option<Condition> {
        let negated = self.tokens.accept(&["not"]);
        if !self.tokens.accept(&["in", "a", "sandbox"]) && !self.tokens.accept(&["in", "sandbox"]) {
            return self.expected("in a sandbox");
        }
        Some(condition(Test::Sandbox, negated))
    }

    fn person(&mut self) -> Option<Condition> {
        self.tokens.take();
        let negated = self.verb("person is contractor")?;
        if self.tokens.accept(&["in", "group"]) || self.tokens.accept(&["in", "groups"]) {
            let names = self.items(Joint::Or)?;
            let groups = self.named(names, Vocabulary::group)?;
            return Some(condition(Test::Group(groups), negated));
        }
        Some(condition(Test::Person(self.values()?), negated))
    }

    fn names(
        &mut self,
        name: fn(&Vocabulary, &str, Place, &mut Log) -> Option<String>,
        test: fn(Vec<String>) -> Test,
    ) -> Option<Condition> {
        self.tokens.take();
        let negated = self.verb("department is Finance")?;
        let items = self.items(Joint::Or)?;
        Some(condition(test(self.named(items, name)?), negated))
    }

    fn named(
        &mut self,
        items: Vec<Item>,
        name: fn(&Vocabulary, &str, Place, &mut Log) -> Option<String>,
    ) -> Option<Vec<String>> {
        let found: Vec<_> =
            items.into_iter().map(|item| name(self.words, &item.text, item.place, self.log)).collect();
        found.into_iter().collect()
    }

    fn tool(&mut self) -> Option<Condition> {
        self.tokens.take();
        if self.tokens.accept(&["category"]) {
            let negated = self.verb("tool category is coding")?;
            return Some(condition(Test::Category(self.values()?), negated));
        }
        let negated = self.verb("tool is approved")?;
        if self.tokens.accept(&["approved", "for"]) {
            return self.approved_for(negated);
        }
        let (mut ids, mut states) = (Vec::new(), Vec::new());
        let mut sound = true;
        for item in self.items(Joint::Or)? {
            if let Some(state) = find::<ToolState>(&item.text) {
                states.push(state);
            } else if self.words.is_tool(&item.text) {
                ids.push(model::ToolId::new(item.text));
            } else {
                self.unknown_tool(&item);
                sound = false;
            }
        }
        sound.then(|| condition(Test::Tool { ids, states }, negated))
    }

    fn unknown_tool(&mut self, item: &Item) {
        let states = ToolState::ALL.map(ToolState::as_str);
        let known = states.into_iter().chain(self.words.tools());
        let remedy = remedy(&item.text, known, "use a tool's id, or a state such as `approved`");
        self.log.add(item.place, format!("`{}` is neither a tool nor a tool state", item.text), remedy);
    }

    fn approved_for(&mut self, negated: bool) -> Option<Condition> {
        if self.tokens.accept(&["the", "data"]) {
            return Some(condition(Test::ApprovedForData, negated));
        }
        let items = self.items(Joint::And)?;
        let labels: Vec<_> =
            items.iter().map(|item| self.words.label(&item.text, item.place, self.log)).collect();
        let labels: Option<Vec<_>> = labels.into_iter().collect();
        Some(condition(Test::ApprovedFor(labels?), negated))
    }

    fn enumerated<W: Word>(&mut self, test: fn(Vec<W>) -> Test) -> Option<Condition> {
        let subject = self.tokens.take()?.text;
        let example =
            SUBJECTS.iter().find(|(known, _)| *known == subject).map_or("", |(_, example)| *example);
        let negated = self.verb(example)?;
        Some(condition(test(self.values()?), negated))
    }

    fn risk(&mut self) -> Option<Condition> {
        self.tokens.take();
        let negated = self.verb("risk is high")?;
        let at_least = self.tokens.accept(&["at", "least"]);
        let mut levels: Vec<Risk> = self.values()?;
        if at_least {
            let least = levels.iter().min().copied();
            levels = Risk::ALL.into_iter().filter(|level| Some(*level) >= least).collect();
        }
        Some(condition(Test::Risk(levels), negated))
    }

    fn training(&mut self) -> Option<Condition> {
        self.tokens.take();
        let items = self.items(Joint::And)?;
        let modules = self.named(items, Vocabulary::training)?;
        let example = "training personal-data is missing";
        let negated = self.verb(example)?;
        let missing = if self.tokens.accept(&["missing"]) {
            true
        } else if self.tokens.accept(&["passed"]) {
            false
        } else {
            return self.expected(example);
        };
        Some(condition(Test::Training(modules), negated != missing))
    }

    fn policy(&mut self) -> Option<Condition> {
        self.tokens.take();
        let negated = self.verb("policy is not attested")?;
        if !self.tokens.accept(&["attested"]) {
            return self.expected("policy is not attested");
        }
        Some(condition(Test::Attested, negated))
    }

    /// Takes `is` or `is not`; whether it was `is not`.
    fn verb(&mut self, example: &str) -> Option<bool> {
        if !self.tokens.accept(&["is"]) {
            return self.expected(example);
        }
        Some(self.tokens.accept(&["not"]))
    }

    fn values<W: Word>(&mut self) -> Option<Vec<W>> {
        let items = self.items(Joint::Or)?;
        let found: Vec<_> = items.iter().map(|item| word(&item.text, item.place, self.log)).collect();
        found.into_iter().collect()
    }
}

fn condition(test: Test, negated: bool) -> Condition {
    if negated { Condition::IsNot(test) } else { Condition::Is(test) }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::read;
    use crate::{Taxonomy, document::yaml, mistake::Log, render, vocabulary::Vocabulary};

    fn check(sentence: &str, expected: Expect) {
        let taxonomy = Taxonomy {
            labels: vec!["pii.email".parse().unwrap()],
            tools: vec![model::ToolId::new("chatgpt"), model::ToolId::new("claude")],
            departments: Some(vec!["Finance".into(), "Human Resources".into()]),
            ..Taxonomy::default()
        };
        let mut log = Log::default();
        let shown = match yaml::read(sentence, 1, &mut log) {
            Some(yaml::Node::Scalar(scalar)) => read(&scalar, &Vocabulary::new(&taxonomy), &mut log)
                .map(|condition| render::condition(&condition))
                .unwrap_or_default(),
            _ => "not a sentence".into(),
        };
        let mistakes = log
            .mistakes
            .iter()
            .map(|m| format!("{}+{} {}; {}", m.place.column, m.place.length, m.message, m.remedy));
        expected.assert_eq(
            &[shown].into_iter().filter(|s| !s.is_empty()).chain(mistakes).collect::<Vec<_>>().join("\n"),
        );
    }

    #[test]
    fn sentences() {
        check("person is contractor", expect!["the person is a contractor"]);
        check(
            "person is not employee or contractor",
            expect!["the person is neither an employee nor a contractor"],
        );
        check(
            "person is in group research or AI Champions",
            expect!["the person is in one of the groups research or AI Champions"],
        );
        check(
            "department is Finance, Human Resources",
            expect!["the person’s department is Finance or Human Resources"],
        );
        check(
            "tool is chatgpt, claude or under review",
            expect!["the tool is chatgpt, claude or under review"],
        );
        check("tool is not approved", expect!["the tool is not approved"]);
        check(
            "tool is approved for pii and pii.email",
            expect!["the tool is approved for personal data and e-mail addresses"],
        );
        check(
            "tool is not approved for the data",
            expect!["the tool is not approved for the data it would receive"],
        );
        check(
            "tool category is coding or saas embedded",
            expect!["the tool’s category is coding or saas embedded"],
        );
        check(
            "account is personal and tool is not approved",
            expect!["the account is a personal one and the tool is not approved"],
        );
        check(
            "account is personal or tool is denied",
            expect!["the account is a personal one or the tool is denied"],
        );
        check("risk is at least elevated", expect!["the person’s risk level is elevated or high"]);
        check(
            "training personal-data is missing",
            expect!["the person has not passed the training personal-data"],
        );
        check("training a and b is passed", expect!["the person has passed the trainings a and b"]);
        check("policy is not attested", expect!["the person has not attested this policy"]);
        check("not in a sandbox", expect!["the work is not done in a sandbox"]);
        check("visibility is content", expect!["what is visible is content"]);
    }

    #[test]
    fn mistakes() {
        check(
            "persn is contractor",
            expect!["1+5 a condition cannot begin with `persn`; write, for example, `person is contractor`"],
        );
        check(
            "person is contracter",
            expect!["11+10 `contracter` is not a kind of person; did you mean `contractor`?"],
        );
        check(
            "person contractor",
            expect!["8+10 `contractor` is not expected here; write, for example, `person is contractor`"],
        );
        check(
            "person is",
            expect!["8+2 the condition is not complete; write, for example, `tool is chatgpt`"],
        );
        check(
            "tool is chatgtp",
            expect!["9+7 `chatgtp` is neither a tool nor a tool state; did you mean `chatgpt`?"],
        );
        check("tool is approved for piii", expect!["22+4 unknown label `piii`; did you mean `pii`?"]);
        check(
            "tool is chatgpt and claude",
            expect!["21+6 `and` cannot join values of which only one can hold; write `or`"],
        );
        check(
            "department is Finnance",
            expect!["15+8 unknown department `Finnance`; did you mean `Finance`?"],
        );
        check(
            "account is personal and risk is high or in a sandbox",
            expect![
                "38+2 one sentence cannot mix `and` and `or` between its parts; split it: every sentence of a `when` list must hold, any of `unless` exempts"
            ],
        );
        check("in the garden", expect!["1+2 `in` is not expected here; write, for example, `in a sandbox`"]);
        check(
            "account is personal \"x\"",
            expect!["21+3 `x` is not expected here; join sentences with `and` or `or`"],
        );
    }
}
