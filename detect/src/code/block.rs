use super::{
    language::{Languages, Tag},
    look::{Comment, Look, is_listed, opens_comment},
    model::{Evidence, Seen},
    said,
    token::COMMENTS,
};
use crate::hit::Hit;

/// How far lines of code may lie apart in one block: lines of prose weigh two, others one, blank ones half.
const WIDEST_GAP: f32 = 5.0;
/// The same between fences, which say themselves where a block ends.
const WIDEST_FENCED_GAP: f32 = 40.0;
/// What a line must show to begin a block, and most that one line shows, in logits.
const OPENING: f32 = 1.5;
const MOST_PER_LINE: f32 = 6.0;
/// From here on a block is code: lines are only looked at, but for one in so many.
const SURE: f32 = 18.0;
const SAMPLED: usize = 8;
/// Lines that are all read, for their language.
const READ: usize = 20;
/// What a block must show in all, with what the network adds.
const LEAST: f32 = 8.0;
/// What it must show more for each line of running text that it stands among, and most that this is.
const AMONG_PROSE: f32 = 3.0;
const MOST_AMONG: f32 = 9.0;
/// Lines of code up to which a block may be a part of running text, and how long a line of that is.
const FEW_LINES: usize = 3;
const SHORTEST_PROSE: usize = 40;
/// Most that the network adds or takes away.
const MOST_LEAD: f32 = 6.0;
/// What its lines must show for the network to be asked.
const LEAST_SEEN: f32 = LEAST - MOST_LEAD;
const LEAST_LEAD: f32 = -6.0;
/// What a logit of the network counts beside one of the lines.
const BESIDE: f32 = 0.5;
/// What a block must show between fences, and there to count without a language.
const LEAST_FENCED: f32 = 1.0;
const LEAST_UNCLEAR: f32 = 3.0;
/// Lines of comment that make a block by themselves, and how sure the network must be of it.
const LEAST_COMMENTS: usize = 3;
const LEAST_COMMENTED: f32 = -1.5;
/// The same where they name their language.
const LEAST_SAID: f32 = -5.0;
/// Words before code on its line from which on the code begins behind them.
const LEAST_WORDS: usize = 2;
/// Bytes in which such words end.
const LONGEST_LEAD: usize = 200;
/// Bytes between two findings of a language that become one, and between a large one and a small one of another.
pub(super) const NEAR: usize = 4096;
const VERY_NEAR: usize = 1024;
/// How many times larger it must be.
const LARGER: usize = 4;

/// Lines that belong together so far.
pub(super) struct Block {
    start: usize,
    end: usize,
    /// Code seen, in logits, and the lines it was on.
    strength: f32,
    lines: usize,
    comments: usize,
    /// Comments and members of objects.
    brief: usize,
    /// The comment of several lines in which the next line stands.
    comment: Comment,
    gap: f32,
    /// What it must show more, because it stands among running text.
    among: f32,
    evidence: Box<Evidence>,
    /// The language its first comments name.
    said: Option<usize>,
    tag: Tag,
    fenced: bool,
}

/// A line and where it stands in the text, without indentation and what trails.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) text: &'a [u8],
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Line<'_> {
    /// Whether the line is a long one that ends within a sentence.
    pub(super) fn runs_on(self) -> bool {
        let text = self.text.trim_ascii_end();
        text.len() >= SHORTEST_PROSE
            && text.last().is_some_and(|last| last.is_ascii_alphanumeric() || *last == b',')
    }

    /// Whether the line is one of running text, as far as one look tells.
    fn is_wording(self, after_prose: bool) -> bool {
        let shouts = self.text.get(1).is_some_and(u8::is_ascii_uppercase);
        self.runs_on()
            && (after_prose || is_sentence(self.text) && !shouts)
            && !self.text.iter().any(|byte| b"=;{}(<>".contains(byte))
    }

    /// Whether the line has a letter or a digit.
    fn has_words(self) -> bool {
        self.text.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
    }

    /// The line without the words that code follows: `Can you explain this? // adds two numbers`.
    fn behind_words(self) -> Self {
        let shown = self.text.get(..LONGEST_LEAD).unwrap_or(self.text);
        let behind = memchr::memchr2_iter(b'?', b':', shown).find_map(|at| {
            let words = shown.get(..at).unwrap_or_default().trim_ascii();
            let rest = self.text.get(at + 1..).unwrap_or_default();
            let said = words.iter().filter(|byte| **byte == b' ').count() >= LEAST_WORDS;
            let rest = rest.strip_prefix(b" ").filter(|_| said)?.trim_ascii_start();
            let asked = shown.get(at) == Some(&b'?') && matches!(Look::at(rest), Look::Sparse | Look::Dense);
            (asked || opens_comment(rest)).then_some(rest)
        });
        behind.map_or(self, |text| Self { text, start: self.end - text.trim_ascii_end().len(), ..self })
    }
}

/// What surrounds the first line of a block.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) tag: Tag,
    pub(super) fenced: bool,
    /// Whether the line before was one of running text.
    pub(super) after_prose: bool,
}

/// A block that was found to be code.
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    language: Option<usize>,
    strength: f32,
    evidence: Box<Evidence>,
    said: Option<usize>,
    fenced: bool,
}

impl Block {
    /// Begins a block with a line, if the line can begin one.
    pub(super) fn open(languages: &Languages, line: Line<'_>, place: Place, seen: &mut Seen) -> Option<Self> {
        let line = line.behind_words();
        let mut comment = Comment::default();
        let look = comment.look(line.text);
        let opens = match look {
            Look::Blank => false,
            Look::Comment => !line.text.trim_ascii_start().starts_with(b"*"),
            Look::Plain | Look::Member => place.fenced,
            Look::Sparse | Look::Dense if place.fenced => true,
            Look::Sparse | Look::Dense if is_listed(line.text) || !line.has_words() => false,
            Look::Sparse if line.is_wording(place.after_prose) => false,
            Look::Sparse | Look::Dense => languages.model.strength(line.text) >= OPENING,
        };
        opens.then(|| Self::opened(languages, line, (look, comment), place, seen))
    }

    fn opened(
        languages: &Languages,
        line: Line<'_>,
        (look, comment): (Look, Comment),
        place: Place,
        seen: &mut Seen,
    ) -> Self {
        let mut block = Self {
            start: line.start,
            end: line.end,
            strength: 0.0,
            lines: 0,
            comments: 0,
            brief: 0,
            comment,
            gap: 0.0,
            among: if place.after_prose { AMONG_PROSE } else { 0.0 },
            evidence: Box::default(),
            said: None,
            tag: place.tag,
            fenced: place.fenced,
        };
        if look == Look::Comment {
            block.note(languages, line);
        } else {
            let stretch = languages.model.weigh(line.text, seen, &mut block.evidence);
            block.start += lead(line.text, stretch.start);
            block.strength = stretch.strength.min(MOST_PER_LINE);
            block.lines = 1;
        }
        block
    }

    /// Takes the next line.
    pub(super) fn add(&mut self, languages: &Languages, line: Line<'_>, seen: &mut Seen) {
        match self.comment.look(line.text) {
            Look::Blank => self.gap += 0.5,
            Look::Comment => self.note(languages, line),
            Look::Plain => self.plain(line),
            Look::Member => {
                self.tell(languages, line);
                if self.strength >= SURE { self.end = line.end } else { self.gap += 0.2 }
            }
            Look::Dense | Look::Sparse => self.code(languages, line, seen),
        }
    }

    /// Whether what came last lies too far from the code.
    pub(super) fn is_over(&self) -> bool {
        self.gap > if self.fenced { WIDEST_FENCED_GAP } else { WIDEST_GAP }
    }

    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// Takes a line of comment.
    fn note(&mut self, languages: &Languages, line: Line<'_>) {
        self.comments += 1;
        if self.lines == 0 {
            self.end = line.end;
            let first = self.comments == 1;
            let asks = self.said.is_none() && self.comments <= said::ASKED;
            self.said = if asks { said::said(languages, line.text, first) } else { self.said };
        }
        self.tell(languages, line);
    }

    /// Lets a line of which only the first ones tell something tell it.
    fn tell(&mut self, languages: &Languages, line: Line<'_>) {
        self.brief += 1;
        if self.brief <= COMMENTS {
            languages.model.comment(line.text, &mut self.evidence);
        }
    }

    fn plain(&mut self, line: Line<'_>) {
        let indented = line.text.first().is_some_and(u8::is_ascii_whitespace);
        self.gap += if indented || line.text.len() < 20 { 1.0 } else { 2.0 };
        if self.lines <= FEW_LINES && line.runs_on() {
            self.among = (self.among + AMONG_PROSE).min(MOST_AMONG);
        }
    }

    fn code(&mut self, languages: &Languages, line: Line<'_>, seen: &mut Seen) {
        if !self.fenced && self.strength < SURE && is_listed(line.text) {
            self.gap += 1.0;
            return;
        }
        self.lines += 1;
        let sentence = is_sentence(line.text);
        let passed = self.strength >= SURE && self.lines > READ && !self.lines.is_multiple_of(SAMPLED);
        if passed && !sentence {
            (self.end, self.gap) = (line.end, 0.0);
            return;
        }
        let strength = languages.model.weigh(line.text, seen, &mut self.evidence).strength;
        if !line.has_words() {
            // Brackets close what is open, in code and in data.
            (self.end, self.gap) = (line.end, 0.0);
            return;
        }
        if sentence && strength < OPENING {
            self.lines -= 1;
            self.gap += 2.0;
        } else if strength < OPENING {
            self.gap += 1.0;
        } else {
            (self.end, self.gap) = (line.end, 0.0);
            self.strength += strength.min(MOST_PER_LINE);
        }
    }

    /// What the block amounts to.
    pub(super) fn found(self, languages: &Languages) -> Option<Found> {
        if !self.fenced && self.strength < LEAST_SEEN && self.comments < LEAST_COMMENTS {
            return None;
        }
        let among = if self.fenced || self.lines > FEW_LINES { 0.0 } else { self.among };
        let enough = LEAST + among;
        let bare = self.lines == 0;
        let told = languages.told(&self.evidence, bare);
        let sure = told.lead >= if self.said.is_some() { LEAST_SAID } else { LEAST_COMMENTED };
        let commented = bare && self.comments >= LEAST_COMMENTS && sure;
        let shown =
            self.strength + (told.lead * BESIDE).clamp(LEAST_LEAD, MOST_LEAD) >= enough && told.lead >= 0.0;
        let language = match self.tag {
            Tag::Language(named) if self.strength >= LEAST_FENCED => Some(named),
            Tag::Other if self.strength >= LEAST_UNCLEAR => None,
            Tag::Silent if commented || shown => self.said.or(told.language),
            Tag::Silent if self.fenced && self.strength >= LEAST_FENCED && told.lead >= 0.0 => told.language,
            _ => return None,
        };
        let Self { start, end, strength, evidence, said, fenced, .. } = self;
        Some(Found { start, end, language, strength, evidence, said, fenced })
    }
}

impl Found {
    /// Takes in a later finding, if both are parts of one text that comments or documentation interrupt.
    pub(super) fn join(&mut self, languages: &Languages, next: Self) -> Result<(), Self> {
        let apart = next.start.saturating_sub(self.end);
        let (large, small) = (self.size().max(next.size()), self.size().min(next.size()));
        let same = apart <= NEAR && self.language == next.language;
        if self.fenced || next.fenced || !(same || apart <= VERY_NEAR && large >= LARGER * small) {
            return Err(next);
        }
        self.end = next.end;
        self.strength += next.strength;
        self.evidence.join(&next.evidence);
        self.said = self.said.or(next.said);
        self.language = self.said.or(languages.told(&self.evidence, false).language).or(self.language);
        Ok(())
    }

    pub(super) fn hit(self, languages: &Languages) -> Hit {
        let about = languages.detector(self.language);
        let sure = 0.6 + (self.strength / 100.0).min(0.25) + if self.fenced { 0.1 } else { 0.0 };
        Hit {
            label: about.label.clone(),
            start: self.start,
            end: self.end,
            confidence: sure,
            detector: about.id.clone(),
            share: None,
        }
    }

    fn size(&self) -> usize {
        self.end - self.start
    }
}

/// How many bytes of words stand before the code on its line; none if they are too few to be a sentence.
fn lead(line: &[u8], stretch: usize) -> usize {
    let indent = line.len() - line.trim_ascii_start().len();
    let before = line.get(indent..stretch).unwrap_or_default();
    if before.iter().filter(|byte| **byte == b' ').count() < LEAST_WORDS { 0 } else { before.len() }
}

/// Whether a line could be a sentence: words in a row and no ending that only code has.
fn is_sentence(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    let spaces = text.iter().filter(|byte| **byte == b' ').count();
    let ends =
        matches!(text.last(), Some(b';' | b'{' | b'}' | b',' | b'(' | b')' | b':' | b']' | b'\\' | b'>'));
    text.first().is_some_and(u8::is_ascii_uppercase) && spaces >= 3 && !ends
}
