use crate::{document::yaml::Scalar, mistake::Place};

/// One word of a sentence, with the bytes it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// What kind of word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Word,
    Quoted,
    Comma,
}

/// The words of a sentence, read one by one.
pub(crate) struct Tokens<'a> {
    sentence: &'a Scalar,
    tokens: Vec<Token>,
    next: usize,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(sentence: &'a Scalar) -> Self {
        Self { sentence, tokens: split(&sentence.text), next: 0 }
    }

    /// The token `ahead` places further on; 0 is the next one.
    pub(crate) fn peek(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.next + ahead)
    }

    pub(crate) fn take(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.next).cloned();
        self.next += usize::from(token.is_some());
        token
    }

    /// Whether the next tokens are exactly these words.
    pub(crate) fn at(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(ahead, word)| {
            self.peek(ahead).is_some_and(|token| token.kind == Kind::Word && token.text == *word)
        })
    }

    /// Takes these words if they come next.
    pub(crate) fn accept(&mut self, words: &[&str]) -> bool {
        let found = self.at(words);
        if found {
            self.next += words.len();
        }
        found
    }

    /// Whether nothing is left.
    pub(crate) fn is_done(&self) -> bool {
        self.next >= self.tokens.len()
    }

    /// Where the bytes from `start` to `end` of the sentence stand.
    pub(crate) fn place(&self, start: usize, end: usize) -> Place {
        self.sentence.within(start, end.saturating_sub(start))
    }

    /// Where the next token stands, or the last one if nothing is left.
    pub(crate) fn here(&self) -> Place {
        match self.peek(0).or_else(|| self.tokens.last()) {
            Some(token) => self.place(token.start, token.end),
            None => self.sentence.place,
        }
    }
}

/// The words of `text`, with the bytes they cover.
pub(crate) fn split(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, first)) = rest.next() {
        if first.is_whitespace() {
            continue;
        }
        let kind = match first {
            ',' => Kind::Comma,
            '"' => Kind::Quoted,
            _ => Kind::Word,
        };
        let mut end = start + first.len_utf8();
        while let Some(&(at, c)) = rest.peek() {
            let inside = match kind {
                Kind::Comma => false,
                Kind::Quoted => c != '"',
                Kind::Word => !c.is_whitespace() && c != ',',
            };
            if !inside && kind != Kind::Quoted {
                break;
            }
            rest.next();
            end = at + c.len_utf8();
            if !inside {
                break;
            }
        }
        let whole = text.get(start..end).unwrap_or_default();
        tokens.push(Token { kind, text: whole.trim_matches('"').to_owned(), start, end });
    }
    tokens
}
