use super::{
    archive::Zip,
    budget::Text,
    office::note,
    reader::{Reader, inside},
    word::Paragraphs,
};

/// Reads a PresentationML document (ECMA-376 part 1, clause 19): slides, their notes, comments, diagrams.
pub(super) fn read(reader: &mut Reader, zip: &mut Zip<'_>, path: &str) {
    for (folder, name) in [
        ("ppt/slides/slide", "slide"),
        ("ppt/notesSlides/notesSlide", "notes"),
        ("ppt/comments/", "comments"),
        ("ppt/diagrams/data", "diagram"),
        ("ppt/slideMasters/slideMaster", "master"),
        ("ppt/slideLayouts/slideLayout", "layout"),
    ] {
        for (at, entry) in zip.numbered(folder, ".xml").into_iter().enumerate() {
            let mut text = Text::new(&reader.meter);
            let mut paragraphs = Paragraphs::default();
            let outcome = zip.walk(&entry, &mut reader.meter, |node| {
                // Old comments keep their text in an element of their own.
                match &node {
                    super::markup::Node::Text(piece) if name == "comments" => text.push(piece),
                    _ => paragraphs.visit(&node, &mut text),
                }
            });
            note(reader, &entry, path, outcome);
            reader.finish(&inside(path, &format!("{name} {}", at + 1)), text);
        }
    }
}
