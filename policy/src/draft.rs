use std::collections::BTreeSet;

use model::{Action, ClauseId};

use crate::{
    Clause, FrontMatter, Section, Taxonomy,
    clause::Machine,
    compile::fence,
    document::{
        outline::{self, Block, Piece},
        yaml,
    },
    example::{Surroundings, read_examples},
    front,
    invariant::read_invariants,
    ladder::read_ladder,
    mistake::{Log, Place},
    rule::{Test, read_rule},
    vocabulary::Vocabulary,
};

/// The fences that a policy may hold.
const FENCES: [&str; 5] = ["rule", "cedar", "examples", "invariants", "ladder"];

/// A policy document as read, before it is compiled.
#[derive(Clone)]
pub(crate) struct Draft {
    /// The front matter, unless it has mistakes.
    pub(crate) front: Option<FrontMatter>,
    /// What stands before the first section or clause, as Markdown.
    pub(crate) preamble: String,
    /// The sections, in document order.
    pub(crate) sections: Vec<Section>,
    /// The clauses, in document order.
    pub(crate) clauses: Vec<DraftClause>,
}

/// A clause with the places its later checks point at.
#[derive(Clone)]
pub(crate) struct DraftClause {
    pub(crate) clause: Clause,
    /// Where its heading stands.
    pub(crate) place: Place,
    /// Where its machine part begins.
    pub(crate) machine_place: Place,
    /// The line on which the text of its machine part begins.
    pub(crate) machine_line: u32,
    level: u8,
    examples: Option<Block>,
}

/// Reads `source`; what has mistakes is left out and noted.
pub(crate) fn read(source: &str, taxonomy: &Taxonomy, log: &mut Log) -> Draft {
    let words = Vocabulary::new(taxonomy);
    let outline = outline::read(source, &FENCES, log);
    let front = front::read(outline.front.as_ref(), &words, log);
    let words = words.with_functions(front.as_ref().map(|front| front.approvals.clone()).unwrap_or_default());
    let mut reader =
        Reader { words: &words, log, clauses: Vec::new(), sections: Vec::new(), preamble: String::new() };
    for piece in outline.pieces {
        reader.piece(piece);
    }
    let Reader { mut clauses, sections, preamble, .. } = reader;
    add_examples(&mut clauses, &words, log);
    if clauses.is_empty() {
        let place = Place { line: 1, column: 1, length: 1 };
        log.add(place, "the policy has no clause", "add one: a heading such as `### DATA-1 Personal data`");
    }
    Draft { front, preamble, sections, clauses }
}

struct Reader<'a> {
    words: &'a Vocabulary,
    log: &'a mut Log,
    clauses: Vec<DraftClause>,
    sections: Vec<Section>,
    preamble: String,
}

impl Reader<'_> {
    fn piece(&mut self, piece: Piece) {
        match piece {
            Piece::Heading { level, text, place } => self.heading(level, &text, place),
            Piece::Prose(text) => self.prose(text),
            Piece::Why(reason) => self.why(reason),
            Piece::Fenced("rule", block) => self.rule(&block),
            Piece::Fenced("cedar", block) => self.cedar(&block),
            Piece::Fenced("invariants", block) => self.invariants(&block),
            Piece::Fenced("ladder", block) => self.ladder(&block),
            Piece::Fenced(_, block) => self.examples(block),
        }
    }

    /// The clause that is being read: the last one, until a heading that is no clause closes it.
    fn open(&mut self) -> Option<&mut DraftClause> {
        self.clauses.last_mut().filter(|draft| draft.level > 0)
    }

    fn heading(&mut self, level: u8, text: &str, place: Place) {
        let (first, title) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let id = first.trim_end_matches([':', '.']);
        match id.parse::<ClauseId>() {
            Ok(id) => self.clause(id, level, title.trim(), place),
            Err(_) if looks_like_id(id) => {
                let wanted = id.to_uppercase();
                let place = Place::over(place.line, place.column, id);
                let message = format!("`{id}` is not a clause id");
                self.log.add(place, message, format!("write it as letters, a dash and a number: `{wanted}`"));
                self.close();
            }
            Err(_) if self.open().is_some_and(|draft| level > draft.level) => {
                let hashes = "#".repeat(usize::from(level));
                self.prose(format!("{hashes} {text}"));
            }
            Err(_) => {
                self.close();
                self.section(level, text);
            }
        }
    }

    /// Opens a section; the document's own title (a heading of the first level) opens none.
    fn section(&mut self, level: u8, title: &str) {
        if level > 1 {
            self.sections.push(Section { title: title.to_owned(), prose: String::new() });
        }
    }

    fn close(&mut self) {
        if let Some(draft) = self.clauses.last_mut() {
            draft.level = 0;
        }
    }

    fn clause(&mut self, id: ClauseId, level: u8, title: &str, place: Place) {
        if let Some(earlier) = self.clauses.iter().find(|draft| draft.clause.id == id) {
            let place = Place::over(place.line, place.column, id.as_str());
            let message = format!("the clause id {id} is already used on line {}", earlier.clause.line);
            self.log.add(place, message, "give one of them another number; ids stay stable once published");
        }
        if title.is_empty() {
            self.log.add(place, format!("{id} has no title"), "write a short title after the id");
        }
        self.close();
        self.clauses.push(DraftClause {
            clause: Clause {
                id,
                title: title.to_owned(),
                section: self.sections.len().checked_sub(1),
                prose: String::new(),
                why: None,
                machine: None,
                machine_source: None,
                examples: Vec::new(),
                invariants: Vec::new(),
                ladder: None,
                line: place.line,
            },
            place,
            machine_place: place,
            machine_line: place.line,
            level,
            examples: None,
        });
    }

    fn prose(&mut self, text: String) {
        if let Some(draft) = self.open() {
            append(&mut draft.clause.prose, &text);
        } else if let Some(section) = self.sections.last_mut() {
            append(&mut section.prose, &text);
        } else {
            append(&mut self.preamble, &text);
        }
    }

    fn why(&mut self, reason: String) {
        match self.open() {
            Some(draft) if draft.clause.why.is_none() => draft.clause.why = Some(reason),
            _ => self.prose(format!("> Why: {}", reason.replace('\n', "\n> "))),
        }
    }

    /// The clause that a block belongs to; notes a mistake if there is none or `taken` says it has one already.
    fn owner(&mut self, block: &Block, what: &str, taken: fn(&DraftClause) -> bool) -> Option<usize> {
        let Some(draft) = self.open() else {
            let message = format!("this `{what}` block belongs to no clause");
            let remedy =
                "put it below a heading that begins with a clause id, such as `### DATA-1 Personal data`";
            self.log.add(block.place, message, remedy);
            return None;
        };
        if taken(draft) {
            let message = format!("{} already has such a block", draft.clause.id);
            self.log.add(block.place, message, "merge the two, or make a second clause");
            return None;
        }
        self.clauses.len().checked_sub(1)
    }

    fn rule(&mut self, block: &Block) {
        let Some(owner) = self.owner(block, "rule", has_machine) else { return };
        let rule = yaml::read(&block.text, block.first_line, self.log)
            .and_then(|node| read_rule(&node, self.words, self.log));
        self.machine(owner, block, rule.map(Machine::Rule));
    }

    fn cedar(&mut self, block: &Block) {
        let Some(owner) = self.owner(block, "cedar", has_machine) else { return };
        let cedar = fence::read(block, self.words, self.log);
        self.machine(owner, block, cedar.map(Machine::Cedar));
    }

    fn machine(&mut self, owner: usize, block: &Block, machine: Option<Machine>) {
        if let Some(draft) = self.clauses.get_mut(owner) {
            draft.clause.machine = machine;
            draft.clause.machine_source = Some(block.text.clone());
            draft.machine_place = block.place;
            draft.machine_line = block.first_line;
        }
    }

    fn invariants(&mut self, block: &Block) {
        let Some(owner) = self.owner(block, "invariants", |draft| !draft.clause.invariants.is_empty()) else {
            return;
        };
        let read = yaml::read(&block.text, block.first_line, self.log)
            .map(|node| read_invariants(&node, self.words, self.log));
        if let Some(draft) = self.clauses.get_mut(owner) {
            draft.clause.invariants = read.unwrap_or_default();
        }
    }

    /// A policy has one ladder, so that everybody climbs the same.
    fn ladder(&mut self, block: &Block) {
        let earlier = self.clauses.iter().find(|draft| draft.clause.ladder.is_some());
        if let Some(message) = earlier.map(|draft| format!("{} already has a ladder", draft.clause.id)) {
            self.log.add(block.place, message, "keep one of them");
            return;
        }
        let Some(owner) = self.owner(block, "ladder", |_| false) else { return };
        let read =
            yaml::read(&block.text, block.first_line, self.log).and_then(|node| read_ladder(&node, self.log));
        if let Some(draft) = self.clauses.get_mut(owner) {
            draft.clause.ladder = read;
        }
    }

    fn examples(&mut self, block: Block) {
        let owner = self.owner(&block, "examples", |draft| draft.examples.is_some());
        if let Some(draft) = owner.and_then(|owner| self.clauses.get_mut(owner)) {
            draft.examples = Some(block);
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

fn has_machine(draft: &DraftClause) -> bool {
    draft.clause.machine_source.is_some()
}

/// Whether a heading's first word was probably meant as a clause id, as in `data-1` or `DATA_1`.
fn looks_like_id(word: &str) -> bool {
    word.rsplit_once(['-', '_']).is_some_and(|(name, number)| {
        !name.is_empty()
            && !number.is_empty()
            && number.chars().all(|c| c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
    })
}

/// Reads the examples once every clause and training module is known.
fn add_examples(drafts: &mut [DraftClause], words: &Vocabulary, log: &mut Log) {
    // A clause whose rule has mistakes still counts as having one, so that examples are not blamed for it.
    let clauses: Vec<_> = drafts
        .iter()
        .map(|draft| {
            let faulty = draft.clause.machine_source.as_ref().map(|_| Action::Block);
            (draft.clause.id.clone(), draft.clause.action().or(faulty))
        })
        .collect();
    let training = training_modules(drafts);
    let around = Surroundings { words, clauses: &clauses, training: &training };
    for draft in drafts {
        let Some(block) = draft.examples.take() else { continue };
        if let Some(node) = yaml::read(&block.text, block.first_line, log) {
            draft.clause.examples = read_examples(&node, &draft.clause.id, &around, log);
        }
    }
}

fn training_modules(drafts: &[DraftClause]) -> BTreeSet<String> {
    let rules = drafts.iter().filter_map(|draft| draft.clause.rule());
    let tests = rules.flat_map(|rule| rule.conditions().flat_map(|condition| condition.tests()));
    tests
        .filter_map(|test| match test {
            Test::Training(modules) => Some(modules),
            _ => None,
        })
        .flatten()
        .cloned()
        .collect()
}
