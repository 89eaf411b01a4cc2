use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Encoding, Object, ObjectId, content::Content};

use super::{
    Limit,
    budget::{Meter, Text},
    document::Trouble,
};

/// Forms inside forms.
const DEEPEST: usize = 5;
/// Widest glyph of a font without widths, in thousandths of its size.
const USUAL_WIDTH: f32 = 500.0;
/// Gaps in text sizes from which on two texts are two words, and two columns.
const WORD_GAP: f32 = 0.15;
const COLUMN_GAP: f32 = 0.9;
/// Steps up or down in text sizes from which on it is another line.
const LINE_STEP: f32 = 0.45;
/// Codes of a composite font have two bytes.
const MOST_WIDTHS: usize = 1 << 16;
const MOST_OPERATIONS: usize = 4_000_000;

/// A matrix `[a b c d e f]` (ISO 32000-1, 8.3.3).
type Matrix = [f32; 6];
const SAME: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// Reads pages one by one; fonts are shared among them.
pub(super) struct Pages<'d> {
    document: &'d Document,
    fonts: BTreeMap<ObjectId, Font<'d>>,
    operations: usize,
}

/// How the bytes of a font's text are read.
struct Font<'d> {
    encoding: Option<Encoding<'d>>,
    /// Widths in thousandths of the text size, by code.
    widths: BTreeMap<u32, f32>,
    usual: f32,
    wide: bool,
}

/// Where text is being written.
#[derive(Clone)]
struct State {
    to_page: Matrix,
    text: Matrix,
    line: Matrix,
    font: Option<ObjectId>,
    size: f32,
    leading: f32,
    scale: f32,
    character_gap: f32,
    word_gap: f32,
}

/// Where the last text ended, on the page.
#[derive(Default)]
struct Pen {
    written: bool,
    x: f32,
    y: f32,
}

impl<'d> Pages<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self { document, fonts: BTreeMap::new(), operations: 0 }
    }

    pub(super) fn read(&mut self, page: ObjectId, meter: &mut Meter, text: &mut Text) -> Result<(), Trouble> {
        let content = self.document.get_page_content_with_limit(page, meter.unpackable()).map_err(
            |cause| match cause {
                lopdf::Error::Decompress(_) => Trouble::OverBudget(Limit::Unpacked),
                _ => Trouble::Unreadable,
            },
        )?;
        let (own, inherited) = self.document.get_page_resources(page).map_err(|_| Trouble::Unreadable)?;
        let inherited = inherited.iter().filter_map(|id| self.document.get_dictionary(*id).ok());
        let resources: Vec<&'d Dictionary> = own.into_iter().chain(inherited).collect();
        let mut pen = Pen::default();
        self.run(&content, &resources, SAME, DEEPEST, meter, text, &mut pen)
    }

    #[expect(clippy::too_many_arguments, reason = "what a form inherits from the page it stands on")]
    fn run(
        &mut self,
        content: &[u8],
        resources: &[&'d Dictionary],
        to_page: Matrix,
        depth: usize,
        meter: &mut Meter,
        text: &mut Text,
        pen: &mut Pen,
    ) -> Result<(), Trouble> {
        meter.unpack(content.len()).map_err(Trouble::OverBudget)?;
        let mut state = State::new(to_page);
        let mut saved = Vec::new();
        for operation in Content::decode_iter(content) {
            let Ok(operation) = operation else { return Err(Trouble::Unreadable) };
            self.operations += 1;
            if self.operations > MOST_OPERATIONS || text.is_cut() {
                return Err(Trouble::OverBudget(Limit::Time));
            }
            let operands = operation.operands.as_slice();
            match operation.operator.as_str() {
                "q" if saved.len() < 256 => saved.push(state.clone()),
                "Q" => state = saved.pop().unwrap_or(state),
                "cm" => state.to_page = times(&matrix(operands), &state.to_page),
                "Do" => {
                    if let (Some(Object::Name(name)), Some(deeper)) = (operands.first(), depth.checked_sub(1))
                    {
                        self.form(name, resources, &state, deeper, meter, text, pen)?;
                    }
                }
                "Tf" => {
                    state.size = number(operands, 1);
                    if let Some(Object::Name(name)) = operands.first() {
                        state.font = self.font(name, resources, meter);
                    }
                }
                "TJ" => {
                    if let Some(Object::Array(pieces)) = operands.first() {
                        for piece in pieces {
                            self.piece(piece, &mut state, text, pen);
                        }
                    }
                }
                "Tj" => operands.iter().for_each(|piece| self.piece(piece, &mut state, text, pen)),
                "'" | "\"" => {
                    state.next_line(0.0, -state.leading);
                    operands.last().into_iter().for_each(|piece| self.piece(piece, &mut state, text, pen));
                }
                _ => state.place(&operation.operator, operands),
            }
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "what a form inherits from the page it stands on")]
    fn form(
        &mut self,
        name: &[u8],
        resources: &[&'d Dictionary],
        state: &State,
        depth: usize,
        meter: &mut Meter,
        text: &mut Text,
        pen: &mut Pen,
    ) -> Result<(), Trouble> {
        let found = resources.iter().find_map(|resources| {
            let objects = resources.get_deref(b"XObject", self.document).and_then(Object::as_dict).ok()?;
            objects.get_deref(name, self.document).and_then(Object::as_stream).ok()
        });
        let Some(form) = found else { return Ok(()) };
        if form.dict.get(b"Subtype").and_then(Object::as_name).ok() != Some(b"Form") {
            return Ok(());
        }
        let content = form
            .get_plain_content_with_limit(meter.unpackable())
            .map_err(|_| Trouble::OverBudget(Limit::Unpacked))?;
        let own = form.dict.get_deref(b"Resources", self.document).and_then(Object::as_dict).ok();
        let resources: Vec<&'d Dictionary> =
            own.into_iter().chain(resources.iter().copied()).take(DEEPEST).collect();
        let place =
            form.dict.get(b"Matrix").and_then(Object::as_array).map_or(SAME, |numbers| matrix(numbers));
        self.run(&content, &resources, times(&place, &state.to_page), depth, meter, text, pen)
    }

    /// Makes a font ready; fonts written into the page's own dictionary are rare and read without one.
    fn font(&mut self, name: &[u8], resources: &[&'d Dictionary], meter: &Meter) -> Option<ObjectId> {
        let id = resources.iter().find_map(|resources| {
            let fonts = resources.get_deref(b"Font", self.document).and_then(Object::as_dict).ok()?;
            fonts.get(name).and_then(Object::as_reference).ok()
        })?;
        if !self.fonts.contains_key(&id) {
            let dictionary = self.document.get_dictionary(id).ok()?;
            self.fonts.insert(id, Font::read(dictionary, self.document, meter.unpackable() / 4));
        }
        Some(id)
    }

    /// Writes a piece of a line: a text, or a step to the side in thousandths of the text size.
    fn piece(&self, piece: &Object, state: &mut State, text: &mut Text, pen: &mut Pen) {
        match piece {
            Object::String(bytes, _) => {
                let font = state.font.and_then(|id| self.fonts.get(&id));
                let shown = font.and_then(|font| font.decode(bytes)).unwrap_or_else(|| latin(bytes));
                let width = font.map_or(0.0, |font| font.width(bytes, state));
                pen.write(&shown, width, state, text);
            }
            other => state.step(-value(other) / 1000.0 * state.size * state.scale),
        }
    }
}

impl State {
    fn new(to_page: Matrix) -> Self {
        Self {
            to_page,
            text: SAME,
            line: SAME,
            font: None,
            size: 1.0,
            leading: 0.0,
            scale: 1.0,
            character_gap: 0.0,
            word_gap: 0.0,
        }
    }

    /// Operators that only place text (ISO 32000-1, 9.3 and 9.4).
    fn place(&mut self, operator: &str, operands: &[Object]) {
        match operator {
            "BT" => (self.text, self.line) = (SAME, SAME),
            "Tm" => (self.text, self.line) = (matrix(operands), matrix(operands)),
            "Td" => self.next_line(number(operands, 0), number(operands, 1)),
            "TD" => {
                self.leading = -number(operands, 1);
                self.next_line(number(operands, 0), number(operands, 1));
            }
            "T*" => self.next_line(0.0, -self.leading),
            "TL" => self.leading = number(operands, 0),
            "Tz" => self.scale = number(operands, 0) / 100.0,
            "Tc" => self.character_gap = number(operands, 0),
            "Tw" => self.word_gap = number(operands, 0),
            _ => {}
        }
    }

    fn next_line(&mut self, x: f32, y: f32) {
        self.line = times(&[1.0, 0.0, 0.0, 1.0, x, y], &self.line);
        self.text = self.line;
    }

    fn step(&mut self, x: f32) {
        self.text = times(&[1.0, 0.0, 0.0, 1.0, x, 0.0], &self.text);
    }

    /// Where the pen stands on the page, and how large a text is there.
    fn on_page(&self) -> (f32, f32, f32) {
        let [a, b, _, _, x, y] = times(&self.text, &self.to_page);
        (x, y, (a.hypot(b) * self.size).abs().max(0.1))
    }
}

impl Pen {
    fn write(&mut self, shown: &str, width: f32, state: &mut State, text: &mut Text) {
        let (x, y, size) = state.on_page();
        if self.written && (y - self.y).abs() > size * LINE_STEP {
            text.end_line();
        } else if self.written && !text.ends_with('\n') {
            let gap = (x - self.x) / size;
            if gap.abs() > COLUMN_GAP {
                text.push("\t");
            } else if gap > WORD_GAP && !text.ends_with(' ') && !shown.starts_with(' ') {
                text.push(" ");
            }
        }
        text.push(shown);
        state.step(width);
        (self.x, self.y, _) = state.on_page();
        self.written = true;
    }
}

impl<'d> Font<'d> {
    fn read(dictionary: &'d Dictionary, document: &'d Document, most: usize) -> Self {
        let wide = dictionary.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Type0");
        let (widths, usual) =
            if wide { wide_widths(dictionary, document) } else { widths(dictionary, document) };
        Self {
            encoding: encoding(dictionary, document, most),
            widths,
            usual: usual.unwrap_or(USUAL_WIDTH),
            wide,
        }
    }

    fn decode(&self, bytes: &[u8]) -> Option<String> {
        let shown = self.encoding.as_ref()?.bytes_to_string(bytes).ok()?;
        let mut text = String::with_capacity(shown.len());
        for character in shown.chars().filter(|c| !c.is_control() || *c == '\t') {
            match ligature(character) {
                Some(letters) => text.push_str(letters),
                None => text.push(character),
            }
        }
        Some(text)
    }

    /// How far a text moves the pen (ISO 32000-1, 9.4.4).
    fn width(&self, bytes: &[u8], state: &State) -> f32 {
        let width = |code: u32| self.widths.get(&code).copied().unwrap_or(self.usual) / 1000.0 * state.size;
        let moved: f32 = if self.wide {
            bytes
                .chunks(2)
                .map(|pair| {
                    width(pair.iter().fold(0, |code, byte| code << 8 | u32::from(*byte)))
                        + state.character_gap
                })
                .sum()
        } else {
            let gap = |byte: u8| if byte == b' ' { state.word_gap } else { 0.0 };
            bytes.iter().map(|byte| width(u32::from(*byte)) + state.character_gap + gap(*byte)).sum()
        };
        moved * state.scale
    }
}

/// The letters of a ligature, as people type them.
fn ligature(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{FB00}' => "ff",
        '\u{FB01}' => "fi",
        '\u{FB02}' => "fl",
        '\u{FB03}' => "ffi",
        '\u{FB04}' => "ffl",
        '\u{FB05}' | '\u{FB06}' => "st",
        _ => return None,
    })
}

/// What the codes mean: as the font says for copying, else by its encoding.
fn encoding<'d>(dictionary: &'d Dictionary, document: &'d Document, most: usize) -> Option<Encoding<'d>> {
    if dictionary.has(b"ToUnicode") && dictionary.has(b"Encoding") {
        let mut only = dictionary.clone();
        only.remove(b"Encoding");
        if let Ok(Encoding::UnicodeMapEncoding(map)) = only.get_font_encoding_with_limit(document, most) {
            return Some(Encoding::UnicodeMapEncoding(map));
        }
    }
    dictionary.get_font_encoding_with_limit(document, most).ok()
}

type Widths = (BTreeMap<u32, f32>, Option<f32>);

fn widths(dictionary: &Dictionary, document: &Document) -> Widths {
    let first = dictionary.get_deref(b"FirstChar", document).and_then(Object::as_i64).unwrap_or(0);
    let listed = dictionary.get_deref(b"Widths", document).and_then(Object::as_array);
    let widths =
        listed.map(|widths| widths.iter().take(256).map(value).zip(u32::try_from(first).unwrap_or(0)..));
    (widths.map(|widths| widths.map(|(width, code)| (code, width)).collect()).unwrap_or_default(), None)
}

/// Widths of a composite font (ISO 32000-1, 9.7.4.3): `c [w …]` or `from to w`.
fn wide_widths(dictionary: &Dictionary, document: &Document) -> Widths {
    let mut widths = BTreeMap::new();
    let descendants = dictionary.get_deref(b"DescendantFonts", document).and_then(Object::as_array).ok();
    let font = descendants.and_then(|fonts| fonts.first()).and_then(|font| document.dereference(font).ok());
    let Some(Ok(font)) = font.map(|(_, font)| font.as_dict()) else { return (widths, None) };
    let usual = font.get_deref(b"DW", document).map(value).unwrap_or(1000.0);
    let listed = font.get_deref(b"W", document).and_then(Object::as_array);
    let mut rest = listed.map(Vec::as_slice).unwrap_or_default();
    while let ([first, second, after @ ..], true) = (rest, widths.len() < MOST_WIDTHS) {
        let code = first.as_i64().ok().and_then(|code| u32::try_from(code).ok()).unwrap_or(0);
        match (document.dereference(second).map(|(_, object)| object), after) {
            (Ok(Object::Array(row)), _) => {
                widths.extend((code..).zip(row.iter().take(1 << 16).map(value)));
                rest = after;
            }
            (Ok(last), [width, after @ ..]) => {
                let last = last.as_i64().ok().and_then(|last| u32::try_from(last).ok()).unwrap_or(code);
                widths
                    .extend((code..=last.min(code.saturating_add(1 << 10))).map(|code| (code, value(width))));
                rest = after;
            }
            _ => break,
        }
    }
    (widths, Some(usual))
}

fn latin(bytes: &[u8]) -> String {
    let text = encoding_rs::WINDOWS_1252.decode(bytes).0;
    text.chars().filter(|c| !c.is_control()).collect()
}

fn value(object: &Object) -> f32 {
    object.as_float().unwrap_or(0.0)
}

fn number(operands: &[Object], at: usize) -> f32 {
    operands.get(at).map_or(0.0, value)
}

fn matrix(operands: &[Object]) -> Matrix {
    std::array::from_fn(|at| number(operands, at))
}

fn times(one: &Matrix, other: &Matrix) -> Matrix {
    let [a, b, c, d, e, f] = *one;
    let [g, h, i, j, k, l] = *other;
    [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l]
}
