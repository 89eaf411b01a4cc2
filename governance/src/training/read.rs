mod front; // the front matter
mod quiz; // the questions

use policy::{
    Log, Mistakes, Place,
    document::{
        fields::Fields,
        outline::{self, Block, Piece},
        yaml,
    },
};

use self::{front::front, quiz::questions};
use super::{Incident, Module, Part, Passage};

const FENCES: [&str; 3] = ["incident", "tree", "quiz"];
const INCIDENT_KEYS: [&str; 5] = ["when", "title", "what", "source", "link"];
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
