use super::{
    sentence::{Reader, SUBJECTS},
    tokens::{Kind, Token},
};
use crate::mistake::Place;

/// One value of a list in a sentence: one word, several, or quoted text.
pub(super) struct Item {
    pub(super) text: String,
    pub(super) place: Place,
}

/// What joins the values of a list, or the parts of a sentence.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    And,
    Or,
}

impl Reader<'_> {
    /// Takes `A, B or C`, joined by `expected` (or by commas only).
    pub(super) fn items(&mut self, expected: Joint) -> Option<Vec<Item>> {
        let mut items = vec![self.item()?];
        while let Some(joint) = self.list_joint() {
            let place = self.tokens.here();
            if joint.is_some_and(|joint| joint != expected) {
                let (message, remedy) = match expected {
                    Joint::Or => ("`and` cannot join values of which only one can hold", "write `or`"),
                    Joint::And => ("`or` cannot join these values", "write `and`, or a sentence for each"),
                };
                self.log.add(place, message, remedy);
                return None;
            }
            items.push(self.item()?);
        }
        Some(items)
    }

    /// Takes `,`, `, or`, `or` or `and` if another value of the list follows; `Some(None)` for a bare comma.
    fn list_joint(&mut self) -> Option<Option<Joint>> {
        let comma = self.tokens.peek(0).is_some_and(|token| token.kind == Kind::Comma);
        let after = usize::from(comma);
        let joint = match self.tokens.peek(after) {
            Some(token) if is_joint(token, "and") => Some(Joint::And),
            Some(token) if is_joint(token, "or") => Some(Joint::Or),
            _ => None,
        };
        let length = after + usize::from(joint.is_some());
        if length == 0 || self.subject_follows(length) {
            return None;
        }
        for _ in 0..length {
            self.tokens.take();
        }
        Some(joint)
    }

    /// Whether a new sentence begins `ahead` tokens further on.
    fn subject_follows(&self, ahead: usize) -> bool {
        self.tokens.peek(ahead).is_some_and(|token| {
            token.kind == Kind::Word
                && (token.text == "the" || SUBJECTS.iter().any(|(subject, _)| *subject == token.text))
        })
    }

    /// Takes one value: quoted text, or words up to the next joint (or the verb, for `training … is`).
    fn item(&mut self) -> Option<Item> {
        let ends =
            |token: &Token| token.kind != Kind::Word || ["and", "or", "is"].contains(&token.text.as_str());
        let Some(first) = self.tokens.peek(0).filter(|token| token.kind == Kind::Quoted || !ends(token))
        else {
            return self.expected("tool is chatgpt");
        };
        let mut item = first.clone();
        self.tokens.take();
        while item.kind == Kind::Word && self.tokens.peek(0).is_some_and(|token| !ends(token)) {
            if let Some(token) = self.tokens.take() {
                item.text = format!("{} {}", item.text, token.text);
                item.end = token.end;
            }
        }
        Some(Item { text: item.text, place: self.tokens.place(item.start, item.end) })
    }
}

fn is_joint(token: &Token, word: &str) -> bool {
    token.kind == Kind::Word && token.text == word
}
