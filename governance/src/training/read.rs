use model::{Label, PersonKind};
use policy::{
    Log, Mistakes, Place,
    document::{
        duration,
        fields::Fields,
        outline::{self, Block, Piece},
        remedy,
        yaml::{self, Node, Scalar},
    },
};

use super::{Audience, Choice, Incident, Kind, Module, Occasion, Part, Passage, Question, Tie};

const FENCES: [&str; 3] = ["incident", "tree", "quiz"];
const KEYS: [&str; 12] = [
    "module",
    "title",
    "version",
    "clauses",
    "data",
    "kinds",
    "departments",
    "groups",
    "assigned",
    "minutes",
    "valid_for",
    "pass",
];
const INCIDENT_KEYS: [&str; 5] = ["when", "title", "what", "source", "link"];
const QUESTION_KEYS: [&str; 5] = ["kind", "situation", "ask", "part", "choices"];
const CHOICE_KEYS: [&str; 3] = ["says", "right", "because"];
const TOP: Place = Place { line: 1, column: 1, length: 1 };

/// Reads a module; `name` is its file name, for messages.
///
/// # Errors
/// Every mistake in it, at once.
pub fn read(name: &str, source: &str) -> Result<Module, Mistakes> {
    let mut log = Log::default();
    let module = module(source, &mut log);
    match module {
        Some(module) if log.mistakes.is_empty() => Ok(module),
        _ => Err(Mistakes::new(name, source, log.mistakes)),
    }
}

fn module(source: &str, log: &mut Log) -> Option<Module> {
    let outline = outline::read(source, &FENCES, log);
    let front = front(outline.front.as_ref(), log);
    let mut text = Text { summary: String::new(), parts: Vec::new(), quiz: None };
    for piece in outline.pieces {
        text.piece(piece, log);
    }
    let Text { summary, parts, quiz } = text;
    if parts.is_empty() {
        log.add(TOP, "the module has nothing to read", "add a part: a heading such as `## What counts`");
    }
    let Some(quiz) = quiz else {
        log.add(TOP, "the module has no quiz", "end it with a `quiz` block");
        return None;
    };
    let questions = questions(&quiz, &parts, log);
    Some(Module { summary, parts, questions, ..front? })
}

/// The text of a module as it is read.
struct Text {
    summary: String,
    parts: Vec<Part>,
    quiz: Option<Block>,
}

impl Text {
    fn piece(&mut self, piece: Piece, log: &mut Log) {
        match piece {
            Piece::Heading { level: 1, .. } => {}
            Piece::Heading { level: 2, text, place } => self.part(text, place, log),
            Piece::Heading { level, text, .. } => {
                self.prose(format!("{} {text}", "#".repeat(usize::from(level))));
            }
            Piece::Why(reason) => self.prose(format!("> Why: {}", reason.replace('\n', "\n> "))),
            Piece::Prose(text) => self.prose(text),
            Piece::Fenced("incident", block) => {
                if let Some(incident) = incident(&block, log) {
                    self.passage(Passage::Incident(incident), block.place, log);
                }
            }
            Piece::Fenced("tree", block) => self.passage(Passage::Tree, block.place, log),
            Piece::Fenced(_, block) if self.quiz.is_some() => {
                log.add(block.place, "the module already has a quiz", "put all questions into one block");
            }
            Piece::Fenced(_, block) => self.quiz = Some(block),
        }
    }

    fn part(&mut self, title: String, place: Place, log: &mut Log) {
        if self.parts.iter().any(|part| part.title == title) {
            log.add(place, format!("there is already a part `{title}`"), "give it another heading");
        }
        self.parts.push(Part { title, passages: Vec::new() });
    }

    fn prose(&mut self, text: String) {
        let Some(part) = self.parts.last_mut() else { return append(&mut self.summary, &text) };
        match part.passages.last_mut() {
            Some(Passage::Prose(prose)) => append(prose, &text),
            _ => part.passages.push(Passage::Prose(text)),
        }
    }

    fn passage(&mut self, passage: Passage, place: Place, log: &mut Log) {
        match self.parts.last_mut() {
            Some(part) => part.passages.push(passage),
            None => log.add(
                place,
                "this block belongs to no part",
                "put it below a heading that begins with `##`",
            ),
        }
    }
}

/// Adds a paragraph.
fn append(prose: &mut String, text: &str) {
    if !prose.is_empty() {
        prose.push_str("\n\n");
    }
    prose.push_str(text);
}

/// The module without its text.
fn front(block: Option<&Block>, log: &mut Log) -> Option<Module> {
    let Some(block) = block else {
        let remedy = "begin the module with `---`, the keys `module`, `title`, `clauses`, `minutes`, `valid_for`, `pass` \
                      and `version`, and `---`";
        log.add(TOP, "the front matter is missing", remedy);
        return None;
    };
    let node = yaml::read(&block.text, block.first_line, log)?;
    let fields = Fields::read(&node, "the front matter", &KEYS, log)?;
    let id = fields.require_text("module", "personal-data", log).and_then(|text| id(text, log));
    let title = fields.require_text("title", "Personal data", log).map(|text| text.text.clone());
    let version = fields.require_text("version", "1", log).and_then(|text| number(text, 1, 10_000, log));
    let clauses: Vec<Tie> =
        fields.texts("clauses", log).into_iter().filter_map(|text| tie(text, log)).collect();
    let data: Vec<Label> =
        fields.texts("data", log).into_iter().filter_map(|text| label(text, log)).collect();
    if fields.get("clauses").is_none() && fields.get("data").is_none() {
        let remedy = "add a line such as `clauses: [TOOL-*, CODE-1]` or `data: [pii]`";
        log.add(fields.place(), "the module is tied to no clause", remedy);
    }
    let minutes = fields.require_text("minutes", "15", log).and_then(|text| number(text, 1, 240, log));
    let valid_for = fields.require_text("valid_for", "365d", log).and_then(|text| duration(text, log));
    let pass = fields.require_text("pass", "80%", log).and_then(|text| percent(text, log));
    let assigned = fields.texts("assigned", log).into_iter().filter_map(|text| occasion(text, log)).collect();
    let audience = audience(&fields, log);
    Some(Module {
        id: id?,
        title: title?,
        version: version?,
        clauses,
        data,
        audience,
        assigned: if fields.get("assigned").is_some() { assigned } else { Occasion::ALL.into() },
        minutes: minutes?,
        valid_for: valid_for?,
        pass_percent: pass?,
        summary: String::new(),
        parts: Vec::new(),
        questions: Vec::new(),
    })
}

fn audience(fields: &Fields<'_>, log: &mut Log) -> Audience {
    let texts =
        |key: &str, log: &mut Log| fields.texts(key, log).into_iter().map(|text| text.text.clone()).collect();
    let kinds = fields.texts("kinds", log).into_iter().filter_map(|text| {
        let found = PersonKind::ALL.into_iter().find(|kind| kind.as_str() == text.text);
        if found.is_none() {
            let words = PersonKind::ALL.map(PersonKind::as_str);
            log.add(
                text.place,
                format!("`{}` is no kind of person", text.text),
                remedy(&text.text, words, ""),
            );
        }
        found
    });
    let kinds = kinds.collect();
    Audience { kinds, departments: texts("departments", log), groups: texts("groups", log) }
}

fn id(text: &Scalar, log: &mut Log) -> Option<String> {
    let sound = text.text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !sound {
        let message = format!("`{}` is not a module's name", text.text);
        log.add(text.place, message, "use lower-case letters, digits and dashes, as in `personal-data`");
    }
    sound.then(|| text.text.clone())
}

fn tie(text: &Scalar, log: &mut Log) -> Option<Tie> {
    let family = text.text.strip_suffix("-*").filter(|family| {
        !family.is_empty() && family.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
    });
    let found = family
        .map(|family| Tie::Family(family.to_owned()))
        .or_else(|| text.text.parse().ok().map(Tie::Clause));
    if found.is_none() {
        let message = format!("`{}` is not a clause id", text.text);
        log.add(
            text.place,
            message,
            "write letters, a dash and a number, as in `DATA-1`, or a family: `TOOL-*`",
        );
    }
    found
}

fn label(text: &Scalar, log: &mut Log) -> Option<Label> {
    let found = text.text.parse();
    if found.is_err() {
        let remedy = "use a label such as `pii` or `source_code.rust`";
        log.add(text.place, format!("`{}` is not a label", text.text), remedy);
    }
    found.ok()
}

fn occasion(text: &Scalar, log: &mut Log) -> Option<Occasion> {
    let found = Occasion::ALL.into_iter().find(|occasion| occasion.as_str() == text.text);
    if found.is_none() {
        let message = format!("`{}` is no occasion to assign a module", text.text);
        log.add(text.place, message, remedy(&text.text, Occasion::ALL.map(Occasion::as_str), ""));
    }
    found
}

fn number(text: &Scalar, least: u32, most: u32, log: &mut Log) -> Option<u32> {
    let found = text.text.parse().ok().filter(|number| (least..=most).contains(number));
    if found.is_none() {
        let message = format!("`{}` does not fit here", text.text);
        log.add(text.place, message, format!("write a whole number from {least} to {most}"));
    }
    found
}

fn percent(text: &Scalar, log: &mut Log) -> Option<u32> {
    let number = text.text.strip_suffix('%').map(str::trim_end).and_then(|number| number.parse().ok());
    let found = number.filter(|percent| (50..=100).contains(percent));
    if found.is_none() {
        log.add(text.place, format!("`{}` is no pass mark", text.text), "write a share from `50%` to `100%`");
    }
    found
}

fn incident(block: &Block, log: &mut Log) -> Option<Incident> {
    let node = yaml::read(&block.text, block.first_line, log)?;
    let fields = Fields::read(&node, "an incident", &INCIDENT_KEYS, log)?;
    let mut text = |key: &str, example: &str| {
        fields.require_text(key, example, log).map(|text| text.text.trim().to_owned())
    };
    let when = text("when", "March 2023");
    let title = text("title", "Titles of other people's conversations");
    let what = text("what", "Some users saw …");
    let source = text("source", "OpenAI, 24 March 2023");
    let link = fields.text("link", log).filter(|text| {
        let safe = text.text.starts_with("https://");
        if !safe {
            log.add(text.place, "a link must lead to a web page", "begin it with `https://`");
        }
        safe
    });
    let link = link.map(|text| text.text.clone());
    Some(Incident { when: when?, title: title?, what: what?, source: source?, link })
}

fn questions(block: &Block, parts: &[Part], log: &mut Log) -> Vec<Question> {
    let Some(node) = yaml::read(&block.text, block.first_line, log) else { return Vec::new() };
    match &node {
        Node::List(items, _) if !items.is_empty() => {
            items.iter().filter_map(|item| question(item, parts, log)).collect()
        }
        other => {
            log.add(other.place(), "a quiz is a list of questions", "begin each question with `- kind:`");
            Vec::new()
        }
    }
}

fn question(node: &Node, parts: &[Part], log: &mut Log) -> Option<Question> {
    let fields = Fields::read(node, "a question", &QUESTION_KEYS, log)?;
    let kind = fields.require_text("kind", "single", log).and_then(|text| kind(text, log));
    let situation = fields.text("situation", log).map(|text| text.text.trim().to_owned());
    let ask = fields.require_text("ask", "What do you do?", log).map(|text| text.text.trim().to_owned());
    let part = fields.require_text("part", "What counts", log).and_then(|text| part(text, parts, log));
    let choices = fields.require("choices", "[{says: …, right: yes, because: …}]", log);
    let choices: Vec<Choice> = match choices {
        Some(Node::List(items, _)) => items.iter().filter_map(|item| choice(item, log)).collect(),
        Some(other) => {
            log.add(other.place(), "choices are a list", "begin each choice with `- says:`");
            return None;
        }
        None => return None,
    };
    let kind = kind?;
    match (kind, &situation) {
        (Kind::Scenario, None) => {
            log.add(
                fields.place(),
                "a scenario needs a situation",
                "add a line such as `situation: A customer …`",
            );
        }
        (Kind::Single | Kind::Multiple, Some(_)) => {
            log.add(
                fields.place(),
                "only a scenario has a situation",
                "write `kind: scenario`, or remove it",
            );
        }
        _ => {}
    }
    let right = choices.iter().filter(|choice| choice.right).count();
    let sound = match kind {
        Kind::Single | Kind::Scenario => right == 1,
        Kind::Multiple => right >= 1,
    };
    if choices.len() < 2 || !sound {
        let remedy = match kind {
            Kind::Single | Kind::Scenario => {
                "give it at least two choices, and exactly one with `right: yes`"
            }
            Kind::Multiple => "give it at least two choices, and at least one with `right: yes`",
        };
        log.add(
            fields.place(),
            format!("this question has {} choices, {right} of them right", choices.len()),
            remedy,
        );
    }
    Some(Question { kind, situation, ask: ask?, part: part?, choices })
}

fn kind(text: &Scalar, log: &mut Log) -> Option<Kind> {
    let found = Kind::ALL.into_iter().find(|kind| kind.as_str() == text.text);
    if found.is_none() {
        let message = format!("`{}` is no kind of question", text.text);
        log.add(text.place, message, remedy(&text.text, Kind::ALL.map(Kind::as_str), ""));
    }
    found
}

/// The position of the part called `text`.
fn part(text: &Scalar, parts: &[Part], log: &mut Log) -> Option<usize> {
    let found = parts.iter().position(|part| part.title == text.text);
    if found.is_none() {
        let titles = parts.iter().map(|part| part.title.as_str());
        let message = format!("the module has no part `{}`", text.text);
        log.add(text.place, message, remedy(&text.text, titles, "use the heading of a part"));
    }
    found
}

fn choice(node: &Node, log: &mut Log) -> Option<Choice> {
    let fields = Fields::read(node, "a choice", &CHOICE_KEYS, log)?;
    let says =
        fields.require_text("says", "Leave the names out", log).map(|text| text.text.trim().to_owned());
    let because = fields.require_text("because", "The tool does not need them", log);
    let right = match fields.text("right", log) {
        None => false,
        Some(text) if ["yes", "true"].contains(&text.text.as_str()) => true,
        Some(text) if ["no", "false"].contains(&text.text.as_str()) => false,
        Some(text) => {
            log.add(
                text.place,
                format!("`{}` is neither yes nor no", text.text),
                "write `right: yes`, or leave it out",
            );
            false
        }
    };
    Some(Choice { says: says?, right, because: because?.text.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::read;

    const SOUND: &str = include_str!("sample.md");

    /// Every mistake in the sample with `from` replaced by `to`.
    fn check(from: &str, to: &str, expected: Expect) {
        assert!(SOUND.contains(from), "{from}");
        let mistakes = match read("m.md", &SOUND.replacen(from, to, 1)) {
            Ok(_) => vec!["no mistakes".to_owned()],
            Err(mistakes) => mistakes
                .iter()
                .map(|m| format!("{}:{} {}; {}", m.place.line, m.place.column, m.message, m.remedy))
                .collect(),
        };
        expected.assert_eq(&mistakes.join("\n"));
    }

    #[test]
    fn a_module_is_read() {
        let module = read("m.md", SOUND).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        expect![[r#"
            Module {
                id: "sample",
                title: "A sample",
                version: 2,
                clauses: [
                    Clause(
                        DATA-1,
                    ),
                ],
                data: [],
                audience: Audience {
                    kinds: [],
                    departments: {},
                    groups: {},
                },
                assigned: [
                    Hire,
                    Lapse,
                    PolicyChange,
                    Violation,
                ],
                minutes: 5,
                valid_for: 31536000s,
                pass_percent: 80,
                summary: "What it is about.",
                parts: [
                    Part {
                        title: "One",
                        passages: [
                            Prose(
                                "Some text.",
                            ),
                            Incident(
                                Incident {
                                    when: "May 2024",
                                    title: "Something happened",
                                    what: "This happened.",
                                    source: "A paper, 1 May 2024",
                                    link: Some(
                                        "https://example.com/paper",
                                    ),
                                },
                            ),
                        ],
                    },
                    Part {
                        title: "Two",
                        passages: [
                            Tree,
                        ],
                    },
                ],
                questions: [
                    Question {
                        kind: Single,
                        situation: None,
                        ask: "Which one?",
                        part: 0,
                        choices: [
                            Choice {
                                says: "This",
                                right: true,
                                because: "It is this.",
                            },
                            Choice {
                                says: "That",
                                right: false,
                                because: "It is not that.",
                            },
                        ],
                    },
                    Question {
                        kind: Multiple,
                        situation: None,
                        ask: "Which ones?",
                        part: 1,
                        choices: [
                            Choice {
                                says: "A",
                                right: true,
                                because: "A is.",
                            },
                            Choice {
                                says: "B",
                                right: false,
                                because: "B is not.",
                            },
                            Choice {
                                says: "C",
                                right: true,
                                because: "C is.",
                            },
                        ],
                    },
                    Question {
                        kind: Scenario,
                        situation: Some(
                            "It rains.",
                        ),
                        ask: "What do you do?",
                        part: 1,
                        choices: [
                            Choice {
                                says: "Take an umbrella",
                                right: true,
                                because: "You stay dry.",
                            },
                            Choice {
                                says: "Nothing",
                                right: false,
                                because: "You get wet.",
                            },
                        ],
                    },
                ],
            }
        "#]]
        .assert_debug_eq(&module);
    }

    #[test]
    fn every_mistake_has_its_place_and_remedy() {
        check(
            "module: sample",
            "module: My Sample",
            expect![
                "2:9 `My Sample` is not a module's name; use lower-case letters, digits and dashes, as in `personal-data`"
            ],
        );
        check(
            "clauses: [DATA-1]",
            "clauses: [data1]\ndata: [Pii]\nkinds: [employe]\nassigned: [hired]",
            expect![[r#"
                5:11 `data1` is not a clause id; write letters, a dash and a number, as in `DATA-1`, or a family: `TOOL-*`
                6:8 `Pii` is not a label; use a label such as `pii` or `source_code.rust`
                7:9 `employe` is no kind of person; did you mean `employee`?
                8:12 `hired` is no occasion to assign a module; did you mean `hire`?"#]],
        );
        check(
            "clauses: [DATA-1]\n",
            "",
            expect![
                "2:1 the module is tied to no clause; add a line such as `clauses: [TOOL-*, CODE-1]` or `data: [pii]`"
            ],
        );
        check(
            "pass: 80%",
            "pass: 20%",
            expect!["8:7 `20%` is no pass mark; write a share from `50%` to `100%`"],
        );
        check(
            "minutes: 5",
            "minutes: soon",
            expect!["6:10 `soon` does not fit here; write a whole number from 1 to 240"],
        );
        check(
            "```incident",
            "```incidents",
            expect!["18:4 unknown block `incidents`; did you mean `incident`?"],
        );
        check(
            "source: A paper, 1 May 2024",
            "sources: A paper",
            expect![[r#"
            19:1 an incident needs the key `source`; add a line such as `source: OpenAI, 24 March 2023`
            22:1 an incident has no key `sources`; did you mean `source`?"#]],
        );
        check(
            "link: https:",
            "link: http:",
            expect!["23:7 a link must lead to a web page; begin it with `https://`"],
        );
        check("part: One", "part: Onee", expect!["34:9 the module has no part `Onee`; did you mean `One`?"]);
        check(
            "right: yes",
            "right: maybe",
            expect![[r#"
            32:3 this question has 2 choices, 0 of them right; give it at least two choices, and exactly one with `right: yes`
            37:14 `maybe` is neither yes nor no; write `right: yes`, or leave it out"#]],
        );
        check(
            "kind: scenario",
            "kind: single",
            expect!["53:3 only a scenario has a situation; write `kind: scenario`, or remove it"],
        );
        check(
            "kind: multiple",
            "kind: many",
            expect!["41:9 `many` is no kind of question; use one of `single`, `multiple`, `scenario`"],
        );
        check(
            "## One",
            "Text",
            expect![[r#"
            18:4 this block belongs to no part; put it below a heading that begins with `##`
            34:9 the module has no part `One`; use one of `Two`"#]],
        );
        check("```quiz", "```text", expect!["1:1 the module has no quiz; end it with a `quiz` block"]);
    }

    #[test]
    fn nothing_at_all() {
        let mistakes = read("m.md", "").unwrap_err().to_string();
        expect![[r#"
            mistake: the front matter is missing
             --> m.md:1:1
              |
            1 | 
              | ^
              = begin the module with `---`, the keys `module`, `title`, `clauses`, `minutes`, `valid_for`, `pass` and `version`, and `---`

            mistake: the module has no quiz
             --> m.md:1:1
              |
            1 | 
              | ^
              = end it with a `quiz` block

            mistake: the module has nothing to read
             --> m.md:1:1
              |
            1 | 
              | ^
              = add a part: a heading such as `## What counts`
        "#]].assert_eq(&mistakes);
    }
}
